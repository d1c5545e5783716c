"""What a quota counts and when it is used up; pure. What is shown before and what refuses is one function."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.reservations.rules import MINUTES_OF_DAY, local_instant
from booking.values import Calendar, Refusal, Span, local_day


class Per(StrEnum):
    """Whose use is added up."""

    ENTERPRISE = "enterprise"
    PERSON = "person"


class QuotaPeriod(StrEnum):
    """Over how long: days, weeks from Monday and months, of the park."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Limit(NamedTuple):
    """So many minutes in a period; of part of the day, as peak hours are, on working days alone."""

    per: Per
    period: QuotaPeriod
    from_minute: int
    until_minute: int
    minutes: int

    @property
    def all_day(self) -> bool:
        """Tell whether every hour counts."""
        return self.until_minute - self.from_minute >= MINUTES_OF_DAY


class Had(NamedTuple):
    """A time that somebody of the enterprise has, or had."""

    member_id: int
    span: Span


class Left(NamedTuple):
    """What a limit leaves of a period: minutes there were used before, and asked for now."""

    limit: Limit
    first_day: date
    used: int
    wanted: int

    @property
    def minutes(self) -> int:
        """Give what may still be had, before what is asked for now."""
        return max(0, self.limit.minutes - self.used)

    @property
    def after(self) -> int:
        """Give what may still be had after it; below nothing where it is too much."""
        return self.minutes - self.wanted

    @property
    def is_refused(self) -> bool:
        """Tell whether more is asked for than it leaves."""
        return self.wanted > self.minutes

    @property
    def is_scarce(self) -> bool:
        """Tell whether what is left afterwards is no more than this takes: it bites, or nearly does."""
        return self.after <= self.wanted


@dataclass(eq=False)
class OverQuota(Refusal):
    """More than the park lets an enterprise, or one person, have in a period."""

    per: Per
    period: QuotaPeriod
    from_minute: int
    until_minute: int
    minutes: int  # the limit
    left: int
    wanted: int


@dataclass(eq=False)
class QuotaHoursBackwards(Refusal):
    """The hours that count end before they begin."""


@dataclass(eq=False)
class QuotaBeyondTime(Refusal):
    """More than there is time for limits nobody."""

    minutes: int  # what there is


MOST_DAYS = {QuotaPeriod.DAY: 1, QuotaPeriod.WEEK: 7, QuotaPeriod.MONTH: 31}


def check_not_beyond(limit: Limit, places: int) -> None:
    """Refuse what nobody could use up in so many places, a person in one; raises QuotaBeyondTime."""
    hours = (limit.until_minute - limit.from_minute) * MOST_DAYS[limit.period]
    there = hours if limit.per is Per.PERSON else hours * max(1, places)
    if limit.minutes > there:
        raise QuotaBeyondTime(there)


@dataclass(frozen=True, slots=True)
class LocalTime:
    """By whose days, weeks and working days minutes are counted."""

    zone: ZoneInfo
    calendar: Calendar


ONE_DAY = timedelta(days=1)


def period_of(day: date, period: QuotaPeriod) -> tuple[date, date]:
    """Give the first day of the period a local day is in, and the first after it."""
    if period is QuotaPeriod.DAY:
        return day, day + ONE_DAY
    if period is QuotaPeriod.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def days_counted(spans: Sequence[Span], limits: Iterable[Limit], zone: ZoneInfo) -> Span:
    """Give the time in which others count beside these spans, by any of the limits."""
    days = [local_day(one.start, zone) for one in spans]
    periods = [period_of(day, limit.period) for day in (min(days), max(days)) for limit in limits]
    first, last = min(one[0] for one in periods), max(one[1] for one in periods)
    return Span(local_instant(first, 0, zone), local_instant(last, 0, zone))


def minutes_counted(span: Span, limit: Limit, first: date, last: date, at: LocalTime) -> int:
    """Count the minutes of a span that a limit counts, on the local days `[first, last)`."""
    return sum(
        max(0, int((min(span.end, hours.end) - max(span.start, hours.start)).total_seconds()) // 60)
        for hours in _hours(span, limit, first, last, at)
    )


def _hours(span: Span, limit: Limit, first: date, last: date, at: LocalTime) -> Iterator[Span]:
    day = max(first, local_day(span.start, at.zone))
    while day < last and local_instant(day, 0, at.zone) < span.end:
        if limit.all_day or at.calendar.is_working_day(day):
            edges = (limit.from_minute, limit.until_minute)
            yield Span(*(local_instant(day, minute, at.zone) for minute in edges))
        day += ONE_DAY


def what_is_left(
    span: Span, member_id: int, limits: Sequence[Limit], had: Iterable[Had], at: LocalTime
) -> list[Left]:
    """Tell for each limit that counts any of a span what it leaves in its period; the scarcest first."""
    had = tuple(had)
    found = []
    for limit in limits:
        first, last = period_of(local_day(span.start, at.zone), limit.period)
        wanted = minutes_counted(span, limit, first, last, at)
        if wanted:
            mine = (one for one in had if limit.per is Per.ENTERPRISE or one.member_id == member_id)
            used = sum(minutes_counted(one.span, limit, first, last, at) for one in mine)
            found.append(Left(limit, first, used, wanted))
    return sorted(found, key=lambda one: (one.after, one.limit))


def check_left(found: Iterable[Left]) -> None:
    """Refuse what goes beyond a limit; the scarcest has the word."""
    for one in found:
        if one.is_refused:
            raise OverQuota(*one.limit, one.minutes, one.wanted)


def refused_spans(left: Mapping[Span, Sequence[Left]]) -> set[Span]:
    """Name those of several spans, each with what is left of its quotas, that one of them refuses."""
    return {span for span, there in left.items() if any(one.is_refused for one in there)}
