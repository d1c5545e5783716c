"""What a sentence asks for, in the terms of this park: its kinds, areas, things and people."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from booking.blueprints.calendar.near import near_label, place_near, unknown_place
from booking.blueprints.calendar.soonest import at_a_free_hour
from booking.blueprints.kit.availability import SEATED, Criteria
from booking.blueprints.kit.labels.series import how_often_until
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.rules import local_instant, span_between, storage_span
from booking.reservations.series.recurrence import read_rule
from booking.reservations.series.refusals import RuleNotOffered
from booking.reservations.space_queries import (
    SpaceFilter,
    SpaceRow,
    areas_of_kind,
    equipment_of_kind,
    spaces_called,
)
from booking.spaces.models import Kind, Space
from booking.understand.place_words import is_meant
from booking.understand.plain_text import EITHER
from booking.understand.repeat_words import FIVE_DAYS, means_working_days
from booking.understand.understood import HOUR, AskedTime, Understood, asked_time
from booking.understand.wanted_words import things_meant
from booking.values import Span

DROPPED = {
    "kind": {"kind": None},
    "day": {"day": None},
    "time": {"starts": None, "ends": None, "minutes": None},
    "people": {"people": None},
    "near": {"near": None},
    "area": {"area": None},
    "space": {"space": None},
    "purpose": {"purpose": None},
    "size": {"size": None},
    "morning": {"early": None},
    "change": {"of_what_is_booked": False},
    "repeat": {"repeat": None},
}


def without(said: Understood, names: Sequence[str]) -> Understood:
    """Leave out what the reader took away; a thing is named by itself, and 7点 is no evening without one."""
    left = replace(said, equipment=tuple(one for one in said.equipment if f"equipment:{one}" not in names))
    if left.early is not None and "evening" in names:
        left = _of_the_morning(left, *left.early)
    for name in names:
        left = replace(left, **DROPPED.get(name, {}))  # type: ignore[arg-type]  # None of whatever it is
    return left


def _of_the_morning(said: Understood, starts: int, ends: int | None) -> Understood:
    if ends is None and said.minutes is not None:
        ends = starts + said.minutes
    minutes = said.minutes if ends is None else ends - starts
    return replace(said, starts=starts, ends=ends, minutes=minutes, early=None)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What is looked for; `notes` say in words what of it this park does not know."""

    said: Understood
    kind: Kind
    at: AskedTime
    things: dict[str, tuple[str, ...]]  # what was said, and the park's things that are meant
    areas: dict[int, str]  # those meant
    near: Space | None = None
    named: Sequence[SpaceRow] = ()  # that were said by name, all of one kind
    notes: list[str] = field(default_factory=list)
    lacking: bool = False  # what is offered has only some of the things

    @property
    def named_ids(self) -> frozenset[int]:
        """Give the spaces that were said by name."""
        return frozenset(row.id for row in self.named)

    @property
    def wish(self) -> Criteria:
        """Give what a space must offer as addresses carry it, where only some things are had none of them."""
        return self.searched_for._replace(equipment=()) if self.lacking else self.searched_for

    @property
    def searched_for(self) -> Criteria:
        """Give what was asked for, as a search carries it on; of several things that would do, none."""
        names = [names[0] for names in self.things.values() if len(names) == 1]
        area = next(iter(self.areas)) if len(self.areas) == 1 else None
        return Criteria(self.said.people, tuple(dict.fromkeys(names)), area, self.said.purpose or "")

    @property
    def wanted(self) -> SpaceFilter:
        """Give what a space must offer."""
        people = (self.said.people or 1) if self.kind in SEATED else 1
        return SpaceFilter(people, self.wish.equipment, self.wish.area)

    @property
    def sure(self) -> bool:
        """Tell whether the sentence said all that a booking is of, was understood as a whole, and is met."""
        if self.said.leaves_open or self.is_of_either_half or not self._is_met:
            return False
        if self.kind is Kind.STORAGE:
            return "day" not in self.at.assumed and self.at.until is not None
        return not self.at.assumed

    @property
    def _is_met(self) -> bool:
        """Tell whether this park knows all that was said: the things, the place, the colleague."""
        there = bool(self.areas) or not (self.said.area or (self.said.near and not self.near))
        return (
            there
            and not self.lacking
            and all(self.things.values())
            and (bool(self.named) or not self.said.space)
        )

    @property
    def is_guessed(self) -> bool:
        """Tell whether the day or the hour may have been said, in what was not understood."""
        return self.said.leaves_open and bool(self.at.assumed & {"day", "starts"})

    @property
    def fit_first(self) -> bool:
        """Tell whether a size was said, or so many people that who fits most closely comes first."""
        return self.kind in SEATED and bool(self.said.size or (self.said.people or 1) > 1)

    @property
    def kind_is_assumed(self) -> bool:
        """Tell whether nobody said the kind of space."""
        return not self.named and (self.said.kind is None or self.said.usual_kind)

    @property
    def rule_is_open(self) -> bool:
        """Tell whether only a part of how often was understood, or not on which day."""
        return self.said.repeat is not None and (self.said.leaves_open or "day" in self.at.assumed)

    @property
    def is_of_either_half(self) -> bool:
        """Tell whether the time may as well be of the morning: 7点到9点, said before seven."""
        return self.said.early is not None

    @property
    def series(self) -> "AskedSeries | None":
        """Give how often, where it is as the form of a series offers."""
        return _series(self.said, self.at) if self.said.repeat else None

    @property
    def often(self) -> str:
        """Say how often; what the form does not offer in the words of the sentence."""
        return self.series.words if self.series else self.said.repeat_said

    @property
    def purpose(self) -> dict[str, str]:
        """Give what it is for, as a form takes it."""
        return {"purpose": self.said.purpose or ""}

    def span(self, now: datetime) -> Span:
        """Give the time; raises EndsBeforeItStarts, InThePast."""
        return span_at(self.kind, self.at, now)


