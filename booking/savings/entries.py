"""What one enterprise saved in one month, with everything its figures come from."""

from dataclasses import dataclass
from datetime import date

from booking.savings.models import Evidence
from booking.savings.printer import Source
from booking.savings.rules import Lease, SavingOfMonth, saving
from booking.values.money import Money
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class Ground:
    """The version of the baseline that counted: its figures and where they stand."""

    baseline_id: int
    valid_from: date
    lease: Lease
    evidence: Evidence
    document_id: int | None
    note: str

    @property
    def source(self) -> Source:
        """Tell how well it is known."""
        return Source.DOCUMENTED if self.evidence is Evidence.DOCUMENTED else Source.DECLARED


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note: its number, local day and amount (positive, it takes away)."""

    number: str
    issued_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Bill:
    """The month's invoice as issued."""

    invoice_id: int
    number: str
    issued_on: date
    total: Money


@dataclass(frozen=True, slots=True)
class Spend:
    """What the shared space cost in a month: the invoice less its credit notes.

    A month that is not closed yet has no invoice: `so_far` is its statement up to now, and provisional.
    A closed month without an invoice cost nothing.
    """

    bill: Bill | None = None
    credits: tuple[Credit, ...] = ()
    so_far: Money | None = None

    @property
    def credited(self) -> Money:
        """What credit notes took away."""
        return Money.total(credit.amount for credit in self.credits)

    @property
    def total(self) -> Money:
        """What counts in the saving."""
        if self.bill is None:
            return self.so_far or Money.zero()
        return self.bill.total - self.credited

    @property
    def provisional(self) -> bool:
        """Tell whether the figure may still change."""
        return self.bill is None and self.so_far is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """An enterprise's month. `name` is empty where the reader may not learn it."""

    enterprise_id: int
    name: str
    named: bool
    days: int
    ground: Ground
    spend: Spend

    @property
    def saving(self) -> SavingOfMonth:
        """Compute it, from the figures above alone."""
        return saving(self.ground.lease, self.days, self.spend.total)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an enterprise says of itself; never presented as caused by the saving."""

    enterprise_id: int
    name: str
    title: str
    figure: str
    declared_on: date


@dataclass(frozen=True, slots=True)
class Past:
    """A month and what was saved in it, or None where no baseline was in force."""

    month: Month
    entry: Entry | None
