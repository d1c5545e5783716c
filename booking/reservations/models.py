"""Reservations, their history, and the occupancy that they and others hold.

Also the place that the park proposes to who asked for another, stars, and calendar feeds.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, column, table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.audit.actions import Action
from booking.db import Base, Instant, choice
from booking.people.models import Enterprise, Member
from booking.reservations.approval.rules import Answerer
from booking.spaces.models import Closure, Kind, Space
from booking.values import Money, span


class ReservationState(StrEnum):
    """What became of a reservation. Only BOOKED ones hold a claim (and IN_USE, through their stay)."""

    REQUESTED = "requested"  # waits for approval, holds nothing yet
    BOOKED = "booked"
    IN_USE = "in_use"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DECLINED = "declined"


OPEN_STATES: Final = (ReservationState.REQUESTED, ReservationState.BOOKED)
"""Asked for or booked, and not begun: it may still be moved or given back."""


FAR_FUTURE = span.FAR_FUTURE
"""Where a claim with an open end ends: a lease until it is given back, a closure until further notice."""
COMING = text("state IN ('requested', 'booked', 'in_use')")
"""What is still to come or going on; literal, so that a query that says the same finds the index."""

OF_SERIES = text("series_id IS NOT NULL")


class Reservation(Base):
    """An enterprise's right to one space in `[starts_at, ends_at)`: the plan, kept whatever happens."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_reservation_enterprise_start", "enterprise_id", "starts_at"),
        Index(
            "ix_reservation_coming",
            "enterprise_id",
            "starts_at",
            sqlite_where=COMING,
            postgresql_where=COMING,
        ),
        Index("ix_reservation_member_start", "member_id", "starts_at"),
        Index("ix_reservation_state_start", "state", "starts_at"),
        Index("ix_reservation_park_start", "park_id", "starts_at"),
        Index("ix_reservation_space_start", "space_id", "starts_at"),
        CheckConstraint("(series_id IS NULL) = (recurrence_id IS NULL)", name="occurrence_of_a_series"),
        Index(
            "uq_reservation_occurrence",
            "series_id",
            "recurrence_id",
            unique=True,
            sqlite_where=OF_SERIES,
            postgresql_where=OF_SERIES,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # FAR_FUTURE where the end is open
    state: Mapped[ReservationState] = mapped_column(choice(ReservationState, "state"))
    purpose: Mapped[str] = mapped_column(String(120), default="")
    people: Mapped[int] = mapped_column(default=1)
    answerer: Mapped[Answerer] = mapped_column(
        choice(Answerer, "answerer"), default=Answerer.PARK, server_default=Answerer.PARK.value
    )  # who says yes or no while it is REQUESTED; afterwards who was asked last
    quote: Mapped[Money]  # what it would cost if used as booked, as shown when it was last booked or moved
    idempotency_key: Mapped[str | None] = mapped_column(
        "once_key", String(64), key="idempotency_key", unique=True
    )  # a form's one-time key: a double click books once
    version: Mapped[int] = mapped_column(default=1)  # raised by every change; a stale page is told so
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]  # of a request: as the park promised
    answer_told: Mapped[int] = mapped_column(default=0, server_default="0")  # see approval/promise.py
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    recurrence_id: Mapped[str | None] = mapped_column(String(16))  # day and time as the rule said at first
    space: Mapped[Space] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    member: Mapped[Member] = relationship()
    proposal: Mapped["ProposedPlace | None"] = relationship(viewonly=True, uselist=False)

    @property
    def open_ended(self) -> bool:
        """Tell whether no end was agreed (storage)."""
        return self.ends_at >= FAR_FUTURE

    @property
    def was_asked(self) -> bool:
        """Tell whether it is a request, or was one: whom it waited for, and by when, stays with it."""
        to_manager = self.answerer is Answerer.MANAGER
        return self.state is ReservationState.REQUESTED or to_manager or self.answer_by is not None


class ReservationChange(Base):
    """One step in the life of a reservation, before and after; never overwritten."""

    __tablename__ = "reservation_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    actor_name: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(String(24))  # an Action, in the words of the version that wrote it
    old_space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    old_starts_at: Mapped[datetime | None]
    old_ends_at: Mapped[datetime | None]
    new_space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    new_starts_at: Mapped[datetime | None]
    new_ends_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    old_space: Mapped[Space | None] = relationship(foreign_keys=[old_space_id])
    new_space: Mapped[Space | None] = relationship(foreign_keys=[new_space_id])
    actor: Mapped[Member | None] = relationship()

    @property
    def action(self) -> Action | None:
        """What was done, whichever version wrote it down."""
        return Action.read(self.what)


