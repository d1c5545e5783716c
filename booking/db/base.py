"""The base class of every table, the column types, and the Flask-SQLAlchemy instance.

Beside the types, what is asked of an instant in a row: whether it has come, even after a clock was set back.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Final

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    or_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, SessionTransaction, registry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator

from booking.values import Money


class Instant(TypeDecorator[datetime]):
    """An aware instant. PostgreSQL keeps timestamptz, SQLite UTC text that sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant rather than guess its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive instant {value} on its way into the database"
            raise ValueError(msg)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back aware, in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WrittenOut(ColumnElement[datetime]):
    """An instant that stands in the statement itself, so that a partial index is found by it.

    SQLAlchemy's `literal_execute` would write it anew with each execution.
    """

    inherit_cache = True
    _traverse_internals = [("instant", InternalTraversal.dp_plain_obj)]  # noqa: RUF012 - as SQLAlchemy reads it
    type = Instant()

    def __init__(self, instant: datetime) -> None:
        """Take an aware instant."""
        self.instant = instant


@compiles(WrittenOut)
def _write_out(element: WrittenOut, compiler: SQLCompiler, **_more: Any) -> str:  # noqa: ANN401 - as SQLAlchemy asks
    return compiler.render_literal_value(element.instant, element.type)


class MoneyFen(TypeDecorator[Money]):
    """Money as a whole number of fen."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        """Store the fen."""
        del dialect
        return None if value is None else value.fen

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        """Give money back, never a bare number; a sum of it comes from PostgreSQL as a decimal."""
        del dialect
        return None if value is None else Money(int(value))


FACTOR_SCALE = 10_000


class Factor(TypeDecorator[Decimal]):
    """A band's factor with four decimal places, kept exactly as whole ten-thousandths."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Refuse what four places cannot say."""
        del dialect
        if value is None:
            return None
        scaled = value * FACTOR_SCALE
        if scaled != int(scaled):
            msg = f"factor {value} has more than four decimal places"
            raise ValueError(msg)
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Give the exact decimal back."""
        del dialect
        return None if value is None else (Decimal(value) / FACTOR_SCALE).normalize()


def choice(options: type[StrEnum], name: str) -> Enum:
    """Make a column of an enumeration stored by value, with a CHECK named `name`."""

    def values(members: Any) -> list[str]:  # noqa: ANN401 - SQLAlchemy types this callable so
        return [member.value for member in members]

    return Enum(
        options, values_callable=values, native_enum=False, create_constraint=True, name=name, length=24
    )


CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


BigId = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on PostgreSQL; SQLite's own INTEGER is the rowid and as wide."""


class Base(DeclarativeBase):
    """What every table is made from. Instants are aware, money is whole fen."""

    # A registry of its own: a type_annotation_map on the class breaks Flask-SQLAlchemy 3.1.
    registry: ClassVar[registry] = registry(
        metadata=MetaData(naming_convention=CONVENTION),
        type_annotation_map={
            int: BigId,
            datetime: Instant,
            Money: MoneyFen,
            dict[str, Any]: JSON,
            list[Any]: JSON,
        },
    )


class OneDatabaseSession(FlaskSession):
    """Flask-SQLAlchemy's session where there is one database: not looked for with each statement."""

    _engine: Engine | None = None
    _at_hand: tuple[SessionTransaction | None, Connection | None] = (None, None)

    def get_bind(self, *_asked: Any, bind: Engine | Connection | None = None, **_more: Any) -> Any:  # noqa: ANN401 - as SQLAlchemy asks
        """Give the application's engine, whatever is asked about."""
        if bind is not None:
            return bind
        if self._engine is None:
            self._engine = self._db.engine
        return self._engine

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> Connection:  # noqa: ANN401 - as SQLAlchemy's own
        """Give the connection of this transaction, which a page asks for some twenty times.

        Of the innermost one: a savepoint is set in the database when it first asks.
        """
        begun, at_hand = self._at_hand
        plain = bind_arguments is None and execution_options is None
        innermost = begun is not None and begun is self._transaction and begun.is_active
        if plain and innermost and at_hand is not None:
            return at_hand
        found = super().connection(bind_arguments, execution_options)
        self._at_hand = (self._transaction, found)
        return found


db = SQLAlchemy(
    metadata=Base.registry.metadata,
    session_options={"class_": OneDatabaseSession, "autoflush": False, "expire_on_commit": False},
)


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
