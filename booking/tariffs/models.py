"""Dated, immutable versions of prices and rules."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, Factor, choice
from booking.people.models import Size
from booking.spaces.models import Kind
from booking.values import Money


class Basis(StrEnum):
    """What a rate is per: an hour of use, a day of a unit, or a square metre and day."""

    HOUR = "hour"
    DAY = "day"
    SQUARE_METRE_DAY = "m2_day"


class DayType(StrEnum):
    """Which days a band applies to, by the park's calendar."""

    WORKING = "working"
    REST = "rest"
    ALL = "all"


OF_KIND = text("space_id IS NULL AND withdrawn_on IS NULL")
OF_SPACE = text("space_id IS NOT NULL AND withdrawn_on IS NULL")


class Tariff(Base):
    """One version, valid from a day on until a later one begins; the database refuses to change it.

    For a space the newest version of its own counts, else that of its kind. Until the day it begins it can
    be withdrawn, once: it then never holds, and another may begin on its day.
    """

    __tablename__ = "tariff"
    __table_args__ = (
        Index(
            "uq_tariff_kind_day",
            "park_id",
            "kind",
            "valid_from",
            unique=True,
            sqlite_where=OF_KIND,
            postgresql_where=OF_KIND,
        ),
        Index(
            "uq_tariff_space_day",
            "space_id",
            "valid_from",
            unique=True,
            sqlite_where=OF_SPACE,
            postgresql_where=OF_SPACE,
        ),
        CheckConstraint("rate >= 0", name="rate_not_negative"),
        CheckConstraint("increment_minutes > 0", name="increment_is_positive"),
        CheckConstraint("minimum_minutes >= 0", name="minimum_not_negative"),
        CheckConstraint("no_show_permille BETWEEN 0 AND 1000", name="no_show_is_a_share"),
        CheckConstraint("late_cancel_permille BETWEEN 0 AND 1000", name="late_cancel_is_a_share"),
        CheckConstraint("withdrawn_on < valid_from", name="withdrawn_before_it_begins"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    name: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    basis: Mapped[Basis] = mapped_column(choice(Basis, "basis"))
    rate: Mapped[Money]  # per hour, per day, or per m2 and day
    increment_minutes: Mapped[int] = mapped_column(default=15)
    minimum_minutes: Mapped[int] = mapped_column(default=0)
    daily_cap: Mapped[Money | None]
    no_show_permille: Mapped[int] = mapped_column(default=0)
    late_cancel_permille: Mapped[int] = mapped_column(default=0)
    late_cancel_minutes: Mapped[int] = mapped_column(
        default=0
    )  # cancelling later than this before the start is late
    vat_permille: Mapped[int]  # 60 is 6 %
    vat_source: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime]
    withdrawn_on: Mapped[date | None]  # the park's local day
    bands: Mapped[list[TariffBand]] = relationship(order_by="TariffBand.from_minute", lazy="selectin")
    allowances: Mapped[list[TariffAllowance]] = relationship(order_by="TariffAllowance.id", lazy="selectin")


class TariffBand(Base):
    """Part of the day with its own factor (错时、延时)."""

    __tablename__ = "tariff_band"
    __table_args__ = (
        CheckConstraint("to_minute > from_minute", name="ends_after_it_starts"),
        CheckConstraint("factor >= 0", name="factor_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tariff_id: Mapped[int] = mapped_column(ForeignKey("tariff.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    days: Mapped[DayType] = mapped_column(choice(DayType, "days"))
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    factor: Mapped[Decimal] = mapped_column(Factor)


class TariffAllowance(Base):
    """Free minutes a month for a size of enterprise."""

    __tablename__ = "tariff_allowance"
    __table_args__ = (UniqueConstraint("tariff_id", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tariff_id: Mapped[int] = mapped_column(ForeignKey("tariff.id"))
    size: Mapped[Size] = mapped_column(choice(Size, "size"))
    minutes: Mapped[int]
