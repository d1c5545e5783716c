"""Who is asked along to a booking."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.people.models import Member
from booking.reservations.guests.rules import Visit, expected_from
from booking.reservations.models import Reservation
from booking.spaces.models import Space
from booking.values.mailbox import bare_address

COLLEAGUE = text("member_id IS NOT NULL")


class BookingGuest(Base):
    """A colleague (who has an account) or a guest (who has none) on a booking.

    What they were told last stands beside: whoever was told of a time and a place that are no longer so is to
    be told anew. Gone again some weeks after the booking is over (`forget_guests`).
    """

    __tablename__ = "booking_guest"
    __table_args__ = (
        CheckConstraint("member_id IS NULL OR email = ''", name="colleague_or_guest"),
        CheckConstraint("(told_starts_at IS NULL) = (told_ends_at IS NULL)", name="told_of_a_span"),
        CheckConstraint("(told_starts_at IS NULL) = (told_space_id IS NULL)", name="told_of_a_place"),
        Index(
            "ix_booking_guest_member_id",
            "member_id",
            sqlite_where=COLLEAGUE,
            postgresql_where=COLLEAGUE,
        ),
        Index(
            "uq_booking_guest_colleague",
            "reservation_id",
            "member_id",
            unique=True,
            sqlite_where=COLLEAGUE,
            postgresql_where=COLLEAGUE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    name: Mapped[str] = mapped_column(String(60), default="")  # of a guest; a colleague's is the account's
    email: Mapped[str] = mapped_column(String(254), default="")
    company: Mapped[str] = mapped_column(String(80), default="")
    named_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # taken off the list, and perhaps still to be told
    arrived_at: Mapped[datetime | None]  # as the front desk says
    host_told_at: Mapped[datetime | None]  # that they have arrived
    told_space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    told_starts_at: Mapped[datetime | None]
    told_ends_at: Mapped[datetime | None]
    letters: Mapped[int] = mapped_column(default=0)  # written so far; the next one's key says which it is
    reservation: Mapped[Reservation] = relationship()
    member: Mapped[Member | None] = relationship()
    told_space: Mapped[Space | None] = relationship()

    @property
    def called(self) -> str:
        """Give the name of whoever it is."""
        return self.member.name if self.member is not None else self.name

    @property
    def here_since(self) -> datetime | None:
        """Tell when they came for this booking; None for who came for the time it had before."""
        at = self.arrived_at
        return at if at is not None and at >= expected_from(self.reservation.starts_at) else None

    @property
    def mailbox(self) -> str:
        """Give the bare address that letters reach them at, "" where there is none."""
        if self.member is not None:
            return self.member.email if self.member.active else ""
        return bare_address(self.email)

    @property
    def told(self) -> Visit | None:
        """Give what they were told last; None where they know of nothing."""
        if self.told_space_id is None or self.told_starts_at is None or self.told_ends_at is None:
            return None
        return Visit(self.told_space_id, self.told_starts_at, self.told_ends_at)
