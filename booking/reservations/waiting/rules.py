"""Who waits may have what came free, until when it is held for them, and every no of the waiting list."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.values import Calendar, Refusal, Span, working_time_after


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """How long a park holds what came free: so many minutes of its working hours."""

    minutes: int
    zone: ZoneInfo
    calendar: Calendar


def hold_ends(now: datetime, last: datetime, terms: HoldTerms) -> datetime | None:
    """Tell until when it is held, counting working minutes alone, and not past `last`; None for not at all.

    `last` is when it would have to be booked at the latest. A begun minute counts whole.
    """
    end = working_time_after(terms.calendar, terms.zone, now, terms.minutes)
    return min(end, last) if last > now else None


TO_ANSWER = timedelta(minutes=5)
"""So long at least who waits for a time that has begun has to take what is left of it."""


def what_is_left(
    wanted: Span, now: datetime, *, step_minutes: int, lead_minutes: int, zone: ZoneInfo
) -> Span | None:
    """Give what can still be held of the time wanted; None where nothing can.

    All of it before it begins. Of what has begun the rest, from the first step of the place's rule that
    leaves so long to answer, besides what that rule asks to be booked ahead.
    """
    if now < wanted.start:
        return wanted
    earliest = now + TO_ANSWER + timedelta(minutes=lead_minutes)
    whole = earliest.replace(second=0, microsecond=0)
    begun = timedelta(minutes=1) if whole < earliest else timedelta(0)
    local = (whole + begun).astimezone(zone)
    to_step = -(local.hour * 60 + local.minute) % step_minutes
    start = whole + begun + timedelta(minutes=to_step)
    return Span(start, wanted.end) if start < wanted.end else None


class LetGo(NamedTuple):
    """When a claim comes free if nobody comes to it or, where it is `held` for who waits, takes it."""

    at: datetime
    held: bool = False


class BlockingClaim(NamedTuple):
    """A claim on a place that somebody waits for, and when it may be let go; None for never."""

    starts_at: datetime
    ends_at: datetime
    let_go: LetGo | None


def may_be_released(wanted: Span, now: datetime, claims: Iterable[BlockingClaim]) -> LetGo | None:
    """Tell of a time that has begun when the last that stands in its way may be let go; None for not at all.

    All that stands in the way of the rest has to be bookings that nobody has come to, which have the place
    since the time wanted began, or what is held for others in line: whatever of it that is.
    """
    there = [one for one in claims if one.starts_at < wanted.end and one.ends_at > now]
    let_go = [
        one.let_go for one in there if one.let_go and (one.let_go.held or one.starts_at <= wanted.start)
    ]
    return max(let_go, default=None) if len(let_go) == len(there) else None


class LineWish(NamedTuple):
    """What somebody in line would take."""

    kind: str
    space_id: int | None  # None: any of the kind
    area_id: int | None
    people: int
    equipment: frozenset[str]


class FreedPlace(NamedTuple):
    """A space that came free, or is made of what did."""

    id: int
    kind: str
    area_id: int
    capacity: int
    equipment: frozenset[str]


def suits(wish: LineWish, place: FreedPlace) -> bool:
    """Tell whether the place is what somebody waits for."""
    if wish.space_id is not None:
        return wish.space_id == place.id and wish.people <= place.capacity
    return (
        wish.kind == place.kind
        and wish.area_id in {None, place.area_id}
        and wish.people <= place.capacity
        and wish.equipment <= place.equipment
    )


def narrower(wish: LineWish, before: LineWish) -> bool:
    """Tell whether whatever is what they want now would have done before: they keep their turn then.

    Who wants less than they asked for would else pass those who asked for that before them.
    """
    return (
        wish.people >= before.people
        and wish.equipment >= before.equipment
        and before.area_id in {None, wish.area_id}
    )


def in_turn(line: Iterable[LineWish], places: Sequence[FreedPlace]) -> Iterator[tuple[int, FreedPlace]]:
    """Give in which order places are tried: the first of the line before others, the smallest place first.

    Who of the line is told by number. Whether a place is free then only the database knows.
    """
    by_size = sorted(places, key=lambda place: (place.capacity, place.id))
    for number, wish in enumerate(line):
        for place in by_size:
            if suits(wish, place):
                yield number, place


@dataclass(eq=False)
class FreeNow(Refusal):
    """Nobody waits for what can be had."""


@dataclass(eq=False)
class NoLine(Refusal):
    """Stores, had by whole days, and what the park approves one by one, have no waiting list."""


@dataclass(eq=False)
class TooManyWaits(Refusal):
    """Nobody waits for so much at once."""

    most: int


@dataclass(eq=False)
class HoldOver(Refusal):
    """What was held is held no more: it ran out, or was given up."""


@dataclass(eq=False)
class ParkIsAsked(Refusal):
    """By now the park approves what is held one by one: to take it would only ask for it."""


@dataclass(eq=False)
class HeldAlready(Refusal):
    """What is held for that time is not what is wanted now; it is taken or given up first."""

    name: str
    until: datetime


@dataclass(eq=False)
class WaitTaken(Refusal):
    """It was taken, and is a reservation now."""
