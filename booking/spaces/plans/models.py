"""The table of floor plans: a row a version, never edited."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


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
