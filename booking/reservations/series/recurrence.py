"""When something repeats: the part of RFC 5545 that the form offers, read, written, checked and counted out.

Only days are counted here; the time of day is the park's wall time and stays what it is. Pure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from dateutil import rrule
from icalendar import vRecur

from booking.reservations.series import refusals as no

MOST_APART = 52


class Frequency(StrEnum):
    """How often, as the form asks first."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The first Monday of a month (1, 0), or its last Friday (-1, 4)."""

    nth: int
    weekday: int


LAST = -1


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every day, on days of a week, on a day of a month or an nth weekday of it; to a last day or a number.

    Weekdays count from Monday, 0. `month_day` is 1 to 31, or LAST; months that have no such day are left out.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    nth_weekday: NthWeekday | None = None
    until: date | None = None
    count: int | None = None


LONGEST_MONTH = 31


def check_recurrence(rule: Recurrence, first: date) -> None:
    """Judge a rule before it is counted out; raises the first refusal."""
    check_often(rule)
    check_end(rule, first)


def check_often(rule: Recurrence) -> None:
    """Judge how often it is; raises BadInterval, NoWeekdayChosen or NoSuchMonthDay."""
    if not 1 <= rule.interval <= MOST_APART:
        raise no.BadInterval(MOST_APART)
    if rule.frequency is Frequency.WEEKLY and not rule.weekdays:
        raise no.NoWeekdayChosen
    if rule.month_day is not None and rule.month_day != LAST and not 1 <= rule.month_day <= LONGEST_MONTH:
        raise no.NoSuchMonthDay


MOST_OCCURRENCES = 200


def check_end(rule: Recurrence, first: date) -> None:
    """Judge when it ends; raises the first refusal."""
    if rule.until is None and rule.count is None:
        raise no.NeverEnds
    if rule.until is not None and rule.count is not None:
        raise no.EndsTwice
    if rule.count is not None and rule.count < 1:
        raise no.CountTooSmall
    if rule.count is not None and rule.count > MOST_OCCURRENCES:
        raise no.TooManyOccurrences(MOST_OCCURRENCES, by_count=True)
    if rule.until is not None and rule.until < first:
        raise no.UntilBeforeFirst(first)
    if rule.until is not None and rule.until > last_allowed(first):
        raise no.LastsTooLong(last_allowed(first))


LONGEST_DAYS = 550
"""A year and a half; also what makes every rule end, however seldom it is met."""


def last_allowed(first: date) -> date:
    """Give the latest day to which a series may go on."""
    return min(first, date.max - timedelta(LONGEST_DAYS)) + timedelta(LONGEST_DAYS)


def count_out_days(rule: Recurrence, first: date, takes_place: Callable[[date], bool]) -> list[date]:
    """Count out the days, from `first` on, on which it takes place; a number counts only those.

    Walks a year and a half at most. Raises what `check_recurrence` raises, TooManyOccurrences, LastsTooLong
    where the number is not reached by then, and NeverHappens.
    """
    check_recurrence(rule, first)
    most = MOST_OCCURRENCES + 1 if rule.count is None else rule.count
    days = list(islice((day for day in _walk(rule, first) if takes_place(day)), most))
    if not days:
        raise no.NeverHappens
    if rule.count is None and len(days) > MOST_OCCURRENCES:
        raise no.TooManyOccurrences(MOST_OCCURRENCES)
    if rule.count is not None and len(days) < rule.count:
        raise no.LastsTooLong(last_allowed(first), by_count=True)
    return days


def as_many_again(rule: Recurrence, first: date, last: date) -> date:
    """Give the day up to which a rule has as many days after `last` as it has until then, holidays not asked.

    Or what may be had of them; `last` where that is none.
    """
    days = list(_walk(replace(rule, until=None, count=None), first))
    until_then = sum(day <= last for day in days)
    return max([last, *days[until_then : 2 * until_then]])


FREQUENCIES = {
    Frequency.DAILY: rrule.DAILY,
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.MONTHLY: rrule.MONTHLY,
}


