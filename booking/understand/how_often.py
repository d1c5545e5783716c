"""Puts how often together: the rule of RFC 5545 with its end, a count or the last day."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from booking.understand.draft import Draft
from booking.understand.plain_text import ONE_DAY
from booking.understand.repeat_words import FIVE_DAYS
from booking.understand.said import SaidCount, SaidLength, SaidRepeat
from booking.understand.several_days import SaidDays


def times_in(rule: str, days: int) -> int:
    """Tell how often a rule comes in so many days: 每天9点 10天, 每周二 12周; 0 where that is not clear."""
    if rule == "FREQ=DAILY":
        return days
    found, (weeks, rest) = re.fullmatch(r"FREQ=WEEKLY(?:;BYDAY=([A-Z,]+))?", rule), divmod(days, 7)
    return weeks * len((found[1] or "MO").split(",")) if found and not rest else 0


def is_more_precise(rule: str, than: str) -> bool:
    """Tell whether a rule says the same more closely: every Tuesday than weekly, working days than daily."""
    loose = than in {"FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY"}
    return (loose and rule.startswith(f"{than};")) or (than == "FREQ=DAILY" and rule == FIVE_DAYS)


def read_repeat(draft: Draft, days: SaidDays, now: datetime) -> str | None:
    """Write the rule with its end: a count, or the end of the last day."""
    _refuse_how_often_in_each(draft)
    repeat = _most_precise(draft)
    count = _count(draft, repeat)
    rule = repeat or (count.every if count else None)
    if rule is None:
        draft.refuse_all(SaidCount)
        return None
    if days.first is not None and days.first.weekday is not None and _leaves_open_on_which(rule):
        draft.refuse_all(SaidRepeat)
        draft.refuse_all(SaidCount)
        return None
    times = _times_in_days(draft, rule, anew=count is None and days.last is None)
    if (
        days.last is not None
        and days.first is not None
        and not _may_come_again(rule, days.first.day, days.last)
    ):
        return rule
    if days.last is not None:
        _refuse_counts(draft, count)
        days.last_pieces = ()
        return f"{rule};UNTIL={_end_of(days.last, now):%Y%m%dT%H%M%SZ}"
    if count is not None and (count.every is None or rule.startswith(count.every)):
        return f"{rule};COUNT={count.times}"
    _refuse_counts(draft, count)
    return f"{rule};COUNT={times}" if times else rule


def _leaves_open_on_which(rule: str) -> bool:
    """Tell whether a rule does not say on which Friday of the month it comes: once a month Friday."""
    return rule.startswith(("FREQ=MONTHLY", "FREQ=YEARLY")) and "BY" not in rule


def _may_come_again(rule: str, first: date, last: date) -> bool:
    """Tell whether a rule can come from its first day to its last: not weekly from Monday to Friday."""
    least = 7 if rule.startswith("FREQ=WEEKLY") and "BYDAY" not in rule else 0
    return (last - first).days >= least


def _refuse_how_often_in_each(draft: Draft) -> None:
    """Refuse 每周三次: on which days is not said, and three times in all is another thing."""
    items = draft.items()
    for (first, rule), (second, count) in pairwise(items):
        if (
            isinstance(rule, SaidRepeat)
            and isinstance(count, SaidCount)
            and "BY" not in rule.rule
            and count.times > 1
            and not count.in_all
        ):
            draft.refuse([first, second])


def _refuse_counts(draft: Draft, count: SaidCount | None) -> None:
    if count is not None:
        draft.refuse_all(SaidCount)


def _count(draft: Draft, rule: str | None) -> SaidCount | None:
    """Give how often in all; a mere 一次 beside a rule is how often it comes, no end of it: 每周二一次."""
    found = [
        (number, said)
        for number, said in draft.said(SaidCount)
        if rule is None or said.in_all or said.every or said.times > 1
    ]
    for number, said in found[1:]:
        if said.times != found[0][1].times:
            draft.refuse([number])
    return found[0][1] if found else None


def _most_precise(draft: Draft) -> str | None:
    """Give the rule; of two the one that says more, and what says otherwise is not used."""
    best: str | None = None
    for number, said in draft.said(SaidRepeat):
        if best is None or is_more_precise(said.rule, best):
            best = said.rule
        elif best != said.rule and not is_more_precise(best, said.rule):
            draft.refuse([number])
    return best


def _times_in_days(draft: Draft, rule: str, *, anew: bool) -> int:
    """Tell how often a rule comes in the days said with it; what gives no such number is not used."""
    found = 0
    for number, length in draft.said(SaidLength):
        if length.months or length.days > 1:
            times = 0 if found or length.months or not anew else times_in(rule, length.days)
            found = found or times
            if not times:
                draft.refuse([number])
    return found


def _end_of(day: date, now: datetime) -> datetime:
    return datetime.combine(day + ONE_DAY, time(0), now.tzinfo).astimezone(UTC) - timedelta(seconds=1)
