"""The database: base class, column types, and the one function that commits."""

from booking.db.base import Base, db
from booking.db.columns import Factor, Instant, MoneyFen, choice
from booking.db.transaction import transaction

__all__ = ["Base", "Factor", "Instant", "MoneyFen", "choice", "db", "transaction"]
