"""Words for why a month is not closed, and why money is not booked or taken back."""

from booking.blueprints.kit.filters import full_day, money, month_text
from booking.invoices import credit_rules as credits_
from booking.invoices import rules
from booking.language import gettext
from booking.payments import rules as payment_rules
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say the refusals of closing and of payment; None for anybody else's."""
    match refusal:
        case rules.MonthNotOver(month, first_day):
            return gettext(
                "%(month)s还没有结束，最早 %(day)s才能关账。",
                month=month_text(month),
                day=full_day(first_day),
            )
        case rules.ReviewRunning(month, day):
            return gettext(
                "%(month)s的对账单还在核对期内，%(day)s起才能关账；要提前关账，请写明原因。",
                month=month_text(month),
                day=full_day(day),
            )
        case rules.EarlierMonthOpen(_, earlier):
            return gettext("请先关 %(month)s的账：它还有没入账单的明细。", month=month_text(earlier))
        case rules.MonthNotClosed(month):
            return gettext("%(month)s还没有关账，不能出账单。", month=month_text(month))
        case payment_rules.PaidTooMuch(owed, amount):
            return gettext(
                "只欠 %(owed)s，不能登记 %(amount)s。多付的部分请退回，或登记在别的账单上。",
                owed=money(owed),
                amount=money(amount),
            )
        case payment_rules.NothingOwed(number):
            return gettext("账单 %(number)s已经结清，不用再登记付款。", number=number)
        case rules.AmountNotPositive():
            return gettext("金额要大于 0。")
    return _of_payment(refusal) or _of_credit(refusal)


def _of_payment(refusal: Refusal) -> str | None:
    match refusal:
        case payment_rules.ReceivedInFuture(today):
            return gettext("到账日期不能晚于今天（%(day)s）。", day=full_day(today))
        case payment_rules.PaidBeforeInvoice(issued_on):
            return gettext("到账日期不能早于账单开具的日期（%(day)s）。", day=full_day(issued_on))
        case payment_rules.PaidOnlineNotReversed():
            return gettext("在线付款由支付平台记账，不能在这里冲销；要退钱，请在支付平台上退款。")
        case payment_rules.ReversedBefore(on):
            return gettext("这笔付款在 %(day)s已经冲销过。", day=full_day(on))
    return None


def _of_credit(refusal: Refusal) -> str | None:
    match refusal:
        case rules.CreditedTooMuch(left, amount):
            return gettext(
                "这张账单最多还能退 %(left)s，不能退 %(amount)s。", left=money(left), amount=money(amount)
            )
        case credits_.NothingPicked():
            return gettext("请勾选要退的明细。")
        case credits_.LineNotOnInvoice():
            return gettext("这一行不在这张账单上。")
        case credits_.LineCreditedTooMuch(left=left):
            return gettext("这一行最多还能退 %(left)s。", left=money(left))
        case credits_.RateCreditedTooMuch(vat_permille, left, amount):
            return gettext(
                "税率 %(rate)s%% 的明细最多还能退 %(left)s，不能退 %(amount)s；有退回的行，请一起勾选。",
                rate=f"{vat_permille / 10:g}",
                left=money(left),
                amount=money(amount),
            )
        case rules.NothingLeftToCredit(number):
            return gettext("账单 %(number)s已经全部冲销。", number=number)
    return None
