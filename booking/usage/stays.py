"""A stay begins, holds its place and ends: the one place for each, whoever brings it about."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.reservations.claim import change_claim
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.waiting.give_back import release, shorten
from booking.usage.charger import Charger
from booking.usage.models import Ending, Stay
from booking.usage.rules import StillInUse
from booking.values.span import Span

UNIQUE_OPEN_STAY = ("uq_stay_one_open_per_space", "stay.space_id")  # what PostgreSQL and SQLite call it


def begin(session: Session, stay: Stay) -> None:
    """Insert the stay; raises StillInUse where somebody else came in at the same moment."""
    name = stay.space.name
    try:
        with session.begin_nested():
            session.add(stay)
            session.flush()
    except IntegrityError as error:
        if not any(mark in str(error.orig) for mark in UNIQUE_OPEN_STAY):
            raise
        raise StillInUse(name) from error


def holder(stay: Stay) -> Reservation | Stay:
    """Give the row in whose name the space is claimed."""
    return stay.reservation or stay


def hold_until(session: Session, stay: Stay, until: datetime) -> None:
    """Hold the space longer; raises Taken where it is not free."""
    change_claim(session, stay.space, Span(stay.started_at, until), holder(stay))


def free_after(session: Session, stay: Stay, instant: datetime, *, now: datetime) -> None:
    """Free the rest of what the stay holds at once; safe twice."""
    if instant <= stay.started_at:
        release(session, holder(stay), now=now)
    else:
        shorten(session, stay.space, instant, holder(stay), now=now)


def finish(
    session: Session, stay: Stay, ended_at: datetime, ending: Ending, *, charger: Charger, now: datetime
) -> None:
    """End the stay, free the rest of its place, finish its reservation, charge.

    The reservation keeps its times: plan and fact are both kept.
    """
    stay.ended_at = max(ended_at, stay.started_at)
    stay.ending = ending
    stay.measured_to = None
    stay.version += 1
    if stay.reservation is not None:
        stay.reservation.state = ReservationState.DONE
        stay.reservation.version += 1
    free_after(session, stay, stay.ended_at, now=now)
    session.flush()
    charger.ended(session, stay, now=now)
