"""A year of the demo's use as its diary plans it, with verbs of air: how much of what was open was used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from chinese_calendar.constants import holidays, workdays

from booking.demo import diary as verbs
from booking.demo.agenda import Agenda
from booking.demo.diary import Diary
from booking.demo.places.spaces import COMBINED, OWN_RULES, RULES, _plain
from booking.demo.seed import MONTHS, SEED, Period, demand_of, when_open
from booking.demo.tenants import TENANTS, Household, _months_later
from booking.spaces.models import Kind
from booking.usage.rules import FORGOTTEN_AFTER
from booking.values import Month, WorkCalendar
from tests.harness.times import SHANGHAI

PUBLISHED = WorkCalendar(rest_days=frozenset(holidays), working_days=frozenset(workdays))
EVENING = 18  # o'clock, from when on working days it is cheaper
FEN_A_MINUTE = {Kind.WORKSTATION: 10, Kind.MEETING_ROOM: 130}


@dataclass
class Uses:
    """Minutes by month and kind, as the verbs are called."""

    begun: dict[int, tuple[Any, datetime]] = field(default_factory=dict)
    used: Counter[tuple[int, Kind]] = field(default_factory=Counter)
    cheap: Counter[tuple[int, Kind]] = field(default_factory=Counter)
    opened: Counter[tuple[int, Kind]] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    reserved: dict[int, Any] = field(default_factory=dict)

    def share(self, month: Month, kind: Kind) -> float:
        """Tell how much of a kind was used in a month."""
        return self.used[month.key, kind] / self.opened[month.key, kind]

    def cheap_share(self, months: Sequence[Month]) -> float:
        """Tell how much of what was used was used when it is cheaper."""
        keys = {month.key for month in months}
        cheap = sum(minutes for (key, _), minutes in self.cheap.items() if key in keys)
        return cheap / sum(minutes for (key, _), minutes in self.used.items() if key in keys)

    def reserve(self, _session: object, space: Any, *_: object, **__: object) -> Any:
        self.acts["reserved"] += 1
        made = SimpleNamespace(id=next(self.numbers))
        self.reserved[made.id] = space
        return made

    def check_in(self, _session: object, reservation_id: int, *, now: datetime, **_: object) -> Any:
        return self._begin(self.reserved[reservation_id], now)

    def walk_in(self, _session: object, space: Any, *_: object, now: datetime, **__: object) -> Any:
        self.acts["walked in"] += 1
        return self._begin(space, now)

    def check_out(self, _session: object, stay_id: int, *, now: datetime, **_: object) -> Any:
        self._end(stay_id, now)
        return SimpleNamespace(needs_review=False)

    def end_forgotten(self, _session: object, stay_id: int, *, now: datetime, **_: object) -> bool:
        self._end(stay_id, now - FORGOTTEN_AFTER)
        return False

    def _begin(self, space: Any, now: datetime) -> Any:
        self.begun[stay := next(self.numbers)] = (space, now)
        return SimpleNamespace(id=stay)

    def _end(self, stay_id: int, now: datetime) -> None:
        space, began = self.begun.pop(stay_id)
        places, key = len(space.parts) or 1, (began.year * 100 + began.month, space.kind)
        self.used[key] += places * int((now - began).total_seconds() // 60)
        evening = began.replace(hour=EVENING, minute=0, second=0)
        cheap_from = max(began, evening) if PUBLISHED.is_working_day(began.date()) else began
        self.cheap[key] += places * max(0, int((now - cheap_from).total_seconds() // 60))


def _spaces() -> list[Any]:
    facts = _plain(dict.fromkeys(("A 座 1 层", "A 座 2 层", "A 座 3 层", "B 座 1 层", "B 座 2 层"), 1))
    made = [
        SimpleNamespace(id=number, code=one.code, kind=one.kind, capacity=one.capacity, parts=[])
        for number, one in enumerate(facts, start=1)
    ]
    parts = [one for one in made if one.code in COMBINED.code.split("+")]
    whole = SimpleNamespace(
        id=len(made) + 1, code=COMBINED.code, kind=Kind.MEETING_ROOM, capacity=COMBINED.capacity, parts=parts
    )
    return [*made, whole]


def _households(opened: date) -> list[Household]:
    people = count(1)
    return [
        Household(
            tenant,
            SimpleNamespace(id=number),  # type: ignore[arg-type]
            [
                SimpleNamespace(id=next(people), name="", park_id=1, enterprise_id=number)  # type: ignore[misc]
                for _ in range(tenant.people)
            ],
            _months_later(opened, tenant.joined),
        )
        for number, tenant in enumerate(TENANTS, start=1)
    ]


def year_of_use(monkeypatch: pytest.MonkeyPatch, now: datetime, pace: Callable[..., bool]) -> Uses:
    """Let a year pass up to an instant; gives what was used, and what was open."""
    uses, period = Uses(), Period.before(now, MONTHS, SHANGHAI)
    nothing = lambda *_, **__: None  # noqa: E731
    for name in ("reserve", "check_in", "check_out", "walk_in", "end_forgotten"):
        monkeypatch.setattr(verbs, name, getattr(uses, name))
    for name in ("hold_overstay", "release_no_show", "cancel_with_fee", "note_turned_away"):
        monkeypatch.setattr(verbs, name, nothing)
    monkeypatch.setattr(verbs, "quote", _price)
    monkeypatch.setattr(Diary, "correct", nothing)
    spaces, random = _spaces(), Random(SEED)
    opens = when_open(lambda space: OWN_RULES.get(space.code, RULES[space.kind]), PUBLISHED, period)
    agenda = Agenda(spaces, random, opens, lambda _space, _day: False)
    session: Any = SimpleNamespace(begin_nested=nullcontext)
    park: Any = SimpleNamespace(id=1, zone=SHANGHAI, grace_minutes=15)
    nobody: Any = None
    diary = Diary(session, park, nobody, nobody, agenda, random, pace, now=period.first.span.start)
    households = _households(period.first.first_day)
    for wish in demand_of(random, PUBLISHED, period).over(period.days(), households, agenda.open_minutes):
        diary.plan(wish)
    diary.live(now)
    for day in period.days():
        for kind in FEN_A_MINUTE:
            uses.opened[day.year * 100 + day.month, kind] += agenda.open_minutes(kind, day)
    uses.acts["turned away"] = diary.done["turned away"]
    return uses


def _price(*asked: Any) -> Any:
    space, span = asked[3], asked[4]
    minutes = (span.end - span.start) // timedelta(minutes=1)
    return SimpleNamespace(total=SimpleNamespace(fen=minutes * FEN_A_MINUTE[space.kind]))
