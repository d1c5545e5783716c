"""How forms ask, and how they answer: validators and filters with our own words, and one press of a button.

A form that must be put right comes back as typed, with 422, or with 409 where somebody was faster. A press is
done in one transaction, told in words, and leads back to where one was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import Field, FieldList, FormField, IntegerField, StringField
from wtforms.form import BaseForm
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from booking.blueprints.messages import wording
from booking.db import transaction
from booking.language import gettext, lazy_gettext as _
from booking.spaces import cells
from booking.values import Refusal
from booking.values.mailbox import read_mailbox
from booking.values.reading import half_width_email, readable


def must() -> DataRequired:
    """Ask for a text with something in it."""
    return DataRequired(_("请填写这一项。"))


def at_most(length: int) -> Length:
    """Bound a text."""
    return Length(max=length, message=_("最多 %(max)d 个字。"))


class NeededAtTimes(Optional):
    """Lets a field be empty that is asked for under a condition: its help says when, its label nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


class InRange(NumberRange):
    """Bounds a number; what is no number is told so once, by its field."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Stop where the field could not read what was typed."""
        if field.process_errors:
            raise StopValidation
        super().__call__(form, field)


def between(lowest: int, highest: int) -> InRange:
    """Bound a number."""
    return InRange(lowest, highest, _("请填写 %(min)s 到 %(max)s 之间的数。"))


def required() -> InputRequired:
    """Make the usual refusal of an empty field."""
    return InputRequired(_("请填写。"))


def number_between(lowest: int, highest: int) -> InRange:
    """Make the refusal of a figure out of range."""
    message = _("须在 %(lowest)s 与 %(highest)s 之间。", lowest=lowest, highest=highest)
    return InRange(lowest, highest, message=message)


def an_email() -> Callable[[BaseForm, StringField], None]:
    """Ask for a mailbox as people write it; filter it with `tidy_email`."""
    return _check_mailbox


def _check_mailbox(_form: BaseForm, field: StringField) -> None:
    typed = field.data or ""
    try:
        read_mailbox(typed)
    except ValueError as error:
        message = gettext("这不像一个邮箱，例如 name@example.com。")
        if not typed.rpartition("@")[0].isascii():
            message = gettext("邮箱 @ 前面只能用英文字母、数字和符号，例如 name@example.com。")
        raise ValidationError(message) from error


def tidy_email(text: str | None) -> str:
    """Clean an e-mail, and write it as mail servers know it."""
    return half_width_email(tidy(text))


def tidy(text: str | None) -> str:
    """Clean what was typed of blanks around and control characters within."""
    return readable("".join(char for char in (text or "").strip() if char.isprintable()))


def tidy_line(text: str | None) -> str:
    """Clean what was typed as tables are cleaned: runs of blanks become one as well."""
    return cells.tidy(text or "")


def tidy_text(text: str | None) -> str:
    """Clean words of more than one line: of what nobody could see nothing is left."""
    return readable(text or "")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a form: what it says, and the id and label of its field, if it is one to see."""

    at: str
    label: str
    text: str


UNSEEN = ("CSRFTokenField", "HiddenField")


def problems(form: BaseForm) -> list[Problem]:
    """List what is wrong, in the order of the page; a field of a row names its row: 底图 3 · 位置."""
    found = [Problem("", "", str(error)) for error in form.form_errors]
    return found + [one for field in form for one in _problems_of(field, "")]


def _problems_of(field: Field, row: str) -> Iterator[Problem]:
    if isinstance(field, FieldList):
        for number, one in enumerate(field, 1):
            yield from _problems_of(one, f"{field.label.text} {number} · ")
    elif isinstance(field, FormField):
        yield from (Problem("", "", f"{row}{error}") for error in field.form.form_errors)
        for inner in field.form:
            yield from _problems_of(inner, row)
    else:
        at, label = ("", "") if field.type in UNSEEN else (field.id, f"{row}{field.label.text}")
        yield from (Problem(at, label, str(error)) for error in field.errors)


CONFLICT = 409


def form_page(template: str, form: FlaskForm, **facts: Any) -> tuple[str, int]:  # noqa: ANN401 - what a template shows
    """Draw a page with its form; 422 where something in it must be put right."""
    return render_template(template, form=form, **facts), status_of(form)


UNPROCESSABLE = 422


def status_of(form: FlaskForm) -> int:
    """Give 200, or 422 where something in the form must be put right."""
    return UNPROCESSABLE if form.errors else 200


Made = TypeVar("Made")


def carried_out(do: Callable[[Session], Made], said: str | Callable[[Made], str]) -> bool:
    """Do it and say so; where it is refused, say why, keep nothing of it, and give False."""
    try:
        with transaction() as session:
            made = do(session)
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return False
    if words := said(made) if callable(said) else said:
        flash(words, "success")
    return True


def pressed(
    do: Callable[[Session], Made],
    said: str | Callable[[Made], str],
    back: str,
    *,
    form: FlaskForm | None = None,
) -> ResponseReturnValue:
    """Carry out what one press says, and lead `back`, done or refused; `form` was filled in with it."""
    if form is None or form.validate():
        carried_out(do, said)
    else:
        flash(str(next(iter(form.errors.values()))[0]), "warning")
    return redirect(back)


class ActForm(FlaskForm):
    """A press of one button on a reservation or a stay."""

    version = IntegerField(validators=[Optional()])


REASON = Length(max=500, message=_("原因最多 500 个字。"))


class ReasonForm(ActForm):
    """An act that says why."""

    reason = StringField(_("原因"), [InputRequired(_("请写明原因。")), REASON])


def init(app: Flask) -> None:
    """Let templates list what is wrong with a form."""
    app.jinja_env.filters["problems"] = problems
