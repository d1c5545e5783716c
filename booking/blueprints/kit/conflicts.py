"""What is told, offered and counted where a wanted time is taken: whose it is, what is free, how to wait."""

import logging
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from flask import url_for
from sqlalchemy.exc import SQLAlchemyError

from booking.blueprints.kit.availability import new_url, place_of
from booking.blueprints.kit.converters import local_time, minute_of_instant
from booking.blueprints.kit.forms.reservation import end_form, move_form
from booking.blueprints.kit.holders import TimeHolder, holders
from booking.blueprints.kit.labels.prices import fulls_of, price_text
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.session import me, my_park
from booking.charges.quote_each import quote_each
from booking.db import db, transaction
from booking.language import gettext, local_name
from booking.people.models import Enterprise
from booking.reservations.alternatives import Asker, alternatives
from booking.reservations.models import OPEN_STATES, Reservation, ReservationState
from booking.reservations.quotas.quotas import quotas_left
from booking.reservations.quotas.rules import refused_spans
from booking.reservations.refusals import OwnBooking, Taken
from booking.reservations.rules import MINUTE
from booking.reservations.set_end import latest_free_end
from booking.reservations.space_queries import SpaceRow
from booking.reservations.upcoming import walked_in_id
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.models import AnySpace, Kind, Space
from booking.usage.door.at_the_door import latest_stay_end
from booking.usage.models import Stay
from booking.usage.turned_away import note_turned_away
from booking.values import FAR_FUTURE, Span
from booking.values.writing import minute_clock


class CurrentUse(NamedTuple):
    """What somebody has and wants another end of: a reservation, or the use of who came without one."""

    space: Space
    starts_at: datetime
    ends_at: datetime
    enterprise: Enterprise
    people: int
    purpose: str
    own: OwnBooking

    @classmethod
    def by(cls, one: Reservation | Stay) -> Self:
        """Read it; of a stay that was reserved its reservation."""
        if isinstance(one, Stay):
            if one.reservation is not None:
                return cls.by(one.reservation)
            own = ("stay_id", one.id)
            return cls(one.space, one.started_at, one.planned_end, one.enterprise, 1, "", own)
        own = ("reservation_id", one.id)
        span = (one.starts_at, one.ends_at)
        return cls(one.space, *span, one.enterprise, one.people, one.purpose or "", own)


class FreePlace(NamedTuple):
    """A free time and space; `fields` are sent to move there, or `url` leads to where it can be booked."""

    text: str
    detail: str
    price: str
    fields: Mapping[str, str] = {}
    url: str = ""


class Answer(NamedTuple):
    """What stands above the form that was refused."""

    wanted: str
    holders: Sequence[TimeHolder]
    ends: Sequence[FreePlace] = ()
    times: Sequence[FreePlace] = ()
    spaces: Sequence[FreePlace] = ()
    rest: Sequence[FreePlace] = ()


def answer_to_move(reservation: Reservation, space: Space, taken: Taken, now: datetime) -> Answer:
    """Offer other times of the space that was wanted, and other spaces at that time."""
    other_times, other_spaces = _places(reservation, space, taken.span, now)
    return Answer(
        f"{local_name(space.name, space.name_en)} {times(taken.span.start, taken.span.end, space.kind)}",
        holders(space, taken.span, ("reservation_id", reservation.id)),
        times=other_times,
        spaces=other_spaces,
    )


def answer_to_end(reservation: Reservation, taken: Taken, now: datetime) -> Answer:
    """Offer the latest end there is, and where all of it would fit; to who is there already, the rest."""
    space, wanted = reservation.space, Span(reservation.starts_at, taken.span.end)
    answer = _answer(CurrentUse.by(reservation), wanted, _latest(reservation, wanted, now))
    if reservation.state in OPEN_STATES:
        other_times, other_spaces = _places(reservation, space, wanted, now)
        return answer._replace(times=other_times, spaces=other_spaces)
    return answer._replace(rest=_rest(CurrentUse.by(reservation), wanted, now))


def answer_to_stay(stay: Stay, taken: Taken, now: datetime) -> Answer:
    """Offer the latest end there is to who is there, and where the rest can be had."""
    current = CurrentUse.by(stay)
    wanted = Span(current.starts_at, taken.span.end)
    last = latest_stay_end(db.session(), stay, now)
    ends = []
    if last is not None and current.ends_at < last < wanted.end:
        ends = [_end(current, last, {"until": last.isoformat()})]
    return _answer(current, wanted, ends)._replace(rest=_rest(current, wanted, now))


def _answer(current: CurrentUse, wanted: Span, ends: Sequence[FreePlace]) -> Answer:
    place = local_name(current.space.name, current.space.name_en)
    words = f"{place} {times(wanted.start, wanted.end, current.space.kind)}"
    return Answer(words, holders(current.space, wanted, current.own), ends)


def move_fields(space: SpaceRow | Space, span: Span, drawn_from: str) -> dict[str, str]:
    """Fill in the form that moves a reservation there."""
    zone = my_park().zone
    day = span.start.astimezone(zone).date()
    fields = {"space": str(space.id), "day": f"{day}", "drawn_from": drawn_from}
    if space.kind is Kind.STORAGE:
        return fields | {"until": _last_day(span.end)}
    return fields | {
        "starts": f"{span.start.astimezone(zone):%H:%M}",
        "ends": minute_clock(minute_of_instant(span.end, day, zone)),
    }


