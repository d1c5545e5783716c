"""The laws of saving: what a month cost before and costs now, which baseline counts, and the refusals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from booking.values import Money, Month, ReasonMissing, Refusal, Share, round_half_up


@dataclass(eq=False)
class BadArea(Refusal):
    """An office has more than 0 and at most 10,000 m²; what is kept may be 0, and no more than there was."""

    lowest: int
    highest: int
    what: str = "area"  # of an office


@dataclass(eq=False)
class BadPrice(Refusal):
    """A price per square metre and day lies between 0.01 and 1,000 yuan; of what is not kept it may be 0."""

    lowest: Money
    highest: Money
    what: str = "price"  # of an office


@dataclass(eq=False)
class NotFirstOfMonth(Refusal):
    """A baseline counts for whole months, so it is valid from a 1st."""

    day: date


@dataclass(eq=False)
class BaselineOutOfTime(Refusal):
    """A baseline begins between the year 2000 and a year from now."""

    first: date
    last: date


@dataclass(eq=False)
class BaselineInReport(Refusal):
    """A signed report counts on the version of that month; a new one has to begin later."""

    valid_from: date
    reported: Month


class BaselineDecision(StrEnum):
    """What whoever checks a stated baseline may say."""

    DOCUMENTED = "documented"  # accepted: the paper says the same
    DECLARED = "declared"  # accepted as the enterprise's word
    SENT_BACK = "sent_back"


@dataclass(eq=False)
class PaperMissing(Refusal):
    """A baseline is accepted as documented on a paper only."""


@dataclass(eq=False)
class DecidedBefore(Refusal):
    """A stated baseline is decided on once, or was withdrawn before anybody did."""

    decided_at: datetime
    withdrawn: bool


def check_decision(decision: BaselineDecision, *, has_paper: bool, reason: str) -> None:
    """Refuse what nobody may say: documented without a paper (PaperMissing), sent back without a reason."""
    if decision is BaselineDecision.DOCUMENTED and not has_paper:
        raise PaperMissing
    if decision is BaselineDecision.SENT_BACK and not reason.strip():
        raise ReasonMissing


LONGEST_EVIDENCE = 10 * 1024 * 1024
MOST_PIXELS = 100_000_000  # of a scan


@dataclass(eq=False)
class EvidenceTooLarge(Refusal):
    """The file has more bytes, or the picture more pixels, than is taken."""

    megabytes: int = LONGEST_EVIDENCE // 1024 // 1024
    megapixels: int = MOST_PIXELS // 1_000_000


@dataclass(eq=False)
class EvidenceUnreadable(Refusal):
    """Evidence is a PDF or a picture that can be opened."""


@dataclass(eq=False)
class EffectInFuture(Refusal):
    """What somebody says has been reached lies in the past or today."""

    today: date


@dataclass(eq=False)
class MonthStillOpen(Refusal):
    """A report is signed when the month is closed and all its invoices are out."""

    month: Month


@dataclass(eq=False)
class SignedBefore(Refusal):
    """A version is signed once, and what was signed stays; `by` is empty where nobody is known."""

    month: Month
    version: int
    signed_at: datetime
    by: str


@dataclass(eq=False)
class ReportMoved(Refusal):
    """The figures, or who may be named, are no longer those of the page that was signed on."""

    month: Month


@dataclass(eq=False)
class NothingCorrected(Refusal):
    """A corrected version says something else than the one before."""

    month: Month


@dataclass(eq=False)
class NobodyToReport(Refusal):
    """Nothing of that month may be shown: there is no checked baseline, or too few unnamed ones."""

    month: Month


class Dated(Protocol):
    """A version of something, valid from a day on, that counts once somebody has checked it."""

    @property
    def valid_from(self) -> date:
        """The first day."""

    @property
    def checked_at(self) -> datetime | None:
        """When it was accepted; None for one that is pending, or was sent back or withdrawn."""


AnyDated = TypeVar("AnyDated", bound=Dated)


def version_in_force(versions: Iterable[AnyDated], month: Month) -> AnyDated | None:
    """Give the newest checked version valid on the month's 1st; of one day, the one checked last.

    What begins later waits for the next month; what nobody has checked leaves the one before it in force.
    """
    counting = [
        ((version.valid_from, version.checked_at), version)
        for version in versions
        if version.checked_at is not None and version.valid_from <= month.first_day
    ]
    return max(reversed(counting), key=lambda one: one[0])[1] if counting else None


@dataclass(frozen=True, slots=True)
class BaselineTerms:
    """The office before and now: areas in hundredths of m², prices per m² and day."""

    area: int
    price: Money
    own_area: int
    own_price: Money


HUNDREDTHS = 100  # of a square metre, as areas are kept


def rent(area: int, price: Money, days: int) -> Money:
    """Give `area × price × days` of an area in hundredths of m², rounded half-up to the fen, once."""
    return Money(round_half_up(area * price.fen * days, HUNDREDTHS))


SMALLEST_GROUP = 3  # unnamed enterprises; fewer are not shown apart (docs/rules.md, Saving)


class Source(StrEnum):
    """Where a figure comes from: an invoice, a paper on file, or the enterprise's word."""

    MEASURED = "measured"
    DOCUMENTED = "documented"
    DECLARED = "declared"


