"""What was understood of a sentence, in the order in which it is told.

And when somebody is taken to mean, where the sentence leaves it open: what a search begins with.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr

from booking.values.writing import minute_clock


@dataclass(frozen=True, slots=True)
class Understood:
    """What one sentence asks for; None where it does not say. Times are minutes after midnight, up to 1440.

    `minutes` shorter than from `starts` to `ends` is any stretch of that length in between.
    """

    kind: str | None = None
    day: date | None = None
    starts: int | None = None
    ends: int | None = None
    minutes: int | None = None
    people: int | None = None
    equipment: tuple[str, ...] = ()
    near: str | None = None
    area: str | None = None
    repeat: str | None = None
    not_understood: tuple[str, ...] = ()
    space: str | None = None  # one of the park's own, by its name or code
    purpose: str | None = None  # what it is for
    size: str | None = None  # "large" or "small", of those that would do
    too_long: bool = False
    part_of_day: bool = False  # the times are those of a part of the day; no hour was said
    all_of_it: bool = False  # and the whole of that part was said, or any stretch of it
    vague_people: tuple[str, int] | None = None  # 十来个人, and the number in it; not understood
    either_day: tuple[str, tuple[date, ...]] | None = None  # 周末, and its days; not understood
    usual_kind: bool = False  # nobody said the kind; it is what several people or the things usually mean
    of_what_is_booked: bool = False  # it asks to cancel or move, which no new booking does
    leaves_open: bool = False  # something is left over, and may be a part of what is wanted
    early: tuple[int, int | None] | None = None  # from when to when 7点到9点 is, if it is of the morning
    from_now: bool = False  # it begins now, whenever that is: the soonest is meant
    repeat_said: str = ""  # how often, in the words of the sentence

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON tells it; `space`, `purpose` and `size` only where they were said."""
        found = {
            "kind": self.kind,
            "day": self.day.isoformat() if self.day else None,
            "from": None if self.starts is None else minute_clock(self.starts),
            "to": None if self.ends is None else minute_clock(self.ends),
            "minutes": self.minutes,
            "people": self.people,
            "equipment": list(self.equipment),
            "near": self.near,
            "area": self.area,
            "repeat": self.repeat,
            "not_understood": list(self.not_understood),
        }
        more = {"space": self.space, "purpose": self.purpose, "size": self.size}
        return found | {name: value for name, value in more.items() if value}


OF_A_DAY = re.compile(
    r"[月日号旬节周天]|星期|礼拜|\d[./-]\d|(?<![a-z])(?:mon|tue|wed|thu|fri|sat|sun|week|day|today|tomorrow|christmas|eve"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|day(?![a-z])",
    re.IGNORECASE,
)
OF_AN_HOUR = re.compile(
    r"[点时刻早晚午夜]|\d:\d|\d\s*[ap]\.?m|morning|noon|evening|night|hour|o'clock", re.IGNORECASE
)


def unclear_day(said: Understood) -> str:
    """Give the words left over that seem to say a day; "" where none do."""
    return next((words for words in said.not_understood if OF_A_DAY.search(words)), "")


def unclear_hour(said: Understood) -> str:
    """Give the words left over that seem to say an hour; "" where none do."""
    return next((words for words in said.not_understood if OF_AN_HOUR.search(words)), "")


HOUR, DAY = 60, 24 * 60
MORNING = 9 * HOUR
QUARTER = 15
LAST_HOUR = 23  # in it no full hour of the day is ahead


@dataclass(frozen=True, slots=True)
class AskedTime:
    """A day, and of it from when to when; minutes after midnight. `assumed` names what nobody said.

    `window` is wherein any stretch of that length will do; `until` the last day of a store, None where open.
    """

    day: date
    starts: int
    ends: int
    window: tuple[int, int] | None = None
    until: date | None = None
    assumed: frozenset[str] = frozenset()


