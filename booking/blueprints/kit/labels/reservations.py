"""Reservations and their use in words: states, steps, times, and how a stay ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from flask import current_app, url_for

from booking.audit.actions import Action
from booking.blueprints.kit.access import allowed_at
from booking.blueprints.kit.filters import clock, clock_span, comma_list, day, money, span_text
from booking.blueprints.kit.labels.people import day_price
from booking.blueprints.kit.labels.prices import price_range
from booking.blueprints.kit.session import me
from booking.language import gettext, local_name
from booking.people.models import Member
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import (
    ProposedPlace,
    Reservation,
    ReservationChange,
    ReservationState,
)
from booking.reservations.rules import OwnPlace
from booking.spaces.models import Kind, Space
from booking.usage.models import Ending, Stay
from booking.usage.queries import goes_at
from booking.values import FAR_FUTURE, Money, Span


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


class StateBadge(NamedTuple):
    """A state as a badge shows it."""

    label: str
    tone: str


class Marked(Protocol):
    """A reservation, or a row that tells as much of one."""

    @property
    def state(self) -> ReservationState: ...  # noqa: D102
    @property
    def answerer(self) -> Answerer: ...  # noqa: D102


def reservation_mark(reservation: Marked) -> StateBadge:
    """Name what became of a reservation; of a request also who is asked."""
    waits = reservation.state is ReservationState.REQUESTED and reservation.answerer is Answerer.MANAGER
    label = gettext("待负责人批准") if waits else state_name(reservation.state)
    return StateBadge(str(label), state_tone(reservation.state))


def check_in_mark(reservation: Reservation, now: datetime) -> StateBadge | None:
    """Say that nobody has checked in to it yet, and when it goes, or that it went; None where it stands."""
    if reservation.state is ReservationState.NO_SHOW:
        return StateBadge(gettext("没有人签到，已放出"), "danger")
    turn = goes_at(reservation, now)
    if turn is None:
        return None
    return StateBadge(gettext("还没签到，%(time)s 放出", time=clock(turn)), "warning")


def change_name(change: ReservationChange) -> str:
    """Name a step of the history."""
    names = {
        Action.RESERVATION_MADE: gettext("订下了"),
        Action.RESERVATION_GUESTS_NAMED: gettext("改了同行的人"),
        Action.RESERVATION_MOVED: gettext("改期或换空间"),
        Action.RESERVATION_EXTENDED: gettext("延长"),
        Action.RESERVATION_SHORTENED: gettext("缩短"),
        Action.RESERVATION_PROPOSED: gettext("园区提议换个时间或空间"),
        Action.RESERVATION_AGREED: gettext("接受了园区的提议"),
        Action.RESERVATION_ASKED: gettext("请负责人批准园区的提议"),
        Action.RESERVATION_NOT_AGREED: gettext("没有接受园区的提议"),
        Action.RESERVATION_APPROVED: gettext("同意了申请"),
        Action.RESERVATION_DECLINED: gettext("没有同意申请"),
        Action.RESERVATION_HANDED_ON: gettext("负责人批准，交园区确认"),
        Action.RESERVATION_EXPIRED: gettext("开始前没有答复，自动关闭"),
        Action.RESERVATION_REINSTATED: gettext("来过，未到已撤回"),
        Action.RESERVATION_CANCELLED: gettext("取消了预订"),
        Action.RESERVATION_RELEASED: gettext("未到，已释放"),
        Action.STAY_CHECKED_IN: gettext("代为签到"),
        Action.STAY_CHECKED_OUT: gettext("代为签退"),
    }
    return str(names[change.action]) if change.action in names else change.what


TO_A_REQUEST = (
    Action.RESERVATION_PROPOSED,
    Action.RESERVATION_APPROVED,
    Action.RESERVATION_DECLINED,
    Action.RESERVATION_HANDED_ON,
    Action.RESERVATION_EXPIRED,
)


MADE_OF_IT = (Action.RESERVATION_APPROVED, Action.RESERVATION_AGREED, Action.RESERVATION_MOVED)
"""By which a request became a booking, or may have."""


def named_steps(
    reservation: Reservation, changes: Sequence[ReservationChange]
) -> list[tuple[ReservationChange, str]]:
    """Name the steps of a history: what was asked for was not booked, who was named with it is no step."""
    made = next((one for one in changes if one.action is Action.RESERVATION_MADE), None)
    asked = reservation.was_asked or any(one.action in TO_A_REQUEST for one in changes)
    names: dict[Action | None, str] = {Action.RESERVATION_MADE: gettext("提交了申请")} if asked else {}
    if asked and not any(one.action in MADE_OF_IT for one in changes):
        names[Action.RESERVATION_CANCELLED] = gettext("撤销了申请")
    at_once = [
        one for one in changes if made and one.at == made.at and one.action is Action.RESERVATION_GUESTS_NAMED
    ]
    return [(one, names.get(one.action) or change_name(one)) for one in changes if one not in at_once]


SECOND = timedelta(seconds=1)


def times(start: datetime, end: datetime, kind: Kind) -> str:
    """Write 11月3日 周二 16:36–18:17; of a store its first and last day."""
    if kind is not Kind.STORAGE:
        return span_text(Span(start, end))
    if end >= FAR_FUTURE:
        return str(gettext("%(day)s 起，到退租为止", day=day(start)))
    return str(gettext("%(first)s 至 %(last)s", first=day(start), last=day(end - SECOND)))


class NamedPlace(Protocol):
    """A space or an area: a name, and perhaps an English one."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def name_en(self) -> str | None: ...  # noqa: D102


