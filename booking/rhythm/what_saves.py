"""The one thing that would save an enterprise most, of its own month, by the rater that bills it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from booking.tariffs.rating import MeasuredStay, OnTerms, rate, rate_in_order
from booking.tariffs.rules import MINUTES_OF_DAY
from booking.tariffs.terms import Terms
from booking.values import Calendar, Money


@dataclass(frozen=True, slots=True)
class PricedPlace:
    """A space as it is priced and open today; `allowance` is the enterprise's free minutes of its kind."""

    id: int
    kind: str
    seats: int
    terms: Terms
    allowance: int
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class OwnUse:
    """A stay of the month; `people` are those it was booked for, None where nobody said."""

    id: int
    place: PricedPlace
    started_at: datetime
    ended_at: datetime
    people: int | None = None


@dataclass(frozen=True, slots=True)
class OwnStore:
    """A store in use, what it costs a month today, and its area in hundredths of a square metre."""

    space_id: int
    area_hundredths: int
    month_price: Money


@dataclass(frozen=True, slots=True)
class CheaperTime:
    """The same place costs less at another time of that weekday (0 is Monday); minutes from midnight.

    `later` says that the uses would move into the cheaper time from its beginning, else up to its end.
    """

    amount: Money
    space_id: int
    weekday: int
    from_minute: int
    to_minute: int
    off: Fraction
    uses: int
    later: bool


@dataclass(frozen=True, slots=True)
class SmallerRoom:
    """A smaller place would have been large enough; `people` are the most that came."""

    amount: Money
    space_id: int
    smaller_id: int
    people: int
    uses: int


@dataclass(frozen=True, slots=True)
class PaidForNothing:
    """What was paid for reservations that nobody came to, or that were given back late."""

    amount: Money
    uses: int


@dataclass(frozen=True, slots=True)
class CheaperStore:
    """A store that is free, no smaller and costs less."""

    amount: Money
    space_id: int
    other_id: int


SavesMost = CheaperTime | SmallerRoom | PaidForNothing | CheaperStore


@dataclass(frozen=True, slots=True)
class OwnUses:
    """What an enterprise did in a month, and what else there is to be had today."""

    uses: Sequence[OwnUse]
    places: Sequence[PricedPlace] = ()
    stores: Sequence[OwnStore] = ()
    free_stores: Sequence[OwnStore] = ()
    unused: Sequence[Money] = ()  # fees for not coming and for cancelling late


LEAST = Money.yuan(5)
"""What saves less in a month is not worth a word."""


def what_saves_most(own: OwnUses, calendar: Calendar, zone: ZoneInfo) -> SavesMost | None:
    """Choose by money; None where nothing saves `LEAST`."""
    found: list[SavesMost] = [
        *_cheaper_times(own.uses, calendar, zone),
        *_smaller_rooms(own.uses, own.places, calendar, zone),
        *_fees(own.unused),
        *_cheaper_stores(own.stores, own.free_stores),
    ]
    return max((one for one in found if one.amount >= LEAST), key=lambda one: one.amount, default=None)


def _fees(unused: Sequence[Money]) -> Iterator[PaidForNothing]:
    if unused:
        yield PaidForNothing(Money.total(unused), len(unused))


def _cheaper_stores(stores: Sequence[OwnStore], free: Sequence[OwnStore]) -> Iterator[CheaperStore]:
    for mine in stores:
        large_enough = [one for one in free if one.area_hundredths >= mine.area_hundredths]
        best = min(large_enough, key=lambda one: (one.month_price, one.space_id), default=None)
        if best is not None:
            yield CheaperStore(mine.month_price - best.month_price, mine.space_id, best.space_id)


def cost(uses: Iterable[OwnUse], calendar: Calendar, zone: ZoneInfo) -> Money:
    """Price the uses of a month together, as its invoice would: free minutes, caps and all."""
    by_kind: defaultdict[str, list[OnTerms]] = defaultdict(list)
    for use in uses:
        stay = MeasuredStay(use.id, use.place.id, use.started_at, use.ended_at)
        by_kind[use.place.kind].append(OnTerms(stay, use.place.terms, calendar, use.place.allowance))
    return Money.total(one.line.amount for kind in by_kind.values() for one in rate_in_order(kind, zone))


def saved_by(
    uses: Sequence[OwnUse], changed: Mapping[int, OwnUse], calendar: Calendar, zone: ZoneInfo
) -> Money:
    """Tell what the month would have cost less, had these uses been otherwise; below nothing where more."""
    kinds = {use.place.kind for use in changed.values()}
    touched = [use for use in uses if use.place.kind in kinds]
    after = [changed.get(use.id, use) for use in touched]
    return cost(touched, calendar, zone) - cost(after, calendar, zone)


