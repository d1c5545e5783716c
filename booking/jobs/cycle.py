"""The jobs of the cycle 11530: on the 1st each enterprise gets its list."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.jobs.job import Job
from booking.letters.cycle import monthly_list
from booking.parks.models import Park
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import ids_to_write
from booking.rhythm.send_list import send_list


def _parks(session: Session) -> Sequence[Park]:
    return session.scalars(select(Park).order_by(Park.id)).all()


def _lists_due(session: Session, now: datetime) -> list[int]:
    return ids_to_write(session, _parks(session), CycleStep.LIST, now)


def _send_list(session: Session, enterprise_id: int, now: datetime) -> bool:
    return send_list(session, enterprise_id, monthly_list, now=now)


EVERY_TEN_MINUTES = 600

SEND_LISTS = Job("send-lists", EVERY_TEN_MINUTES, _lists_due, _send_list)