def place_name(place: NamedPlace) -> str:
    """Name a space or an area in the reader's language."""
    return local_name(place.name, place.name_en)


def door_name(space: Space) -> str:
    """Name a space with what stands on its door, once: M-301 兰亭, but 工位 A218 alone."""
    name = place_name(space)
    return name if space.code in name else f"{space.code} {name}"


def place_on_site(space: Space) -> str:
    """Tell who does not know the park where a space is: what stands on its door, and in which part."""
    return f"{door_name(space)} · {place_name(space.area)}"


def state_mark(state: ReservationState) -> StateBadge:
    """Name what became of a reservation."""
    return StateBadge(state_name(state), state_tone(state))


def ending_name(ending: Ending | None) -> str:
    """Say how a stay came to its end."""
    if ending is None:
        return str(gettext("使用中"))
    names = {
        Ending.CHECKED_OUT: gettext("已签退"),
        Ending.FORGOTTEN: gettext("没有按时签退，计到预订结束"),
        Ending.LEASE_END: gettext("租期结束"),
    }
    return str(names[ending])


def ending_label(stay: Stay) -> str:
    """Say how a stay came to its end, and whether that was put right since."""
    if stay.ending is Ending.FORGOTTEN and any(one.new_ended_at for one in stay.corrections):
        return str(gettext("没有按时签退，离开时间已更正"))
    return ending_name(stay.ending)


def is_mine(reservation: Reservation) -> bool:
    """Tell whether the reader is who booked it, rather than asked along to it."""
    return reservation.member_id == me().id


def planned_text(reservation: Reservation, *, short: bool = False) -> str:
    """Write what was reserved: day and times, `short` the times alone; of a store its first and last day."""
    start, end, kind = reservation.starts_at, reservation.ends_at, reservation.space.kind
    if short and kind is not Kind.STORAGE:
        return clock_span(Span(start, end))
    return times(start, end, kind)


def quoted(of: Reservation | ProposedPlace, full: Money | None = None) -> str:
    """Say what was quoted, and up to how much it may come; of a lease without an end, what a day costs."""
    if of.ends_at < FAR_FUTURE:
        return price_range(of.quote, full)
    per_day = day_price(of)
    if per_day is None:
        return gettext("按天计费，用到哪天算到哪天")
    return gettext("%(price)s／天，用到哪天算到哪天", price=money(per_day))


def way_to(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - whatever the address is made of
    """Give the address of a page the reader may enter; "" where it is not for them."""
    allowed = allowed_at(current_app, endpoint)
    return url_for(endpoint, **values) if not allowed or me().role in allowed else ""


NAMED_PLACES = 3


def held_too_label(own: Sequence[OwnPlace], who: Member, *, booked: bool = False) -> str:
    """Say what somebody holds at the same time, which is no harm but may be a mistake; "" for nothing.

    Before it is `booked` that one may have both, afterwards how not to. A colleague's may be one meeting.
    """
    mine, theirs = ([one for one in own if bool(one.colleague) is of_them] for of_them in (False, True))
    found = (_own_label(mine, who, booked=booked), _colleagues_label(theirs, booked=booked))
    return " ".join(one for one in found if one)


def _at_its_time(one: OwnPlace) -> str:
    if one.requested and not one.colleague:
        name, when = local_name(one.name, one.name_en), span_text(one.span)
        return gettext("%(name)s（%(when)s，申请中）", name=name, when=when)
    return gettext("%(name)s（%(when)s）", name=local_name(one.name, one.name_en), when=span_text(one.span))


def _colleagues_label(theirs: Sequence[OwnPlace], *, booked: bool) -> str:
    if not theirs:
        return ""
    of_each: dict[tuple[str, bool], list[str]] = {}
    for one in theirs[:NAMED_PLACES]:
        of_each.setdefault((one.colleague, one.requested), []).append(_at_its_time(one))
    rooms = comma_list(
        gettext("%(who)s那时申请了%(place)s", who=who, place=comma_list(places))
        if requested
        else gettext("%(who)s那时已有%(place)s", who=who, place=comma_list(places))
        for (who, requested), places in of_each.items()
    )
    if len(theirs) > NAMED_PLACES:
        rooms = gettext("%(places)s 等 %(count)s 处", places=rooms, count=len(theirs))
    if booked:
        return gettext("同事%(rooms)s。是同一个会的话，请取消一间，别人就能用。", rooms=rooms)
    if any(one.requested for one in theirs):
        return gettext("同事%(rooms)s。是同一个会吗？申请还没批准，不占地方，先订的算数。", rooms=rooms)
    return gettext("同事%(rooms)s。是同一个会吗？不是的话，可以照样预订。", rooms=rooms)


def _own_label(own: Sequence[OwnPlace], who: Member, *, booked: bool) -> str:
    if not own:
        return ""
    places = comma_list(_at_its_time(one) for one in own[:NAMED_PLACES])
    if len(own) > NAMED_PLACES:
        places = gettext("%(places)s 等 %(count)s 处", places=places, count=len(own))
    if who.id == me().id and booked:
        return gettext("你同一时间还订了%(places)s。用不上的那个请取消，别人就能用。", places=places)
    if who.id == me().id:
        return gettext("你同一时间还订了%(places)s。两个都要的话，可以照样预订。", places=places)
    return gettext("%(who)s同一时间还订了%(places)s。", who=who.name, places=places)
