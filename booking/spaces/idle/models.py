"""Idle places, and the spaces that were made of them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Enterprise
from booking.spaces.models import Area, Space


class IdleState(StrEnum):
    """How far it has come."""

    IDLE = "idle"
    PROPOSED = "proposed"
    IN_USE = "in_use"


idle_place_space = Table(
    "idle_place_space",
    Base.metadata,
    Column("idle_place_id", ForeignKey("idle_place.id"), primary_key=True),
    Column("space_id", ForeignKey("space.id"), primary_key=True, unique=True),
)
"""The spaces that were made of an idle place; a space was made of one."""


class IdlePlace(Base):
    """A place that stood empty, since when and whose, and what was made of it."""

    __tablename__ = "idle_place"
    __table_args__ = (
        CheckConstraint("area_hundredths > 0", name="has_area"),
        CheckConstraint("(state = 'in_use') = (put_to_use_on IS NOT NULL)", name="in_use_since_a_day"),
        CheckConstraint(
            "put_to_use_on IS NULL OR put_to_use_on >= empty_since", name="used_after_it_was_empty"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    location: Mapped[str] = mapped_column(String(120), default="")
    area_hundredths: Mapped[int]  # hundredths of a square metre
    given_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    whose: Mapped[str] = mapped_column(
        String(120), default=""
    )  # where no enterprise of the park gave it back
    empty_since: Mapped[date]
    state: Mapped[IdleState] = mapped_column(choice(IdleState, "state"), default=IdleState.IDLE)
    proposal: Mapped[str] = mapped_column(String(500), default="")  # what could be made of it
    put_to_use_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(1000), default="")
    before_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    after_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    area: Mapped[Area | None] = relationship()
    given_back_by: Mapped[Enterprise | None] = relationship()
    spaces: Mapped[list[Space]] = relationship(secondary=idle_place_space, order_by="Space.id")
