"""What the branch and the public may see of a month: the one thing pages, papers and letters are made from.

Nobody unnamed can be worked out of it: named enterprises are exact, the unnamed are one rounded group, and a
total that holds the group is rounded alike, out of what is shown already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from booking.savings.report_data import Correction, Effect, EnterpriseSaving, Report
from booking.savings.rules import SavingOfMonth, Source, together, weakest
from booking.values import Money, Month, Share, round_half_up

NOTHING = Money.zero()


class ReportState(StrEnum):
    """How far a month's report is."""

    OPEN = "open"  # the month is not closed: the days so far
    DRAFT = "draft"  # closed; follows the figures until it is signed
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class VisibleSaving:
    """A saving as it may be shown: of how many enterprises, exact or rounded.

    `documented` is the part of the saving whose baselines stand on a paper, `declared` the part that rests on
    the word of enterprises; of a group all or nothing. So are `declared_baseline` and `declared_kept` the
    parts of both rents that stand on no paper.
    """

    count: int
    figures: SavingOfMonth
    documented: Money
    declared: Money = NOTHING
    declared_baseline: Money = NOTHING
    declared_kept: Money = NOTHING

    @property
    def exact(self) -> bool:
        """Tell whether nothing of it was rounded."""
        return self.figures.exact

    @property
    def documented_share(self) -> Share | None:
        """How much of the saving is documented; None where nothing was saved."""
        whole = self.figures.saving.fen
        return Share(Fraction(self.documented.fen, whole), self.exact) if whole > 0 else None

    @property
    def source(self) -> Source:
        """How well the rents of a group are known, all together; a sum says how much of it is declared."""
        known = self.declared == self.declared_baseline == self.declared_kept == Money.zero()
        return Source.DOCUMENTED if known else Source.DECLARED


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signed which version of a report, when, and from the second version on why.

    `by` is empty for what was published before reports were signed.
    """

    report_id: int
    version: int
    at: datetime
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VisibleMonth:
    """A month of the park as it may be seen.

    `days` are those that count: of an open month the days so far. `named` are exact, `group` are the unnamed
    together (rounded, never fewer than three), `small_group` the small and micro of them. `left_out` counts
    the unnamed in no figure, because they are too few or wait for the next quarter; `without_baseline` the
    tenants without a checked baseline.
    """

    month: Month
    state: ReportState
    days: int
    named: tuple[EnterpriseSaving, ...]
    group: VisibleSaving | None
    small_group: VisibleSaving | None
    left_out: int
    without_baseline: int
    effects: tuple[Effect, ...] = ()
    corrections: tuple[Correction, ...] = ()
    signing: Signing | None = None

    @property
    def count(self) -> int:
        """How many enterprises are in the total."""
        return self.total.count

    @property
    def subtotal(self) -> VisibleSaving:
        """The named together, exactly."""
        return exactly(self.named)

    @property
    def total(self) -> VisibleSaving:
        """All that is shown together; rounded where the group is in it."""
        return summed([self.subtotal, *([self.group] if self.group else [])])

    @property
    def small(self) -> VisibleSaving:
        """The small and micro that are shown together."""
        named = exactly([entry for entry in self.named if entry.small])
        return summed([named, *([self.small_group] if self.small_group else [])])

    @property
    def small_is_whole(self) -> bool:
        """Tell whether the small and micro of the group are in `small`, or there is no group."""
        return self.group is None or self.small_group is not None

    @property
    def signed(self) -> bool:
        """Tell whether it is frozen."""
        return self.state is ReportState.SIGNED

    @property
    def corrected(self) -> Money:
        """What the corrections listed here add to the savings of earlier months."""
        return Money.total(one.amount for one in self.corrections)

    def of(self, enterprise_id: int) -> EnterpriseSaving | None:
        """Find a named enterprise."""
        return next((entry for entry in self.named if entry.enterprise_id == enterprise_id), None)


def disclose(report: Report, signing: Signing | None = None) -> VisibleMonth:
    """Reduce a report to what may be seen of it.

    A group of which a member is missing in this month is not shown: its figures beside those of another month
    would tell that member's.
    """
    named = [entry for entry in report.savings if entry.named]
    unnamed = [entry for entry in report.savings if not entry.named]
    group = _group(unnamed, report.group)
    open_or_draft = ReportState.OPEN if report.provisional else ReportState.DRAFT
    return VisibleMonth(
        month=report.month,
        state=ReportState.SIGNED if signing else open_or_draft,
        days=report.savings[0].days if report.savings else report.month.day_count,
        named=tuple(sorted(named, key=lambda one: (-one.saving.saving.fen, one.enterprise_id))),
        group=group,
        small_group=_group(unnamed, report.small_group) if group else None,
        left_out=len(unnamed) - (group.count if group else 0),
        without_baseline=report.without_baseline,
        effects=report.effects,
        corrections=report.corrections,
        signing=signing,
    )


def _group(unnamed: Sequence[EnterpriseSaving], members: frozenset[int]) -> VisibleSaving | None:
    inside = [entry for entry in unnamed if entry.enterprise_id in members]
    if not members or len(inside) < len(members):
        return None
    figures = rounded(together([entry.saving for entry in inside]))
    known = weakest(entry.baseline.source for entry in inside)
    if known is Source.DOCUMENTED:
        return VisibleSaving(len(inside), figures, figures.saving)
    return VisibleSaving(
        len(inside), figures, NOTHING, figures.saving, figures.baseline_rent, figures.kept_rent
    )


def exactly(entries: Sequence[EnterpriseSaving]) -> VisibleSaving:
    """Add up those who are named."""
    documented = (one.saving.saving for one in entries if one.baseline.source is Source.DOCUMENTED)
    declared = together([one.saving for one in entries if one.baseline.source is Source.DECLARED])
    return VisibleSaving(
        len(entries), together([one.saving for one in entries]), Money.total(documented),
        declared.saving, declared.baseline_rent, declared.kept_rent,
    )  # fmt: skip


def summed(parts: Iterable[VisibleSaving]) -> VisibleSaving:
    """Add up what is shown, and round the sum where a part of it is rounded.

    What is declared is rounded by itself, so that it is never more of a part than of the whole; what is
    documented is the rest.
    """
    chosen = list(parts)
    figures = together([part.figures for part in chosen])
    documented = Money.total(part.documented for part in chosen)
    declared = [
        Money.total(part.declared for part in chosen),
        Money.total(part.declared_baseline for part in chosen),
        Money.total(part.declared_kept for part in chosen),
    ]
    count = sum(part.count for part in chosen)
    if figures.exact:
        return VisibleSaving(count, figures, documented, *declared)
    figures, declared = rounded(figures), [rounded_money(one) for one in declared]
    rest = figures.saving - declared[0] if documented != NOTHING else NOTHING
    return VisibleSaving(count, figures, rest, *declared)


AREA_STEP = 50_00  # hundredths of a square metre


def rounded(figures: SavingOfMonth) -> SavingOfMonth:
    """Round areas to 50 m² and money to 1,000 yuan, half-up; saving and shares follow from the rounded."""
    return SavingOfMonth(
        area_before=_to(figures.area_before, AREA_STEP),
        area_now=_to(figures.area_now, AREA_STEP),
        baseline_rent=rounded_money(figures.baseline_rent),
        kept_rent=rounded_money(figures.kept_rent),
        shared_spend=rounded_money(figures.shared_spend),
        exact=False,
    )


MONEY_STEP = 1_000_00  # fen


def rounded_money(amount: Money) -> Money:
    """Round to 1,000 yuan, half-up."""
    return Money(_to(amount.fen, MONEY_STEP))


def _to(whole: int, step: int) -> int:
    return round_half_up(whole, step) * step
