"""Rows as plain columns: objects of what was read, inserts of one, or of what may be there already."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Self, TypeVar, cast

from sqlalchemy import Column, Connection, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, Session, class_mapper
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from booking.db.base import Base
from booking.db.ready import ReadyStatement

Row = TypeVar("Row", bound=Base)


class _Columns(tuple[Column[Any], ...]):  # noqa: SLOT001 - a tuple of what it holds, and their names
    """Columns of a table, and how they are called."""

    names: tuple[str, ...]

    def __new__(cls, columns: Iterable[Column[Any]]) -> Self:
        """Take columns, in the order in which they will be read."""
        made = super().__new__(cls, columns)
        made.names = tuple(one.key for one in made)
        return made


def columns_of(
    kind: type[Base], *, but: Collection[str] = (), only: Collection[str] | None = None
) -> _Columns:
    """Give the columns of a table, but for those named, or only those."""
    table = cast("Table", kind.__table__)
    return _Columns(one for one in table.c if one.key not in but and (only is None or one.key in only))


def at_first(kind: type[Base]) -> dict[str, Any]:
    """Tell what a table's columns hold where nothing else is said: their default, or nothing; not its id."""
    return {column.key: default_of(column) for column in columns_of(kind, but={"id"})}


def default_of(column: Column[Any]) -> Any:  # noqa: ANN401 - of the column's own type
    """Give what a column holds where nothing is said; None for nothing."""
    return getattr(column.default, "arg", None)


def facts_of(row: Sequence[Any], *columns: _Columns) -> list[dict[str, Any]]:
    """Divide a row of these columns, in their order, into the facts of each table."""
    found, begin = [], 0
    for of_table in columns:
        end = begin + len(of_table)
        found.append(dict(zip(of_table.names, row[begin:end], strict=True)))
        begin = end
    return found


def object_of(session: Session, kind: type[Row], facts: Mapping[str, Any]) -> Row:
    """Give the session the object of a row, by columns of its table and what it refers to.

    As a query of the object itself would, which makes a reader for each column anew with each statement: for
    a single row that takes longer than to ask for it. A column that was not read is read when somebody asks.
    What the session has already stays as it is, but that what expired is filled in.
    """
    mapper, names = _mapped(kind)
    key = mapper.identity_key_from_primary_key((facts["id"],))
    known: Row | None = session.identity_map.get(key)
    if known is None:
        known = mapper.class_manager.new_instance()
        state = instance_state(known)
        state.key = key
        state.dict.update(facts)
        state.expired_attributes.update(names - facts.keys())
        session._update_impl(state)  # noqa: SLF001 - `add` would look through all it refers to
    elif instance_state(known).expired:
        for name, value in facts.items():
            set_committed_value(known, name, value)
    return known


@cache
def _mapped(kind: type[Base]) -> tuple[Mapper[Any], frozenset[str]]:
    mapper = class_mapper(kind)
    return mapper, frozenset(mapper.column_attrs.keys())


Insert = sqlite.Insert | postgresql.Insert

INSERTS: Mapping[str, Callable[[Any], Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By the engine's name, for statements that are made once; `insert_into` picks for the others."""


def insert_into(session: Session, table: Any) -> Insert:  # noqa: ANN401 - a table or its class
    """Begin an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return INSERTS[session.get_bind().dialect.name](table)


@cache
def _insert_one(table: Table, names: Sequence[str]) -> ReadyStatement:
    return ReadyStatement(insert(table), names)


def insert_row(connection: Connection, table: Table, facts: Mapping[str, Any]) -> None:
    """Insert a single row, which says every column that the database has no default for."""
    _insert_one(table, tuple(facts)).run(connection, facts)


class Follower(NamedTuple):
    """A row that goes with one that is being inserted: `refers` is the column that takes its id."""

    table: Table
    refers: str
    facts: Mapping[str, Any]


def insert_once(
    session: Session, table: Table, facts: Mapping[str, Any], unique: str, followers: Sequence[Follower] = ()
) -> int | None:
    """Insert a row and what goes with it; gives its id, or None where the `unique` column has the value.

    On PostgreSQL that is one statement, in whatever order it likes.
    """
    connection = session.connection()
    engine = connection.dialect.name
    if engine == "sqlite" or not followers:
        made = _once(engine, table, tuple(facts), unique).first(connection, facts)
        if made is None:
            return None
        for one in followers:
            insert_row(connection, one.table, {**one.facts, one.refers: made[0]})
        return cast("int", made[0])
    beside = tuple((one.table, one.refers, tuple(one.facts)) for one in followers)
    named = {f"{n}_{name}": value for n, one in enumerate(followers) for name, value in one.facts.items()}
    made = _once_with(table, tuple(facts), unique, beside).first(connection, {**facts, **named})
    return None if made is None else cast("int", made[0])


@cache
def _once(engine: str, table: Table, names: Sequence[str], unique: str) -> ReadyStatement:
    once = INSERTS[engine](table).on_conflict_do_nothing(index_elements=[table.c[unique]])
    return ReadyStatement(once.returning(table.c.id), names)


@cache
def _once_with(
    table: Table, names: Sequence[str], unique: str, beside: Sequence[tuple[Table, str, Sequence[str]]]
) -> ReadyStatement:
    """Make PostgreSQL's statement; the parameters of a follower begin with its number."""
    row = {name: bindparam(name, type_=table.c[name].type) for name in names}
    once = postgresql.insert(table).values(row).on_conflict_do_nothing(index_elements=[table.c[unique]])
    made = once.returning(table.c.id).cte("made")
    rest = []
    for number, (other, refers, more) in enumerate(beside):
        facts = [bindparam(f"{number}_{name}", type_=other.c[name].type) for name in more]
        rest.append(
            insert(other).from_select([refers, *more], select(made.c.id, *facts)).cte(f"row_{number}")
        )
    return ReadyStatement(select(made.c.id).add_cte(*rest))


TableRow = tuple[Table, Mapping[str, Any]]
"""A table, and a row of it by its columns."""


def insert_both(session: Session, first: TableRow, second: TableRow) -> None:
    """Insert a row each into two tables, on PostgreSQL as one statement."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        for table, facts in (first, second):
            insert_row(connection, table, facts)
        return
    (table, facts), (other, more) = first, second
    named = {f"first_{name}": value for name, value in facts.items()}
    _both(table, tuple(facts), other, tuple(more)).run(connection, named | dict(more))


@cache
def _both(first: Table, names: Sequence[str], second: Table, more: Sequence[str]) -> ReadyStatement:
    """Make PostgreSQL's INSERT into two tables; the parameters of the first begin with `first_`."""
    apart = {name: bindparam(f"first_{name}", type_=first.c[name].type) for name in names}
    other = {name: bindparam(name, type_=second.c[name].type) for name in more}
    beside = postgresql.insert(first).values(apart).cte()
    return ReadyStatement(postgresql.insert(second).values(other).add_cte(beside))
