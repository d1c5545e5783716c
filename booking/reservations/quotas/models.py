"""How much an enterprise, or each person of it, may have."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Enterprise
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.spaces.models import Kind

FOR_ALL = text("enterprise_id IS NULL")
FOR_ONE = text("enterprise_id IS NOT NULL")
OF = ("kind", "per", "period", "from_minute", "until_minute")


class Quota(Base):
    """So many minutes of a kind in a period: of every enterprise (`enterprise_id` empty), or of one.

    One's own takes the place of the one for all; without `minutes` it lifts that.
    """

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("minutes >= 0", name="not_below_nothing"),
        CheckConstraint("from_minute >= 0 AND until_minute <= 1440", name="within_a_day"),
        CheckConstraint("until_minute > from_minute", name="ends_after_it_starts"),
        CheckConstraint("minutes IS NOT NULL OR enterprise_id IS NOT NULL", name="lifts_another"),
        Index("uq_quota_all", "park_id", *OF, unique=True, sqlite_where=FOR_ALL, postgresql_where=FOR_ALL),
        Index(
            "uq_quota_one", "enterprise_id", *OF, unique=True, sqlite_where=FOR_ONE, postgresql_where=FOR_ONE
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    per: Mapped[Per] = mapped_column(choice(Per, "per"))
    period: Mapped[QuotaPeriod] = mapped_column(choice(QuotaPeriod, "period"))
    from_minute: Mapped[int] = mapped_column(
        default=0
    )  # after local midnight; less than a whole day: peak hours
    until_minute: Mapped[int] = mapped_column(default=1440)
    minutes: Mapped[int | None]
    enterprise: Mapped[Enterprise | None] = relationship()
