"""Write down that somebody is there now: the one place that begins a stay people check in to."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.usage.models import Stay
from booking.usage.rules import StillInUse

ONE_OPEN_A_SPACE = ("uq_stay_one_open_per_space", "stay.space_id")  # what PostgreSQL and SQLite call it


def begin(session: Session, stay: Stay) -> None:
    """Insert the stay; raises StillInUse where somebody else came in at the same moment."""
    name = stay.space.name
    try:
        with session.begin_nested():
            session.add(stay)
            session.flush()
    except IntegrityError as error:
        if not any(mark in str(error.orig) for mark in ONE_OPEN_A_SPACE):
            raise
        raise StillInUse(name) from error
