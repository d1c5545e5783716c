"""When a day may be opened for longer, and what is lost when that is taken back."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from booking.spaces.rules import ExtendedDay, Hours, Opening, widest
from booking.values import Calendar, Refusal


@dataclass(eq=False)
class NoHourNamed(Refusal):
    """An exception says until when a day is open, or from when on."""


@dataclass(eq=False)
class ClosesTooEarly(Refusal):
    """It closes later than it opens, on the same day: what goes past midnight belongs to the next one."""


@dataclass(eq=False)
class ExtendedInPast(Refusal):
    """The day, or the hour of today, is over."""

    today: date


@dataclass(eq=False)
class NothingLonger(Refusal):
    """The place is open then anyhow, from `opens` to `closes` (minutes after midnight)."""

    opens: int
    closes: int


@dataclass(eq=False)
class ExtendedBefore(Refusal):
    """That day is open for longer already: one exception a day for the park, and one for a space."""

    opens: int | None
    closes: int | None


@dataclass(eq=False)
class HoursBooked(Refusal):
    """Somebody counts on the hours: `count` reservations and stays, and activities, lie in them."""

    count: int
    activities: tuple[str, ...] = ()  # their titles


@dataclass(eq=False)
class HoursOver(Refusal):
    """What has begun stays as it was granted."""

    day: date


def check_extended_day(
    asked: ExtendedDay, openings: Collection[Opening], calendar: Calendar, wall: datetime
) -> None:
    """Refuse an exception that opens nothing for longer; `wall` is the park's clock now.

    `openings` are the rules, with the exceptions granted before, of the places that it is for.
    """
    if asked.opens is None and asked.closes is None:
        raise NoHourNamed
    if asked.opens is not None and asked.closes is not None and asked.closes <= asked.opens:
        raise ClosesTooEarly
    if _is_over(asked, wall):
        raise ExtendedInPast(wall.date())
    if not adds(asked, openings, calendar):
        hours = [found for one in openings if (found := one.hours_on(asked.day, calendar))]
        raise NothingLonger(*(widest(hours) if hours else Hours(0, 0)))


def adds(asked: ExtendedDay, openings: Collection[Opening], calendar: Calendar) -> bool:
    """Tell whether an exception opens any of the places for longer."""
    return any(list(gained(opening, asked, calendar)) for opening in openings)


def hours_of_each(openings: Collection[Opening], day: date, calendar: Calendar) -> Hours | None:
    """Give from when until when each of the places that open on a day is open; None where none does."""
    hours = [found for one in openings if (found := one.hours_on(day, calendar))]
    return Hours(max(one.opens for one in hours), min(one.closes for one in hours)) if hours else None


def _is_over(asked: ExtendedDay, wall: datetime) -> bool:
    last = asked.closes if asked.closes is not None else asked.opens
    minute = wall.hour * 60 + wall.minute
    return asked.day < wall.date() or (asked.day == wall.date() and last is not None and last <= minute)


def gained(opening: Opening, asked: ExtendedDay, calendar: Calendar) -> Iterator[Hours]:
    """Give the stretches of a day in which a place is open because of an exception alone."""
    before = opening.hours_on(asked.day, calendar)
    after = replace(opening, extended=(*opening.extended, asked)).hours_on(asked.day, calendar)
    if after is None:
        return
    if before is None:
        yield after
        return
    if after.opens < before.opens:
        yield Hours(after.opens, before.opens)
    if after.closes > before.closes:
        yield Hours(before.closes, after.closes)


def has_begun(day: date, hours: Collection[Hours], wall: datetime) -> bool:
    """Tell whether any of the hours of a day has begun by the park's clock, or the whole day is over."""
    minute = wall.hour * 60 + wall.minute
    return day < wall.date() or (day == wall.date() and any(one.opens <= minute for one in hours))
