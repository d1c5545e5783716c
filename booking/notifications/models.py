"""How each wants to be reminded, and what they were reminded of."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.mail.models import Letter
from booking.notifications.rules import Occasion, ReminderPlan, RobotKind, Way
from booking.people.models import Member
from booking.reservations.models import Reservation
from booking.usage.models import Stay


class ReminderChoices(Base):
    """What somebody chose; who chose nothing has no row."""

    __tablename__ = "reminder_choices"
    __table_args__ = (
        CheckConstraint("quiet_from BETWEEN 0 AND 23 AND quiet_to BETWEEN 0 AND 23", name="hours_of_a_day"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    start_way: Mapped[Way] = mapped_column(choice(Way, "start_way"))
    start_minutes: Mapped[int]
    end_way: Mapped[Way] = mapped_column(choice(Way, "end_way"))
    end_minutes: Mapped[int]
    missed_way: Mapped[Way] = mapped_column(choice(Way, "missed_way"))
    missed_minutes: Mapped[int]
    quiet_from: Mapped[int]  # hours of the park's day; the same twice: never quiet
    quiet_to: Mapped[int]

    def plan(self, occasion: Occasion) -> ReminderPlan:
        """Give what was chosen of an occasion."""
        match occasion:
            case Occasion.START:
                return ReminderPlan(self.start_way, self.start_minutes)
            case Occasion.END:
                return ReminderPlan(self.end_way, self.end_minutes)
            case Occasion.MISSED:
                return ReminderPlan(self.missed_way, self.missed_minutes)


class Reminder(Base):
    """A reminder that was decided on, once for each time of what it is of; without a letter: not needed."""

    __tablename__ = "reminder"
    __table_args__ = (
        CheckConstraint("(reservation_id IS NULL) <> (stay_id IS NULL)", name="of_one_thing"),
        UniqueConstraint("reservation_id", "occasion", "for_at"),
        UniqueConstraint("stay_id", "occasion", "for_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    occasion: Mapped[Occasion] = mapped_column(choice(Occasion, "occasion"))
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"))
    stay_id: Mapped[int | None] = mapped_column(ForeignKey("stay.id"))
    for_at: Mapped[datetime]  # the start or the planned end as it was then: another is another reminder
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), unique=True)
    decided_at: Mapped[datetime]
    letter: Mapped[Letter | None] = relationship()
    reservation: Mapped[Reservation | None] = relationship()
    stay: Mapped[Stay | None] = relationship()


class PushDevice(Base):
    """A browser that its owner allowed to show pushes; where it takes them is kept closed (`SecretBox`)."""

    __tablename__ = "push_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    session_version: Mapped[int]  # of its member, as it was allowed: signing out everywhere ends it
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    closed: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(60))
    allowed_at: Mapped[datetime]


WORKING = text("gone_at IS NULL")


class GroupRobot(Base):
    """A robot in an enterprise's chat group; its address is kept closed (`SecretBox`), "" once it is gone."""

    __tablename__ = "group_robot"
    __table_args__ = (
        Index("ix_group_robot_working", "enterprise_id", sqlite_where=WORKING, postgresql_where=WORKING),
        Index("ix_group_robot_park_told", "park_id", "told_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))  # it speaks their language
    kind: Mapped[RobotKind] = mapped_column(choice(RobotKind, "kind"))
    name: Mapped[str] = mapped_column(String(40))
    closed: Mapped[str] = mapped_column(Text)
    tail: Mapped[str] = mapped_column(String(4))  # the address's last letters
    tells_day: Mapped[bool]
    tells_changes: Mapped[bool]
    told_on: Mapped[date | None]  # the last day whose bookings it was asked to tell
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    tried_at: Mapped[datetime | None]  # when its manager last had it say something
    off_at: Mapped[datetime | None]
    off_because: Mapped[str | None] = mapped_column(String(200))
    added_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    added_by: Mapped[Member] = relationship()
