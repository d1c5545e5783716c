"""When something that was put off is due, even after the clock was set back."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""By no more than this do the clocks of two machines differ, unless one of them was set."""


def has_come(
    due: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    now: datetime,
    *,
    within: timedelta,
) -> ColumnElement[bool]:
    """Say in SQL that its time has come, or lies further ahead than it is ever put off (`within`).

    The second happens when the clock was set back: nothing waits until that hour comes again.
    """
    return or_(due <= now, due > now + within + CLOCKS_DIFFER)


def is_come(due: datetime, now: datetime, *, within: timedelta) -> bool:
    """Say the same of a row at hand."""
    return not now < due <= now + within + CLOCKS_DIFFER
