"""Bring a stay to its end, whoever ends it: the one place that sets an end for the first time."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.reservations.models import ReservationState
from booking.usage.holding import free_after
from booking.usage.meter import Meter
from booking.usage.models import Ending, Stay


def finish(
    session: Session, stay: Stay, ended_at: datetime, ending: Ending, *, meter: Meter, now: datetime
) -> None:
    """End the stay, free the rest of its place, finish its reservation, charge.

    The reservation keeps its times: plan and fact are both kept.
    """
    stay.ended_at = max(ended_at, stay.started_at)
    stay.ending = ending
    stay.version += 1
    if stay.reservation is not None:
        stay.reservation.state = ReservationState.DONE
        stay.reservation.version += 1
    free_after(session, stay, stay.ended_at)
    session.flush()
    meter.ended(session, stay, now=now)
