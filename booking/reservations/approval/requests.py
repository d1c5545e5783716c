"""What becomes of a request: approved, or declined with a reason; and its promise.

The park promises an answer within so many of its working hours, and never after the request is over.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.enterprises import check_tenancy
from booking.reservations.approval.rules import Answerer, NotYoursToAnswer
from booking.reservations.claim import claim
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import Occupancy, ProposedPlace, Reservation, ReservationState
from booking.reservations.refusals import AskedTooLate, OutOfDate
from booking.reservations.rules import check_in_service, request_expires_at
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.series.rules import planned_day, span_on
from booking.reservations.waiting.models import Wait
from booking.reservations.waiting.own_waits import OF_ITS_ASKER
from booking.spaces.models import Kind, Space, space_part
from booking.values import ReasonMissing, Refusal, Span, working_time_after


def approve(
    session: Session, reservation_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> Reservation:
    """Book what was asked for, if it is still free. Approving twice changes nothing.

    For the park. Raises Taken where somebody else got it meanwhile, AskedTooLate where its start has passed,
    NotYoursToAnswer while its manager is asked, Retired, EnterpriseHasLeft, EndsAfterLeaving, CannotChange,
    OutOfDate, also where it was booked as something else than the page shows.
    """
    reservation = lock_for_update(session, reservation_id, None, *ReservationState)
    if reservation.state is ReservationState.BOOKED:
        check_same(reservation, version)
        return reservation
    lock_request(session, reservation_id, version, Answerer.PARK)
    return book_request(session, reservation, by=by, now=now)


def check_same(reservation: Reservation, version: int | None) -> None:
    """Let a yes be said again to what that very yes made of a request; raises OutOfDate for anything else."""
    if version is not None and reservation.version > version + 1:
        raise OutOfDate(reservation.version)


def lock_request(
    session: Session, reservation_id: int, version: int | None, answerer: Answerer
) -> Reservation:
    """Lock what waits for an answer; raises NotYoursToAnswer, CannotChange, OutOfDate."""
    reservation = lock_for_update(session, reservation_id, version, ReservationState.REQUESTED)
    if reservation.answerer is not answerer:
        raise NotYoursToAnswer(reservation.answerer)
    return reservation


def check_in_time(reservation: Reservation, now: datetime) -> None:
    """Refuse a yes that comes when the time has begun; raises AskedTooLate."""
    if over_at(reservation) <= now:
        raise AskedTooLate(reservation.starts_at)


def book_request(session: Session, reservation: Reservation, *, by: Actor, now: datetime) -> Reservation:
    """Book a locked request, whoever said yes; raises as `approve`."""
    span = Span(reservation.starts_at, reservation.ends_at)
    check_in_time(reservation, now)
    zone = session.get_one(Park, reservation.park_id).zone
    check_tenancy(session, reservation.park_id, reservation.enterprise_id, span, zone)
    check_in_service(reservation.space.retired_at, reservation.space.code, span)
    old = ReservationSnapshot.by(reservation)
    reservation.state = ReservationState.BOOKED
    reservation.version += 1
    claim(session, reservation.space, span, reservation)
    log_change(session, reservation, Action.RESERVATION_APPROVED, old, by=by, now=now)
    return reservation


def decline(
    session: Session,
    reservation_id: int,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    answerer: Answerer = Answerer.PARK,
) -> Reservation:
    """Answer a request with no, for the park or as its manager; the reason is shown to who asked.

    A day that a series kept and that was asked for is kept on (`keep_wish_on`).
    Raises ReasonMissing, NotYoursToAnswer where somebody else is asked, CannotChange, OutOfDate.
    """
    if not reason.strip():
        raise ReasonMissing
    reservation = lock_request(session, reservation_id, version, answerer)
    old = ReservationSnapshot.by(reservation)
    reservation.state = ReservationState.DECLINED
    reservation.version += 1
    log_change(session, reservation, Action.RESERVATION_DECLINED, old, by=by, now=now, reason=reason.strip())
    keep_wish_on(session, reservation, now)
    return reservation


def keep_wish_on(session: Session, over: Reservation, now: datetime) -> None:
    """Let the series wish for it again, as it has that day by now; the request is a booking of its own.

    In their old turn, where that is the same time and place still. What was no wish, and what is over, is
    left. Safe twice: the wish is found by the request that it became.
    """
    wished = wish_asked_for(session, over, now, lock=True)
    span = _span_of_wish(session, wished) if wished is not None else None
    if wished is None or span is None:
        return
    series = wished.series
    over.series_id = over.recurrence_id = None  # an occurrence of it is booked once
    if (wished.space_id, wished.starts_at, wished.ends_at) != (series.space_id, span.start, span.end):
        wished.created_at = now
    wished.space_id, wished.starts_at, wished.ends_at = series.space_id, span.start, span.end
    wished.outcome = wished.settled_at = wished.reservation_id = wished.opens_on = None
    session.flush()


def wish_asked_for(
    session: Session, asked: Reservation, now: datetime, *, lock: bool = False
) -> WishedOccurrence | None:
    """Find the wish of a series that goes on where its request is over without a yes; None for none."""
    if asked.series_id is None:
        return None
    found = select(WishedOccurrence).where(WishedOccurrence.reservation_id == asked.id)
    wished = session.scalar(found.with_for_update(key_share=True) if lock else found)
    if wished is None or wished.series.ended_at is not None:
        return None
    span = _span_of_wish(session, wished)
    return wished if span is not None and span.start > now else None


def _span_of_wish(session: Session, wished: WishedOccurrence) -> Span | None:
    """Give its time as the series has that day by now; None where the clocks skip it."""
    series, zone = wished.series, session.get_one(Park, wished.park_id).zone
    return span_on(planned_day(wished.recurrence_id), series.starts_minute, series.ends_minute, zone)


class SeriesAnswered(NamedTuple):
    """Of how many requests of a series it was done, could not be, and which changed since they were shown."""

    done: int
    left: int
    changed: int = 0


def approve_series(
    session: Session, series_id: int, shown: Mapping[int, int], *, by: Actor, now: datetime
) -> SeriesAnswered:
    """Book what was `shown` of a series, versions by id, but for what is taken by now, or a rule forbids.

    That stays a request, and so does what was changed or asked for since. One act, of which one letter tells;
    the second time nothing is left to do.
    """
    asked = asked_of_series(session, series_id)
    same = [number for number, version in asked.items() if shown.get(number) == version]
    done = 0
    for reservation_id in same:
        with suppress(Refusal), session.begin_nested():
            approve(session, reservation_id, by=by, now=now)
            done += 1
    return SeriesAnswered(done, len(same) - done, len(asked) - len(same))


def decline_series(
    session: Session, series_id: int, reason: str, shown: Mapping[int, int], *, by: Actor, now: datetime
) -> SeriesAnswered:
    """Answer what was `shown` of a series with no, as `approve_series`. Safe twice. Raises ReasonMissing."""
    asked = asked_of_series(session, series_id)
    same = [number for number, version in asked.items() if shown.get(number) == version]
    for reservation_id in same:
        decline(session, reservation_id, reason, by=by, now=now)
    return SeriesAnswered(len(same), 0, len(asked) - len(same))


def asked_of_series(session: Session, series_id: int) -> Mapping[int, int]:
    """Give the requests of a series that wait for the park, with their versions, in order of time; locked."""
    waiting = (Reservation.state == ReservationState.REQUESTED, Reservation.answerer == Answerer.PARK)
    rows = session.execute(
        select(Reservation.id, Reservation.version)
        .where(Reservation.series_id == series_id, *waiting)
        .order_by(Reservation.starts_at, Reservation.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row.version for row in rows}


NOBODY, REMINDED, LATE = range(3)
"""Who was told that an answer is due: nobody yet, the administrators that it will be, all that it is late."""

MINUTES_OF_HOUR = 60
A_QUARTER = timedelta(minutes=15)


def promise(
    session: Session, park_id: int, kind: Kind, starts_at: datetime | None, since: datetime
) -> datetime:
    """Tell by when the park answers who asks for what begins at `starts_at`, and begins to wait at `since`.

    Its working hours, rounded up to a quarter of an hour; where the request would be over before, by then.
    For a form whose start is not known yet give None. Reads nothing that is not kept in memory.
    """
    park = session.get_one(Park, park_id)
    minutes = park.answer_hours * MINUTES_OF_HOUR
    usual = working_time_after(park_calendar(session, park.id), park.zone, since, minutes)
    usual += -(usual - usual.replace(minute=0)) % A_QUARTER
    if starts_at is None:
        return usual
    return min(usual, request_expires_at(starts_at, park.zone, by_day=kind is Kind.STORAGE))


def over_at(reservation: Reservation) -> datetime:
    """Tell when a request ends by itself."""
    return over_when(reservation.space, reservation.starts_at)


def over_when(space: Space, starts_at: datetime) -> datetime:
    """Tell until when a place may be asked for that begins then."""
    return request_expires_at(starts_at, space.park.zone, by_day=space.kind is Kind.STORAGE)


def place_of(one: Reservation | ProposedPlace) -> tuple[int, Span]:
    """Give where and when something is asked for, or proposed."""
    return one.space_id, Span(one.starts_at, one.ends_at)


def answer_until(reservation: Reservation, proposal: ProposedPlace) -> datetime:
    """Tell until when a proposal can be taken: while it could be asked for, and the request is not over."""
    return min(over_when(reservation.space, proposal.starts_at), over_at(reservation))


def proposed_for(session: Session, reservation_id: int) -> ProposedPlace | None:
    """Read what was proposed last, as it is now; only who has locked the reservation changes it."""
    return session.get(ProposedPlace, reservation_id, populate_existing=True)


def wait_for_answer(session: Session, reservation: Reservation, since: datetime) -> None:
    """Promise an answer to a request that begins, or begins again, to wait for the park."""
    reservation.answer_by = promise(
        session, reservation.park_id, reservation.space.kind, reservation.starts_at, since
    )
    reservation.answer_told = NOBODY


def ask_otherwise(session: Session, reservation: Reservation, *, by: Actor, now: datetime) -> None:
    """See to the promise of a request whose place or time was just changed; of what is booked nothing.

    Who asks the park for something else waits anew; what the park changed of itself it answers no later for.
    What it proposed before is no answer to it. While a manager is asked, the park promises nothing.
    """
    if reservation.state is not ReservationState.REQUESTED:
        return
    session.execute(delete(ProposedPlace).where(ProposedPlace.reservation_id == reservation.id))
    if reservation.answerer is Answerer.MANAGER:
        reservation.answer_by = None
    elif by.enterprise_id is not None:
        wait_for_answer(session, reservation, now)
    elif reservation.answer_by is not None:
        reservation.answer_by = min(reservation.answer_by, over_at(reservation))


def taken_requests(session: Session, reservation_ids: Collection[int]) -> frozenset[int]:
    """Name those of these requests whose time somebody has by now, in the space or a part; one query.

    What is held for who asks is in nobody's way: a yes passes it to them.
    """
    parts = (
        select(space_part.c.part_id)
        .where(space_part.c.whole_id == Reservation.space_id)
        .correlate(Reservation)  # within a sub-query of its own it would mean any reservation
    )
    held = exists().where(
        or_(Occupancy.space_id == Reservation.space_id, Occupancy.space_id.in_(parts)),
        Occupancy.starts_at < Reservation.ends_at,
        Occupancy.ends_at > Reservation.starts_at,
        ~_held_for_its_asker(),
    )
    wanted = select(Reservation.id).where(Reservation.id.in_(reservation_ids), held)
    return frozenset(session.scalars(wanted))


def _held_for_its_asker() -> ColumnElement[bool]:
    return exists().where(Wait.id == Occupancy.wait_id, *OF_ITS_ASKER).correlate(Occupancy, Reservation)
