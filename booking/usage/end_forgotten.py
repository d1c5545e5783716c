"""End stays that nobody checked out of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import TO_CHANGE
from booking.spaces.models import Kind
from booking.usage.finish import finish
from booking.usage.models import Ending, Stay
from booking.usage.queries import next_claim_after, open_stay_at
from booking.usage.rules import StillInUse, is_forgotten

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.spaces.models import Space
    from booking.usage.meter import Meter


def end_forgotten(session: Session, stay_id: int, *, meter: Meter, now: datetime) -> bool:
    """End a stay at its reserved end if its check-out was forgotten, to be reviewed; tell whether it was.

    A storage lease ends with its last day, and there is nothing to review. Safe twice.
    """
    stay = session.get_one(Stay, stay_id, with_for_update=TO_CHANGE, populate_existing=True)
    planned_end = stay.planned_end
    if stay.ended_at is not None or now < planned_end:
        return False
    lease = stay.space_kind is Kind.STORAGE
    following = next_claim_after(session, stay, planned_end)
    if not lease and not is_forgotten(planned_end, now, next_claim=following):
        return False
    stay.needs_review = not lease
    ending = Ending.LEASE_END if lease else Ending.FORGOTTEN
    finish(session, stay, planned_end, ending, meter=meter, now=now)
    by = Actor.house("end forgotten stays", stay.park_id)
    after = {"ended_at": planned_end.isoformat(), "ending": ending.value}
    record(session, "ended by the house", "stay", stay.id, by=by, now=now, after=after)
    return True


def make_way(session: Session, space: Space, *, meter: Meter, now: datetime) -> None:
    """End a forgotten stay on the space for whoever checks in now; raises StillInUse where one goes on."""
    if space.parts:
        _hold_all(session, space)
    for place in (space, *space.parts):
        stay = open_stay_at(session, place.id)
        if stay is not None and not end_forgotten(session, stay.id, meter=meter, now=now):
            raise StillInUse(place.name)


def _hold_all(session: Session, space: Space) -> None:
    """Lock the stays on all parts before the first is charged: who ends one alone takes it first, too."""
    parts = [part.id for part in space.parts]
    going_on = select(Stay.id).where(Stay.space_id.in_(parts), Stay.ended_at.is_(None)).order_by(Stay.id)
    session.scalars(going_on.with_for_update(key_share=True)).all()
