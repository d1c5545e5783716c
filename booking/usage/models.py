"""Stays, the corrections that never overwrite them, and the minutes of each day that they came to.

Also the devices at doors, and what they told.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Enterprise, Member
from booking.reservations.models import Reservation
from booking.spaces.models import Kind, Space
from booking.usage.measuring.day_minutes import UseBand


class Ending(StrEnum):
    """How a stay came to its end."""

    CHECKED_OUT = "checked_out"
    FORGOTTEN = "forgotten"  # ended by the system at the reserved end
    LEASE_END = "lease_end"  # storage ends with its reservation, nothing to review


OPEN = text("ended_at IS NULL")
TO_REVIEW = text("needs_review")
STORED = text("space_kind = 'storage'")
UNMEASURED = text("ended_at IS NULL OR measured_to IS NULL OR measured_to < ended_at")


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
        Index(
            "ix_stay_unmeasured",
            "park_id",
            "started_at",
            sqlite_where=UNMEASURED,
            postgresql_where=UNMEASURED,
        ),
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
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # who checked out
    needs_review: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    measured_to: Mapped[datetime | None]  # up to where its UsedStretch rows say what it used
    space: Mapped[Space] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
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
    new_ended_at: Mapped[datetime | None]  # None: a check-out was undone, and the stay went on


class MeasuredDay(Base):
    """A local day whose open, booked and used minutes are written down."""

    __tablename__ = "measured_day"

    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class OpenStretch(Base):
    """When a place was open on a day, as its rules, exceptions and closures had it then.

    A place is a space that is not combined. `beyond` its rule: only a dated exception opened it.
    """

    __tablename__ = "open_stretch"
    __table_args__ = (
        UniqueConstraint("space_id", "day", "first_minute"),
        CheckConstraint("first_minute >= 0 AND last_minute > first_minute", name="has_minutes"),
        Index("ix_open_stretch_park_day", "park_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    day: Mapped[date]
    first_minute: Mapped[int]  # since the day's local midnight
    last_minute: Mapped[int]
    beyond: Mapped[bool]


class BookedStretch(Base):
    """What of a place's open time was reserved on a day, whether somebody came or not."""

    __tablename__ = "booked_stretch"
    __table_args__ = (
        UniqueConstraint("reservation_id", "space_id", "day", "first_minute"),
        CheckConstraint("first_minute >= 0 AND last_minute > first_minute", name="has_minutes"),
        Index("ix_booked_stretch_park_day", "park_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    day: Mapped[date]
    first_minute: Mapped[int]
    last_minute: Mapped[int]
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"))


class UsedStretch(Base):
    """What of a place's open time a stay used on a day, in one band; written anew when it is corrected."""

    __tablename__ = "used_stretch"
    __table_args__ = (
        UniqueConstraint("stay_id", "space_id", "day", "first_minute"),
        CheckConstraint("first_minute >= 0 AND last_minute > first_minute", name="has_minutes"),
        Index("ix_used_stretch_park_day", "park_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    day: Mapped[date]
    first_minute: Mapped[int]
    last_minute: Mapped[int]
    band: Mapped[UseBand] = mapped_column(choice(UseBand, "band"))
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))


class TurnedAway(Base):
    """Somebody wanted a place of a kind and none was to be had: once a person, kind and hour wanted."""

    __tablename__ = "turned_away"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "day", "hour"),
        CheckConstraint("hour >= 0 AND hour < 24", name="hour_of_a_day"),
        Index("ix_turned_away_park_day", "park_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))  # where one was named
    day: Mapped[date]  # the local day and hour at which it should have begun
    hour: Mapped[int]
    minutes: Mapped[int]
    at: Mapped[datetime]  # when it was asked


class DoorEventKind(StrEnum):
    """What a device tells."""

    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    EXTEND = "extend"


LONGEST_EVENT_KEY = 64


class DoorEvent(Base):
    """What a device told once, under an id of its own; told again it changes nothing."""

    __tablename__ = "door_event"
    __table_args__ = (UniqueConstraint("park_id", "key", name="uq_door_event_told_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    key: Mapped[str] = mapped_column(String(LONGEST_EVENT_KEY))
    kind: Mapped[DoorEventKind] = mapped_column(choice(DoorEventKind, "kind"))
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"), index=True)
    stay_id: Mapped[int | None] = mapped_column(ForeignKey("stay.id"))  # None: told before anybody was there
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]


class DoorDevice(Base):
    """A tablet or screen at a space. Its address holds a secret of which only the hash is kept."""

    __tablename__ = "door_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))  # zh or en: nobody who stands before it chooses one
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]  # to within a few minutes
    revoked_at: Mapped[datetime | None]
    space: Mapped[Space] = relationship()
