"""What the park has to offer: areas and their plans, spaces, their parts and equipment, when they can be had.

That is opening rules, their dated exceptions, and closures. Beside them the idle places, and what was made of
them. A floor plan is a row a version, never edited.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.parks.models import Park
from booking.people.models import Enterprise, Member


class Kind(StrEnum):
    """What a space is: 工位, 会议室, 仓储 or 会客厅."""

    WORKSTATION = "workstation"
    MEETING_ROOM = "meeting_room"
    STORAGE = "storage"
    HALL = "hall"


class Area(Base):
    """A building, floor or zone of a park."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("park_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str | None] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))


space_part = Table(
    "space_part",
    Base.metadata,
    Column("whole_id", ForeignKey("space.id"), primary_key=True),
    Column("part_id", ForeignKey("space.id"), primary_key=True, index=True),
    CheckConstraint("whole_id <> part_id", name="no_part_of_itself"),
)
"""A combined space (A+B) and the spaces it is made of; parts are never combined themselves."""


class Equipment(Base):
    """One thing a space has: 投影, 白板, 视频会议 and the like."""

    __tablename__ = "equipment"

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)


class Space(Base):
    """One bookable unit. Retired ones keep their history and cannot be had any more."""

    __tablename__ = "space"
    __table_args__ = (
        UniqueConstraint("park_id", "code"),
        CheckConstraint("capacity >= 1", name="seats_somebody"),
        Index("ix_space_park_kind", "park_id", "kind", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))  # what stands on the door, unique in the park
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str | None] = mapped_column(String(60))
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    capacity: Mapped[int] = mapped_column(default=1)
    area_hundredths: Mapped[int] = mapped_column(default=0)  # hundredths of a square metre
    description: Mapped[str] = mapped_column(String(500), default="")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    scan_code: Mapped[str] = mapped_column(String(32), unique=True)  # the secret in its QR label
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]
    park: Mapped[Park] = relationship()
    area: Mapped[Area] = relationship()
    equipment: Mapped[list[Equipment]] = relationship(order_by=Equipment.name, cascade="all, delete-orphan")
    parts: Mapped[list[Space]] = relationship(
        secondary=space_part,
        primaryjoin="Space.id == space_part.c.whole_id",
        secondaryjoin="Space.id == space_part.c.part_id",
        order_by="Space.id",
    )


OF_KIND = text("space_id IS NULL")


class AnySpace(Protocol):
    """A space, or a row that tells as much of one: what is asked of it when it is priced, booked, claimed."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def park_id(self) -> int: ...  # noqa: D102
    @property
    def kind(self) -> Kind: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def capacity(self) -> int: ...  # noqa: D102
    @property
    def area_hundredths(self) -> int: ...  # noqa: D102
    @property
    def retired_at(self) -> datetime | None: ...  # noqa: D102


class OpeningRule(Base):
    """When and how long a kind (space_id empty) or one space may be had; the space's own row wins whole."""

    __tablename__ = "opening_rule"
    __table_args__ = (
        Index(
            "uq_opening_rule_kind",
            "park_id",
            "kind",
            unique=True,
            sqlite_where=OF_KIND,
            postgresql_where=OF_KIND,
        ),
        UniqueConstraint("space_id"),
        CheckConstraint("closes_minute > opens_minute", name="opens_before_it_closes"),
        CheckConstraint("step_minutes > 0", name="step_is_positive"),
        CheckConstraint("maximum_minutes >= minimum_minutes", name="maximum_not_below_minimum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    opens_minute: Mapped[int] = mapped_column(default=8 * 60)  # minutes after local midnight
    closes_minute: Mapped[int] = mapped_column(default=22 * 60)  # up to 1440
    open_on_rest_days: Mapped[bool] = mapped_column(default=True)
    step_minutes: Mapped[int] = mapped_column(default=15)
    minimum_minutes: Mapped[int] = mapped_column(default=30)
    maximum_minutes: Mapped[int] = mapped_column(default=12 * 60)
    lead_minutes: Mapped[int] = mapped_column(default=0)  # how long before the start one must ask
    horizon_days: Mapped[int] = mapped_column(default=60)  # how far ahead one may ask
    buffer_minutes: Mapped[int] = mapped_column(default=0)  # kept free after every use
    needs_approval: Mapped[bool] = mapped_column(default=False)


class Closure(Base):
    """An interval in which a space cannot be had. Lifting one keeps the row."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    space: Mapped[Space] = relationship()


class FloorPlan(Base):
    """One version of an area's plan; the latest one holds. Undoing makes another, equal to an earlier one.

    The picture behind it, where one was uploaded, hangs at the area (`Area.plan_id`).
    """

    __tablename__ = "floor_plan"
    __table_args__ = (
        UniqueConstraint("area_id", "version"),
        CheckConstraint("version >= 1", name="counts_from_one"),
        CheckConstraint("copy_of IS NULL OR copy_of < version", name="copies_an_earlier_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    version: Mapped[int]
    copy_of: Mapped[int | None]  # the version of the area that an undoing brought back
    layout: Mapped[dict[str, Any]]  # as `rules.Layout` writes it
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))


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
    whose: Mapped[str] = mapped_column(String(120), default="")  # where no enterprise gave it back
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


OF_PARK = text("space_id IS NULL AND taken_back_at IS NULL")
OF_SPACE = text("taken_back_at IS NULL")


class ExtendedHours(Base):
    """A day on which the park's places (space_id empty), or one space, are open for longer than by rule.

    What was granted never changes and is never deleted; taking it back is written beside it, once.
    """

    __tablename__ = "extended_hours"
    __table_args__ = (
        CheckConstraint("opens_minute IS NOT NULL OR closes_minute IS NOT NULL", name="names_an_hour"),
        CheckConstraint("opens_minute BETWEEN 0 AND 1439", name="opens_on_its_day"),
        CheckConstraint("closes_minute BETWEEN 1 AND 1440", name="closes_on_its_day"),
        CheckConstraint("closes_minute > opens_minute", name="opens_before_it_closes"),
        CheckConstraint("reason <> ''", name="says_why"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_reason = '')", name="taken_back_says_why"),
        Index(
            "uq_extended_hours_park_day",
            "park_id",
            "day",
            unique=True,
            sqlite_where=OF_PARK,
            postgresql_where=OF_PARK,
        ),
        Index(
            "uq_extended_hours_space_day",
            "space_id",
            "day",
            unique=True,
            sqlite_where=OF_SPACE,
            postgresql_where=OF_SPACE,
        ),
        Index("ix_extended_hours_park_id_day", "park_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    day: Mapped[date]  # the park's local day
    opens_minute: Mapped[int | None]  # minutes after local midnight; as by rule where empty
    closes_minute: Mapped[int | None]  # up to 1440; likewise
    reason: Mapped[str] = mapped_column(String(200))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)  # who asked for it
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    taken_back_reason: Mapped[str] = mapped_column(String(200), default="")
    space: Mapped[Space | None] = relationship()
    granted_by: Mapped[Member | None] = relationship(foreign_keys=[granted_by_id])
    taken_back_by: Mapped[Member | None] = relationship(foreign_keys=[taken_back_by_id])
