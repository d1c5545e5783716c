"""What is asked of a series: its occurrences, booked and wished for, and whose it is."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select, union_all
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action
from booking.audit.models import AuditEntry
from booking.db.ready import ReadyStatement
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import OPEN_STATES, Reservation, ReservationChange, ReservationState
from booking.reservations.series.models import OPEN_WISH, Series, WishedOccurrence
from booking.reservations.series.recurrence import read_rule
from booking.reservations.series.rules import planned_day


def series_in(session: Session, park_id: int, series_id: int) -> Series | None:
    """Give a series of this park with its space and people; None where it is another park's."""
    return session.scalar(
        select(Series)
        .where(Series.id == series_id, Series.park_id == park_id)
        .options(joinedload(Series.space), joinedload(Series.member), joinedload(Series.enterprise))
    )


def goes_on_as(session: Session, series: Series) -> int | None:
    """Give the series, by its id, as which the rest of one went on last; None where it did not."""
    theirs = Series.enterprise_id == series.enterprise_id  # by the index
    return session.scalar(select(func.max(Series.id)).where(theirs, Series.split_from_id == series.id))


def booked_of(session: Session, series_id: int) -> Sequence[Reservation]:
    """List the reservations of a series, whatever became of them, in the order of their occurrences."""
    return session.scalars(
        select(Reservation)
        .where(Reservation.series_id == series_id)
        .options(joinedload(Reservation.space))
        .order_by(Reservation.recurrence_id)
    ).all()


class SeriesTally(NamedTuple):
    """How many reservations of a series there are in all, are booked, and wait, by whose answer."""

    all: int
    booked: int
    waits: Mapping[Answerer, int]


_BY_STATE = (Reservation.state, Reservation.answerer)
_COUNTED = ReadyStatement(
    select(*_BY_STATE, func.count())
    .where(Reservation.series_id == bindparam("series_id"))
    .group_by(*_BY_STATE)
)


def tally_of(session: Session, series_id: int) -> SeriesTally:
    """Count what became of a series; one query, however long it is."""
    rows = _COUNTED.all(session.connection(), {"series_id": series_id})
    return SeriesTally(
        sum(count for _, _, count in rows),
        sum(count for state, _, count in rows if state is ReservationState.BOOKED),
        Counter({who: count for state, who, count in rows if state is ReservationState.REQUESTED}),
    )


def booked_for(session: Session, series_id: int, keys: Collection[str]) -> Sequence[int]:
    """Give what is booked for these occurrences of a series, by the ids of the reservations, in order."""
    wanted = Reservation.series_id == series_id, Reservation.recurrence_id.in_(keys)
    return session.scalars(select(Reservation.id).where(*wanted).order_by(Reservation.id)).all()


def wished_of(session: Session, series_id: int, now: datetime) -> Sequence[WishedOccurrence]:
    """List what is still wished for and has not begun, in order."""
    return session.scalars(
        select(WishedOccurrence)
        .where(WishedOccurrence.series_id == series_id, OPEN_WISH, WishedOccurrence.starts_at > now)
        .order_by(WishedOccurrence.recurrence_id)
    ).all()


def wished_in(session: Session, park_id: int, wished_id: int) -> WishedOccurrence | None:
    """Give a wish of this park with its series; None where it is another park's."""
    return session.scalar(
        select(WishedOccurrence)
        .where(WishedOccurrence.id == wished_id, WishedOccurrence.park_id == park_id)
        .options(joinedload(WishedOccurrence.series), joinedload(WishedOccurrence.space))
    )