def _walk(rule: Recurrence, first: date) -> Iterator[date]:
    """Give the days of the rule from `first` on, to its last day or for a year and a half."""
    last = min(rule.until or date.max, last_allowed(first))
    on: dict[str, Any] = {}
    if rule.frequency is Frequency.WEEKLY:
        on = {"byweekday": rule.weekdays}
    elif rule.nth_weekday is not None:
        on = {"byweekday": rrule.weekday(rule.nth_weekday.weekday, rule.nth_weekday.nth)}
    elif rule.frequency is Frequency.MONTHLY:
        on = {"bymonthday": rule.month_day or first.day}
    start, end = datetime.combine(first, time()), datetime.combine(last, time())
    found = rrule.rrule(
        FREQUENCIES[rule.frequency], dtstart=start, interval=rule.interval, until=end, wkst=rrule.MO, **on
    )
    for moment in found:
        yield moment.date()


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def to_rfc5545(rule: Recurrence) -> str:
    """Write it as RFC 5545 does; UNTIL is a day, which it is included."""
    parts: dict[str, Any] = {"FREQ": rule.frequency.value.upper()}
    if rule.interval != 1:
        parts["INTERVAL"] = rule.interval
    if rule.weekdays:
        parts["BYDAY"] = [WEEKDAYS[day] for day in rule.weekdays]
    if rule.nth_weekday is not None:
        parts["BYDAY"] = [f"{rule.nth_weekday.nth}{WEEKDAYS[rule.nth_weekday.weekday]}"]
    if rule.month_day is not None:
        parts["BYMONTHDAY"] = rule.month_day
    if rule.count is not None:
        parts["COUNT"] = rule.count
    if rule.until is not None:
        parts["UNTIL"] = rule.until
    return str(vRecur(parts).to_ical().decode())  # type: ignore[no-untyped-call]  # icalendar types not all


OFFERED = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"}


LONGEST_RULE = 200


def read_rule(text: str, first: date) -> Recurrence:
    """Read what the form could have asked for; raises RuleNotOffered for all else.

    Weekly or monthly without a day means that of `first`, as in RFC 5545. An UNTIL with a time counts by its
    day. Whether the rule makes sense is for `check_recurrence` to say.
    """
    if len(text) > LONGEST_RULE:
        raise no.RuleNotOffered
    try:
        parts = {str(name).upper(): values for name, values in vRecur.from_ical(text.strip()).items()}
        return _understood(parts, first)
    except (ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise no.RuleNotOffered from error


def _understood(parts: dict[str, Any], first: date) -> Recurrence:
    frequency = Frequency(str(_one(parts["FREQ"])).lower())
    if set(parts) - OFFERED or str(_one(parts.get("WKST", "MO"))).upper() != "MO":
        raise no.RuleNotOffered
    until, count = parts.get("UNTIL"), parts.get("COUNT")
    return Recurrence(
        frequency,
        int(_one(parts.get("INTERVAL", 1))),
        until=_day(_one(until)) if until is not None else None,
        count=int(_one(count)) if count is not None else None,
        **_on_days(frequency, parts, first),
    )


def _on_days(frequency: Frequency, parts: dict[str, Any], first: date) -> dict[str, Any]:
    days = [str(day).upper() for day in _all(parts.get("BYDAY", []))]
    month_day = parts.get("BYMONTHDAY")
    if frequency is Frequency.DAILY or (month_day is not None and (days or frequency is Frequency.WEEKLY)):
        if days or month_day is not None:
            raise no.RuleNotOffered
        return {}
    if frequency is Frequency.WEEKLY:
        return {"weekdays": tuple(sorted({WEEKDAYS.index(day) for day in days})) or (first.weekday(),)}
    if days:
        return {"nth_weekday": _nth(_one(days))}
    return {"month_day": int(_one(month_day)) if month_day is not None else first.day}


NTHS = (1, 2, 3, 4, LAST)


def _nth(text: str) -> NthWeekday:
    nth = int(text[:-2])
    if nth not in NTHS:
        raise no.RuleNotOffered
    return NthWeekday(nth, WEEKDAYS.index(text[-2:]))


def _one(values: Any) -> Any:  # noqa: ANN401 - as icalendar gives it: one, or a list
    (only,) = _all(values)
    return only


def _all(values: Any) -> list[Any]:  # noqa: ANN401 - the same
    return list(values) if isinstance(values, list | tuple) else [values]


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
