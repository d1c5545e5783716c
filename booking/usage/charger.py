"""What usage tells whoever puts a price on it; charges stand behind this port."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.reservations.models import Reservation
from booking.usage.models import Stay


class Charger(Protocol):
    """Puts a price on use, in the caller's transaction."""

    def ended(self, session: Session, stay: Stay, *, now: datetime) -> None:
        """Charge a stay that has just ended; harmless twice."""

    def not_used(self, session: Session, reservation: Reservation, *, now: datetime) -> None:
        """Charge what the tariff names for not turning up; harmless twice."""

    def may_correct(self, session: Session, stay: Stay) -> None:
        """Refuse where a month that the stay touches is closed."""

    def undone(self, session: Session, stay: Stay, *, by: Actor, now: datetime) -> None:
        """Withdraw the lines of a stay that goes on again; harmless twice."""

    def corrected(self, session: Session, stay: Stay, *, by: Actor, now: datetime) -> None:
        """Supersede the lines of the stay's former figures and charge the new ones."""
