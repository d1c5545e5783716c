"""The rater: the one pure function that quotes, shows the running cost, and charges.

Pricing in five steps (docs/rules.md, Rating); `docs/pricing.md` tells them to people.
Whole numbers throughout: an amount is rounded once, at its line.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.tariffs.rules import LONGEST_STAY_DAYS, MINUTES_OF_DAY, StayEndsBeforeItStarts, StayTooLong
from booking.tariffs.terms import Price, Terms
from booking.values import Calendar, Money, round_half_up

LONGEST_STAY = timedelta(days=LONGEST_STAY_DAYS)


@dataclass(frozen=True, slots=True)
class MeasuredStay:
    """What was used, as measured; for a quote, the whole stretch that would be booked.

    Kept in UTC. The end may equal the start, which costs the minimum. Raises StayEndsBeforeItStarts or
    StayTooLong (ten years), and ValueError for instants without an offset.
    """

    id: int | str
    space: int | str
    started_at: datetime
    ended_at: datetime

    def __post_init__(self) -> None:
        """Keep the promise of the type."""
        if self.started_at.utcoffset() is None or self.ended_at.utcoffset() is None:
            msg = f"stay {self.id!r} needs instants with an offset"
            raise ValueError(msg)
        object.__setattr__(self, "started_at", self.started_at.astimezone(UTC))
        object.__setattr__(self, "ended_at", self.ended_at.astimezone(UTC))
        if self.ended_at < self.started_at:
            raise StayEndsBeforeItStarts(self.id)
        if self.ended_at - self.started_at > LONGEST_STAY:
            raise StayTooLong(self.id)


class RatedLine(NamedTuple):
    """What one stay costs on one local day in one band."""

    stay: int | str
    day: date
    band: str
    factor: Fraction
    minutes: int  # billed, the free ones among them
    free_minutes: int
    amount: Money
    uncapped: Money
    starts_at: datetime  # of its first minute, in UTC


@dataclass(frozen=True, slots=True)
class Rating:
    """A stay with its price: the lines by day and time, and what they rest on."""

    lines: tuple[RatedLine, ...]
    billed_from: datetime
    billed_to: datetime  # equal to billed_from only where nothing was used and nothing is the minimum
    allowance_used: Mapping[int, int]  # free minutes taken, by month key (202610)

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money.total(line.amount for line in self.lines)


class _Piece(NamedTuple):
    """Minutes of one day at one price, one after the other."""

    day: date
    price: Price
    minutes: int
    starts_at: datetime


NONE_LEFT: Mapping[int, int] = {}
NOTHING_SPENT: Mapping[date, int] = {}


def rate(
    stay: MeasuredStay,
    terms: Terms,
    calendar: Calendar,
    zone: ZoneInfo,
    *,
    allowance_left: Mapping[int, int] = NONE_LEFT,
    spent: Mapping[date, int] = NOTHING_SPENT,
) -> Rating:
    """Price one stay.

    `allowance_left` tells the free minutes that earlier stays of the enterprise left of the kind, by
    month key (202610); a month that is not named has none. `spent` tells the fen already charged for
    the same space and enterprise, by local day; only a daily cap looks at it.
    """
    billed = billed_interval(stay, terms)
    left = defaultdict(int, allowance_left)
    lines = _lines(stay, billed, terms, calendar, zone, left)
    used = {month: allowance_left[month] - left[month] for month in allowance_left}
    before = {(stay.space, day): fen for day, fen in spent.items()}
    capped = _capped(((stay, line) for line in lines), terms.daily_cap_fen, before)
    return Rating(
        lines=tuple(sorted((line for _, line in capped), key=_by_day_and_time)),
        billed_from=billed[0],
        billed_to=billed[1],
        allowance_used={month: minutes for month, minutes in used.items() if minutes},
    )


def rate_all(
    stays: Iterable[MeasuredStay],
    terms: Terms,
    calendar: Calendar,
    zone: ZoneInfo,
    *,
    allowance_minutes: int = 0,
) -> tuple[RatedLine, ...]:
    """Price the stays of one enterprise and kind by the same terms, in the order that the rules ask for.

    The lines come by stay start, stay id, day and time.
    """
    uses = [OnTerms(stay, terms, calendar, allowance_minutes) for stay in stays]
    placed = sorted(
        rate_in_order(uses, zone),
        key=lambda one: (one.use.stay.started_at, one.line.stay, one.line.day, one.line.starts_at),
    )
    return tuple(one.line for one in placed)


class OnTerms(NamedTuple):
    """A stay with what it is priced by: its own tariff, calendar, and free minutes of each month."""

    stay: MeasuredStay
    terms: Terms
    calendar: Calendar
    allowance_minutes: int


class Placed(NamedTuple):
    """A line in its place among all of its enterprise and kind, with what was left for its stay."""

    use: OnTerms
    line: RatedLine
    allowance_left: int  # free minutes of the line's month before the stay
    spent: Money  # already charged for the space on that day by others


def rate_in_order(uses: Iterable[OnTerms], zone: ZoneInfo) -> list[Placed]:
    """Price stays of one enterprise and kind, each by its own terms (docs/rules.md, Rating 3 and 5).

    Each local month has its own allowance, used up in the order in which stays end (then by start, then by
    id). The cap goes by space and local day, in the order in which lines begin, which is that of the answer.
    """
    used: defaultdict[int, int] = defaultdict(int)
    placed: list[Placed] = []
    for use in sorted(uses, key=lambda use: (use.stay.ended_at, use.stay.started_at, use.stay.id)):
        left = _Left(use.allowance_minutes, used)
        at = billed_interval(use.stay, use.terms)
        lines = _lines(use.stay, at, use.terms, use.calendar, zone, left)
        placed += [Placed(use, line, left.before(month_key(line.day)), Money.zero()) for line in lines]
        for line in lines:
            used[month_key(line.day)] += line.free_minutes
    placed.sort(key=lambda one: (one.line.starts_at, one.use.stay.started_at, one.line.stay))
    return list(_stopped_at_caps(placed))


class _Left(defaultdict[int, int]):
    """The free minutes of each month that those before left; what is taken goes off."""

    def __init__(self, allowance: int, used: Mapping[int, int]) -> None:
        super().__init__()
        self._allowance, self._used = allowance, used

    def before(self, month: int) -> int:
        return max(0, self._allowance - self._used.get(month, 0))

    def __missing__(self, month: int) -> int:
        self[month] = self.before(month)
        return self[month]


def _stopped_at_caps(placed: Iterable[Placed]) -> Iterator[Placed]:
    spent: Counter[tuple[int | str, date]] = Counter()
    own: Counter[tuple[int | str, date]] = Counter()
    for one in placed:
        line, cap = one.line, one.use.terms.daily_cap_fen
        place, mine = (one.use.stay.space, line.day), (line.stay, line.day)
        others = Money(spent[place] - own[mine])
        fen = line.amount.fen if cap is None else max(0, min(line.amount.fen, cap - spent[place]))
        spent[place] += fen
        own[mine] += fen
        yield one._replace(line=line._replace(amount=Money(fen)), spent=others)


def month_key(day: date) -> int:
    """Give 202610 of a day in October 2026."""
    return day.year * 100 + day.month


MINUTE = timedelta(minutes=1)
Interval = tuple[datetime, datetime]


def billed_interval(stay: MeasuredStay, terms: Terms) -> Interval:
    """Drop seconds, then lengthen at the end to the fewest whole increments that reach the minimum."""
    start = stay.started_at.replace(second=0, microsecond=0)
    minutes = max((stay.ended_at - start) // MINUTE, terms.minimum_minutes)
    increments = -(-minutes // terms.increment_minutes)
    return start, start + timedelta(minutes=increments * terms.increment_minutes)


def _lines(
    stay: MeasuredStay, at: Interval, terms: Terms, calendar: Calendar, zone: ZoneInfo, left: dict[int, int]
) -> list[RatedLine]:
    """Gather a stay's pieces by day and band, in the order they begin; free minutes go off `left`."""
    gathered: dict[tuple[date, int], tuple[_Piece, list[int]]] = {}
    for piece in _pieces(*at, terms, calendar, zone):
        _, minutes = gathered.setdefault((piece.day, piece.price.key), (piece, [0, 0]))
        minutes[0] += piece.minutes
        minutes[1] += _take(left, piece)
    return [_line(stay, first, minutes, free) for first, (minutes, free) in gathered.values()]


