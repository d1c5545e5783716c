"""Calendar feeds."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Member
from booking.spaces.models import Space


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
