"""The forms of closing a month, of booking a payment and of taking money back."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from booking.blueprints.form_fields import DayField, options
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_KEY = 40
YUAN = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?")


class YuanField(StringField):
    """An amount typed in yuan, `1,234.50`, read as Money; what cannot be read stays as typed."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent, to the fen."""
        self.typed = valuelist[0].strip() if valuelist else ""
        plain = self.typed.replace(",", "").replace("，", "").removeprefix("¥").strip()
        self.data = None
        if not plain:
            return
        found = YUAN.fullmatch(plain)
        if found is None:
            raise ValueError(gettext("请填写金额，单位元，最多两位小数，例如 1234.50。"))
        self.data = Money(int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")))

    def _value(self) -> str:
        typed: str | None = getattr(self, "typed", None)
        if typed is not None:
            return typed
        return str(self.data) if self.data is not None else ""


def a_key() -> str:
    """Make the mark by which the second press of a button is known."""
    return secrets.token_urlsafe(24)


class CloseForm(FlaskForm):
    """Close a month; before the review is over only with a reason."""

    early = BooleanField(_("核对期没有结束，仍要提前关账"))
    reason = StringField(_("提前关账的原因"), [Optional(), Length(max=200, message=_("最多 200 个字。"))])


class PaymentForm(FlaskForm):
    """Money that came by bank transfer."""

    amount = YuanField(_("到账金额"), [InputRequired(_("请填写金额。"))])
    received_on = DayField(_("到账日期"), [InputRequired(_("请填写到账日期。"))])
    reference = StringField(
        _("银行流水号或附言"), [Optional(), Length(max=120, message=_("最多 120 个字。"))]
    )
    once_key = HiddenField(validators=[Length(max=LONGEST_KEY)])


class ReversalForm(FlaskForm):
    """Why a payment that was booked does not count."""

    reason = StringField(
        _("原因"), [InputRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))]
    )


class CreditForm(FlaskForm):
    """Take back all that is left of an invoice, or a part."""

    whole = RadioField(
        _("退多少"),
        choices=options([("whole", _("剩余全部")), ("part", _("一部分"))]),
        default="part",
    )
    amount = YuanField(_("金额"), [Optional()])
    reason = TextAreaField(
        _("原因"),
        [InputRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))],
    )
    once_key = HiddenField(validators=[Length(max=LONGEST_KEY)])
