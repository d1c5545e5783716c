"""Price use by the tariff in force: the one way to a quote, to a running cost, and to a charge.

Which tariff: for metered kinds the version in force on the local day on which the stay starts, for
the whole stay; for storage the version in force on the first day of each month's slice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.charges.queries import free_minutes_used, spent_by_day
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Enterprise
from booking.reservations.models import FAR_FUTURE
from booking.reservations.refusals import CrossesMidnight
from booking.spaces.models import AnySpace, Kind
from booking.tariffs.in_force import TariffSnapshot, tariffs_in_force
from booking.tariffs.rating import MeasuredStay, billed_interval, month_key, rate
from booking.tariffs.rules import NoTariff
from booking.tariffs.storage_rating import StorageStay, rate_storage_month, storage_days
from booking.usage.models import Stay
from booking.usage.rules import forgotten_end
from booking.values import Money, Month, Span, WorkCalendar, day_span, local_day


class PricedUse(NamedTuple):
    """A space used from one instant to another, measured or only planned; `key` tells them apart.

    Storage may have its end at FAR_FUTURE: it is priced to the end of the month it starts in.
    """

    key: int
    space: AnySpace
    started_at: datetime
    ended_at: datetime


class PricedLine(NamedTuple):
    """What a charge line says, before it is one: one local day and band, or one month of storage."""

    day: date
    band: str
    factor: Decimal
    minutes: int  # billed, the free ones among them
    free_minutes: int
    days: int
    amount: Money
    uncapped: Money
    billed_from: datetime  # the whole stay's billed interval; for storage, of the slice
    billed_to: datetime
    snapshot: TariffSnapshot
    working: bool  # whether the day is a working day; False where no band asks
    allowance_left: int  # free minutes of the month before the stay
    spent: Money  # already charged for the space on that day before the stay; counts where there is a cap


@dataclass(frozen=True, slots=True)
class Quote:
    """A price with its lines. Where the end is open, `total` is that of the first month's days alone."""

    lines: tuple[PricedLine, ...]
    snapshot: TariffSnapshot
    open_ended: bool = False
    per_day: Money | None = None  # storage only

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money.total(line.amount for line in self.lines)

    @property
    def minutes(self) -> int:
        """Billed minutes, free ones among them."""
        return sum(line.minutes for line in self.lines)

    @property
    def free_minutes(self) -> int:
        """Minutes that cost nothing because of the month's allowance."""
        return sum(line.free_minutes for line in self.lines)

    @property
    def capped(self) -> bool:
        """Tell whether the daily cap took something off."""
        return any(line.amount != line.uncapped for line in self.lines)


@dataclass(frozen=True, slots=True)
class PriceContext:
    """What earlier charges and the calendar say; read once for all uses."""

    zone: ZoneInfo
    enterprise: Enterprise
    calendar: WorkCalendar
    free_used: Mapping[tuple[Kind, int], int]  # by kind and month key
    spent: Mapping[tuple[int, date], int]  # fen, by space and local day


def price_many(
    session: Session, park: Park, enterprise: Enterprise, uses: Iterable[PricedUse]
) -> dict[int, Quote]:
    """Price each use as if it alone came next, in a number of queries that does not grow.

    The allowance and the daily cap are what the enterprise's live charges left of them. What has no
    tariff is left out.
    """
    zone = park.zone
    planned = [(use, _tariff_days(use, zone)) for use in uses]
    tariffs = tariffs_in_force(session, [(use.space, day) for use, days in planned for day in days])
    stores, metered = [], []
    for use, days in planned:
        if any((use.space.id, day) not in tariffs for day in days):
            continue
        if use.space.kind is Kind.STORAGE:
            stores.append(use)
        else:
            metered.append(_with_tariff(use, tariffs[use.space.id, days[0]]))
    context = _context(session, park, enterprise, metered)
    found = {use.key: _price_storage(use, tariffs, zone) for use in stores}
    return found | {one.use.key: Quote(tuple(_lines(one, context)), one.snapshot) for one in metered}


class _Metered(NamedTuple):
    """A use of a metered kind with its tariff, and from when to when it is billed."""

    use: PricedUse
    snapshot: TariffSnapshot
    stay: MeasuredStay
    billed_from: datetime
    billed_to: datetime


def _with_tariff(use: PricedUse, snapshot: TariffSnapshot) -> _Metered:
    stay = MeasuredStay(use.key, use.space.id, use.started_at, use.ended_at)
    return _Metered(use, snapshot, stay, *billed_interval(stay, snapshot.terms))


def _tariff_days(use: PricedUse, zone: ZoneInfo) -> list[date]:
    if use.space.kind is not Kind.STORAGE:
        return [local_day(use.started_at, zone)]
    return [first for _, first, _ in _slices(use, zone)]


def _slices(use: PricedUse, zone: ZoneInfo) -> Iterator[tuple[Month, date, date]]:
    """Cut storage at the months' ends: month, first day, last day."""
    stay = _storage_stay(use)
    month = Month.of(use.started_at, zone)
    while touched := storage_days(stay, month):
        yield month, *touched
        if stay.ended_at is None:
            break
        month = month.next


def _storage_stay(use: PricedUse) -> StorageStay:
    return StorageStay(use.key, use.started_at, None if use.ended_at >= FAR_FUTURE else use.ended_at)


EVERY_DAY_PLAIN = WorkCalendar()


