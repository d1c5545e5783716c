"""The port to what follows for an invoice when something was written about it; payments stand behind it."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from booking.invoices.models import Invoice


class Settle(Protocol):
    """Lets the state of an invoice follow what was paid and taken back, and has a payment provider told."""

    def __call__(self, session: Session, invoice: Invoice, *, now: datetime) -> None:
        """Do so in the caller's transaction; safe twice."""
        ...
