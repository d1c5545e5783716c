"""A series, and those of its occurrences that could not be booked yet."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Enterprise, Member
from booking.reservations.models import Reservation
from booking.spaces.models import Space

OPEN_WISH = text("outcome IS NULL")
"""Literal, so that a query that says the same finds the index."""


class Series(Base):
    """Reservations made by one rule; each is a reservation of its own and knows its series.

    The rule is what was agreed, by the park's clock; what became of an occurrence its reservation tells.
    """

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("starts_minute >= 0 AND ends_minute <= 1440", name="within_a_day"),
        CheckConstraint("ends_minute > starts_minute", name="ends_after_it_starts"),
        CheckConstraint("rule <> ''", name="has_a_rule"),
        Index("ix_series_enterprise", "enterprise_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    rule: Mapped[str] = mapped_column(String(200))  # RFC 5545, as recurrence.py writes it
    first_day: Mapped[date]  # from which the rule counts
    starts_minute: Mapped[int]  # of the park's local day
    ends_minute: Mapped[int]
    working_days_only: Mapped[bool]
    people: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(120))
    idempotency_key: Mapped[str | None] = mapped_column(  # a form's one-time key
        "once_key", String(64), key="idempotency_key", unique=True
    )
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    version: Mapped[int] = mapped_column(default=1)  # raised by every change; numbers its letters too
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # when the rest of it was cancelled, or went on in another series
    space: Mapped[Space] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    member: Mapped[Member] = relationship()


class WishOutcome(StrEnum):
    """What became of an occurrence that could not be booked."""

    TAKEN = "taken"  # it came free, and was booked
    DROPPED = "dropped"  # nobody wants it any more


class WishedOccurrence(Base):
    """An occurrence that somebody else has, or that cannot be booked yet; kept until it is taken or dropped.

    It names its own space and times, so that whoever serves those who wait needs to read nothing else; first
    is who asked first (`created_at`, `id`).
    """

    __tablename__ = "wished_occurrence"
    __table_args__ = (
        UniqueConstraint("series_id", "recurrence_id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_when"),
        CheckConstraint(
            "(reservation_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'taken')", name="taken_as"
        ),
        Index(
            "ix_wished_occurrence_space_start",
            "space_id",
            "starts_at",
            sqlite_where=OPEN_WISH,
            postgresql_where=OPEN_WISH,
        ),
        Index(
            "ix_wished_occurrence_member_start",
            "member_id",
            "starts_at",
            sqlite_where=OPEN_WISH,
            postgresql_where=OPEN_WISH,
        ),
        Index(
            "ix_wished_occurrence_opens_on", "opens_on", sqlite_where=OPEN_WISH, postgresql_where=OPEN_WISH
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    recurrence_id: Mapped[str] = mapped_column(String(16))  # as a reservation's
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    people: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime]
    opens_on: Mapped[date | None]  # from when on it may be booked, where it only lay too far ahead
    outcome: Mapped[WishOutcome | None] = mapped_column(choice(WishOutcome, "outcome"))
    settled_at: Mapped[datetime | None]
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"))
    series: Mapped[Series] = relationship()
    space: Mapped[Space] = relationship()
    reservation: Mapped[Reservation | None] = relationship()
