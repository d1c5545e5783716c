"""Check out: what is used is what counts, and the rest is free at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import TO_CHANGE
from booking.usage.end_forgotten import end_if_forgotten, how_it_ended
from booking.usage.finish import finish
from booking.usage.meter import Meter
from booking.usage.models import Ending, Stay
from booking.usage.rules import AlreadyOut


def check_out(session: Session, stay_id: int, *, meter: Meter, by: Actor, now: datetime) -> Stay:
    """End a stay now; before the reserved end this frees the rest, after it the overstay is billed.

    Who presses it long after leaving is not billed for that: a forgotten stay ends where it would have ended
    without them, and is marked to be reviewed. Raises AlreadyOut the second time.
    """
    stay = session.get_one(Stay, stay_id, with_for_update=TO_CHANGE, populate_existing=True)
    if stay.ended_at is not None:
        raise AlreadyOut(stay.ended_at)
    if not end_if_forgotten(session, stay, meter=meter, now=now):
        finish(session, stay, now, Ending.CHECKED_OUT, meter=meter, now=now)
    record(session, "checked out", "stay", stay.id, by=by, now=now, after=how_it_ended(stay))
    return stay
