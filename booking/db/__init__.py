"""The database: base class, column types, and the one function that commits."""

from booking.db.base import Base, Factor, Instant, MoneyFen, WrittenOut, choice, db
from booking.db.transaction import NO_KEY_UPDATE, lock_row, transaction

__all__ = [
    "NO_KEY_UPDATE",
    "Base",
    "Factor",
    "Instant",
    "MoneyFen",
    "WrittenOut",
    "choice",
    "db",
    "lock_row",
    "transaction",
]
