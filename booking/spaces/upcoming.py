"""The port to what is yet to come on a space; reservations stand above spaces and know it."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session


class Upcoming(Protocol):
    """Counts what holds a space, or a combined space it is part of, now or later."""

    def __call__(self, session: Session, space_id: int, *, now: datetime) -> int:
        """Count reservations booked, asked for or in use, and stays not ended; closures do not count."""
        ...