def suits(asked: AskedFor, space: SpaceRow) -> bool:
    """Tell whether it has one of the things meant by each that was said, and is in one of the areas meant."""
    there, has = not asked.areas or space.area_id in asked.areas, how_many_things(asked, space)
    return there and (has > 0 if asked.lacking else has == sum(map(bool, asked.things.values())))


def how_many_things(asked: AskedFor, space: SpaceRow) -> int:
    """Count the things meant that a space has."""
    has = set(space.equipment)
    return sum(bool(has & set(names)) for names in asked.things.values())


class AskedSeries(NamedTuple):
    """How often, in words, and as the address of the form of a series carries it."""

    words: str
    args: dict[str, str]


def _series(said: Understood, at: AskedTime) -> AskedSeries | None:
    """Read the rule; working days are the park's, make-up days among them, no weekdays."""
    repeat = said.repeat or ""
    working = means_working_days(repeat, said.repeat_said)
    if working:
        repeat = repeat.replace(FIVE_DAYS, "FREQ=DAILY", 1)
    return series_asked(repeat, at.day, working=working)


def series_asked(repeat: str, day: date, *, working: bool) -> AskedSeries | None:
    """Tell how often a rule comes from a day on; None of one that the form does not offer."""
    try:
        rule = read_rule(repeat, day)
    except RuleNotOffered:
        return None
    args = {"repeat": repeat} | ({"working_days_only": "y"} if working else {})
    return AskedSeries(how_often_until(rule, working_days_only=working), args)


def span_at(kind: Kind, at: AskedTime, now: datetime) -> Span:
    """Read a time of this park; raises EndsBeforeItStarts, InThePast."""
    zone = my_park().zone
    if kind is Kind.STORAGE:
        return storage_span(at.day, at.until, now, zone)
    return span_between(local_instant(at.day, at.starts, zone), local_instant(at.day, at.ends, zone))


def asked_for(said: Understood, now: datetime) -> AskedFor:
    """Find what the words mean here; near somebody is a desk, where no kind is said.

    Of a part of the day a desk is wanted for all, a room to meet in for an hour.
    """
    named = _named(said, now)
    usual = Kind.WORKSTATION if said.near and not said.people else Kind.MEETING_ROOM
    kind = named[0].kind if named else Kind(said.kind) if said.kind else usual
    at = asked_time(said, now.astimezone(my_park().zone), HOUR if kind in SEATED else None)
    if said.early is not None and local_instant(at.day, said.early[0], my_park().zone) < now:
        said = replace(said, early=None)  # the morning is over
    asked = AskedFor(said, kind, at, _things(said, kind), {}, named=named)
    if said.space and not named:
        asked.notes.append(gettext("“%(name)s”已经停用，没有按它找。", name=said.space))
    return _near(_at_a_free_hour(_in_area(asked), now))


def _at_a_free_hour(asked: AskedFor, now: datetime) -> AskedFor:
    at, note = at_a_free_hour(asked.said, asked.kind, asked.at, asked.wanted, now)
    return replace(asked, at=at, notes=[*asked.notes, *filter(None, [note])])


def _named(said: Understood, now: datetime) -> Sequence[SpaceRow]:
    """Find the spaces in service that are called so; of several kinds those of the first."""
    if said.space is None:
        return ()
    called = spaces_said(said.space, now)
    return [row for row in called if row.kind is called[0].kind]


def spaces_said(name: str, now: datetime) -> Sequence[SpaceRow]:
    """Find the spaces in service of this name; of several names (A307或A308) those of each."""
    session, park_id = db.session(), my_park().id
    names = name.split(EITHER)
    found = {row.id: row for one in (name, *names) for row in spaces_called(session, park_id, one, now)}
    return list(found.values())


def _things(said: Understood, kind: Kind) -> dict[str, tuple[str, ...]]:
    known = equipment_of_kind(db.session(), my_park().id, kind) if said.equipment else ()
    return {name: things_meant(name, known) for name in said.equipment}


def _in_area(asked: AskedFor) -> AskedFor:
    """Find the area meant; what was said may name several, all 2nd floors."""
    if asked.said.area is None:
        return asked
    found = _areas(asked.said.area, asked.kind)
    if not found:
        asked.notes.append(gettext("“%(name)s”没有这类空间，没有按区域找。", name=asked.said.area))
    return replace(asked, areas=found)


def _areas(said: str, kind: Kind) -> dict[int, str]:
    rows = areas_of_kind(db.session(), my_park().id, kind)
    return {
        area_id: local_name(name, name_en)
        for area_id, name, name_en in rows
        if is_meant(said, name) or (name_en and is_meant(said, name_en))
    }


def _near(asked: AskedFor) -> AskedFor:
    """Find the colleague to be near to, or the area of that name."""
    name = asked.said.near
    if name is None:
        return asked
    if not asked.areas and (areas := _areas(name, asked.kind)):
        return replace(asked, areas=areas)
    place = place_near(name, asked.at.day, asked.at.starts)
    if place is None:
        asked.notes.append(unknown_place(name))
    elif place.code.lower() != name.lower():
        asked.notes.append(near_label(name, place, fit_first=asked.fit_first))
    return replace(asked, near=place)
