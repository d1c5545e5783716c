"""Which day is meant, how many days of it, and by which rule it comes again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from booking.understand.day_words import ONE_DAY, next_month_day, next_weekday
from booking.understand.draft import Draft
from booking.understand.said import Link, SaidClock, SaidCount, SaidDay, SaidHalf, SaidRepeat


@dataclass(slots=True)
class SaidDays:
    """The day, and the last day with the pieces that say it."""

    first: SaidDay | None = None
    last: date | None = None
    last_pieces: tuple[int, ...] = ()


def read_days(draft: Draft) -> SaidDays:
    """Find the day, and the last of several; a second day that is another is refused."""
    found = SaidDays()
    items = draft.items()
    for at, (number, said) in enumerate(items):
        if not isinstance(said, SaidDay):
            continue
        follows = at > 0 and items[at - 1][1] in {Link.TO, Link.DASH}
        if found.first is None and not follows:
            found.first = said
        elif (
            found.first is not None
            and found.first.agrees(said)
            and not (follows and said.weekday is not None)
        ):
            found.first = (
                said if found.first.fits(said.day) and not said.fits(found.first.day) else found.first
            )
        elif follows and found.last is None:
            found.last = _last_day(found.first, said)
            found.last_pieces = (items[at - 1][0], number)
        else:
            draft.refuse([number])
    return found


def _last_day(first: SaidDay | None, last: SaidDay) -> date:
    """Read a last day known by its weekday or number alone as the next such one after the first."""
    if first is None:
        return last.day
    if last.weekday is not None:
        return next_weekday(first.day, last.weekday)
    if last.month_day is not None:
        return next_month_day(first.day, last.month_day) or last.day
    return last.day


def times_of_another_day(draft: Draft, last_pieces: tuple[int, ...]) -> tuple[int, ...]:
    """Give the pieces of an hour that is said of the last day: 到后天三点."""
    if not last_pieces:
        return ()
    found: list[int] = []
    for number, said in draft.items():
        if number > last_pieces[-1]:
            if not isinstance(said, SaidHalf | SaidClock):
                break
            found.append(number)
    return tuple(found)


def read_repeat(draft: Draft, days: SaidDays, now: datetime) -> str | None:
    """Write the rule with its end: a count, or the end of the last day."""
    repeat, count = draft.only(SaidRepeat), draft.only(SaidCount)
    rule = repeat.rule if repeat else count.every if count else None
    if rule is None:
        draft.refuse_all(SaidCount)
        return None
    if days.last is not None and days.first is not None and days.last < days.first.day:
        return rule
    if days.last is not None:
        draft.refuse_all(SaidCount)
        days.last_pieces = ()
        return f"{rule};UNTIL={_end_of(days.last, now):%Y%m%dT%H%M%SZ}"
    if count is not None and (count.every is None or rule.startswith(count.every)):
        return f"{rule};COUNT={count.times}"
    draft.refuse_all(SaidCount)
    return rule


def _end_of(day: date, now: datetime) -> datetime:
    return datetime.combine(day + ONE_DAY, time(0), now.tzinfo).astimezone(UTC) - timedelta(seconds=1)
