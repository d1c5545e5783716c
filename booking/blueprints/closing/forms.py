"""The forms of closing a month, of booking a payment and of taking money back."""

from __future__ import annotations

import secrets

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from booking.blueprints.form_fields import DayField, options
from booking.blueprints.kit.amount_fields import YuanField
from booking.language import lazy_gettext as _
from booking.values.money import Money

LONGEST_KEY = 40


def a_key() -> str:
    """Make the mark by which the second press of a button is known."""
    return secrets.token_urlsafe(24)


class CloseForm(FlaskForm):
    """Close a month; before the review is over only with a reason."""

    early = BooleanField(_("核对期没有结束，仍要提前关账"))
    reason = StringField(_("提前关账的原因"), [Optional(), Length(max=200, message=_("最多 200 个字。"))])


class PaymentForm(FlaskForm):
    """Money that came by bank transfer."""

    amount = YuanField(_("到账金额"), [InputRequired(_("请填写金额。"))], lowest=Money(1))
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
    amount = YuanField(_("金额"), [Optional()], lowest=Money(1))
    reason = TextAreaField(
        _("原因"),
        [InputRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))],
    )
    once_key = HiddenField(validators=[Length(max=LONGEST_KEY)])
