"""Take the next number of a series; numbers have no gaps within park and year."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from booking.billing.models import NumberSeries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from booking.parks.models import Park

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
MARKS = {INVOICE: "", CREDIT_NOTE: "CN-"}


def take_number(session: Session, park: Park, series: str, year: int) -> tuple[int, str]:
    """Give the next serial and the number as printed, such as `QPW-2026-00123` or `QPW-CN-2026-00007`.

    The series stays locked until the caller's transaction ends, and a transaction that is undone gives
    its number back: so there is no gap, and whoever waits here sees what went before.
    """
    facts = {"park": park.id, "series": series, "of_year": year}
    serial = session.scalar(_NEXT, facts)
    if serial is None:
        _begin(session, park.id, series, year)
        serial = session.execute(_NEXT, facts).scalar_one()
    return serial, f"{park.code}-{MARKS[series]}{year}-{serial:05d}"


_SERIES = NumberSeries.__table__.c
_NEXT = (
    update(cast("Table", NumberSeries.__table__))
    .where(_SERIES.park_id == bindparam("park"), _SERIES.name == bindparam("series"))
    .where(_SERIES.year == bindparam("of_year"))
    .values(last=_SERIES.last + 1)
    .returning(_SERIES.last)
)


def _begin(session: Session, park_id: int, series: str, year: int) -> None:
    """Somebody else may begin it at the same moment."""
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name]
    session.execute(
        dialect.insert(NumberSeries)
        .values(park_id=park_id, name=series, year=year, last=0)
        .on_conflict_do_nothing()
    )
