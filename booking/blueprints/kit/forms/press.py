"""One press of a button: done in one transaction, told in words, and back to where one was."""

from collections.abc import Callable
from typing import TypeVar

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional

from booking.blueprints.messages import wording
from booking.db import transaction
from booking.language import lazy_gettext as _
from booking.values.refusal import Refusal

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
