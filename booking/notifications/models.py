"""How each wants to be reminded, and what they were reminded of."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.mail.models import Letter
from booking.notifications.rules import Occasion, ReminderPlan, Way
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
