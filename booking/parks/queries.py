"""What is asked about a park and its calendar; and how what hardly ever changes of it is read once and kept.

It is kept in memory, keyed by the park's edition. The database gives a park another edition, a random number,
with every change of its calendar, spaces, rules, tariffs and last days of enterprises
(`booking/triggers.py`), so an edition stands for one state of them, and none is served that is no longer
true. Each transaction looks at it once, mostly in the row of the person who asks.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Any, Final, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, TextClause, UpdateBase, bindparam, event, select
from sqlalchemy.orm import QueryContext, Session

from booking.db.edition_triggers import EDITED
from booking.db.transaction import facts_of_transaction
from booking.parks.models import CalendarDay, CalendarYear, Park
from booking.values import WorkCalendar

T = TypeVar("T")
_KEPT: WeakKeyDictionary[Engine, dict[int, tuple[int, dict[Hashable, Any]]]] = WeakKeyDictionary()
"""By park: the edition last met, and what was read at it."""


def kept(session: Session, park_id: int, what: Hashable, read: Callable[[], T]) -> T:
    """Give what `read` reads of a park, from memory where its edition is the same.

    What is kept serves every thread: `read` gives values that cannot change, of the whole park rather than
    of one day. A transaction that wrote something of it reads its own changes, and keeps nothing.
    """
    connection = session.connection()
    if connection.info.get(_WROTE) is connection.get_transaction():
        return read()
    edition = _edition(session, connection, park_id)
    parks = _KEPT.setdefault(connection.engine, {})
    there, facts = parks.get(park_id, (None, {}))
    if there == edition and what in facts:
        return cast("T", facts[what])
    found = read()
    if _read_edition(connection, park_id) == edition:  # nobody changed it while it was read
        if there != edition:
            facts = {}
            parks[park_id] = (edition, facts)
        facts[what] = found
    return found


_SAW: Final = "editions"
_HELD: Final = "parks"
_PARK = cast("Table", Park.__table__)
_EDITION = select(_PARK.c.edition).where(_PARK.c.id == bindparam("park_id"))


def _edition(session: Session, connection: Connection, park_id: int) -> int:
    """Tell the edition as this transaction met it first."""
    seen = _seen(session, connection)
    if park_id not in seen:
        seen[park_id] = _read_edition(connection, park_id)
    return seen[park_id]


def _seen(session: Session, connection: Connection) -> dict[int, int]:
    seen: dict[int, int] = facts_of_transaction(session, connection).setdefault(_SAW, {})
    return seen


@event.listens_for(Park, "load")
@event.listens_for(Park, "refresh")
def _note_what_is_seen(park: Park, context: QueryContext, *_: object) -> None:
    """Take the edition from the park's row when it is read, with the person who asks or by itself."""
    if "edition" in park.__dict__:
        note_edition(context.session, park)


def note_edition(session: Session, park: Park) -> None:
    """Take the edition from a park's row that was just read, whichever way.

    The row is held as long as the transaction lasts: a session lets go of what nobody holds, and each rule
    that asks for its park would read it again.
    """
    connection = session.connection()
    _seen(session, connection).setdefault(park.id, park.edition)
    facts_of_transaction(session, connection).setdefault(_HELD, {})[park.id] = park


def park_at_hand(session: Session, park_id: int) -> Park:
    """Give the row of a park that this transaction read already, else read it; raises NoResultFound."""
    held = facts_of_transaction(session, session.connection()).get(_HELD, {})
    return held.get(park_id) or session.get_one(Park, park_id)


def is_seen(session: Session, park_id: int) -> bool:
    """Tell whether a park's row was read in this transaction; then it is held."""
    return park_id in facts_of_transaction(session, session.connection()).get(_HELD, ())


def _read_edition(connection: Connection, park_id: int) -> int:
    return cast("int", connection.scalar(_EDITION, {"park_id": park_id}))


_WROTE: Final = "transaction that wrote what is kept"


@event.listens_for(Engine, "before_execute")
def _note_what_is_written(connection: Connection, statement: Any, *_: object) -> None:  # noqa: ANN401 - any clause
    """Remember the transaction that changes something of what is kept; of a text one cannot know."""
    table = getattr(statement, "table", None) if isinstance(statement, UpdateBase) else None
    if getattr(table, "name", None) in EDITED or isinstance(statement, TextClause):
        connection.info[_WROTE] = connection.get_transaction()


def park_with_code(session: Session, code: str) -> Park | None:
    """Find a park by the code in its invoice numbers."""
    return session.scalar(select(Park).where(Park.code == code))


def only_park(session: Session) -> Park | None:
    """Give the park of an installation that serves one alone."""
    parks = session.scalars(select(Park).order_by(Park.id).limit(2)).all()
    return parks[0] if len(parks) == 1 else None


def all_parks(session: Session) -> Sequence[Park]:
    """List the parks of the installation, for what is done in each."""
    return session.scalars(select(Park).order_by(Park.id)).all()


def park_calendar(session: Session, park_id: int) -> WorkCalendar:
    """Give the park's calendar: what is a rest day or a working day against its weekday, of all years."""
    return kept(session, park_id, "calendar", lambda: _calendar(session, park_id))


def _calendar(session: Session, park_id: int) -> WorkCalendar:
    wanted = select(CalendarDay.day, CalendarDay.working).where(CalendarDay.park_id == park_id)
    days = session.execute(wanted.order_by(CalendarDay.day)).all()
    return WorkCalendar(
        rest_days=frozenset(day for day, working in days if not working),
        working_days=frozenset(day for day, working in days if working),
    )


def provisional_years(session: Session, park_id: int, first: date, last: date) -> tuple[int, ...]:
    """Give the years between the days whose calendar is not published yet, in order."""
    published = kept(session, park_id, "published years", lambda: _published(session, park_id))
    return tuple(year for year in range(first.year, last.year + 1) if year not in published)


def _published(session: Session, park_id: int) -> frozenset[int]:
    wanted = select(CalendarYear.year).where(CalendarYear.park_id == park_id, CalendarYear.published)
    return frozenset(session.scalars(wanted.order_by(CalendarYear.year)))


def named_days(session: Session, park_id: int, year: int) -> dict[date, CalendarDay]:
    """Give the days of a year that are not what their weekday says, or have a name."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    days = select(CalendarDay).where(CalendarDay.park_id == park_id, within).order_by(CalendarDay.day)
    return {row.day: row for row in session.scalars(days)}


def calendar_year(session: Session, park_id: int, year: int) -> CalendarYear | None:
    """Find the row of a year: published or provisional, and its source."""
    wanted = select(CalendarYear).where(CalendarYear.park_id == park_id, CalendarYear.year == year)
    return session.scalar(wanted)
