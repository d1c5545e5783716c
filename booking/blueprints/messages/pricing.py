"""Words for why a tariff or a stay cannot be priced."""

from booking.blueprints.kit.filters import full_day, money, month_text
from booking.charges import rules as charge_rules
from booking.language import gettext
from booking.tariffs import rules
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say the refusals of pricing; None for anybody else's."""
    match refusal:
        case rules.BandsOverlap(first=first, second=second):
            return gettext(
                "时段“%(second)s”与“%(first)s”在同类日子里重叠，请错开。", first=first, second=second
            )
        case rules.BandEndsBeforeItStarts(band=band):
            return gettext("时段“%(band)s”的结束须晚于开始；跨零点的请写成两段。", band=band)
        case rules.FactorBelowZero(band=band):
            return gettext("时段“%(band)s”的系数不能小于 0。", band=band)
        case rules.TariffFigureOutOfRange(lowest=lowest, highest=highest):
            return gettext("数值须在 %(lowest)s 与 %(highest)s 之间。", lowest=lowest, highest=highest)
        case rules.StayEndsBeforeItStarts():
            return gettext("签出时间不能早于签入时间。")
        case rules.StayTooLong(days=days):
            return gettext("一次使用不能超过 %(days)s 天，请检查日期。", days=days)
        case rules.BasisNotForKind():
            return gettext("仓储按天计价，其他空间按小时计价，请改选计价方式。")
        case rules.NoTariff(day=day):
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
        case rules.VersionTooEarly(earliest=earliest):
            return gettext("新版本最早自 %(day)s 起生效，已经发生的使用不改价。", day=full_day(earliest))
        case rules.VersionThatDay(day=day):
            return gettext("%(day)s 已有一个版本；价目不能修改，请换一天。", day=full_day(day))
        case rules.VersionBegun(first_day=day):
            return gettext("这一版 %(day)s 起已经生效，不能撤回；要改价，请发布新版本。", day=full_day(day))
        case rules.VersionWithdrawn(on=day):
            return gettext("这一版 %(day)s 已经撤回。", day=full_day(day))
    return None
