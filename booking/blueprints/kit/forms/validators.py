"""How forms ask: validators and filters with our own words, shared by the forms of people and parks."""

from wtforms import Field, StringField
from wtforms.form import BaseForm
from wtforms.validators import (
    DataRequired,
    Email,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.spaces import cells
from booking.values.email import half_width_email
from booking.values.readable import readable


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


class MailableEmail(Email):
    """Asks for an address that mail reaches: without SMTPUTF8 its name is in ASCII (RFC 5321)."""

    def __call__(self, form: BaseForm, field: StringField) -> None:
        """Refuse what no mail server would be asked for."""
        super().__call__(form, field)
        if not (field.data or "").rpartition("@")[0].isascii():
            raise ValidationError(gettext("邮箱 @ 前面只能用英文字母、数字和符号，例如 name@example.com。"))


def an_email() -> MailableEmail:
    """Ask for an e-mail as people write it; filter it with `tidy_email`."""
    return MailableEmail(_("这不像一个邮箱，例如 name@example.com。"))


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
