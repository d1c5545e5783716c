"""Take the next numbers of a series; numbers have no gaps within park and year."""

from typing import cast

from sqlalchemy import Table, and_, bindparam, select, update
from sqlalchemy.orm import Session

from booking.db.rows import insert_into
from booking.invoices.models import NumberSeries
from booking.parks.models import Park

INVOICE, CREDIT_NOTE = "invoice", "credit_note"


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
    return serial, as_printed(park.code, series, year, serial)


MARKS = {INVOICE: "", CREDIT_NOTE: "CN-"}


def as_printed(park_code: str, series: str, year: int, serial: int) -> str:
    """Write a number out."""
    return f"{park_code}-{MARKS[series]}{year}-{serial:05d}"


def last_number(session: Session, park_id: int, series: str, year: int) -> int:
    """Tell the last serial given, 0 before the first; only taking one is sure."""
    return session.scalar(_LAST, {"park": park_id, "series": series, "of_year": year}) or 0


def take_numbers_after(session: Session, park_id: int, series: str, year: int, last: int, count: int) -> bool:
    """Take the `count` serials after `last`; False, and nothing is taken, where somebody took one before.

    The series stays locked until the caller's transaction ends, as with one.
    """
    facts = {"park": park_id, "series": series, "of_year": year, "was": last, "count": count}
    if not last:
        _begin(session, park_id, series, year)
    return session.scalar(_SEVERAL, facts) is not None


_SERIES = NumberSeries.__table__.c
_THIS = and_(
    _SERIES.park_id == bindparam("park"),
    _SERIES.name == bindparam("series"),
    _SERIES.year == bindparam("of_year"),
)
_LAST = select(_SERIES.last).where(_THIS)
_UP = update(cast("Table", NumberSeries.__table__)).where(_THIS).returning(_SERIES.last)
_NEXT = _UP.values(last=_SERIES.last + 1)
_SEVERAL = _UP.where(_SERIES.last == bindparam("was")).values(last=_SERIES.last + bindparam("count"))


def _begin(session: Session, park_id: int, series: str, year: int) -> None:
    """Somebody else may begin it at the same moment."""
    session.execute(
        insert_into(session, NumberSeries)
        .values(park_id=park_id, name=series, year=year, last=0)
        .on_conflict_do_nothing()
    )
