"""When and how long a space may be had, as pure checks; each no is a refusal with its facts."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.reservations import refusals as no
from booking.reservations.refusals import Taken
from booking.spaces.rules import Hours, Opening
from booking.values import FAR_FUTURE, Calendar, Span, day_span, local_day

__all__ = ["Taken"]  # the one refusal that other rooms catch; the rest are in refusals.py


@dataclass(frozen=True, slots=True)
class BookingContext:
    """What every check looks at: what holds for the space, where it lies, and what time it is."""

    opening: Opening
    zone: ZoneInfo
    calendar: Calendar
    now: datetime
    by_day: bool = False  # a store: whole days, at any hour, with an open end if you like

    def hours_on(self, day: date) -> Hours | None:
        """Tell when the space is open on a local day; None where it is closed all day."""
        return self.opening.hours_on(day, self.calendar)

    def open_on(self, day: date) -> Span | None:
        """Give the same as instants."""
        hours = self.hours_on(day)
        return hours and Span(*(local_instant(day, minute, self.zone) for minute in hours))


LOOKED_AHEAD = 14  # days
HOUR = 60


def next_full_hour(at: BookingContext) -> tuple[date, int] | None:
    """Tell day and minute of the next full hour, or opening, that an open hour follows, within two weeks."""
    local = at.now.astimezone(at.zone)
    for ahead in range(LOOKED_AHEAD):
        day = local.date() + timedelta(days=ahead)
        if hours := at.hours_on(day):
            opens, closes = hours
            begins = opens if ahead else max(opens, (local.hour + 1) * HOUR)
            if begins + HOUR <= closes:
                return day, begins
    return None


def span_between(start: datetime, end: datetime, part: no.RequestPart = no.RequestPart.END) -> Span:
    """Make a span of what somebody typed; raises EndsBeforeItStarts."""
    if end <= start:
        raise no.EndsBeforeItStarts(start, end, part)
    return Span(start, end)


MINUTES_OF_DAY = 24 * 60


def is_shown(day: date, minute: int, zone: ZoneInfo) -> bool:
    """Tell whether the park's clocks show that time; where they are put forward an hour is missing."""
    return shown_instant(day, minute, zone) is not None


def shown_instant(day: date, minute: int, zone: ZoneInfo) -> datetime | None:
    """Give the instant at which the park's clocks show that time; None where they do not."""
    wall = _wall_clock(day, minute, zone)
    instant = wall.astimezone(UTC)
    return instant if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None) else None


def local_span(day: date, first: int, last: int, zone: ZoneInfo) -> Span:
    """Make a span of two minutes of a local day; raises NoSuchClock, EndsBeforeItStarts."""
    for minute, part in ((first, no.RequestPart.START), (last, no.RequestPart.END)):
        if not is_shown(day, minute, zone):
            raise no.NoSuchClock(day, minute, part)
    return span_between(local_instant(day, first, zone), local_instant(day, last, zone))


def local_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Give the instant of a local day's minute; 1440 is the midnight at its end."""
    return _wall_clock(day, minute, zone).astimezone(UTC)


def _wall_clock(day: date, minute: int, zone: ZoneInfo) -> datetime:
    days, rest = divmod(minute, MINUTES_OF_DAY)
    return datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=zone)


def storage_span(first: date, last: date | None, now: datetime, zone: ZoneInfo) -> Span:
    """Make the span of whole local days, both included; a day that has begun counts from now on.

    Without a last day the end is open. Raises EndsBeforeItStarts and InThePast.
    """
    start = local_instant(first, 0, zone)
    today = now.astimezone(zone).date()
    if first < today:
        raise no.InThePast(start, now, part=no.RequestPart.DAY)
    if first == today:
        start = now.replace(second=0, microsecond=0)
    if last is not None and last < first:
        raise no.EndsBeforeItStarts(start, local_instant(last, 0, zone), part=no.RequestPart.UNTIL)
    return Span(start, FAR_FUTURE if last is None else local_instant(last, MINUTES_OF_DAY, zone))


def check_new(span: Span, at: BookingContext) -> None:
    """Judge a span that somebody asks for; raises the first refusal, from the start on."""
    check_start(span.start, at)
    check_stretch(span, at)


MINUTE = timedelta(minutes=1)


def check_start(start: datetime, at: BookingContext) -> None:
    """Judge when a use begins: not before this minute, in time, and not too far ahead."""
    this_minute = at.now.replace(second=0, microsecond=0)
    if start < this_minute:
        past_day = start.astimezone(at.zone).date() < at.now.astimezone(at.zone).date()
        raise no.InThePast(start, at.now, part=no.RequestPart.DAY if past_day else no.RequestPart.START)
    if start < this_minute + at.opening.lead_minutes * MINUTE:
        raise no.TooSoon(at.opening.lead_minutes)
    last_day = at.now.astimezone(at.zone).date() + timedelta(days=at.opening.horizon_days)
    if start.astimezone(at.zone).date() > last_day:
        raise no.BeyondHorizon(at.opening.horizon_days, last_day)


