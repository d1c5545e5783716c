"""States and steps of a reservation in words."""

from datetime import datetime, timedelta

from booking.blueprints.kit.filters import day, span_text
from booking.language import gettext
from booking.reservations.models import ReservationState
from booking.spaces.models import Kind
from booking.values.span import FAR_FUTURE, Span


def state_name(state: ReservationState) -> str:
    """Name what became of it."""
    names = {
        ReservationState.REQUESTED: gettext("待确认"),
        ReservationState.BOOKED: gettext("已预订"),
        ReservationState.IN_USE: gettext("使用中"),
        ReservationState.DONE: gettext("已完成"),
        ReservationState.NO_SHOW: gettext("未到"),
        ReservationState.CANCELLED: gettext("已取消"),
        ReservationState.DECLINED: gettext("未通过"),
    }
    return str(names[state])


def state_tone(state: ReservationState) -> str:
    """Choose the badge's tone."""
    tones = {
        ReservationState.REQUESTED: "warning",
        ReservationState.BOOKED: "accent",
        ReservationState.IN_USE: "accent",
        ReservationState.NO_SHOW: "warning",
        ReservationState.DECLINED: "danger",
    }
    return tones.get(state, "")


def change_name(what: str) -> str:
    """Name a step of the history."""
    names = {
        "reserved": gettext("预订"),
        "moved": gettext("改期或换空间"),
        "extended": gettext("延长"),
        "shortened": gettext("缩短"),
        "approved": gettext("园区同意"),
        "declined": gettext("园区未同意"),
        "lapsed": gettext("开始前没有答复，自动关闭"),
        "cancelled": gettext("取消了预订"),
        "no_show": gettext("未到，已释放"),
    }
    return str(names.get(what, what))


SECOND = timedelta(seconds=1)


def times(start: datetime, end: datetime, kind: Kind) -> str:
    """Write 11月3日 周二 16:36–18:17; of a store its first and last day."""
    if kind is not Kind.STORAGE:
        return span_text(Span(start, end))
    if end >= FAR_FUTURE:
        return str(gettext("%(day)s 起，到退租为止", day=day(start)))
    return str(gettext("%(first)s 至 %(last)s", first=day(start), last=day(end - SECOND)))
