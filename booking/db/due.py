"""Whether something postponed is due, even after the clock was set back."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""The most by which the clocks of two machines differ, unless one was set."""


def has_come(
    due: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    now: datetime,
    *,
    within: timedelta,
) -> ColumnElement[bool]:
    """SQL condition: the time has come, or lies further ahead than anything is postponed (`within`).

    The second means that the clock was set back: nothing waits until that time comes again.
    """
    return or_(due <= now, due > now + within + CLOCKS_DIFFER)


def is_come(due: datetime, now: datetime, *, within: timedelta) -> bool:
    """The same for a value in memory."""
    return not now < due <= now + within + CLOCKS_DIFFER