def _places(
    reservation: Reservation, space: Space, span: Span, now: datetime
) -> tuple[Sequence[FreePlace], Sequence[FreePlace]]:
    tenant = me().enterprise_id is not None
    asker = Asker(
        reservation.people,
        moves=reservation.id,
        at_once=tenant and reservation.state is ReservationState.BOOKED,
    )
    found = alternatives(db.session(), my_park(), space, span, now, asker)
    present = Span(reservation.starts_at, reservation.ends_at)
    over = _over_quota(reservation, space, found.times) if tenant else ()
    elsewhen = [
        one for one in found.times if (space.id, one) != (reservation.space_id, present) and one not in over
    ]
    here = SpaceRow.of(space)
    asked = [*((here, one) for one in elsewhen), *((other, span) for other in found.spaces)]
    prices = _prices(reservation.enterprise, asked, but={reservation.id})
    drawn_from = move_form(reservation, now, sent=False).drawn_from.data or ""
    places = [_place(drawn_from, *one, price) for one, price in zip(asked, prices, strict=True)]
    return places[: len(elsewhen)], places[len(elsewhen) :]


def _over_quota(reservation: Reservation, space: Space, spans: Sequence[Span]) -> set[Span]:
    """Name the times to which a quota would not let it be moved; what the park itself moves is exempt."""
    whose, but = (reservation.enterprise_id, reservation.member_id), reservation.id
    return refused_spans(quotas_left(db.session(), space, spans, *whose, but=but))


def _place(drawn_from: str, space: SpaceRow, span: Span, price: str) -> FreePlace:
    return FreePlace(
        f"{local_name(space.name, space.name_en)} {times(span.start, span.end, space.kind)}",
        place_of(space),
        price,
        move_fields(space, span, drawn_from),
    )


def _prices(
    enterprise: Enterprise, places: Sequence[tuple[AnySpace, Span]], *, but: Container[int] = ()
) -> list[str]:
    """Say what each costs, "" without a tariff, and at most; `but` what would be moved, which counts not."""
    asked = dict(enumerate(places))
    quotes = quote_each(db.session(), my_park(), enterprise, asked)
    fulls = fulls_of(asked, quotes, but=but, of=enterprise)
    return [price_text(quotes[one], fulls.get(one)) if one in quotes else "" for one in asked]


def _latest(reservation: Reservation, wanted: Span, now: datetime) -> list[FreePlace]:
    end = latest_free_end(db.session(), reservation, wanted.end, now)
    if end is None:
        return []
    storage = reservation.space.kind is Kind.STORAGE
    sent = {"until": _last_day(end)} if storage else {"ends": end.isoformat()}
    drawn_from = end_form(reservation, sent=False).drawn_from.data or ""
    return [_end(CurrentUse.by(reservation), end, sent | {"drawn_from": drawn_from})]


def _end(current: CurrentUse, end: datetime, fields: Mapping[str, str]) -> FreePlace:
    span = Span(current.starts_at, end)
    held, number = current.own
    own = {walked_in_id(number) if held == "stay_id" else number}
    [price] = _prices(current.enterprise, [(current.space, span)], but=own)
    return FreePlace(
        times(span.start, span.end, current.space.kind),
        gettext("不换空间，用到能用的最晚时间"),
        price,
        fields,
    )


def _rest(current: CurrentUse, wanted: Span, now: datetime) -> list[FreePlace]:
    """Offer other spaces for what comes after the present end, to be booked beside it."""
    start = max(current.ends_at, now.replace(second=0, microsecond=0))
    if wanted.end >= FAR_FUTURE or start >= wanted.end:
        return []
    rest = Span(start, wanted.end)
    found = alternatives(db.session(), my_park(), current.space, rest, now, Asker(current.people))
    wish = {"people": current.people, "purpose": current.purpose or None}
    prices = _prices(current.enterprise, [(one, rest) for one in found.spaces])
    return [
        FreePlace(
            f"{local_name(space.name, space.name_en)} {times(rest.start, rest.end, space.kind)}",
            place_of(space),
            price,
            url=new_url(space.id, space.kind, rest, **wish),
        )
        for space, price in zip(found.spaces, prices, strict=True)
    ]


def _last_day(end: datetime) -> str:
    return "" if end >= FAR_FUTURE else f"{(end - MINUTE).astimezone(my_park().zone).date()}"


class JoinPress(NamedTuple):
    """Where the press goes, what it sends, and for how many minutes what comes free is held."""

    url: str
    fields: dict[str, str]
    hold_minutes: int


def join_press(
    kind: Kind, span: Span, people: int, purpose: str, *, space_id: int | None = None
) -> JoinPress | None:
    """Fill the form of the waiting list; None for kinds that have none."""
    if kind in SPACES_WITHOUT_LINE:
        return None
    zone = my_park().zone
    (day, _, starts), (last, _, ends) = (
        local_time(one, zone).partition("T") for one in (span.start, span.end)
    )
    fields = {
        "kind": kind.value,
        "day": day,
        "starts": starts[:5],
        "ends": ends[:5] if day == last else "24:00",
        "people": f"{people}",
        "purpose": purpose,
    }
    if space_id is not None:
        fields["space"] = f"{space_id}"
    return JoinPress(url_for("waiting.join"), fields, my_park().hold_minutes)


log = logging.getLogger(__name__)


def count_turned_away(kind: Kind, span: Span, now: datetime, space_id: int | None = None) -> None:
    """Count the reader's wish, if it is a tenant's; a page that answers does so even where this fails."""
    reader, zone = me(), my_park().zone
    if reader.enterprise_id is None:
        return
    try:
        with transaction() as session:
            note_turned_away(session, reader, kind, span, zone, now=now, space_id=space_id)
    except SQLAlchemyError:
        db.session().rollback()
        log.warning("a wish that found no room was not counted", exc_info=True)
