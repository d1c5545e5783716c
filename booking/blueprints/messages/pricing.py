"""Words for why a tariff or a stay cannot be priced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.billing import rules
from booking.language import gettext

if TYPE_CHECKING:
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
    return None
