"""What the branch's report says on paper and in its workbook.

Paper speaks Chinese whatever the reader's browser says. All figures are finished: areas are in square metres
as Decimal, shares in per cent as Decimal (40.0), None where there is nothing to divide by. Negative savings
are shown as they are. Addresses lead to the pages that take the figures apart.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from booking.savings.rules import SMALLEST_GROUP, BaselineTerms, Source, weakest
from booking.values import Money, Month

NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class Chain:
    """baseline rent − kept rent − shared spend = net saving, of one month, with where each comes from.

    `shared_source` is measured where it is an invoice's total. `saving_percent` is of the baseline rent.
    A sum bears no source but says how much of it is declared: of both rents, and of the saving.
    `exact` is False of rounded figures, whose shares are whole per cents.
    """

    area_before: Decimal
    area_now: Decimal
    area_percent: Decimal | None
    baseline_rent: Money
    kept_rent: Money
    shared_spend: Money
    saving: Money
    saving_percent: Decimal | None
    baseline_source: Source = Source.DOCUMENTED
    kept_source: Source = Source.DOCUMENTED
    shared_source: Source = Source.MEASURED
    exact: bool = True
    declared_baseline: Money = NOTHING
    declared_kept: Money = NOTHING
    declared_saving: Money = NOTHING

    def __post_init__(self) -> None:
        """Keep the promise that the chain adds up."""
        if self.baseline_rent - self.kept_rent - self.shared_spend != self.saving:
            msg = f"the chain does not add up to {self.saving}"
            raise ValueError(msg)

    @property
    def saving_source(self) -> Source:
        """Where the saving comes from: no better than the weakest figure in its chain."""
        return weakest((self.area_source, self.shared_source))

    @property
    def area_source(self) -> Source:
        """Where the area saved comes from: the weaker of before and now."""
        return weakest((self.baseline_source, self.kept_source))

    @property
    def area_saved(self) -> Decimal:
        """Square metres given up; negative where there are more than before."""
        return self.area_before - self.area_now


@dataclass(frozen=True, slots=True)
class NamedChain:
    """The chain of an enterprise that has agreed to be named, with what it is computed from.

    `url` is the address that takes its saving apart, and `proofs` the papers its figures stand on.
    """

    name: str
    short_name: str
    chain: Chain
    terms: BaselineTerms
    days: int
    billed: Money
    credited: Money
    url: str = ""
    proofs: tuple["FigureProof", ...] = ()


@dataclass(frozen=True, slots=True)
class UnnamedChain:
    """Enterprises that have not agreed to be named, as one rounded row; never fewer than three.

    Raises ValueError for a smaller group (docs/rules.md, Saving).
    """

    count: int
    chain: Chain

    def __post_init__(self) -> None:
        """Keep a small group from being shown apart."""
        if self.count < SMALLEST_GROUP:
            msg = f"a group of fewer than {SMALLEST_GROUP} is not shown apart, got {self.count}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class QuotedEffect:
    """What a named enterprise says of itself (money put into research, orders)."""

    enterprise: str
    subject: str
    statement: str
    said_on: date


@dataclass(frozen=True, slots=True)
class FigureProof:
    """Where one figure of a named enterprise comes from: the invoice's number or the paper on file."""

    figure: str
    value: Money
    source: Source
    reference: str
    dated: date


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A credit note that came after its month's report was signed."""

    enterprise: str
    month: Month
    reference: str
    amount: Money  # so much more was saved
    dated: date


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """The savings report (共享空间节省报告) of a park's month.

    `totals` is over the `enterprise_count` enterprises that are shown, `small` over the small and micro of
    them; each is rounded where unnamed ones are in it. `left_out` unnamed ones are in no figure.
    `documented` is the part of the saving with leases on file, in per cent. `provisional` says in words why
    the figures are not final, empty where they are. `dated` is the day it was signed, or printed where it is
    a draft. `signed` says who signed which version, empty for a draft. `url` is the report's own page.
    """

    park: str
    branch: str
    month: Month
    dated: date
    enterprise_count: int
    totals: Chain
    named: tuple[NamedChain, ...]
    unnamed: UnnamedChain | None = None
    small_count: int = 0
    small: Chain | None = None
    documented: Decimal | None = None
    left_out: int = 0
    without_baseline: int = 0
    corrections: tuple[CorrectionLine, ...] = ()
    effects: tuple[QuotedEffect, ...] = ()
    provisional: str = ""
    signed: str = ""
    url: str = ""

    @property
    def rounded(self) -> bool:
        """Tell whether unnamed enterprises are in the totals."""
        return not self.totals.exact
