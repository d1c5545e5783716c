"""Keep the place of somebody who stays over the reserved end, while nobody else has it."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.db import TO_CHANGE
from booking.reservations.rules import Taken
from booking.usage.holding import hold_until
from booking.usage.models import Stay
from booking.usage.rules import OVERSTAY_STEP


def hold_overstay(session: Session, stay_id: int, *, now: datetime) -> bool:
    """Hold the place for a quarter of an hour from now; tell whether it was free. Safe twice.

    The reserved end stays what it was: it is the plan, the claim is the fact.
    """
    stay = session.get_one(Stay, stay_id, with_for_update=TO_CHANGE, populate_existing=True)
    if stay.ended_at is not None or now < stay.planned_end:
        return False
    try:
        hold_until(session, stay, now + OVERSTAY_STEP)
    except Taken:
        return False
    return True
