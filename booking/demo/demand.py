"""Who would like to use what, and when: invented day by day, from a seeded source of chance."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from booking.demo.tenants import QUIET, Household
from booking.spaces.models import Kind
from booking.values import Calendar


class Fate(Enum):
    """What becomes of a plan."""

    COMES = "comes"
    STAYS_AWAY = "stays away"
    CANCELS = "cancels"
    CANCELS_LATE = "cancels late"
    FORGETS = "forgets to check out"


FATES = {Fate.COMES: 893, Fate.STAYS_AWAY: 35, Fate.CANCELS: 40, Fate.CANCELS_LATE: 12, Fate.FORGETS: 20}
CAME_MINUTES = {-8: 4, -5: 8, -2: 14, 0: 10, 2: 16, 4: 14, 7: 10, 11: 5}
LEFT_MINUTES = {-55: 2, -35: 4, -22: 8, -12: 14, -6: 18, -2: 18, 0: 14, 3: 4, 8: 2, 16: 1, 24: 1}


@dataclass(frozen=True, slots=True)
class Wish:
    """One use somebody has in mind; `asked` is when they reserve, or None where they just walk in."""

    household: Household
    seat: int  # which of its people
    kind: Kind
    start: datetime
    minutes: int
    people: int
    asked: datetime | None
    fate: Fate
    came: int  # minutes after the start
    left: int  # minutes after the end
    purpose: str = ""
    sure: bool = False  # whatever it costs

    @property
    def end(self) -> datetime:
        """When it should be over."""
        return self.start + timedelta(minutes=self.minutes)


# How busy Monday to Sunday are, where all working days together are 5.
WEEKDAYS = (0.95, 1.1, 1.12, 1.03, 0.8, 1.0, 1.0)
REST_DAY, REST_DAY_CHEAP = 0.3, 0.5  # of a working day
WORKING_DAYS = 5
MONTH = 30  # days
MORE_DESKS, MORE_ROOMS = 0.9, 1.3  # than what tenants.py says of a week
LARGEST_ROOM = 10  # seats; for more people two rooms are made one
LAST_MINUTE, MIDNIGHT = 21 * 60 + 30, 23 * 60 + 30
DEMO_SEAT = 1  # the member whose account the sign-in page offers
ROOM_STARTS = {
    9 * 60: 8, 9 * 60 + 30: 8, 10 * 60: 14, 10 * 60 + 30: 7, 11 * 60: 7, 12 * 60: 1, 13 * 60: 4,
    13 * 60 + 30: 9, 14 * 60: 14, 14 * 60 + 30: 6, 15 * 60: 11, 15 * 60 + 30: 5, 16 * 60: 9, 17 * 60: 4,
    18 * 60: 2, 18 * 60 + 30: 2, 19 * 60: 3,
}  # fmt: skip
ROOM_MINUTES = {60: 3, 90: 8, 120: 22, 150: 14, 180: 26, 240: 20, 300: 8}
DESK_STARTS = {
    8 * 60 + 30: 10, 9 * 60: 24, 9 * 60 + 30: 14, 10 * 60: 8, 13 * 60: 6, 13 * 60 + 30: 5, 14 * 60: 5,
    18 * 60: 4, 18 * 60 + 30: 3, 20 * 60: 2,
}  # fmt: skip
MORNING_MINUTES = {240: 3, 450: 6, 480: 18, 510: 18, 540: 16, 600: 4}
AFTERNOON_MINUTES = {240: 12, 270: 14, 300: 12, 330: 4}
EVENING_MINUTES = {150: 4, 180: 9, 210: 6, 240: 7, 300: 3}
EVENING = 17 * 60 + 30
"""Who starts later comes for the evening: few before it was cheaper, more month by month since."""
BEFORE, AT_FIRST, A_MONTH, MOST = 0.3, 0.8, 0.4, 4.0
PEOPLE = {2: 10, 3: 14, 4: 20, 5: 14, 6: 14, 8: 10, 10: 5, 12: 4, 16: 2, 20: 1}
LEAD_HOURS = {1: 8, 3: 10, 18: 14, 26: 18, 48: 14, 75: 10, 120: 9, 170: 8, 240: 6, 330: 3}
PURPOSES = (
    "周例会", "项目评审", "客户来访", "面试", "需求讨论", "方案汇报", "供应商洽谈", "月度复盘", "产品评审",
    "新人培训", "远程会议", "合同讨论", "", "", "",
)  # fmt: skip


T = TypeVar("T")
PLANNED = {
    # of what is open, on a working day: in the first month, in the second, and a year later
    Kind.WORKSTATION: (0.30, 0.58, 0.66),
    Kind.MEETING_ROOM: (0.28, 0.56, 0.62),
}
"""Some of it does not happen: somebody stays away, cancels, or finds all taken."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Invents wishes for a park that opened on a day and has been growing for a year."""

    random: Random
    zone: ZoneInfo
    calendar: Calendar
    opened: date
    grown: date
    cheaper: date  # since when evenings cost less

    def over(
        self,
        days: Sequence[date],
        households: Sequence[Household],
        open_minutes: Callable[[Kind, date], int],
    ) -> Iterator[Wish]:
        """Invent wishes day by day, for as much of what is open as fits the age of the shared space.

        Where a day's last wish is longer than what was left, the next day begins with less.
        """
        left = dict.fromkeys(PLANNED, 0.0)
        for day in days:
            there = [one for one in households if one.since <= day and not self._stays_away(one, day)]
            for kind in PLANNED if there else ():
                left[kind] += self.wanted(kind, day, open_minutes(kind, day))
                for wish in self._of_day(day, there, kind, left[kind]):
                    left[kind] -= wish.minutes * (2 if wish.people > LARGEST_ROOM else 1)
                    yield wish

    def _stays_away(self, household: Household, day: date) -> bool:
        return household.tenant.word in QUIET and day >= self.grown.replace(day=1)

    def _of_day(self, day: date, there: Sequence[Household], kind: Kind, minutes: float) -> Iterator[Wish]:
        """Invent what the story's enterprise wants anyhow, and what others want of the rest."""
        others = [one for one in there if not one.is_story]
        for story in (one for one in there if one.is_story):
            weekly = _weekly(story, kind)
            for _ in range(self._count(weekly / WORKING_DAYS * self._busyness(day))):
                wish = self._wish(day, story, kind)
                minutes -= wish.minutes
                yield wish
        weights = [_weekly(one, kind) for one in others]
        while others and minutes > 0:
            (household,) = self.random.choices(others, weights)
            wish = self._wish(day, household, kind)
            minutes -= wish.minutes * (2 if wish.people > LARGEST_ROOM else 1)
            yield wish

    def wanted(self, kind: Kind, day: date, open_minutes: int) -> float:
        """Tell how many minutes of those open on a day are wanted."""
        first, second, last = PLANNED[kind]
        age = (day - self.opened).days
        share = min(1.0, max(0, age - MONTH) / max(1, (self.grown - self.opened).days - MONTH))
        full = first + (second - first) * age / MONTH if age < MONTH else second + (last - second) * share
        return open_minutes * full * self._busyness(day)

    def _busyness(self, day: date) -> float:
        if self.calendar.is_working_day(day):
            return WEEKDAYS[day.weekday()]
        return REST_DAY if day < self.cheaper else REST_DAY_CHEAP

    def _count(self, mean: float) -> int:
        whole = int(mean)
        return whole + (self.random.random() < mean - whole)

    def _wish(self, day: date, household: Household, kind: Kind) -> Wish:
        minute = self._start(day, ROOM_STARTS if kind is Kind.MEETING_ROOM else DESK_STARTS)
        start = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=self.zone)
        walks_in = self.random.random() < (0.08 if kind is Kind.MEETING_ROOM else 0.4)
        lead = timedelta(hours=self.pick(LEAD_HOURS), minutes=self.random.randrange(-40, 40))
        return Wish(
            household=household,
            seat=self._seat(household),
            kind=kind,
            start=start + timedelta(minutes=self.random.randrange(12)) if walks_in else start,
            minutes=self._minutes(kind, minute),
            people=self.pick(PEOPLE) if kind is Kind.MEETING_ROOM else 1,
            asked=None if walks_in else start - lead,
            fate=Fate.COMES if walks_in else self.pick(FATES),
            came=self.pick(CAME_MINUTES),
            left=self.pick(LEFT_MINUTES),
            purpose=self.random.choice(PURPOSES) if kind is Kind.MEETING_ROOM else "",
        )

    def _seat(self, household: Household) -> int:
        """Choose who; in the story's enterprise often the member whose account the demo offers."""
        if household.is_story and self.random.random() < 0.45:
            return DEMO_SEAT
        return self.random.randrange(len(household.members))

    def _start(self, day: date, starts: dict[int, int]) -> int:
        """Choose when to begin: in the evening as much more often as it pays."""
        evening = BEFORE
        if day >= self.cheaper:
            evening = min(MOST, AT_FIRST + A_MONTH * (day - self.cheaper).days / 30)
        return self.pick(
            {minute: weight * (evening if minute >= EVENING else 1.0) for minute, weight in starts.items()}
        )

    def _minutes(self, kind: Kind, minute: int) -> int:
        if kind is Kind.MEETING_ROOM:
            return min(self.pick(ROOM_MINUTES), LAST_MINUTE - minute)
        if minute < 12 * 60:
            return self.pick(MORNING_MINUTES)
        if minute < EVENING:
            return self.pick(AFTERNOON_MINUTES)
        # Some evenings go on after ten: then only the desks of the night will do.
        return min(self.pick(EVENING_MINUTES), MIDNIGHT - minute)

    def pick(self, weights: Mapping[T, float]) -> T:
        """Take one by its weight."""
        return self.random.choices(tuple(weights), tuple(weights.values()))[0]


def _weekly(household: Household, kind: Kind) -> float:
    """Tell how often a week a household would come."""
    if kind is Kind.WORKSTATION:
        return household.tenant.desks * MORE_DESKS
    return household.tenant.rooms * MORE_ROOMS
