"""The declarative base of every table, and the Flask-SQLAlchemy instance."""

from datetime import datetime
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, registry

from booking.db.columns import Instant, MoneyFen
from booking.values.money import Money

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


db = SQLAlchemy(
    metadata=Base.registry.metadata,
    session_options={"autoflush": False, "expire_on_commit": False},
)