def _alone(use: OwnUse, calendar: Calendar, zone: ZoneInfo) -> int:
    """Price one use as if there was no other: enough to see which of many changes is worth a closer look."""
    stay = MeasuredStay(use.id, use.place.id, use.started_at, use.ended_at)
    return rate(stay, use.place.terms, calendar, zone).total.fen


# The same place at a cheaper time.


@dataclass(frozen=True, slots=True)
class _Window:
    """A cheaper part of a weekday at a place."""

    space_id: int
    weekday: int
    from_minute: int
    to_minute: int
    factor: Fraction
    later: bool


def _cheaper_times(uses: Sequence[OwnUse], calendar: Calendar, zone: ZoneInfo) -> Iterator[CheaperTime]:
    moved: defaultdict[_Window, dict[int, OwnUse]] = defaultdict(dict)
    worth: defaultdict[_Window, int] = defaultdict(int)
    for use in uses:
        for window, other in _moves(use, calendar, zone):
            less = _alone(use, calendar, zone) - _alone(other, calendar, zone)
            if less > 0:
                moved[window][use.id] = other
                worth[window] += less
    if not worth:
        return
    window = max(worth, key=lambda one: (worth[one], -one.space_id, -one.weekday))
    yield CheaperTime(
        amount=saved_by(uses, moved[window], calendar, zone),
        space_id=window.space_id,
        weekday=window.weekday,
        from_minute=window.from_minute,
        to_minute=window.to_minute,
        off=1 - window.factor,
        uses=len(moved[window]),
        later=window.later,
    )


MINUTE = timedelta(minutes=1)


FARTHEST = timedelta(hours=3)
"""By how much a use may be moved to a cheaper time: nobody has the morning's meeting at night."""


def _moves(use: OwnUse, calendar: Calendar, zone: ZoneInfo) -> Iterator[tuple[_Window, OwnUse]]:
    """Give where a use could go: into each cheaper part of its day that is open, long enough and near."""
    began, left = use.started_at.astimezone(zone), use.ended_at.astimezone(zone)
    length = (use.ended_at.astimezone(UTC) - use.started_at.astimezone(UTC)) // MINUTE
    if began.date() != left.date():
        return
    start, place = began.hour * 60 + began.minute, use.place
    for part in place.terms.plan(working=calendar.is_working_day(began.date())):
        first, last = max(part.from_minute, place.opens_minute), min(part.to_minute, place.closes_minute)
        later = start < first
        begin = first if later else last - length
        near = abs(begin - start) * MINUTE <= FARTHEST
        if part.price.factor < 1 and last - first >= length and begin != start and near:
            other = _from_minute(use, begin, zone)
            # The next line keeps what is inside already where it is.
            if later or start + length > last:
                window = _Window(place.id, began.weekday(), first, last, part.price.factor, later)
                yield window, other


def _from_minute(use: OwnUse, minute: int, zone: ZoneInfo) -> OwnUse:
    """Let it begin at another minute of its day, for as long."""
    day = use.started_at.astimezone(zone).date()
    hour, minute = divmod(minute % MINUTES_OF_DAY, 60)
    start = datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(UTC)
    length = use.ended_at.astimezone(UTC) - use.started_at.astimezone(UTC)
    return replace(use, started_at=start, ended_at=start + length)


# A smaller place of the same kind.


def _smaller_rooms(
    uses: Sequence[OwnUse], places: Sequence[PricedPlace], calendar: Calendar, zone: ZoneInfo
) -> Iterator[SmallerRoom]:
    """Look at each place by itself: those of its uses whose people have room in the best smaller one."""
    by_place: defaultdict[int, list[OwnUse]] = defaultdict(list)
    for use in uses:
        if use.people is not None:
            by_place[use.place.id].append(use)
    for theirs in by_place.values():
        best = max(_in_smaller(theirs, places, calendar, zone), key=lambda one: one[0], default=None)
        if best is None:
            continue
        _, other, changed = best
        yield SmallerRoom(
            amount=saved_by(uses, changed, calendar, zone),
            space_id=theirs[0].place.id,
            smaller_id=other.id,
            people=max(use.people or 0 for use in changed.values()),
            uses=len(changed),
        )


def _in_smaller(
    theirs: Sequence[OwnUse], places: Sequence[PricedPlace], calendar: Calendar, zone: ZoneInfo
) -> Iterator[tuple[int, PricedPlace, dict[int, OwnUse]]]:
    here = theirs[0].place
    dearest: dict[tuple[Terms, int], PricedPlace] = {}
    for other in places:  # of places with one price and one size, one is enough
        if other.kind == here.kind and other.seats < here.seats and other.terms != here.terms:
            dearest.setdefault((other.terms, other.seats), other)
    for other in dearest.values():
        changed = {
            use.id: replace(use, place=other) for use in theirs if use.people and use.people <= other.seats
        }
        less = sum(
            _alone(use, calendar, zone) - _alone(changed[use.id], calendar, zone)
            for use in theirs
            if use.id in changed
        )
        if less > 0:
            yield less, other, changed
