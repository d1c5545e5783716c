"""Take the next number of a series; numbers have no gaps within park and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from booking.billing.models import NumberSeries

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from booking.parks.models import Park

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
MARKS = {INVOICE: "", CREDIT_NOTE: "CN-"}


def take_number(session: Session, park: Park, series: str, year: int) -> tuple[int, str]:
    """Give the next serial and the number as printed, such as `QPW-2026-00123` or `QPW-CN-2026-00007`.

    The series stays locked until the caller's transaction ends, and a transaction that is undone gives
    its number back: so there is no gap, and whoever waits here sees what went before.
    """
    serial = lock_series(session, park.id, series, year) + 1
    session.execute(update(NumberSeries).where(*_of(park.id, series, year)).values(last=serial))
    return serial, f"{park.code}-{MARKS[series]}{year}-{serial:05d}"


def lock_series(session: Session, park_id: int, series: str, year: int) -> int:
    """Lock a series until the transaction ends and give its last number; begins it where it is new."""
    locked = select(NumberSeries.last).where(*_of(park_id, series, year)).with_for_update()
    last = session.scalar(locked)
    if last is None:
        _begin(session, park_id, series, year)
        last = session.scalars(locked).one()
    return last


def _of(park_id: int, series: str, year: int) -> tuple[ColumnElement[bool], ...]:
    return (NumberSeries.park_id == park_id, NumberSeries.name == series, NumberSeries.year == year)


def _begin(session: Session, park_id: int, series: str, year: int) -> None:
    """Somebody else may begin it at the same moment."""
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name]
    session.execute(
        dialect.insert(NumberSeries)
        .values(park_id=park_id, name=series, year=year, last=0)
        .on_conflict_do_nothing()
    )
