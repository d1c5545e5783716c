"""What a stay holds in the occupancy: its reservation's claim, or a walk-in's own."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.reservations.claim import change_claim, release, shorten
from booking.reservations.models import Reservation
from booking.usage.models import Stay
from booking.values.span import Span


def holder(stay: Stay) -> Reservation | Stay:
    """Give the row in whose name the space is claimed."""
    return stay.reservation or stay


def hold_until(session: Session, stay: Stay, until: datetime) -> None:
    """Hold the space longer; raises Taken where it is not free."""
    change_claim(session, stay.space, Span(stay.started_at, until), holder(stay))


def free_after(session: Session, stay: Stay, instant: datetime) -> None:
    """Free the rest of what the stay holds at once; safe twice."""
    if instant <= stay.started_at:
        release(session, holder(stay))
    else:
        shorten(session, stay.space, instant, holder(stay))
