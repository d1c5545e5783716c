"""Devices at doors, and what they told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.spaces.models import Space


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
