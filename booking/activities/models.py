"""Activities, whom they are for, and who signed up."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Enterprise, Member, Size
from booking.spaces.models import Closure, Space
from booking.values import Span


class ActivityKind(StrEnum):
    """What it is: 学习, 培训, 沙龙 or 文体."""

    STUDY = "study"
    TRAINING = "training"
    SALON = "salon"
    CULTURE = "culture"


class Audience(StrEnum):
    """Whom it is for: all enterprises, those of some sizes, or chosen ones."""

    ALL = "all"
    SIZES = "sizes"
    CHOSEN = "chosen"


class ActivityState(StrEnum):
    """What became of it. It holds its hall from the draft on, until it is called off."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"  # is published by itself at `publish_at`
    PUBLISHED = "published"
    CALLED_OFF = "called_off"


activity_guest = Table(
    "activity_guest",
    Base.metadata,
    Column("activity_id", ForeignKey("activity.id"), primary_key=True),
    Column("enterprise_id", ForeignKey("enterprise.id"), primary_key=True, index=True),
)
"""The enterprises an activity is for, where they are chosen one by one."""


class ActivitySize(Base):
    """A size of enterprises that an activity is for, where it is for sizes."""

    __tablename__ = "activity_size"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    size: Mapped[Size] = mapped_column(choice(Size, "size"), primary_key=True)


class Activity(Base):
    """Something that happens in a hall, with sign-up; a closure holds its hall."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("places >= 1", name="has_a_place"),
        CheckConstraint("(state = 'scheduled') <= (publish_at IS NOT NULL)", name="scheduled_for_a_time"),
        CheckConstraint("(state = 'published') <= (published_at IS NOT NULL)", name="published_at_a_time"),
        CheckConstraint(
            "(published_at IS NULL) = (notice_minutes IS NULL)", name="notice_counts_from_publication"
        ),
        CheckConstraint("notice_minutes >= 4320 OR urgent_reason <> ''", name="notice_or_reason"),
        CheckConstraint("(state = 'called_off') = (called_off_at IS NOT NULL)", name="called_off_at_a_time"),
        UniqueConstraint("id", "places"),  # what a sign-up's place is counted against
        Index("ix_activity_park_start", "park_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[ActivityKind] = mapped_column(choice(ActivityKind, "kind"))
    title: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[Audience] = mapped_column(choice(Audience, "audience"))
    places: Mapped[int]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    closure_id: Mapped[int] = mapped_column(ForeignKey("closure.id"), unique=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[ActivityState] = mapped_column(choice(ActivityState, "state"))
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    notice_minutes: Mapped[int | None]  # whole minutes from publication to the start
    urgent_reason: Mapped[str] = mapped_column(String(200), default="")
    called_off_at: Mapped[datetime | None]
    called_off_reason: Mapped[str] = mapped_column(String(200), default="")
    reminded_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(String(32), unique=True)  # the secret in its poster's address
    revision: Mapped[int] = mapped_column(default=0)  # raised by every change; calendars follow it
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    changed_at: Mapped[datetime]
    space: Mapped[Space] = relationship()
    closure: Mapped[Closure] = relationship()
    guests: Mapped[list[Enterprise]] = relationship(
        secondary=activity_guest, order_by=Enterprise.id, viewonly=True
    )

    _sizes: Mapped[list[ActivitySize]] = relationship(viewonly=True)

    @property
    def sizes(self) -> list[Size]:
        """The sizes it is for, the smallest first."""
        named = {row.size for row in self._sizes}
        return [size for size in Size if size in named]

    @property
    def span(self) -> Span:
        """When it is."""
        return Span(self.starts_at, self.ends_at)


class Useful(StrEnum):
    """The answer to the one question afterwards: was it useful?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


IN_IT = text("left_at IS NULL")


class SignUp(Base):
    """One person's wish to be there, in or waiting; whoever left keeps the row and may sign up anew.

    `seat` is one of the numbers 1 to `places`, which the database keeps equal to the activity's: so no more
    get in than there are places, whatever happens at once. Who has none and did not leave waits, in the order
    of ids.
    """

    __tablename__ = "sign_up"
    __table_args__ = (
        ForeignKeyConstraint(
            ["activity_id", "places"], ["activity.id", "activity.places"], onupdate="CASCADE"
        ),
        UniqueConstraint("activity_id", "seat"),
        CheckConstraint("seat BETWEEN 1 AND places", name="seat_is_a_place"),
        CheckConstraint("left_at IS NULL OR seat IS NULL", name="who_left_has_no_seat"),
        CheckConstraint("useful IS NULL OR came_at IS NOT NULL", name="who_came_says_so"),
        CheckConstraint("(useful IS NULL) = (useful_at IS NULL)", name="said_at_a_time"),
        Index(
            "uq_sign_up_person",
            "activity_id",
            "person_key",
            unique=True,
            sqlite_where=IN_IT,
            postgresql_where=IN_IT,
        ),
        Index(
            "uq_sign_up_member",
            "activity_id",
            "member_id",
            unique=True,
            sqlite_where=IN_IT,
            postgresql_where=IN_IT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    activity_id: Mapped[int]
    places: Mapped[int]
    seat: Mapped[int | None]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    name: Mapped[str] = mapped_column(String(60))
    firm: Mapped[str] = mapped_column(String(60))  # the enterprise as it is called, or as they typed it
    firm_key: Mapped[str] = mapped_column(String(80))  # the same for all of one enterprise
    person_key: Mapped[str] = mapped_column(String(200))  # the same for one person
    email: Mapped[str | None] = mapped_column(String(254))
    token: Mapped[str] = mapped_column(String(32), unique=True)  # the secret in its own link
    signed_up_at: Mapped[datetime]
    moved_up_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    came_at: Mapped[datetime | None]
    useful: Mapped[Useful | None] = mapped_column(choice(Useful, "useful"))
    useful_words: Mapped[str] = mapped_column(String(200), default="")
    useful_at: Mapped[datetime | None]
    member: Mapped[Member | None] = relationship(viewonly=True)
    activity: Mapped[Activity] = relationship(
        primaryjoin="SignUp.activity_id == Activity.id", foreign_keys="SignUp.activity_id", viewonly=True
    )

    @property
    def waits(self) -> bool:
        """Tell whether they wait for a place."""
        return self.seat is None and self.left_at is None
