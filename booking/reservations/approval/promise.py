"""By when the park promises to answer a request: so many of its working hours, and never after it is over."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.approval.models import ProposedPlace
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.rules import request_expires_at
from booking.spaces.models import Kind, Space
from booking.values.work_calendar import working_time_after

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


def answer_until(reservation: Reservation, proposal: ProposedPlace) -> datetime:
    """Tell until when a proposal can be taken: while it could be asked for, and the request is not over."""
    return min(over_when(reservation.space, proposal.starts_at), over_at(reservation))


def proposed_for(session: Session, reservation_id: int) -> ProposedPlace | None:
    """Read what was proposed last, as it is now; only who has locked the reservation changes it."""
    return session.get(ProposedPlace, reservation_id, populate_existing=True)


def left_unanswered(session: Session, reservation: Reservation) -> bool:
    """Tell of a request that is over whether it was its asker's turn until then."""
    proposal = proposed_for(session, reservation.id)
    return proposal is not None and answer_until(reservation, proposal) == over_at(reservation)


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
