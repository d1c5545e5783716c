"""What a charge line says about itself, as data; screen, mail and paper word it, and decide nothing.

Everything is read from the line's own copy of the figures. A quote, and a stay that goes on, are explained by
the same structures.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple, Protocol

from booking.charges.models import ChargeKind
from booking.charges.pricing import PricedLine
from booking.charges.terms import LateCancelTerms, LeaseTerms, LineTerms, MovedBy, NoShowTerms, UseTerms
from booking.reservations.models import Reservation, ReservationState
from booking.tariffs.in_force import DAILY, TariffCopy, TariffSnapshot
from booking.tariffs.models import Basis
from booking.tariffs.rules import share_of_quote
from booking.values import Money
from booking.values.stored import StoredDocumentUnreadable


class ExplainedLine(Protocol):
    """What is read of a charge, whether as its row or as an invoice's line."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def kind(self) -> ChargeKind: ...  # noqa: D102
    @property
    def day(self) -> date: ...  # noqa: D102
    @property
    def band(self) -> str: ...  # noqa: D102
    @property
    def factor(self) -> Decimal: ...  # noqa: D102
    @property
    def minutes(self) -> int: ...  # noqa: D102
    @property
    def free_minutes(self) -> int: ...  # noqa: D102
    @property
    def days(self) -> int: ...  # noqa: D102
    @property
    def amount(self) -> Money: ...  # noqa: D102
    @property
    def uncapped(self) -> Money: ...  # noqa: D102
    @property
    def reserved_starts_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def reserved_ends_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def used_starts_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def used_ends_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def billed_starts_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def billed_ends_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def note(self) -> str: ...  # noqa: D102
    @property
    def terms(self) -> LineTerms: ...  # noqa: D102


class TimesOfLine(NamedTuple):
    """An interval that a line names; without an end it was reserved for as long as it takes."""

    start: datetime | None
    end: datetime | None


NO_TIMES = TimesOfLine(None, None)


@dataclass(frozen=True, slots=True)
class MeteredRule:
    """Priced by the minute: what an hour costs, in which steps, how little and how much at most."""

    rate: Money
    step_minutes: int
    minimum_minutes: int
    daily_cap: Money | None

    @property
    def least_minutes(self) -> int:
        """The fewest minutes that are ever billed: one step at least."""
        return max(self.minimum_minutes, self.step_minutes)


@dataclass(frozen=True, slots=True)
class DailyRule:
    """Priced by local days touched, a unit's or (with an area in hundredths of a m²) those of its area."""

    rate: Money
    basis: Basis
    area_hundredths: int | None


@dataclass(frozen=True, slots=True)
class UseExplained:
    """Minutes of one stay on one local day in one band."""

    rule: MeteredRule
    day: date
    band: str
    factor: Decimal
    minutes: int  # billed, the free ones among them
    free_minutes: int
    amount: Money
    uncapped: Money
    used: TimesOfLine = NO_TIMES
    billed: TimesOfLine = NO_TIMES
    raised_to_minimum: bool = False  # used for less than the minimum, billed for the minimum
    moved_by: MovedBy | None = None
    note: str = ""

    @property
    def capped(self) -> bool:
        """Tell whether the daily cap took something off."""
        return self.amount != self.uncapped


@dataclass(frozen=True, slots=True)
class StorageExplained:
    """The days of one month of a storage unit."""

    rule: DailyRule
    first_day: date
    days: int
    amount: Money
    billed: TimesOfLine = NO_TIMES
    note: str = ""


@dataclass(frozen=True, slots=True)
class FeeExplained:
    """A share of what a reservation was quoted: for not coming, or for cancelling late."""

    kind: ChargeKind
    quote: Money
    permille: int
    amount: Money
    reserved: TimesOfLine
    note: str = ""


@dataclass(frozen=True, slots=True)
class RefundExplained:
    """What an answered question gives back, and the answer's reason."""

    day: date
    amount: Money
    used: TimesOfLine
    note: str


Rule = MeteredRule | DailyRule
PriceExplained = UseExplained | StorageExplained
LineExplained = UseExplained | StorageExplained | FeeExplained | RefundExplained


def explain(line: ExplainedLine) -> LineExplained:
    """Tell what a charge says of itself; raises StoredDocumentUnreadable where its terms are of another."""
    used = TimesOfLine(line.used_starts_at, line.used_ends_at)
    if line.kind is ChargeKind.ADJUSTMENT:
        return RefundExplained(line.day, line.amount, used, line.note)
    match line.kind, line.terms:
        case ChargeKind.USE, UseTerms() as terms:
            return _use(line, terms, used)
        case ChargeKind.STORAGE, LeaseTerms() as terms:
            billed = TimesOfLine(line.billed_starts_at, line.billed_ends_at)
            rule = DailyRule(terms.rate, terms.basis, terms.area_hundredths)
            return StorageExplained(rule, line.day, line.days, line.amount, billed, line.note)
        case (ChargeKind.NO_SHOW, NoShowTerms() as terms) | (
            ChargeKind.LATE_CANCEL,
            LateCancelTerms() as terms,
        ):
            reserved = TimesOfLine(line.reserved_starts_at, line.reserved_ends_at)
            return FeeExplained(line.kind, terms.quote, terms.permille, line.amount, reserved, line.note)
        case kind, terms:
            raise StoredDocumentUnreadable(f"charge {line.id}: {kind} keeps the {type(terms).__name__}")


