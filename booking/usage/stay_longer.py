"""Stay longer than planned, and say so before the end comes."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import TO_CHANGE
from booking.reservations.booking_context import booking_context_for
from booking.reservations.refusals import NotLonger
from booking.reservations.set_end import set_end
from booking.usage.end_forgotten import left_at
from booking.usage.holding import hold_until
from booking.usage.models import Stay
from booking.usage.rules import AlreadyOut, TooLate, walk_in_end
from booking.values.money import Money
from booking.values.span import Span


def stay_longer(
    session: Session, stay_id: int, until: datetime, *, quote: Money, by: Actor, now: datetime
) -> Stay:
    """Move the planned end of an open stay: its reservation's, or what a walk-in said.

    Raises AlreadyOut, TooLate where it ended by itself long ago, NotLonger, Taken where somebody else comes
    next, and what the rules refuse.
    """
    stay = session.get_one(Stay, stay_id, with_for_update=TO_CHANGE, populate_existing=True)
    if stay.ended_at is not None:
        raise AlreadyOut(stay.ended_at)
    if left_at(session, stay, now) is not None:
        raise TooLate(stay.planned_end)
    if until <= stay.planned_end:
        raise NotLonger(stay.planned_end)
    before = {"planned_end": stay.planned_end.isoformat()}
    if stay.reservation_id is not None:
        set_end(session, stay.reservation_id, until, quote=quote, by=by, now=now)
    else:
        walk_in_end(until, booking_context_for(session, stay.space, Span(now, until), now))
        hold_until(session, stay, until)
    stay.held_until = until
    stay.version += 1
    session.flush()
    after = {"planned_end": until.isoformat()}
    record(session, "stays longer", "stay", stay.id, by=by, now=now, before=before, after=after)
    return stay