def _take(left: dict[int, int], piece: _Piece) -> int:
    month = month_key(piece.day)
    free = min(left[month], piece.minutes)
    left[month] -= free
    return free


def _line(stay: MeasuredStay, first: _Piece, minutes: int, free: int) -> RatedLine:
    price = first.price
    amount = Money(round_half_up(price.numerator * (minutes - free), price.denominator))
    slice_ = stay.id, first.day, price.band, price.factor
    return RatedLine(*slice_, minutes, free, amount, amount, first.starts_at)


def _pieces(
    start: datetime, end: datetime, terms: Terms, calendar: Calendar, zone: ZoneInfo
) -> Iterator[_Piece]:
    """Cut at band borders and at local midnight, in order of time."""
    for starts_at, local, minutes in _even_stretches(start, end, zone):
        day = local.date()
        reached = local.hour * 60 + local.minute
        last = reached + minutes
        origin = reached
        for from_minute, to_minute, price in terms.plan(working=calendar.is_working_day(day)):
            if to_minute <= reached:
                continue
            if from_minute >= last:
                break
            stop = min(to_minute, last)
            yield _Piece(day, price, stop - reached, starts_at + timedelta(minutes=reached - origin))
            reached = stop


def _even_stretches(
    start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime, int]]:
    """Cut at local midnight; within a stretch the wall clock runs evenly, so real minutes are wall minutes.

    Where the clocks change before the next midnight, it goes on minute by minute until they have.
    """
    local = start.astimezone(zone)
    while start < end:
        minutes = min(MINUTES_OF_DAY - local.hour * 60 - local.minute, (end - start) // MINUTE)
        stop = start + timedelta(minutes=minutes)
        then = stop.astimezone(zone)
        if then.utcoffset() != local.utcoffset():
            minutes, stop = 1, start + MINUTE
            then = stop.astimezone(zone)
        yield start, local, minutes
        start, local = stop, then


def _capped(
    rated: Iterable[tuple[MeasuredStay, RatedLine]], cap: int | None, spent: dict[tuple[int | str, date], int]
) -> Iterator[tuple[MeasuredStay, RatedLine]]:
    """Stop each space's local day at the cap: lines come in order of time, `spent` grows."""
    for stay, line in rated:
        if cap is None:
            yield stay, line
            continue
        before = spent.get((stay.space, line.day), 0)
        fen = max(0, min(line.amount.fen, cap - before))
        spent[stay.space, line.day] = before + fen
        yield stay, line if fen == line.amount.fen else line._replace(amount=Money(fen))


def _by_day_and_time(line: RatedLine) -> tuple[date, datetime]:
    return line.day, line.starts_at