def wishes_from(session: Session, series_id: int, since: str) -> Sequence[WishedOccurrence]:
    """Lock what is still wished for from an occurrence on, in order of id.

    Before the reservations of the series, as who takes a wish has locked it before the reservation is there:
    what is booked of them meanwhile is then found among those.
    """
    return session.scalars(
        select(WishedOccurrence)
        .where(WishedOccurrence.series_id == series_id, WishedOccurrence.recurrence_id >= since, OPEN_WISH)
        .order_by(WishedOccurrence.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def open_from(
    session: Session, series_id: int, since: str, when: ColumnElement[bool], *, lock: bool = False
) -> Sequence[Reservation]:
    """List what is open from an occurrence on, with its space, in order of id; `when` says until when."""
    wanted = (
        select(Reservation)
        .where(Reservation.series_id == series_id, Reservation.recurrence_id >= since)
        .where(Reservation.state.in_(OPEN_STATES), when)
        .options(joinedload(Reservation.space))
        .order_by(Reservation.id)
    )
    if lock:
        wanted = wanted.with_for_update(key_share=True, of=Reservation)
        wanted = wanted.execution_options(populate_existing=True)
    return session.scalars(wanted).all()


def neighbour_of(session: Session, series_id: int, key: str) -> int | None:
    """Give the booking of a series that is nearest before an occurrence, else after it."""
    of = Reservation.recurrence_id
    theirs = select(Reservation.id).where(
        Reservation.series_id == series_id, Reservation.cancelled_at.is_(None)
    )
    before = session.scalar(theirs.where(of < key).order_by(of.desc()).limit(1))
    return before or session.scalar(theirs.where(of > key).order_by(of).limit(1))


MOST_ON_A_DAY_PAGE = 20


def wished_by(session: Session, member_id: int, now: datetime, until: datetime) -> Sequence[WishedOccurrence]:
    """List what a member still wishes for until an instant, the next first."""
    return session.scalars(
        select(WishedOccurrence)
        .where(WishedOccurrence.member_id == member_id, OPEN_WISH)
        .where(WishedOccurrence.starts_at > now, WishedOccurrence.starts_at < until)
        .options(joinedload(WishedOccurrence.space), joinedload(WishedOccurrence.series))
        .order_by(WishedOccurrence.starts_at, WishedOccurrence.id)
        .limit(MOST_ON_A_DAY_PAGE)
    ).all()


GIVEN_UP = (ReservationState.CANCELLED, ReservationState.DECLINED)


def keys_of(session: Session, series_id: int, *, dropped: bool = True) -> set[str]:
    """Name all occurrences of a series, whatever became of them; without `dropped` but those given up.

    Given up is what nobody wishes for any more, and what was cancelled or declined.
    """
    wished = select(WishedOccurrence.recurrence_id).where(WishedOccurrence.series_id == series_id)
    booked = select(Reservation.recurrence_id).where(Reservation.series_id == series_id)
    if not dropped:
        wished = wished.where(OPEN_WISH)
        booked = booked.where(Reservation.state.not_in(GIVEN_UP))
    return {key for key in session.scalars(union_all(booked, wished)) if key is not None}


def last_day_of(session: Session, series: Series) -> date:
    """Give the last day its rule says; where that is a number, of its last occurrence, whatever became of it.

    What was given up when it was cut short lies behind that, and does not count.
    """
    until = read_rule(series.rule, series.first_day).until
    return until or max(map(planned_day, keys_of(session, series.id)), default=series.first_day)


class DaysHeld(NamedTuple):
    """The days for which something stands or is wished for: in a series, and in what it went on as."""

    here: frozenset[date]
    elsewhere: frozenset[date]


def days_held(session: Session, series: Series) -> DaysHeld:
    """Give the days, as planned at first, that a series and all that the rest of it went on as still have."""
    later = select(Series.id, Series.split_from_id).where(
        Series.enterprise_id == series.enterprise_id, Series.id > series.id
    )
    family = {series.id}
    for made, split_from in session.execute(later.order_by(Series.id)):
        if split_from in family:
            family.add(made)
    wished = select(WishedOccurrence.series_id, WishedOccurrence.recurrence_id).where(
        WishedOccurrence.series_id.in_(family), OPEN_WISH
    )
    booked = select(Reservation.series_id, Reservation.recurrence_id).where(
        Reservation.series_id.in_(family), Reservation.state.not_in(GIVEN_UP)
    )
    rows: Sequence[Any] = session.execute(union_all(booked, wished)).all()
    found = [(row.series_id, planned_day(row.recurrence_id)) for row in rows]
    return DaysHeld(
        frozenset(day for one, day in found if one == series.id),
        frozenset(day for one, day in found if one != series.id),
    )


GIVEN_UP = (ReservationState.CANCELLED, ReservationState.DECLINED)


class PlaceInSeries(NamedTuple):
    """Which of how many an occurrence is, those that were cancelled counted too."""

    series: Series
    number: int
    of: int


def place_in_series(session: Session, reservation: Reservation) -> PlaceInSeries | None:
    """Tell which of how many a reservation is, 0 of one given up; None where it belongs to no series."""
    if reservation.series_id is None:
        return None
    keys = keys_of(session, reservation.series_id, dropped=False)
    own = reservation.recurrence_id or ""
    number = sum(key <= own for key in keys) if own in keys else 0
    return PlaceInSeries(session.get_one(Series, reservation.series_id), number, len(keys))


def series_of(
    session: Session, enterprise_id: int, now: datetime, *, member_id: int | None = None
) -> list[tuple[Series, int]]:
    """List the series of an enterprise, or a member, that go on, with how many reservations are to come."""
    coming = (
        select(Reservation.series_id, func.count().label("coming"))
        .where(Reservation.enterprise_id == enterprise_id, Reservation.series_id.is_not(None))
        .where(Reservation.starts_at > now, Reservation.cancelled_at.is_(None))
        .group_by(Reservation.series_id)
        .subquery()
    )
    wanted = (
        select(Series, coming.c.coming)
        .join(coming, coming.c.series_id == Series.id)
        .options(joinedload(Series.space))
        .order_by(Series.id.desc())
    )
    if member_id is not None:
        wanted = wanted.where(Series.member_id == member_id)
    return [(row[0], row[1]) for row in session.execute(wanted)]


class NotGranted(NamedTuple):
    """A request for a day that a series kept, which came to nothing, and why; "" where nobody answered it."""

    reservation_id: int
    reason: str


def not_granted_of(session: Session, series_ids: Collection[int]) -> dict[tuple[int | None, str], NotGranted]:
    """Give by series and occurrence what was last asked for of it, where that was declined; two queries.

    The request stands by itself since then; the trail keeps which day it was for.
    """
    if not series_ids:
        return {}
    told = select(AuditEntry.subject_id, AuditEntry.after).where(AuditEntry.subject == "series")
    trail = told.where(AuditEntry.subject_id.in_(series_ids))
    taken = trail.where(AuditEntry.action == Action.SERIES_WISH_TAKEN.value).order_by(AuditEntry.id)
    days = {
        one["reservation_id"]: (series_id, one["recurrence_id"])
        for series_id, one in session.execute(taken)
        if one and "reservation_id" in one
    }
    last = {day: number for number, day in days.items()}
    declined = (Reservation.state == ReservationState.DECLINED, Reservation.series_id.is_(None))
    steps = (
        select(ReservationChange)
        .join(Reservation, Reservation.id == ReservationChange.reservation_id)
        .where(Reservation.id.in_(last.values()), *declined)
        .order_by(ReservationChange.id)
    )
    found = session.scalars(steps).all() if last else ()
    return {
        days[one.reservation_id]: NotGranted(
            one.reservation_id, (one.reason or "") if one.action is Action.RESERVATION_DECLINED else ""
        )
        for one in found
    }
