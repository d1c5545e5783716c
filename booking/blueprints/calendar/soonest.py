"""When a sentence begins that says no hour, or one nobody chose: 现在 after closing, 今晚 when it is over."""

from dataclasses import replace
from datetime import date, datetime

from booking.blueprints.kit.free_time.days import FreeDays
from booking.blueprints.kit.free_time.first_hour import first_hour
from booking.blueprints.kit.session import my_park
from booking.language import gettext
from booking.reservations.alternatives import may_be_had
from booking.reservations.rules import local_instant
from booking.reservations.space_queries import SpaceFilter
from booking.spaces.models import Kind
from booking.understand.understood import AskedTime, Understood, first_of_rule
from booking.understand.when import WHOLE
from booking.values import Span


def at_a_free_hour(
    said: Understood, kind: Kind, at: AskedTime, wanted: SpaceFilter, now: datetime
) -> tuple[AskedTime, str]:
    """Begin at the first hour that may be booked and is free, as a search does; and say so where it moved."""
    if kind is Kind.STORAGE:
        return at, ""
    if "starts" in at.assumed:
        return _where_none_is_said(said, kind, at, wanted, now), ""
    if said.repeat or not (_is_past_now(said, kind, at, wanted, now) or _is_over(said, at, now)):
        return at, ""
    _, found = first_hour(kind, None, wanted, now, None if "ends" in at.assumed else at.ends - at.starts)
    if found is None:
        return at, ""
    filled = at.assumed | {"starts"} | ({"day"} if found.day != at.day else set())
    moved = AskedTime(found.day, found.starts, found.ends, assumed=filled)
    return moved, gettext("那个时间订不了，这是之后最早的。")


def _where_none_is_said(
    said: Understood, kind: Kind, at: AskedTime, wanted: SpaceFilter, now: datetime
) -> AskedTime:
    since = at.day if said.day or said.repeat or said.either_day else None
    _, found = first_hour(kind, since, wanted, now, said.minutes)
    if found is None or (since not in {None, found.day} and not _comes_on(said, found.day, now)):
        return at
    return replace(at, day=found.day, starts=found.starts, ends=found.ends)


def _comes_on(said: Understood, day: date, now: datetime) -> bool:
    """Tell whether a rule that begins on no day that was said comes on this one."""
    zoned = now.astimezone(my_park().zone)
    return not said.day and said.repeat is not None and first_of_rule(said.repeat, day, zoned) == day


def _is_past_now(said: Understood, kind: Kind, at: AskedTime, wanted: SpaceFilter, now: datetime) -> bool:
    """Tell whether now was said, and no rule allows what begins now."""
    if not said.from_now:
        return False
    start, end = (local_instant(at.day, minute, my_park().zone) for minute in (at.starts, at.ends))
    rules = FreeDays(kind, at.day, wanted, now).rules
    return start >= end or not any(may_be_had(Span(start, end), one) for one, _ in rules)


def _is_over(said: Understood, at: AskedTime, now: datetime) -> bool:
    """Tell whether a part of today was said, no hour of it, and it is over."""
    named = said.part_of_day and (said.starts, said.ends) in WHOLE.values()
    return named and said.day is not None and local_instant(at.day, at.starts, my_park().zone) < now
