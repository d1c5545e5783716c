"""The port to paper of savings: what the Party branch's report says, and who can print it.

All figures are finished. Areas are in square metres as Decimal, shares in per cent as Decimal (40.0),
None where there is nothing to divide by. Negative savings are shown as they are.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from booking.values.money import Money
from booking.values.month import Month
from booking.values.paper import PrintFailed

__all__ = [
    "Chain", "DeclaredEffect", "Named", "PrintFailed", "Proof", "ReportPrinter", "ReportSheet",
    "Source", "Unnamed",
]  # fmt: skip


class Source(StrEnum):
    """Where a figure comes from: an invoice, a paper on file, or the enterprise's word."""

    MEASURED = "measured"
    DOCUMENTED = "documented"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Chain:
    """baseline rent − kept rent − shared spend = net saving, of one month, with where each comes from.

    `shared_source` is measured where it is an invoice's total. `saving_percent` is of the baseline rent.
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

    def __post_init__(self) -> None:
        """Keep the promise that the chain adds up."""
        if self.baseline_rent - self.kept_rent - self.shared_spend != self.saving:
            msg = f"the chain does not add up to {self.saving}"
            raise ValueError(msg)

    @property
    def saving_source(self) -> Source:
        """Where the saving comes from: no better than the weakest figure in its chain."""
        return max(self.area_source, self.shared_source, key=list(Source).index)

    @property
    def area_source(self) -> Source:
        """Where the area saved comes from: the weaker of before and now."""
        return max(self.baseline_source, self.kept_source, key=list(Source).index)

    @property
    def area_saved(self) -> Decimal:
        """Square metres given up; negative where there are more than before."""
        return self.area_before - self.area_now


@dataclass(frozen=True, slots=True)
class Named:
    """The chain of an enterprise that has agreed to be named."""

    name: str
    chain: Chain


SMALLEST_GROUP = 3


@dataclass(frozen=True, slots=True)
class Unnamed:
    """All enterprises that have not agreed to be named, as one row; never fewer than three.

    Raises ValueError for a smaller group: it may only be in the totals (DOMAIN.md, Saving).
    """

    count: int
    chain: Chain

    def __post_init__(self) -> None:
        """Keep a small group from being shown apart."""
        if self.count < SMALLEST_GROUP:
            msg = f"a group of fewer than {SMALLEST_GROUP} is not shown apart, got {self.count}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class DeclaredEffect:
    """What an enterprise says of itself (money put into research, orders); None for who is not named.

    What unnamed ones say is printed only where their group is shown.
    """

    enterprise: str | None
    subject: str
    statement: str
    said_on: date


@dataclass(frozen=True, slots=True)
class Proof:
    """Where one figure of a named enterprise comes from: the invoice's number or the paper on file."""

    enterprise: str
    figure: str
    value: str
    source: Source
    reference: str
    dated: date


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """The savings report (共享空间节省报告) of a park's month.

    `totals` is over all `enterprise_count` enterprises, named or not. `unnamed` is None where nobody is
    unnamed or the group is too small; the sheet says so where the counts differ. `provisional` says in
    words why the figures are not final (本月账期尚未关闭), empty where they are. `published_on` is the
    day it was frozen, or the day of printing of a provisional one.
    """

    park: str
    branch: str
    month: Month
    published_on: date
    enterprise_count: int
    totals: Chain
    named: tuple[Named, ...]
    unnamed: Unnamed | None = None
    effects: tuple[DeclaredEffect, ...] = ()
    proofs: tuple[Proof, ...] = ()
    provisional: str = ""


class ReportPrinter(Protocol):
    """Makes PDF files. The same sheet gives the same bytes; every failure is `PrintFailed`."""

    def report(self, sheet: ReportSheet) -> bytes:
        """Set a savings report; raises PrintFailed."""
        ...
