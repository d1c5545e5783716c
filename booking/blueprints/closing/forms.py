"""The forms of closing a month, of booking a payment and of taking money back."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from booking.blueprints.kit.forms.fields import DayField, YuanField
from booking.blueprints.kit.forms.validators import NeededAtTimes, tidy_text
from booking.invoices.credit_rules import CreditableLine
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.values.money import Money


def a_key() -> str:
    """Make the mark by which the second press of a button is known."""
    return secrets.token_urlsafe(24)


class CloseForm(FlaskForm):
    """Close a month; before the review is over only with a reason."""

    early = BooleanField(_("核对期没有结束，仍要提前关账"))
    reason = StringField(
        _("提前关账的原因"), [NeededAtTimes(), Length(max=200, message=_("最多 200 个字。"))]
    )


LONGEST_KEY = 40


class PaymentForm(FlaskForm):
    """Money that came by bank transfer."""

    amount = YuanField(_("到账金额"), [InputRequired(_("请填写金额。"))], lowest=Money(1))
    received_on = DayField(_("到账日期"), [InputRequired(_("请填写到账日期。"))])
    reference = StringField(
        _("银行流水号或附言"), [Optional(), Length(max=120, message=_("最多 120 个字。"))]
    )
    idempotency_key = HiddenField(validators=[Length(max=LONGEST_KEY)])


class ReversalForm(FlaskForm):
    """Why a payment that was booked does not count."""

    reason = StringField(
        _("原因"), [InputRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))]
    )


class CreditForm(FlaskForm):
    """Take back lines of an invoice; `credit_form` adds two fields a line."""

    whole = BooleanField(_("剩余的全部明细"))
    reason = TextAreaField(
        _("原因"),
        [DataRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))],
        [tidy_text],
    )
    idempotency_key = HiddenField(validators=[Length(max=LONGEST_KEY)])


def credit_form(lines: Sequence[CreditableLine], **options: Any) -> CreditForm:  # noqa: ANN401 - as WTForms types it
    """Make the form of an invoice: for each line with something left a tick `line_7`, and `amount_7`.

    A line of discount has no amount: it is taken back with all that is left of it, or not at all.
    """
    fields: dict[str, Any] = {}
    for line in lines:
        if line.left:
            fields[f"line_{line.charge_id}"] = BooleanField(_("退这一行"))
        if line.left > Money.zero():
            fields[f"amount_{line.charge_id}"] = YuanField(_("退还金额"), lowest=Money(1), default=line.left)
    form: CreditForm = type("CreditFormOfInvoice", (CreditForm,), fields)(**options)
    return form


def picks_of(form: CreditForm, lines: Sequence[CreditableLine]) -> dict[int, Money] | None:
    """Read what was ticked, or with None that all is taken back; what is odd stands beside its line.

    An amount that was typed without a tick is an oversight, and is told.
    """
    if form.whole.data:
        return None
    picks: dict[int, Money] = {}
    for line in lines:
        tick, field = form._fields.get(f"line_{line.charge_id}"), form._fields.get(f"amount_{line.charge_id}")
        if tick is None:
            continue
        amount = line.left if field is None else field.data
        if tick.data and amount is None:
            field.errors = field.errors or [gettext("请填写金额。")]
        elif tick.data:
            picks[line.charge_id] = amount
        elif amount is not None and amount != line.left:
            field.errors = [gettext("填了金额，没有勾选这一行。")]
    return picks
