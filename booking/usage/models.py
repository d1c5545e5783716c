"""Stays, and the corrections that never overwrite them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Enterprise, Member
from booking.reservations.models import Reservation
from booking.spaces.models import Kind, Space


class Ending(StrEnum):
    """How a stay came to its end."""

    CHECKED_OUT = "checked_out"
    FORGOTTEN = "forgotten"  # ended by the house at the reserved end
    LEASE_END = "lease_end"  # storage ends with its reservation, nothing to review


OPEN = text("ended_at IS NULL")
TO_REVIEW = text("needs_review")
STORED = text("space_kind = 'storage'")


class Stay(Base):
    """Somebody was there. Stays are billed, reservations are not.

    `started_at` and `ended_at` are what counts now; every earlier version stands in StayCorrection.
    """

    __tablename__ = "stay"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_it_starts"),
        Index(
            "uq_stay_one_open_per_space", "space_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
        Index("ix_stay_open", "held_until", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_stay_enterprise_start", "enterprise_id", "started_at"),
        Index(
            "ix_stay_open_of_enterprise",
            "enterprise_id",
            "started_at",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_stay_storage", "enterprise_id", "started_at", sqlite_where=STORED, postgresql_where=STORED),
        Index("ix_stay_member_end", "member_id", "ended_at"),
        Index("ix_stay_park_start", "park_id", "started_at"),
        Index("ix_stay_review", "park_id", "ended_at", sqlite_where=TO_REVIEW, postgresql_where=TO_REVIEW),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    space_kind: Mapped[Kind] = mapped_column(choice(Kind, "space_kind"))
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"), unique=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    held_until: Mapped[
        datetime
    ]  # the reserved end, or how long a walk-in said it would stay; FAR_FUTURE for open leases
    ending: Mapped[Ending | None] = mapped_column(choice(Ending, "ending"))
    needs_review: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    space: Mapped[Space] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    member: Mapped[Member] = relationship()
    reservation: Mapped[Reservation | None] = relationship()
    corrections: Mapped[list[StayCorrection]] = relationship(order_by="StayCorrection.id")

    @property
    def planned_end(self) -> datetime:
        """Tell until when it is planned: its reservation's end as it is now, or what a walk-in said."""
        return self.reservation.ends_at if self.reservation else self.held_until


class StayCorrection(Base):
    """The old figures, the new ones, who and why."""

    __tablename__ = "stay_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    actor_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(500))
    old_started_at: Mapped[datetime]
    old_ended_at: Mapped[datetime | None]
    new_started_at: Mapped[datetime]
    new_ended_at: Mapped[datetime | None]
