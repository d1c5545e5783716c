"""Rated lines, and the questions tenants ask about them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.charges.terms import LineTerms, read_terms, stored_terms
from booking.db import Base, Factor, choice
from booking.spaces.models import Kind, Space
from booking.values import Money


class ChargeKind(StrEnum):
    """What a line is for."""

    USE = "use"
    STORAGE = "storage"
    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"
    ADJUSTMENT = "adjustment"  # gives back what a dispute was granted


LIVE_SLICE = text("superseded_at IS NULL AND stay_id IS NOT NULL AND adjusts_id IS NULL")
LIVE_FEE = text("superseded_at IS NULL AND stay_id IS NULL AND adjusts_id IS NULL")
UNBILLED = text("superseded_at IS NULL AND invoice_id IS NULL")


class Charge(Base):
    """One rated line with its own copy of the figures it was made from; never priced again.

    A correction in an open month leaves the old line, marked superseded, and writes new ones.
    """

    __tablename__ = "charge"
    __table_args__ = (
        Index(
            "uq_charge_stay_slice_once",
            "stay_id",
            "day",
            "band",
            "factor",
            unique=True,
            sqlite_where=LIVE_SLICE,
            postgresql_where=LIVE_SLICE,
        ),
        Index(
            "uq_charge_fee_once",
            "reservation_id",
            "kind",
            unique=True,
            sqlite_where=LIVE_FEE,
            postgresql_where=LIVE_FEE,
        ),
        Index("ix_charge_enterprise_month", "enterprise_id", "month_key"),
        Index(
            "ix_charge_unbilled",
            "park_id",
            "month_key",
            "enterprise_id",
            sqlite_where=UNBILLED,
            postgresql_where=UNBILLED,
        ),
        Index("ix_charge_space_day", "space_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    month_key: Mapped[int]  # 202610: the local month its day lies in
    kind: Mapped[ChargeKind] = mapped_column(choice(ChargeKind, "kind"))
    stay_id: Mapped[int | None] = mapped_column(ForeignKey("stay.id"), index=True)
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id"), index=True)
    adjusts_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"), unique=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    space_kind: Mapped[Kind] = mapped_column(choice(Kind, "space_kind"))
    space_name: Mapped[str] = mapped_column(String(60))
    day: Mapped[date]  # for storage the first day of the slice
    band: Mapped[str] = mapped_column(String(40))
    factor: Mapped[Decimal] = mapped_column(Factor)
    minutes: Mapped[int] = mapped_column(default=0)
    free_minutes: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=0)  # storage: local days touched
    amount: Mapped[Money]
    uncapped: Mapped[Money]  # before the daily cap
    reserved_starts_at: Mapped[datetime | None]
    reserved_ends_at: Mapped[datetime | None]
    used_starts_at: Mapped[datetime | None]
    used_ends_at: Mapped[datetime | None]
    billed_starts_at: Mapped[datetime | None]
    billed_ends_at: Mapped[datetime | None]
    tariff_id: Mapped[int | None] = mapped_column(ForeignKey("tariff.id"))
    stored_terms: Mapped[dict[str, Any]] = mapped_column("terms")  # the tariff's figures, copied
    vat_permille: Mapped[int]
    note: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    dispute: Mapped[Dispute | None] = relationship(back_populates="charge", lazy="raise")
    space: Mapped[Space] = relationship(lazy="raise_on_sql")

    @property
    def terms(self) -> LineTerms:
        """Read what the line was priced by; raises StoredDocumentUnreadable."""
        return read_terms(self.stored_terms, of=f"charge {self.id}")

    @terms.setter
    def terms(self, terms: LineTerms) -> None:
        self.stored_terms = stored_terms(terms)

    @property
    def space_name_en(self) -> str | None:
        """Give the space's English name, where it is still called as the line keeps it."""
        return self.space.name_en if self.space.name == self.space_name else None


class Outcome(StrEnum):
    """How a dispute was answered."""

    GRANTED = "granted"
    DECLINED = "declined"


class Dispute(Base):
    """A tenant questions a line; an administrator answers with a reason. One per line."""

    __tablename__ = "dispute"

    id: Mapped[int] = mapped_column(primary_key=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), unique=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    words: Mapped[str] = mapped_column(String(500))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "outcome"))
    answer: Mapped[str | None] = mapped_column(String(500))
    charge: Mapped[Charge] = relationship(back_populates="dispute")


class MonthClose(Base):
    """A month that is closed for a park: nothing of it is billed anew or corrected."""

    __tablename__ = "month_close"

    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), primary_key=True)
    month_key: Mapped[int] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(120))
    finished_at: Mapped[datetime | None]  # empty while some enterprise's invoice still fails
