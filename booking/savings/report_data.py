"""What each enterprise saved in a month, with all its figures come from, and the report frozen of it.

A published report keeps its data as JSON, typed and versioned here; nobody else knows the keys. Money is kept
in fen, areas in hundredths of m².
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from booking.savings.models import Evidence, SavingsReport
from booking.savings.rules import SMALLEST_GROUP, BaselineTerms, SavingOfMonth, Source, saving, together
from booking.values.money import Money
from booking.values.month import Month
from booking.values.stored import read_stored, to_stored, version_of

Whole = Annotated[int, msgspec.Meta(ge=0)]


class BaselineUsed(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"baseline_id": "id"}
):
    """The version of the baseline that counted: its figures and where they stand."""

    baseline_id: int
    valid_from: date
    area: Whole
    price_fen: Whole
    own_area: Whole
    own_price_fen: Whole
    evidence: Evidence
    document_id: int | None
    note: str

    @property
    def terms(self) -> BaselineTerms:
        """The office before and now."""
        return BaselineTerms(self.area, Money(self.price_fen), self.own_area, Money(self.own_price_fen))

    @property
    def source(self) -> Source:
        """Tell how well it is known."""
        return Source.DOCUMENTED if self.evidence is Evidence.DOCUMENTED else Source.DECLARED


class CreditOfMonth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A credit note: its number, local day and amount (positive, it takes away)."""

    number: str
    issued_on: date
    amount_fen: int

    @property
    def amount(self) -> Money:
        """What it takes away."""
        return Money(self.amount_fen)


class InvoiceOfMonth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"invoice_id": "id"}):
    """The month's invoice as issued."""

    invoice_id: int
    number: str
    issued_on: date
    total_fen: int

    @property
    def total(self) -> Money:
        """What it asked for."""
        return Money(self.total_fen)


class Effect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an enterprise says of itself; never presented as caused by the saving."""

    enterprise_id: int
    name: str
    title: str
    figure: str
    declared_on: date


@dataclass(frozen=True, slots=True)
class Spend:
    """What the shared space cost in a month: the invoice less its credit notes.

    A month that is not closed yet has no invoice: `to_date` is its statement up to now, and provisional.
    A closed month without an invoice cost nothing.
    """

    invoice: InvoiceOfMonth | None = None
    credits: tuple[CreditOfMonth, ...] = ()
    to_date: Money | None = None

    @property
    def credited(self) -> Money:
        """What credit notes took away."""
        return Money.total(credit.amount for credit in self.credits)

    @property
    def total(self) -> Money:
        """What counts in the saving."""
        if self.invoice is None:
            return self.to_date or Money.zero()
        return self.invoice.total - self.credited

    @property
    def provisional(self) -> bool:
        """Tell whether the figure may still change."""
        return self.invoice is None and self.to_date is not None


@dataclass(frozen=True, slots=True)
class EnterpriseSaving:
    """An enterprise's month. `name` is empty where the reader may not learn it."""

    enterprise_id: int
    name: str
    named: bool
    days: int
    baseline: BaselineUsed
    spend: Spend

    @property
    def saving(self) -> SavingOfMonth:
        """Compute it, from the figures above alone."""
        return saving(self.baseline.terms, self.days, self.spend.total)


@dataclass(frozen=True, slots=True)
class Report:
    """A month of all enterprises of a park. Only named ones bear a name, here already.

    `without_baseline` counts the tenants of the month that have no baseline and so are in no figure.
    """

    month: Month
    entries: tuple[EnterpriseSaving, ...]
    without_baseline: int
    effects: tuple[Effect, ...] = ()
    unclosed: bool = False

    @property
    def named(self) -> tuple[EnterpriseSaving, ...]:
        """Who has agreed to be named, largest saving first."""
        chosen = [entry for entry in self.entries if entry.named]
        return tuple(sorted(chosen, key=lambda entry: (-entry.saving.saving.fen, entry.enterprise_id)))

    @property
    def unnamed(self) -> tuple[EnterpriseSaving, ...]:
        """Who only counts; show nothing of them unless `unnamed_shown`."""
        return tuple(entry for entry in self.entries if not entry.named)

    @property
    def unnamed_shown(self) -> bool:
        """Tell whether the unnamed are enough to be shown as a group."""
        return len(self.unnamed) >= SMALLEST_GROUP

    @property
    def total(self) -> SavingOfMonth:
        """All of them together."""
        return together([entry.saving for entry in self.entries])

    @property
    def provisional(self) -> bool:
        """Tell whether a figure may still change."""
        return self.unclosed or any(entry.spend.provisional for entry in self.entries)


class KeptSaving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A saving as it was printed, kept beside what it was computed from."""

    area_before: int
    area_now: int
    baseline_rent_fen: int
    kept_rent_fen: int
    shared_spend_fen: int
    saving_fen: int

    def as_saving(self) -> SavingOfMonth:
        """Give it as it is computed."""
        rents = Money(self.baseline_rent_fen), Money(self.kept_rent_fen)
        return SavingOfMonth(self.area_before, self.area_now, *rents, Money(self.shared_spend_fen))


class KeptEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One enterprise of a published report."""

    enterprise_id: int
    name: str
    named: bool
    baseline: BaselineUsed
    invoice: InvoiceOfMonth | None
    credit_notes: tuple[CreditOfMonth, ...]
    saving: KeptSaving


class ReportData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published report as it is kept: enough to draw it, and to prove it from the rows."""

    month: str
    days: Annotated[int, msgspec.Meta(ge=28, le=31)]
    entries: tuple[KeptEntry, ...]
    without_baseline: Whole
    total: KeptSaving
    effects: tuple[Effect, ...]

    def counts(self, enterprise_id: int) -> bool:
        """Tell whether an enterprise is in it."""
        return any(entry.enterprise_id == enterprise_id for entry in self.entries)

    def report(self, zone: ZoneInfo) -> Report:
        """Give the report that was published."""
        entries = tuple(
            EnterpriseSaving(
                entry.enterprise_id,
                entry.name,
                entry.named,
                self.days,
                entry.baseline,
                Spend(entry.invoice, entry.credit_notes),
            )
            for entry in self.entries
        )
        return Report(Month.parse(self.month, zone), entries, self.without_baseline, self.effects)


VERSION = 1


def stored_data(report: Report) -> dict[str, Any]:
    """Write a report down as its row keeps it."""
    entries = tuple(
        KeptEntry(
            entry.enterprise_id,
            entry.name,
            entry.named,
            entry.baseline,
            entry.spend.invoice,
            entry.spend.credits,
            _kept(entry.saving),
        )
        for entry in report.entries
    )
    days, total = report.month.day_count, _kept(report.total)
    data = ReportData(str(report.month), days, entries, report.without_baseline, total, report.effects)
    return to_stored(data, version=VERSION)


def _kept(saved: SavingOfMonth) -> KeptSaving:
    rents = saved.baseline_rent.fen, saved.kept_rent.fen
    return KeptSaving(saved.area_before, saved.area_now, *rents, saved.shared_spend.fen, saved.saving.fen)


def data_of(row: SavingsReport) -> ReportData:
    """Read what a published report keeps; raises StoredDocumentUnreadable."""
    of = f"savings report {row.id}"
    version_of(row.stored_data, of=of, newest=VERSION)
    data: ReportData = read_stored(row.stored_data, ReportData, of=of)
    return data
