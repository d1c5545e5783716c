"""A wait for a time that is taken: for one space, or for any that will do."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Enterprise, Member
from booking.reservations.models import Reservation
from booking.spaces.models import Kind, Space
from booking.values import Span


class WaitState(StrEnum):
    """What became of a wait. Only OFFERED ones hold a claim."""

    WAITING = "waiting"
    OFFERED = "offered"  # what came free is held for whoever waits, until `held_until`
    TAKEN = "taken"
    LAPSED = "lapsed"  # the hold ran out, or the time wanted began
    WITHDRAWN = "withdrawn"


OPEN_WAIT = (WaitState.WAITING, WaitState.OFFERED)
IN_LINE = text("state = 'waiting'")
HELD = text("state = 'offered'")
OPEN = "state IN ('waiting', 'offered') AND wished_id IS NULL AND space_id"
OPEN_FOR_ONE, OPEN_FOR_ANY = text(f"{OPEN} IS NOT NULL"), text(f"{OPEN} IS NULL")
"""Literal, so that a query that says the same finds the index."""


class Wait(Base):
    """Somebody wants `[starts_at, ends_at)` that others have; first is who asked first (`created_at`, `id`).

    Without a space any of the kind will do that seats so many and has the equipment. One with `wished_id` is
    what came free of a series: it stands here from the moment it is held, since until then the series waits.
    """

    __tablename__ = "wait"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("people >= 1", name="somebody_comes"),
        CheckConstraint("kind <> 'storage'", name="by_the_hour"),
        CheckConstraint("space_id IS NULL OR area_id IS NULL", name="one_or_any"),
        CheckConstraint(
            "(offered_at IS NULL) = (held_until IS NULL)"
            " AND (offered_at IS NULL) = (offered_space_id IS NULL)",
            name="offered_whole",
        ),
        CheckConstraint(
            "CASE state WHEN 'waiting' THEN offered_at IS NULL"
            " WHEN 'offered' THEN offered_at IS NOT NULL"
            " WHEN 'taken' THEN offered_at IS NOT NULL ELSE 1 = 1 END",
            name="offered_when",
        ),
        CheckConstraint("held_until > offered_at AND held_until <= starts_at", name="held_until_it_starts"),
        CheckConstraint("(state IN ('waiting', 'offered')) = (settled_at IS NULL)", name="settled_when"),
        CheckConstraint("(state = 'taken') = (reservation_id IS NOT NULL)", name="taken_as"),
        Index("ix_wait_line", "park_id", "starts_at", sqlite_where=IN_LINE, postgresql_where=IN_LINE),
        Index("ix_wait_held", "held_until", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_wait_member", "member_id", "starts_at"),
        Index("ix_wait_space", "space_id", "starts_at"),
        Index(
            "uq_wait_open_for_one", "member_id", "space_id", "starts_at", "ends_at",
            unique=True, sqlite_where=OPEN_FOR_ONE, postgresql_where=OPEN_FOR_ONE,
        ),
        Index(
            "uq_wait_open_for_any", "member_id", "kind", "starts_at", "ends_at",
            unique=True, sqlite_where=OPEN_FOR_ANY, postgresql_where=OPEN_FOR_ANY,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))  # None: any that will do
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    equipment: Mapped[list[Any]] = mapped_column(default=list)  # names, of any
    people: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[WaitState] = mapped_column(choice(WaitState, "state"), default=WaitState.WAITING)
    created_at: Mapped[datetime]
    wished_id: Mapped[int | None] = mapped_column(ForeignKey("wished_occurrence.id"), unique=True)
    offered_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    offered_space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    told_at: Mapped[datetime | None]  # when the letter on what is held was written
    settled_at: Mapped[datetime | None]
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"))
    space: Mapped[Space | None] = relationship(foreign_keys=[space_id])
    offered_space: Mapped[Space | None] = relationship(foreign_keys=[offered_space_id])
    member: Mapped[Member] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    reservation: Mapped[Reservation | None] = relationship()

    @property
    def span(self) -> Span:
        """The time that is wanted."""
        return Span(self.starts_at, self.ends_at)
