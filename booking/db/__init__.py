"""The database: base class, column types, and the one function that commits."""

from booking.db.base import Base, Factor, Instant, MoneyFen, choice, db
from booking.db.transaction import TO_CHANGE, transaction

__all__ = ["TO_CHANGE", "Base", "Factor", "Instant", "MoneyFen", "choice", "db", "transaction"]