def _context(
    session: Session, park: Park, enterprise: Enterprise, metered: Sequence[_Metered]
) -> PriceContext:
    """Read what the tariffs of these uses ask for: the calendar, free minutes used, and what days cost."""
    zone, snapshots = park.zone, [one.snapshot for one in metered]
    calendar, free, spent = EVERY_DAY_PLAIN, {}, {}
    if any(snapshot.asks_for_working_days for snapshot in snapshots):
        calendar = park_calendar(session, park.id)
    allowed = any(snapshot.allowances.get(enterprise.size) for snapshot in snapshots)
    capped = any(snapshot.daily_cap is not None for snapshot in snapshots)
    days = {
        local_day(at, zone) for one in metered for at in (one.billed_from, one.billed_to) if allowed or capped
    }
    if allowed:
        free = free_minutes_used(session, enterprise.id, {month_key(day) for day in days})
    if capped:
        spent = spent_by_day(session, enterprise.id, {one.use.space.id for one in metered}, days)
    return PriceContext(zone, enterprise, calendar, free, spent)


def metered_lines(use: PricedUse, snapshot: TariffSnapshot, context: PriceContext) -> Iterator[PricedLine]:
    """Price a use by a tariff, after what the context says came before it."""
    return _lines(_with_tariff(use, snapshot), context)


def _lines(one: _Metered, context: PriceContext) -> Iterator[PricedLine]:
    use, snapshot, zone = one.use, one.snapshot, context.zone
    allowance, kind = snapshot.allowances.get(context.enterprise.size, 0), use.space.kind
    left: dict[int, int] = {}
    if allowance:
        months = {month_key(local_day(at, zone)) for at in (one.billed_from, one.billed_to)}
        left = {month: max(0, allowance - context.free_used.get((kind, month), 0)) for month in months}
    spent = {day: fen for (space, day), fen in context.spent.items() if space == use.space.id}
    rating = rate(one.stay, snapshot.terms, context.calendar, zone, allowance_left=left, spent=spent)
    for line in rating.lines:
        yield PricedLine(
            day=line.day,
            band=line.band,
            factor=Decimal(line.factor.numerator) / Decimal(line.factor.denominator),
            minutes=line.minutes,
            free_minutes=line.free_minutes,
            days=0,
            amount=line.amount,
            uncapped=line.uncapped,
            billed_from=rating.billed_from,
            billed_to=rating.billed_to,
            snapshot=snapshot,
            working=snapshot.asks_for_working_days and context.calendar.is_working_day(line.day),
            allowance_left=left.get(month_key(line.day), 0),
            spent=Money(spent.get(line.day, 0)),
        )


def _price_storage(
    use: PricedUse, tariffs: Mapping[tuple[int, date], TariffSnapshot], zone: ZoneInfo
) -> Quote:
    stay = _storage_stay(use)
    lines = []
    for month, first, last in _slices(use, zone):
        snapshot = tariffs[use.space.id, first]
        rated = rate_storage_month(stay, snapshot.storage_terms(use.space.area_hundredths), month)
        if rated is not None:
            lines.append(_storage_line(rated.days, rated.amount, first, last, snapshot, zone))
    terms = lines[0].snapshot.storage_terms(use.space.area_hundredths)
    return Quote(tuple(lines), lines[0].snapshot, open_ended=stay.ended_at is None, per_day=terms.price(1))


WHOLE = Decimal(1)


def _storage_line(
    days: int, amount: Money, first: date, last: date, snapshot: TariffSnapshot, zone: ZoneInfo
) -> PricedLine:
    return PricedLine(
        day=first,
        band="",
        factor=WHOLE,
        minutes=0,
        free_minutes=0,
        days=days,
        amount=amount,
        uncapped=amount,
        billed_from=day_span(first, zone).start,
        billed_to=day_span(last, zone).end,
        snapshot=snapshot,
        working=False,
        allowance_left=0,
        spent=Money.zero(),
    )


LONGEST = timedelta(days=2)  # nobody books a room for longer, and pricing years takes minutes


def quote(session: Session, park: Park, enterprise: Enterprise, space: AnySpace, span: Span) -> Quote:
    """Price one space if used as booked; raises NoTariff, or CrossesMidnight for days at once.

    Uses the free minutes the enterprise has left in the month, and what the daily cap has not yet
    taken. An open end (storage until FAR_FUTURE) gives `open_ended`, the price of a day, and as total
    that of the first month's days.
    """
    if space.kind is not Kind.STORAGE and span.length > LONGEST:
        raise CrossesMidnight(local_day(span.start, park.zone))
    found = quote_many(session, park, enterprise, [space], span).get(space.id)
    if found is None:
        raise NoTariff(space.kind, local_day(span.start, park.zone))
    return found


def quote_many(
    session: Session, park: Park, enterprise: Enterprise, spaces: Iterable[AnySpace], span: Span
) -> dict[int, Quote]:
    """Price many spaces for the same time, each as if it alone were booked, by space id.

    The number of queries does not grow with the spaces. A space without a tariff is left out.
    """
    uses = [PricedUse(space.id, space, span.start, span.end) for space in spaces]
    return price_many(session, park, enterprise, uses)


def running_costs(
    session: Session, park: Park, enterprise: Enterprise, stays: Iterable[Stay], now: datetime
) -> dict[int, Quote]:
    """Price stays of one enterprise as if each was checked out now, by stay id; queries do not grow.

    Give stays with their space and reservation loaded. A forgotten one ended before now. Each is priced by
    itself: which of two open stays gets the last free minutes is known when the first ends.
    """
    uses = [PricedUse(stay.id, stay.space, stay.started_at, _until(stay, now)) for stay in stays]
    return price_many(session, park, enterprise, uses)


def _until(stay: Stay, now: datetime) -> datetime:
    return max(stay.ended_at or forgotten_end(stay.planned_end, now) or now, stay.started_at)