def _use(line: ExplainedLine, terms: UseTerms, used: TimesOfLine) -> UseExplained:
    billed = TimesOfLine(line.billed_starts_at, line.billed_ends_at)
    return replace(
        _minutes(line, _metered(terms)),
        used=used,
        billed=billed,
        raised_to_minimum=_raised(used, billed, terms.minimum_minutes),
        moved_by=terms.moved_by,
        note=line.note,
    )


def _minutes(line: ExplainedLine | PricedLine, rule: MeteredRule) -> UseExplained:
    return UseExplained(
        rule=rule,
        day=line.day,
        band=line.band,
        factor=line.factor,
        minutes=line.minutes,
        free_minutes=line.free_minutes,
        amount=line.amount,
        uncapped=line.uncapped,
    )


def _raised(used: TimesOfLine, billed: TimesOfLine, minimum_minutes: int) -> bool:
    if used.start is None or used.end is None or billed.start is None or billed.end is None:
        return False
    length = billed.end - billed.start
    return length > used.end - used.start and length == timedelta(minutes=minimum_minutes)


def _metered(terms: TariffCopy) -> MeteredRule:
    return MeteredRule(terms.rate, terms.increment_minutes, terms.minimum_minutes, terms.daily_cap)


def explain_rule(snapshot: TariffSnapshot) -> Rule:
    """Tell the rule that a quote rests on."""
    copy = snapshot.copy()
    return DailyRule(copy.rate, copy.basis, None) if copy.basis in DAILY else _metered(copy)


def explain_price(line: PricedLine) -> PriceExplained:
    """Tell what a line of a quote, or of a running cost, says of itself."""
    rule = explain_rule(line.snapshot)
    if isinstance(rule, DailyRule):
        return StorageExplained(rule, line.day, line.days, line.amount)
    return _minutes(line, rule)


class FreeReason(Enum):
    """Why a reservation that was not used costs nothing."""

    NOT_ACCEPTED = auto()
    NOTHING_QUOTED = auto()
    NO_TARIFF = auto()
    NO_FEE_FOR_NOT_COMING = auto()
    NO_FEE_FOR_CANCELLING = auto()
    CANCELLED_IN_TIME = auto()
    WAIVED = auto()  # the tariff names a share, but the park itself cancelled, or it was only asked for


class NothingToPay(NamedTuple):
    """The reason, and the tariff that it stands in."""

    reason: FreeReason
    snapshot: TariffSnapshot | None = None


def explain_no_fee(
    reservation: Reservation, snapshot: TariffSnapshot | None, cancelled_at: datetime | None
) -> NothingToPay | None:
    """Say why nothing was charged where nothing was; None for what was, or will be, used.

    `snapshot` is the tariff of the day on which the reservation begins, or None where there is none.
    """
    if reservation.state is ReservationState.DECLINED:
        return NothingToPay(FreeReason.NOT_ACCEPTED)
    if reservation.state not in (ReservationState.NO_SHOW, ReservationState.CANCELLED):
        return None
    if snapshot is None:
        return NothingToPay(FreeReason.NO_TARIFF)
    if reservation.state is ReservationState.NO_SHOW:
        return NothingToPay(_not_coming(reservation, snapshot), snapshot)
    return NothingToPay(_cancelling(reservation, snapshot, cancelled_at), snapshot)


def _not_coming(reservation: Reservation, snapshot: TariffSnapshot) -> FreeReason:
    if not snapshot.no_show_permille:
        return FreeReason.NO_FEE_FOR_NOT_COMING
    free = not share_of_quote(reservation.quote, snapshot.no_show_permille)
    return FreeReason.NOTHING_QUOTED if free else FreeReason.WAIVED


def _cancelling(
    reservation: Reservation, snapshot: TariffSnapshot, cancelled_at: datetime | None
) -> FreeReason:
    if not snapshot.late_cancel_permille:
        return FreeReason.NO_FEE_FOR_CANCELLING
    if cancelled_at is not None and not snapshot.cancels_late(reservation.starts_at, cancelled_at):
        return FreeReason.CANCELLED_IN_TIME
    free = not share_of_quote(reservation.quote, snapshot.late_cancel_permille)
    return FreeReason.NOTHING_QUOTED if free else FreeReason.WAIVED
