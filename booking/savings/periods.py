"""Sums over a quarter, a year or since the opening, of signed months; and how a month changed, per day."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from booking.savings.disclosure import first_of_quarter
from booking.savings.report_data import Correction
from booking.savings.rules import SavingOfMonth
from booking.savings.visible_month import VisibleMonth, VisibleSaving, rounded_money, summed
from booking.values import Money, Month, Share


class PeriodKind(StrEnum):
    """What months are added up to."""

    QUARTER = "quarter"
    YEAR = "year"
    OPENING = "opening"  # all there are


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """A period's signed months added up. `missing` are those that are over and not signed.

    `corrections` are listed in its reports and count, but for those that a corrected version holds by now.
    `total` and `small` are without them; areas are not added up over months.
    """

    kind: PeriodKind
    first: Month
    last: Month
    months: tuple[VisibleMonth, ...]
    missing: tuple[Month, ...]
    corrections: tuple[Correction, ...]

    @property
    def total(self) -> VisibleSaving:
        """All that is shown."""
        return summed([one.total for one in self.months])

    @property
    def small(self) -> VisibleSaving:
        """The small and micro that are shown."""
        return summed([one.small for one in self.months])

    @property
    def corrected(self) -> Money:
        """What the corrections add."""
        return Money.total(one.amount for one in self.corrections)

    @property
    def saving(self) -> Money:
        """What was saved, corrections included; rounded where a part is."""
        whole = self.total.figures.saving + self.corrected
        return whole if self.total.exact else rounded_money(whole)

    @property
    def share(self) -> Share | None:
        """The saving as a share of the baseline rent."""
        figures = self.total.figures
        spend = figures.baseline_rent - figures.kept_rent - self.saving
        return SavingOfMonth(0, 0, figures.baseline_rent, figures.kept_rent, spend, figures.exact).share


def periods_of(months: Sequence[VisibleMonth], kind: PeriodKind) -> list[PeriodSum]:
    """Add the months up by period, newest first; `months` in order, all there are since the opening."""
    held = {
        note.number for one in months if one.signed for entry in one.named for note in entry.spend.credits
    }
    by_first: dict[Month, list[VisibleMonth]] = {}
    for one in months:
        by_first.setdefault(_first(one.month, kind, months[0].month), []).append(one)
    return [_sum(kind, first, inside, held) for first, inside in reversed(by_first.items())]


def _first(month: Month, kind: PeriodKind, opening: Month) -> Month:
    if kind is PeriodKind.OPENING:
        return opening
    return first_of_quarter(month) if kind is PeriodKind.QUARTER else Month(month.year, 1, month.zone)


def _sum(kind: PeriodKind, first: Month, inside: Sequence[VisibleMonth], held: set[str]) -> PeriodSum:
    signed = tuple(one for one in inside if one.signed)
    listed = {note.number: note for one in signed for note in one.corrections}
    return PeriodSum(
        kind=kind,
        first=first,
        last=inside[-1].month,
        months=signed,
        missing=tuple(one.month for one in inside[:-1] if not one.signed) + _last_missing(inside[-1]),
        corrections=tuple(note for number, note in listed.items() if number not in held),
    )


def _last_missing(last: VisibleMonth) -> tuple[Month, ...]:
    """Name the last month where it is over and not signed; the running one is not missing yet."""
    running = not last.signed and last.days < last.month.day_count
    return () if last.signed or running else (last.month,)


def change_per_day(now: VisibleMonth, before: VisibleMonth) -> Share | None:
    """Tell by which share a day's saving grew: February does not fall by being short.

    None where one of the two shows nothing, or saved nothing that another could be measured by.
    """
    if not (now.count and before.count) or before.total.figures.saving <= Money.zero():
        return None
    a_day = Fraction(now.total.figures.saving.fen, now.days)
    a_day_before = Fraction(before.total.figures.saving.fen, before.days)
    return Share(a_day / a_day_before - 1, now.total.exact and before.total.exact)
