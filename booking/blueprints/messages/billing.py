"""Words for what savings refuse, and why something cannot be priced, closed, booked or taken back."""

from datetime import date

from booking.blueprints.kit.filters import area, full_day, moment, money, month_text
from booking.blueprints.kit.labels.jumps import jump_line
from booking.charges import rules as charge_rules
from booking.invoices import rules as credits_, rules as invoice_rules
from booking.language import gettext
from booking.payments import rules as payment_rules
from booking.savings import rules
from booking.savings.jumps import JumpUnconfirmed
from booking.tariffs import rules as tariff_rules
from booking.values import Refusal


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
        case charge_rules.FeeNotShown(fee=fee, shown=shown):
            fees = {"now": money(fee), "then": money(shown)}
            return gettext("现在取消收取 %(now)s，刚才显示的是 %(then)s。还没有取消，请看过再确认。", **fees)
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


def wording_of_savings(refusal: Refusal) -> str | None:
    """Say a refusal of the room `savings`; None where it is another room's."""
    text: str | None = None
    match refusal:
        case rules.BadArea(what="own_area", highest=leased):
            text = _kept(leased)
        case rules.BadArea(lowest=lowest, highest=highest):
            text = gettext(
                "面积须在 %(lowest)s 到 %(highest)s 之间。",
                lowest=area(lowest),
                highest=area(highest),
            )
        case rules.BadPrice(lowest=lowest, highest=highest):
            text = gettext(
                "单价须在 %(lowest)s 到 %(highest)s 之间，按每平方米每天填写。",
                lowest=money(lowest),
                highest=money(highest),
            )
        case rules.NotFirstOfMonth():
            text = gettext("基线按整月计算，请从某月 1 日开始。")
        case rules.BaselineOutOfTime(first=first, last=last):
            text = gettext(
                "请选择 %(first)s 到 %(last)s 之间的月份。", first=_month_of(first), last=_month_of(last)
            )
        case rules.BaselineInReport(reported=reported):
            text = gettext(
                "%(month)s的节省报告已经签发并使用了现有基线，不能再改。请从 %(next)s或以后开始新的版本。",
                month=month_text(reported),
                next=month_text(reported.next),
            )
        case rules.EvidenceTooLarge(megabytes=bytes_, megapixels=pixels):
            facts = {"megabytes": bytes_, "megapixels": pixels}
            text = gettext("文件太大：最多 %(megabytes)s MB，图片最多 %(megapixels)s 百万像素。", **facts)
        case rules.EvidenceUnreadable():
            text = gettext("这个文件打不开。请上传完整的 PDF 或图片（JPEG、PNG、WebP）。")
        case rules.EffectInFuture(today=today):
            text = gettext("不能晚于今天（%(today)s）。", today=full_day(today))
        case _:
            text = _of_checking(refusal) or _of_signing(refusal)
    return text


def _of_checking(refusal: Refusal) -> str | None:
    match refusal:
        case rules.PaperMissing():
            return gettext("没有凭证，不能采信为有据。可以采信为自报，或退回请企业补交。")
        case JumpUnconfirmed(jumps=jumps, moved=moved):
            words = gettext("；").join(jump_line(one) for one in jumps)
            if moved:
                return gettext(
                    "在用的基线刚变了，现在是：%(jumps)s。请看过再确认一次，理由可以改。", jumps=words
                )
            return gettext(
                "%(jumps)s，和在用的差得太多，像是填错了。确实如此，请写明理由，再确认一次。", jumps=words
            )
        case rules.DecidedBefore(decided_at=decided_at, withdrawn=True):
            return gettext("企业已在 %(when)s撤回或更正了这个版本，没有改动。", when=moment(decided_at))
        case rules.DecidedBefore(decided_at=decided_at):
            return gettext("这个版本在 %(when)s已经核对过，没有改动。", when=moment(decided_at))
    return None


def _of_signing(refusal: Refusal) -> str | None:
    match refusal:
        case rules.MonthStillOpen(month=month):
            return gettext("%(month)s还没有关账，账单全部开出后才能签发报告。", month=month_text(month))
        case rules.SignedBefore(month=month, version=version, signed_at=signed_at, by=by):
            facts = {"month": month_text(month), "version": version, "when": moment(signed_at), "by": by}
            return (
                gettext(
                    "%(month)s的报告第 %(version)s 版已由%(by)s在 %(when)s签发，没有再签，也没有再发邮件。",
                    **facts,
                )
                if by
                else gettext(
                    "%(month)s的报告第 %(version)s 版已在 %(when)s签发，没有再签，也没有再发邮件。", **facts
                )
            )
        case rules.ReportMoved(month=month):
            return gettext(
                "%(month)s的草稿在你打开之后变了：数字或同意具名的企业有改动。没有签发，请看过现在的草稿再签。",
                month=month_text(month),
            )
        case rules.NothingCorrected(month=month):
            return gettext("现在的数字和已签发的%(month)s报告相同，没有需要更正的。", month=month_text(month))
        case rules.NobodyToReport(month=month):
            return gettext(
                "%(month)s没有可以报告的内容：没有核对过的原租赁基线，或未具名的企业太少。",
                month=month_text(month),
            )
    return None


def _month_of(day: date) -> str:
    return gettext("%(year)s年%(month)s月", year=day.year, month=day.month)


def _kept(leased: int) -> str:
    return gettext(
        "保留的面积不能大于原来的面积（%(area)s）。后来扩大了的，原来的面积请填不共享就要租用的面积。",
        area=area(leased),
    )