def grace_ends(starts_at: datetime, grace_minutes: int) -> datetime:
    """Tell when a reservation nobody checked in to is released (docs/rules.md: grace period, 15 min)."""
    return starts_at + grace_minutes * MINUTE


def check_stretch(span: Span, at: BookingContext) -> None:
    """Judge the length and the hours of a span, whenever it was asked for."""
    if at.by_day:
        if span.end < FAR_FUTURE and span.minutes > at.opening.maximum_minutes:
            raise no.TooLong(at.opening.maximum_minutes, by_day=True, part=no.RequestPart.UNTIL)
        return
    local = span.start.astimezone(at.zone)
    day = local.date()
    midnight = local_instant(day, 0, at.zone)
    first = local.hour * 60 + local.minute
    last = _minute_of(span.end, day, at.zone)
    _check_steps(span, first, last, at.opening.step_minutes)
    if span.end > local_instant(day, MINUTES_OF_DAY, at.zone) or span.start < midnight:
        raise no.CrossesMidnight(day)
    _check_length(span, at.opening)
    hours = at.hours_on(day)
    if hours is None:
        raise no.ClosedThatDay(day)
    if first < hours.opens or last > hours.closes:
        part = no.RequestPart.START if first < hours.opens else no.RequestPart.END
        raise no.OutsideOpeningHours(hours.opens, hours.closes, part=part)


def request_expires_at(start: datetime, zone: ZoneInfo, *, by_day: bool) -> datetime:
    """Tell when a request can no longer be answered with yes: at its start; a store's, after its first day.

    A later yes would book a time that has begun without its people, who would be charged as not turned
    up. A store is asked for from today on, and its first day costs the same until midnight.
    """
    return day_span(local_day(start, zone), zone).end if by_day else start


def check_people(people: int, capacity: int) -> None:
    """Judge how many come."""
    if people < 1:
        raise no.NobodyComes
    if people > capacity:
        raise no.TooManyPeople(people, capacity)


def check_named(named: int, capacity: int) -> None:
    """Judge how many come where so many are named; whoever books comes too."""
    if named + 1 > capacity:
        raise no.TooManyNamed(named + 1, capacity)


def check_in_service(retired_at: datetime | None, code: str, span: Span) -> None:
    """Refuse a space that will be, or was, taken out of service before the use ends."""
    if retired_at is not None and retired_at < span.end:
        raise no.Retired(code)


def _minute_of(end: datetime, day: date, zone: ZoneInfo) -> int:
    """Tell the wall-clock minute of an end, counted from the midnight that began `day`."""
    local = end.astimezone(zone)
    return (local.date() - day).days * MINUTES_OF_DAY + local.hour * 60 + local.minute


def _check_steps(span: Span, first: int, last: int, step: int) -> None:
    for instant, minute, part in (
        (span.start, first, no.RequestPart.START),
        (span.end, last, no.RequestPart.END),
    ):
        if instant.second or instant.microsecond or minute % step:
            raise no.OffTheStep(step, part=part)


def _check_length(span: Span, opening: Opening) -> None:
    if span.minutes < opening.minimum_minutes:
        raise no.TooShort(opening.minimum_minutes)
    if span.minutes > opening.maximum_minutes:
        raise no.TooLong(opening.maximum_minutes)


class OwnPlace(NamedTuple):
    """A place that somebody has, and when: the one who asks, or the colleague of this name.

    What is only `requested` holds no place yet: whoever books it first has it.
    """

    span: Span
    name: str
    name_en: str | None
    space_id: int
    reservation_id: int
    colleague: str = ""
    requested: bool = False

    @property
    def is_mine(self) -> bool:
        """Tell whether the one who asks has it, and nobody else could."""
        return not (self.colleague or self.requested)


def held_too(wanted: Span, own: Iterable[OwnPlace]) -> Sequence[OwnPlace]:
    """List the places somebody would hold beside another one; what only touches it is no second place."""
    beside = (one for one in own if one.span.overlaps(wanted))
    return sorted(beside, key=lambda one: (one.span, one.reservation_id))


LONGEST_HELD = timedelta(days=2)  # with something to spare; a claim lasts a day (LONGEST_CLAIM)


def held_too_each(wanted: Sequence[Span | None], own: Iterable[OwnPlace]) -> list[Sequence[OwnPlace]]:
    """List the same beside each of many spans, of those that begin near it: all last a day at most."""
    there = sorted(own, key=lambda one: one.span)
    starts = [one.span.start for one in there]

    def near(span: Span) -> Sequence[OwnPlace]:
        return there[bisect_left(starts, span.start - LONGEST_HELD) : bisect_left(starts, span.end)]

    return [held_too(span, near(span)) if span else () for span in wanted]


def used_until(start: datetime, end: datetime, agreed: datetime | None) -> datetime:
    """Give until when a claim from `start` to `end` is used; what is after it is kept to tidy up."""
    return agreed if agreed is not None and start < agreed < end else end
