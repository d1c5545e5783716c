"""Baselines with their evidence, declared effects, signed reports, and who may be shown how in a quarter."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.documents.models import Document
from booking.people.models import Enterprise, Member
from booking.savings.disclosure import Standing
from booking.savings.rules import BaselineDecision, BaselineTerms
from booking.values import Money


class Evidence(StrEnum):
    """How well a baseline is known."""

    DOCUMENTED = "documented"  # a rental contract is on file
    DECLARED = "declared"  # said by the enterprise


class BaselineState(StrEnum):
    """What became of a version; it leaves `pending` once."""

    PENDING = "pending"  # stated, in no figure yet
    CHECKED = "checked"  # accepted
    SENT_BACK = "sent_back"  # not accepted, with a reason
    WITHDRAWN = "withdrawn"  # taken back or corrected by who stated it


IS_PENDING = text("state = 'pending'")


class Baseline(Base):
    """The office an enterprise gave up or would have rented, and what it keeps; a dated version.

    Areas in hundredths of a square metre, prices per square metre and day. What was stated never changes,
    and a version is decided on once: the database refuses more. Which one counts is `version_in_force`.
    """

    __tablename__ = "baseline"
    __table_args__ = (
        Index(
            "uq_baseline_pending",
            "enterprise_id",
            "valid_from",
            unique=True,
            sqlite_where=IS_PENDING,
            postgresql_where=IS_PENDING,
        ),
        CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("area_hundredths > 0", name="area_is_positive"),
        CheckConstraint("own_area_hundredths >= 0", name="own_area_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    valid_from: Mapped[date]  # the 1st of a month
    area_hundredths: Mapped[int]
    price: Mapped[Money]
    own_area_hundredths: Mapped[int]
    own_price: Mapped[Money]
    evidence: Mapped[Evidence] = mapped_column(choice(Evidence, "evidence"))  # pending: by its paper
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    state: Mapped[BaselineState] = mapped_column(
        choice(BaselineState, "state"), default=BaselineState.PENDING
    )
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")  # of sending back, or why a jump is right
    enterprise: Mapped[Enterprise] = relationship()
    document: Mapped[Document | None] = relationship()
    created_by: Mapped[Member | None] = relationship(foreign_keys=[created_by_id])
    decided_by: Mapped[Member | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def checked_at(self) -> datetime | None:
        """When it was accepted; None for one that is in no figure."""
        return self.decided_at if self.state is BaselineState.CHECKED else None

    @property
    def decision(self) -> BaselineDecision | None:
        """What was decided; None while it is pending, and where nobody had to any more."""
        if self.state is BaselineState.SENT_BACK:
            return BaselineDecision.SENT_BACK
        return BaselineDecision(self.evidence.value) if self.state is BaselineState.CHECKED else None

    @property
    def terms(self) -> BaselineTerms:
        """The office before and now."""
        return BaselineTerms(self.area_hundredths, self.price, self.own_area_hundredths, self.own_price)


class DeclaredEffect(Base):
    """What an enterprise says it did or reached; never presented as caused by the saving."""

    __tablename__ = "declared_effect"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    declared_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(120))
    figure: Mapped[str] = mapped_column(String(60))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))


class SavingsReport(Base):
    """The branch's report of a month, frozen when signed; the database refuses to change it.

    A corrected version stands beside the one before. Who signed is unknown of those published before
    reports were signed.
    """

    __tablename__ = "savings_report"
    __table_args__ = (
        UniqueConstraint("park_id", "month_key", "version"),
        CheckConstraint("version = 1 OR reason <> ''", name="correction_says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    month_key: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    signed_at: Mapped[datetime]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    stored_data: Mapped[dict[str, Any]] = mapped_column("figures")  # see report_data.py
    pdf_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    xlsx_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    signed_by: Mapped[Member | None] = relationship()


class DisclosureQuarter(Base):
    """A quarter whose groups are settled; they never change afterwards."""

    __tablename__ = "disclosure_quarter"
    __table_args__ = (UniqueConstraint("park_id", "quarter_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    quarter_key: Mapped[int]  # its first month
    settled_at: Mapped[datetime]


class EnterpriseStanding(Base):
    """How an enterprise stands in a settled quarter; who was named all along has none."""

    __tablename__ = "enterprise_standing"

    quarter_id: Mapped[int] = mapped_column(ForeignKey("disclosure_quarter.id"), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    standing: Mapped[Standing] = mapped_column(choice(Standing, "standing"))
    in_small_group: Mapped[bool] = mapped_column(default=False)
