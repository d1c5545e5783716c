"""Words for every no of the waiting list."""

from booking.language import gettext
from booking.reservations.waiting import refusals as no
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of the waiting list; None for anybody else's."""
    match refusal:
        case no.FreeNow():
            return gettext("这段时间现在就空着，不用候补，直接预订就好。")
        case no.NoLine():
            return gettext("按天租的仓储和需要园区确认的空间没有候补。")
        case no.TooManyWaits(most=most):
            return gettext("最多同时候补 %(most)s 个时间，请先退出不需要的。", most=most)
        case no.HoldOver():
            return gettext("保留的时间已经过了，或者已经放弃；可以重新候补。")
        case no.WaitTaken():
            return gettext("这次候补已经订成预订了，要取消请到预订里取消。")
    return None
