"""Words of the pages of use: names of places, states of reservations, how a stay ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from flask import current_app, url_for

from booking.blueprints.access import allowed_at
from booking.blueprints.filters import clock_span, day, span_text
from booking.blueprints.signed_in import me
from booking.language import gettext, language_tag
from booking.reservations.models import ReservationState
from booking.spaces.models import Kind
from booking.usage.models import Ending
from booking.values.span import Span

if TYPE_CHECKING:
    from typing import Any

    from booking.reservations.models import Reservation

SECOND = timedelta(seconds=1)


class Named(Protocol):
    """A space or an area: a name, and perhaps an English one."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def name_en(self) -> str | None: ...  # noqa: D102


class Mark(NamedTuple):
    """A state as a badge shows it."""

    label: str
    tone: str


def place_name(place: Named) -> str:
    """Name a space or an area in the reader's language."""
    return (place.name_en or place.name) if language_tag() == "en" else place.name


def state_mark(state: ReservationState) -> Mark:
    """Name what became of a reservation."""
    marks = {
        ReservationState.REQUESTED: Mark(gettext("待确认"), "warning"),
        ReservationState.BOOKED: Mark(gettext("已预订"), "accent"),
        ReservationState.IN_USE: Mark(gettext("使用中"), "accent"),
        ReservationState.DONE: Mark(gettext("已完成"), ""),
        ReservationState.NO_SHOW: Mark(gettext("未到"), "warning"),
        ReservationState.CANCELLED: Mark(gettext("已取消"), ""),
        ReservationState.DECLINED: Mark(gettext("未通过"), "danger"),
    }
    return marks[state]


def ending_name(ending: Ending | None) -> str:
    """Say how a stay came to its end."""
    if ending is None:
        return str(gettext("使用中"))
    names = {
        Ending.CHECKED_OUT: gettext("已签退"),
        Ending.FORGOTTEN: gettext("忘记签退，按预订结束时间计"),
        Ending.LEASE_END: gettext("租期结束"),
    }
    return str(names[ending])


def change_name(what: str) -> str:
    """Name a step in the life of a reservation."""
    names = {
        "reserved": gettext("预订"),
        "moved": gettext("改期或换空间"),
        "extended": gettext("延长"),
        "shortened": gettext("缩短"),
        "approved": gettext("园区同意"),
        "declined": gettext("园区未同意"),
        "cancelled": gettext("取消"),
        "no_show": gettext("未到，已释放"),
    }
    return str(names.get(what, what))


def planned_text(reservation: Reservation, *, short: bool = False) -> str:
    """Write what was reserved: day and times, `short` the times alone; of a store its first and last day."""
    if reservation.space.kind is Kind.STORAGE:
        if reservation.open_ended:
            return str(gettext("%(day)s 起，到退租为止", day=day(reservation.starts_at)))
        first, last = day(reservation.starts_at), day(reservation.ends_at - SECOND)
        return str(gettext("%(first)s 至 %(last)s", first=first, last=last))
    span = Span(reservation.starts_at, reservation.ends_at)
    return clock_span(span) if short else span_text(span)


def way_to(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - whatever the address is made of
    """Give the address of a page the reader may enter; "" where there is none or it is not for them."""
    if endpoint not in current_app.view_functions:
        return ""
    allowed = allowed_at(current_app, endpoint)
    return url_for(endpoint, **values) if not allowed or me().role in allowed else ""
