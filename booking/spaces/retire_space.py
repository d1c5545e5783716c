"""Take a space out of use for good; its history stays."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.facts import codes_of_wholes
from booking.spaces.models import Space
from booking.spaces.rules import PartOfCombined, SpaceStillBooked
from booking.spaces.upcoming import Upcoming


def retire_space(session: Session, space: Space, *, upcoming: Upcoming, by: Actor, now: datetime) -> None:
    """Retire it, once; raises SpaceStillBooked or PartOfCombined."""
    session.refresh(space, with_for_update=True)  # who claims it just now comes before, or is refused
    if space.retired_at is not None:
        return
    if wholes := codes_of_wholes(session, space.id, in_use=True):
        raise PartOfCombined(wholes)
    if count := upcoming(session, space.id, now=now):
        raise SpaceStillBooked(space.id, count)
    space.retired_at = now
    session.flush()
    record(session, "space.retired", "space", space.id, by=by, now=now, after={"code": space.code})
