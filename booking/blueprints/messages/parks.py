"""Words for the refusals of a park's particulars and calendar."""

from booking.language import gettext
from booking.parks import rules
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of this room; None for another room's."""
    match refusal:
        case rules.ClosesBeforeItOpens():
            return gettext("关闭时间要晚于开放时间。")
        case rules.NoSuchZone(name):
            return gettext("没有名为 %(name)s 的时区，例如 Asia/Shanghai。", name=name)
        case rules.BadSellerUscc():
            return gettext("统一社会信用代码不对：应为 18 位，请对照营业执照检查每一位。")
        case rules.ParkCodeTaken(code):
            return gettext("园区代码 %(code)s 已被使用。", code=code)
        case rules.YearNotKnown(year):
            return gettext("还没有 %(year)s 年的放假安排，请逐日填写。", year=year)
    return None
