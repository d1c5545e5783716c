"""A park, and its calendar of working days."""

from datetime import date, time
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class Park(Base):
    """A business park. Every row that belongs to a park names it."""

    __tablename__ = "park"
    __table_args__ = (
        CheckConstraint("closes > opens", name="opens_before_it_closes"),
        CheckConstraint("hold_minutes >= 1", name="holds_a_while"),
        CheckConstraint("answer_hours >= 1", name="answers_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)  # stands in invoice numbers
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str | None] = mapped_column(String(80))
    zone_name: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    opens: Mapped[time] = mapped_column(default=time(8))
    closes: Mapped[time] = mapped_column(default=time(22))
    open_on_rest_days: Mapped[bool] = mapped_column(default=True)
    grace_minutes: Mapped[int] = mapped_column(default=15)
    early_minutes: Mapped[int] = mapped_column(default=10)
    hold_minutes: Mapped[int] = mapped_column(default=15, server_default="15")  # for the first in line
    answer_hours: Mapped[int] = mapped_column(default=9, server_default="9")  # working hours; 9 are a day
    review_days: Mapped[int] = mapped_column(default=3)
    payment_days: Mapped[int] = mapped_column(default=15)
    # The seller's particulars, as they stand on invoices.
    seller_name: Mapped[str] = mapped_column(String(120), default="")
    seller_uscc: Mapped[str] = mapped_column(String(18), default="")
    seller_address: Mapped[str] = mapped_column(String(200), default="")
    seller_phone: Mapped[str] = mapped_column(String(40), default="")
    bank_name: Mapped[str] = mapped_column(String(120), default="")
    bank_account: Mapped[str] = mapped_column(String(40), default="")
    mail_from: Mapped[str] = mapped_column(String(254), default="")
    branch_email: Mapped[str] = mapped_column(String(254), default="")
    # Another random number with every change of what hardly ever changes; written by triggers alone.
    edition: Mapped[int] = mapped_column(BigInteger, server_default="0")

    @property
    def zone(self) -> ZoneInfo:
        """The park's own zone, in which its days and months are counted."""
        return ZoneInfo(self.zone_name)


class CalendarYear(Base):
    """A year of the park's calendar; until it is published, screens call it provisional."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("park_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    year: Mapped[int]
    published: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None] = mapped_column(String(200))


class CalendarDay(Base):
    """A day that is not what its weekday says: a holiday, or a make-up working day (调休)."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("park_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    day: Mapped[date]
    working: Mapped[bool]
    label: Mapped[str] = mapped_column(String(60), default="")