class UntoldChange(Base):
    """A step of a reservation that whoever it is for has yet to hear of by letter.

    Written with the step, gone with the letter that tells of it.
    """

    __tablename__ = "untold_change"

    change_id: Mapped[int] = mapped_column(ForeignKey("reservation_change.id"), primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    change: Mapped[ReservationChange] = relationship()
    reservation: Mapped[Reservation] = relationship()


class UntoldRequest(Base):
    """A request that the managers of its enterprise have yet to hear of by letter; gone with the letter."""

    __tablename__ = "untold_request"

    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    reservation: Mapped[Reservation] = relationship()


def _held_by_a(holder: str) -> Index:
    """Make the index of the claims that a holder of the kind has: a claim stands in one of four."""
    column = f"{holder}_id"
    held = text(f"{column} IS NOT NULL")
    return Index(f"ix_occupancy_{column}", column, sqlite_where=held, postgresql_where=held)


class Occupancy(Base):
    """A live claim on one space; rows of one space never overlap, the database sees to it.

    One row per part of a combined space, buffer included. Cancelling removes rows, checking out
    early shortens them; `reservation`, `stay`, `closure` and `wait` keep the history.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(
            "(CASE WHEN reservation_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN stay_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN closure_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN wait_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="held_by_exactly_one",
        ),
        Index("ix_occupancy_space_start", "space_id", "starts_at"),
        Index("ix_occupancy_kind_time", "space_kind", "starts_at", "ends_at", "space_id"),
        # Few rows, found at once whenever they began; `ends_at` leads, so that SQLite prefers this index.
        Index(
            "ix_occupancy_open_end",
            "ends_at",
            "space_kind",
            "starts_at",
            "space_id",
            sqlite_where=text("ends_at = '2999-01-01 00:00:00.000000'"),
            postgresql_where=text("ends_at = '2999-01-01 00:00:00+00'::timestamptz"),
        ),
        *(_held_by_a(holder) for holder in ("reservation", "stay", "closure", "wait")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    space_kind: Mapped[Kind] = mapped_column(
        choice(Kind, "space_kind")
    )  # storage leases must not widen a search
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))  # empty for closures
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"))
    stay_id: Mapped[int | None] = mapped_column(ForeignKey("stay.id"))  # a walk-in's
    closure_id: Mapped[int | None] = mapped_column(ForeignKey(Closure.id))
    wait_id: Mapped[int | None] = mapped_column(ForeignKey("wait.id"))  # held for who waited


# Of the rooms above, named as the foreign keys of a claim name them.
STAY: Final = table(
    "stay",
    column("id"),
    column("space_id"),
    column("reservation_id"),
    column("enterprise_id"),
    column("member_id"),
    column("space_kind"),
    column("started_at", Instant()),
    column("ended_at", Instant()),
    column("held_until", Instant()),
)
WAIT: Final = table("wait", column("id"), column("offered_space_id"), column("ends_at", Instant()))


class Favourite(Base):
    """A space that a person marked with a star."""

    __tablename__ = "favourite"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), primary_key=True)
    starred_at: Mapped[datetime]


class ProposedPlace(Base):
    """What the park would give instead of what is asked for: it holds nothing; one a request at most.

    It stands while the request does, until it would begin itself. While a manager is asked for it, it is the
    request, and this keeps what was asked for before (`approval/wait_again.py`). What became of it is in the
    history of the reservation; a row that stands no longer is left where it is, or made way for.
    """

    __tablename__ = "proposed_place"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),)

    reservation_id: Mapped[int] = mapped_column(
        ForeignKey("reservation.id"), primary_key=True, autoincrement=False
    )
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # FAR_FUTURE where the end is open
    quote: Mapped[Money]  # as it is shown, and booked
    words: Mapped[str] = mapped_column(String(500), default="")
    proposed_at: Mapped[datetime]
    space: Mapped[Space] = relationship()
    reservation: Mapped[Reservation] = relationship()


class FeedKind(StrEnum):
    """Whose bookings, or what else, a feed tells."""

    OWN = "own"  # what its owner booked
    ENTERPRISE = "enterprise"  # what anybody of the owner's enterprise booked
    SPACE = "space"  # one space: the enterprise's own, all else only as taken
    ACTIVITIES = "activities"  # what happens in the halls and the owner may come to


class CalendarFeed(Base):
    """A feed of a member; its address is made of `nonce` and the installation's key, and stands nowhere."""

    __tablename__ = "calendar_feed"
    __table_args__ = (CheckConstraint("(kind = 'space') = (space_id IS NOT NULL)", name="of_one_space"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[FeedKind] = mapped_column(choice(FeedKind, "kind"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    nonce: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship()
    space: Mapped[Space | None] = relationship()
