"""What each enterprise saved in a month, with all its figures come from, and the report frozen of it.

What is here knows every enterprise's figures: pages and papers show `VisibleMonth` instead.
A signed report keeps its data as JSON, typed and versioned here; nobody else knows the keys. Money is kept
in fen, areas in hundredths of m².
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from booking.savings.models import Evidence, SavingsReport
from booking.savings.rules import BaselineTerms, SavingOfMonth, Source, saving, together
from booking.values import Money, Month
from booking.values.stored import Whole, read_stored, to_stored, version_of


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
    """A credit note: its number, local day and amount (positive, it takes away); earlier ones kept no id."""

    number: str
    issued_on: date
    amount_fen: int
    note_id: int = 0

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
    """An enterprise's month, or its `days` so far. `name` is empty where the reader may not learn it."""

    enterprise_id: int
    name: str
    named: bool
    days: int
    baseline: BaselineUsed
    spend: Spend
    short_name: str = ""
    small: bool = False  # a small or micro enterprise

    @property
    def saving(self) -> SavingOfMonth:
        """Compute it, from the figures above alone."""
        return saving(self.baseline.terms, self.days, self.spend.total)


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A credit note that came after its month's report was signed, of an enterprise that is named there."""

    month: str  # that it belongs to
    enterprise_id: int
    name: str
    number: str
    issued_on: date
    amount_fen: int  # positive: so much more was saved
    note_id: int = 0

    @property
    def amount(self) -> Money:
        """What it takes away from the spend."""
        return Money(self.amount_fen)


@dataclass(frozen=True, slots=True)
class Report:
    """A month of all enterprises of a park. Only named ones bear a name, here already.

    `group` are the unnamed that are shown together, `small_group` the small and micro of them.
    `without_baseline` counts the tenants of the month that have no baseline and so are in no figure.
    """

    month: Month
    savings: tuple[EnterpriseSaving, ...]
    without_baseline: int
    effects: tuple[Effect, ...] = ()
    corrections: tuple[Correction, ...] = ()
    group: frozenset[int] = frozenset()
    small_group: frozenset[int] = frozenset()
    unclosed: bool = False

    @property
    def total(self) -> SavingOfMonth:
        """All of them together, exactly: never shown."""
        return together([entry.saving for entry in self.savings])

    @property
    def provisional(self) -> bool:
        """Tell whether a figure may still change."""
        return self.unclosed or any(entry.spend.provisional for entry in self.savings)


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


class KeptEnterprise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One enterprise of a signed report; what the first version did not keep has a filling."""

    enterprise_id: int
    name: str
    named: bool
    baseline: BaselineUsed
    invoice: InvoiceOfMonth | None
    credit_notes: tuple[CreditOfMonth, ...]
    saving: KeptSaving
    short_name: str = ""
    small: bool = False


class ReportData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed report as it is kept: enough to draw it, and to prove it from the rows.

    The second version says besides what was shown: who was in the groups, and which corrections were listed.
    """

    month: str
    days: Annotated[int, msgspec.Meta(ge=28, le=31)]
    savings: tuple[KeptEnterprise, ...] = msgspec.field(name="entries")  # as rows keep it
    without_baseline: Whole
    total: KeptSaving
    effects: tuple[Effect, ...]
    corrections: tuple[Correction, ...] = ()
    group: tuple[int, ...] = ()
    small_group: tuple[int, ...] = ()

    def counts(self, enterprise_id: int) -> bool:
        """Tell whether an enterprise is in it."""
        return any(entry.enterprise_id == enterprise_id for entry in self.savings)

    def report(self, zone: ZoneInfo) -> Report:
        """Give the report that was signed."""
        savings = tuple(
            EnterpriseSaving(
                entry.enterprise_id,
                entry.name,
                entry.named,
                self.days,
                entry.baseline,
                Spend(entry.invoice, entry.credit_notes),
                entry.short_name,
                entry.small,
            )
            for entry in self.savings
        )
        groups = frozenset(self.group), frozenset(self.small_group)
        month = Month.parse(self.month, zone)
        return Report(month, savings, self.without_baseline, self.effects, self.corrections, *groups)


VERSION = 2


def stored_data(report: Report) -> dict[str, Any]:
    """Write a report down as its row keeps it."""
    savings = tuple(
        KeptEnterprise(
            entry.enterprise_id,
            entry.name,
            entry.named,
            entry.baseline,
            entry.spend.invoice,
            entry.spend.credits,
            _kept(entry.saving),
            entry.short_name,
            entry.small,
        )
        for entry in report.savings
    )
    data = ReportData(
        str(report.month),
        report.month.day_count,
        savings,
        report.without_baseline,
        _kept(report.total),
        report.effects,
        report.corrections,
        tuple(sorted(report.group)),
        tuple(sorted(report.small_group)),
    )
    return to_stored(data, version=VERSION)


def _kept(saved: SavingOfMonth) -> KeptSaving:
    rents = saved.baseline_rent.fen, saved.kept_rent.fen
    return KeptSaving(saved.area_before, saved.area_now, *rents, saved.shared_spend.fen, saved.saving.fen)


def tells_its_groups(row: SavingsReport) -> bool:
    """Tell whether a signed report keeps what was shown; those of the first version do not."""
    return version_of(row.stored_data, of=f"savings report {row.id}", newest=VERSION) > 1


def data_of(row: SavingsReport) -> ReportData:
    """Read what a signed report keeps; raises StoredDocumentUnreadable."""
    of = f"savings report {row.id}"
    version_of(row.stored_data, of=of, newest=VERSION)
    data: ReportData = read_stored(row.stored_data, ReportData, of=of)
    return data
