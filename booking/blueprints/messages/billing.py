"""Words for why something cannot be priced, a month not closed, and money not booked or taken back."""

from booking.blueprints.kit.filters import full_day, money, month_text
from booking.charges import rules as charge_rules
from booking.invoices import credit_rules as credits_
from booking.invoices import rules as invoice_rules
from booking.language import gettext
from booking.payments import rules as payment_rules
from booking.tariffs import rules as tariff_rules
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of tariffs, charges, invoices and payments; None for anybody else's."""
    return _of_closing(refusal) or _of_pricing(refusal)


def _of_closing(refusal: Refusal) -> str | None:
    match refusal:
        case invoice_rules.MonthNotOver(month, first_day):
            return gettext(
                "%(month)s还没有结束，最早 %(day)s才能关账。",
                month=month_text(month),
                day=full_day(first_day),
            )
        case invoice_rules.ReviewRunning(month, day):
            return gettext(
                "%(month)s的对账单还在核对期内，%(day)s起才能关账；要提前关账，请写明原因。",
                month=month_text(month),
                day=full_day(day),
            )
        case invoice_rules.EarlierMonthOpen(_, earlier):
            return gettext("请先关 %(month)s的账：它还有没入账单的明细。", month=month_text(earlier))
        case invoice_rules.MonthNotClosed(month):
            return gettext("%(month)s还没有关账，不能出账单。", month=month_text(month))
        case payment_rules.PaidTooMuch(owed, amount):
            return gettext(
                "只欠 %(owed)s，不能登记 %(amount)s。多付的部分请退回，或登记在别的账单上。",
                owed=money(owed),
                amount=money(amount),
            )
        case payment_rules.NothingOwed(number):
            return gettext("账单 %(number)s已经结清，不用再登记付款。", number=number)
        case invoice_rules.AmountNotPositive():
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
        case invoice_rules.CreditedTooMuch(left, amount):
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
        case invoice_rules.NothingLeftToCredit(number):
            return gettext("账单 %(number)s已经全部冲销。", number=number)
    return None


def _of_pricing(refusal: Refusal) -> str | None:
    match refusal:
        case tariff_rules.BandsOverlap(first=first, second=second):
            return gettext(
                "时段“%(second)s”与“%(first)s”在同类日子里重叠，请错开。", first=first, second=second
            )
        case tariff_rules.BandEndsBeforeItStarts(band=band):
            return gettext("时段“%(band)s”的结束须晚于开始；跨零点的请写成两段。", band=band)
        case tariff_rules.FactorBelowZero(band=band):
            return gettext("时段“%(band)s”的系数不能小于 0。", band=band)
        case tariff_rules.TariffFigureOutOfRange(lowest=lowest, highest=highest):
            return gettext("数值须在 %(lowest)s 与 %(highest)s 之间。", lowest=lowest, highest=highest)
        case tariff_rules.StayEndsBeforeItStarts():
            return gettext("签出时间不能早于签入时间。")
        case tariff_rules.StayTooLong(days=days):
            return gettext("一次使用不能超过 %(days)s 天，请检查日期。", days=days)
        case tariff_rules.BasisNotForKind():
            return gettext("仓储按天计价，其他空间按小时计价，请改选计价方式。")
        case tariff_rules.NoTariff(day=day):
            return gettext("%(day)s 这类空间还没有价目，暂不能预订，请联系园区。", day=full_day(day))
        case charge_rules.MonthClosed(month=month):
            return gettext("%(month)s 已结账，不能再更改；有误由园区开贷记单更正。", month=month_text(month))
        case charge_rules.LineNotOpen():
            return gettext("这一行已更正、已开账单或金额为零，不能再提出异议。")
        case charge_rules.DisputedBefore():
            return gettext("这一行已提出过异议，每行只能提一次。")
        case charge_rules.WordsMissing():
            return gettext("请写明理由。")
        case charge_rules.AnsweredBefore():
            return gettext("这个异议已经答复过了。")
        case charge_rules.GivesBackTooMuch(most=most):
            return gettext("退还金额须大于 0，且不超过这一行的 %(most)s。", most=money(most))
    return _of_versions(refusal)


def _of_versions(refusal: Refusal) -> str | None:
    match refusal:
        case tariff_rules.VersionTooEarly(earliest=earliest):
            return gettext("新版本最早自 %(day)s 起生效，已经发生的使用不改价。", day=full_day(earliest))
        case tariff_rules.VersionThatDay(day=day):
            return gettext("%(day)s 已有一个版本；价目不能修改，请换一天。", day=full_day(day))
        case tariff_rules.VersionBegun(first_day=day):
            return gettext("这一版 %(day)s 起已经生效，不能撤回；要改价，请发布新版本。", day=full_day(day))
        case tariff_rules.VersionWithdrawn(on=day):
            return gettext("这一版 %(day)s 已经撤回。", day=full_day(day))
    return None
