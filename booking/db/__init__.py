"""The database: base class, column types, and the one function that commits."""

from booking.db.base import Base, db
from booking.db.columns import Factor, Instant, MoneyFen, choice
from booking.db.transaction import TO_CHANGE, transaction

__all__ = ["TO_CHANGE", "Base", "Factor", "Instant", "MoneyFen", "choice", "db", "transaction"]
