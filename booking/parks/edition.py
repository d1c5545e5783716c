"""What hardly ever changes of a park is read once and kept in memory, keyed by the park's edition.

The database gives a park another edition, a random number, with every change of its calendar, spaces, rules,
tariffs and last days of enterprises (`booking/triggers.py`), so an edition stands for one state of them, and
none is served that is no longer true. Each transaction looks at it once, mostly in the row of the person who
asks.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, TextClause, UpdateBase, bindparam, event, select
from sqlalchemy.orm import QueryContext, Session

from booking.db.edition_triggers import EDITED
from booking.db.transaction import facts_of_transaction
from booking.parks.models import Park

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


def _read_edition(connection: Connection, park_id: int) -> int:
    return cast("int", connection.scalar(_EDITION, {"park_id": park_id}))


_WROTE: Final = "transaction that wrote what is kept"


@event.listens_for(Engine, "before_execute")
def _note_what_is_written(connection: Connection, statement: Any, *_: object) -> None:  # noqa: ANN401 - any clause
    """Remember the transaction that changes something of what is kept; of a text one cannot know."""
    table = getattr(statement, "table", None) if isinstance(statement, UpdateBase) else None
    if getattr(table, "name", None) in EDITED or isinstance(statement, TextClause):
        connection.info[_WROTE] = connection.get_transaction()
