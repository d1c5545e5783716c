"""Another place that the park proposes to who asked for one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.reservations.models import Reservation
from booking.spaces.models import Space
from booking.values.money import Money


class ProposedPlace(Base):
    """What the park would give instead of what is asked for: it holds nothing; one a request at most.

    It stands while the request does, until it would begin itself. What became of it is in the history of the
    reservation; a row that stands no longer is left where it is, or made way for.
    """

    __tablename__ = "proposed_place"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),)

    reservation_id: Mapped[int] = mapped_column(
        ForeignKey("reservation.id"), primary_key=True, autoincrement=False
    )
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # FAR_FUTURE where the end is open
    quote: Mapped[Money]  # as it is shown, and booked
    words: Mapped[str] = mapped_column(String(500), default="")
    proposed_at: Mapped[datetime]
    space: Mapped[Space] = relationship()
    reservation: Mapped[Reservation] = relationship()
