"""Dated exceptions of the opening rules."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.people.models import Member
from booking.spaces.models import Space

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