def weakest(sources: Iterable[Source]) -> Source:
    """Tell how well figures together are known: no better than the weakest of them."""
    return max(sources, key=list(Source).index, default=Source.DOCUMENTED)


@dataclass(frozen=True, slots=True)
class SavingOfMonth:
    """baseline rent − kept rent − shared spend, of one enterprise or of many together.

    Areas in hundredths of m². A negative saving is shown as it is. `exact` is False of rounded figures, whose
    shares are then rounded, too. Source: docs/rules.md, Saving.
    """

    area_before: int
    area_now: int
    baseline_rent: Money
    kept_rent: Money
    shared_spend: Money
    exact: bool = True

    @property
    def saving(self) -> Money:
        """What is left of the baseline rent; negative where sharing cost more."""
        return self.baseline_rent - self.kept_rent - self.shared_spend

    @property
    def share(self) -> Share | None:
        """The saving as a share of the baseline rent; None where there was no rent."""
        return Share.of(self.saving.fen, self.baseline_rent.fen, exact=self.exact)

    @property
    def area_saved(self) -> int:
        """Hundredths of m² given up; negative where there are more than before."""
        return self.area_before - self.area_now

    @property
    def area_share(self) -> Share | None:
        """The area saved as a share of the area before; None where there was none."""
        return Share.of(self.area_saved, self.area_before, exact=self.exact)


def saving(terms: BaselineTerms, days: int, shared_spend: Money) -> SavingOfMonth:
    """Compute the saving of a month of `days` days.

    `shared_spend` is the month's invoice less its credit notes, 0 where a closed month has no invoice.
    """
    return SavingOfMonth(
        area_before=terms.area,
        area_now=terms.own_area,
        baseline_rent=rent(terms.area, terms.price, days),
        kept_rent=rent(terms.own_area, terms.own_price, days),
        shared_spend=shared_spend,
    )


def together(savings: Sequence[SavingOfMonth]) -> SavingOfMonth:
    """Add savings up; each rent has been rounded before, so the sum is that of what is shown."""
    return SavingOfMonth(
        area_before=sum(one.area_before for one in savings),
        area_now=sum(one.area_now for one in savings),
        baseline_rent=Money.total(one.baseline_rent for one in savings),
        kept_rent=Money.total(one.kept_rent for one in savings),
        shared_spend=Money.total(one.shared_spend for one in savings),
        exact=all(one.exact for one in savings),
    )


LARGEST_AREA = 10_000_00  # 10,000 m²: no office of a park is larger
HIGHEST_PRICE = Money.yuan(1000)  # per square metre and day


def check_terms(terms: BaselineTerms) -> None:
    """Refuse areas and prices that no office has; raises BadArea and BadPrice."""
    one_fen = Money(1)
    if not 0 < terms.area <= LARGEST_AREA:
        raise BadArea(1, LARGEST_AREA)
    if not 0 <= terms.own_area <= terms.area:
        raise BadArea(0, terms.area, what="own_area")
    if not one_fen <= terms.price <= HIGHEST_PRICE:
        raise BadPrice(one_fen, HIGHEST_PRICE)
    lowest = one_fen if terms.own_area else Money.zero()
    if not lowest <= terms.own_price <= HIGHEST_PRICE:
        raise BadPrice(lowest, HIGHEST_PRICE, what="own_price")


EARLIEST_YEAR = 2000
MONTHS_AHEAD = 12


def check_valid_from(valid_from: date, today: date) -> None:
    """Refuse a day that is no 1st (NotFirstOfMonth) or lies out of all reason (BaselineOutOfTime)."""
    if valid_from.day != 1:
        raise NotFirstOfMonth(valid_from)
    first = today.replace(year=EARLIEST_YEAR, month=1, day=1)
    last = today.replace(year=today.year + MONTHS_AHEAD // 12, day=1)
    if not first <= valid_from <= last:
        raise BaselineOutOfTime(first, last)