def asked_time(said: Understood, now: datetime, of_a_part: int | None = None) -> AskedTime:
    """Fill in what was not said: the day on which it is next, the next full hour, an hour's length.

    `of_a_part` is how many minutes are meant where only a part of the day is said; None is all of it.
    """
    assumed = set() if said.day or (_names_its_days(said.repeat) and not unclear_day(said)) else {"day"}
    day = _day(said, now)
    starts, ends = _hours(said, day, now, assumed)
    length = ends - starts
    wanted = said.minutes if said.minutes is not None and 0 < said.minutes < length else length
    if of_a_part is not None and _is_part_alone(said) and of_a_part < length:
        wanted = of_a_part
        assumed.add("ends")
    return AskedTime(
        day,
        starts,
        starts + wanted,
        window=(starts, ends) if wanted < length else None,
        until=_last_day(said, day),
        assumed=frozenset(assumed),
    )


def _names_its_days(rule: str | None) -> bool:
    """Tell whether a rule says on which days it comes; 每周一次, 每月 and 每十天 do not."""
    every_day = rule is not None and rule.startswith("FREQ=DAILY") and "INTERVAL" not in rule
    return rule is not None and ("BY" in rule or every_day)


def _is_part_alone(said: Understood) -> bool:
    """Tell whether a part of the day was said and nothing of how long."""
    whole = said.starts is not None and said.ends is not None and said.minutes == said.ends - said.starts
    return said.part_of_day and whole and not said.all_of_it


def _minute(now: datetime) -> int:
    return now.hour * HOUR + now.minute


def soonest_day(said: Understood, now: datetime) -> date:
    """Give the first day on which what was said is not over: today, or tomorrow."""
    last = said.ends if said.part_of_day or said.starts is None else said.starts
    over = last <= _minute(now) if last is not None else now.hour >= LAST_HOUR
    return now.date() + timedelta(days=1 if over else 0)


def _day(said: Understood, now: datetime) -> date:
    """Give the day that was said, of a rule or several the first; else today, or tomorrow where over."""
    soonest = soonest_day(said, now)
    of_some = [one for one in (said.either_day[1] if said.either_day else ()) if one >= soonest]
    begin = said.day or (of_some[0] if of_some else soonest)
    return first_of_rule(said.repeat, begin, now) if said.repeat else begin


EVERY_SO_MANY = re.compile(r";INTERVAL=\d+")


def first_of_rule(rule: str, begin: date, now: datetime) -> date:
    """Give the first day of a rule from a day on; that day where there is none.

    隔周周三 said on a Saturday begins with the coming Wednesday: this week's is over.
    """
    midnight = datetime.combine(begin, time(0), now.tzinfo)
    found = rrulestr(EVERY_SO_MANY.sub("", rule), dtstart=midnight).after(midnight, inc=True)
    return found.date() if found else begin


def _hours(said: Understood, day: date, now: datetime, assumed: set[str]) -> tuple[int, int]:
    length = min(said.minutes or HOUR, DAY)
    if said.starts is not None and said.ends is not None:
        return _what_is_left(said, day, now)
    if said.minutes is None:
        assumed.add("ends")
    if said.starts is not None:
        return said.starts, min(said.starts + length, DAY)
    if said.ends is not None:
        return max(said.ends - length, 0), said.ends
    assumed.add("starts")
    starts = (now.hour + 1) * HOUR if day == now.date() and now.hour < LAST_HOUR else MORNING
    return starts, min(starts + length, DAY)


def _what_is_left(said: Understood, day: date, now: datetime) -> tuple[int, int]:
    """Give the times said; of today's part of the day what is still ahead."""
    starts, ends = said.starts or 0, said.ends or 0
    if said.part_of_day and day == now.date() and starts < _minute(now):
        soon = -(-_minute(now) // QUARTER) * QUARTER
        starts = soon if soon < ends else starts
    return starts, ends


def _last_day(said: Understood, day: date) -> date | None:
    days = (said.minutes or 0) // DAY
    return day + timedelta(days=days - 1) if days else None
