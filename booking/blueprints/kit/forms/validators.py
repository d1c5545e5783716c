"""How forms ask: validators and filters with our own words, shared by the forms of people and parks."""

from __future__ import annotations

from wtforms.validators import DataRequired, Email, Length, NumberRange

from booking.language import lazy_gettext as _


def must() -> DataRequired:
    """Ask for a text with something in it."""
    return DataRequired(_("请填写这一项。"))


def at_most(length: int) -> Length:
    """Bound a text."""
    return Length(max=length, message=_("最多 %(max)d 个字。"))


def between(lowest: int, highest: int) -> NumberRange:
    """Bound a number."""
    return NumberRange(lowest, highest, _("请填写 %(min)s 到 %(max)s 之间的数。"))


def an_email() -> Email:
    """Ask for an e-mail as people write it."""
    return Email(_("这不像一个邮箱，例如 name@example.com。"))


def tidy(text: str | None) -> str:
    """Clean what was typed of blanks around and control characters within."""
    return "".join(char for char in (text or "").strip() if char.isprintable())
