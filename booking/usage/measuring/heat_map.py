"""When places are used: minutes by hour and weekday, by place, by day; each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, case, func, select, type_coerce
from sqlalchemy.orm import Session

from booking.spaces.models import Area, Kind, Space
from booking.usage.models import BookedStretch, OpenStretch, TurnedAway, UsedStretch
from booking.usage.telling import EXACTLY, NOBODY, Knowing, Telling
from booking.usage.utilisation import Told, Utilisation, minutes_in, of_band

HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Places:
    """Which places of a park are looked at, and on which days, both included."""

    park_id: int
    first: date
    last: date
    kind: Kind
    area_id: int | None = None
    space_id: int | None = None

    def of(self, table: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a class of stretches
        """Say it as conditions on a table of stretches, joined with its space."""
        where = [
            table.park_id == self.park_id,
            table.day.between(self.first, self.last),
            Space.kind == self.kind,
        ]
        if self.area_id is not None:
            where.append(Space.area_id == self.area_id)
        if self.space_id is not None:
            where.append(Space.id == self.space_id)
        return where


class HourOfDay(NamedTuple):
    """An hour of a local day; weekdays count from Monday, 0."""

    day: date
    hour: int


def hours_used(session: Session, places: Places) -> dict[HourOfDay, Utilisation]:
    """Tell for each hour of each day how much was open, used and refused."""
    opened = _hours(session, OpenStretch, places)
    used = _hours(session, UsedStretch, places)
    refused = _refused(session, places)
    return {
        at: Utilisation(open=opened.get(at, 0), used=used.get(at, 0), refused=refused.get(at, 0))
        for at in sorted({*opened, *refused})
    }


def by_weekday_and_hour(hours: Mapping[HourOfDay, Utilisation]) -> dict[tuple[int, int], Utilisation]:
    """Add hours of days up to hours of weekdays."""
    sums: defaultdict[tuple[int, int], Utilisation] = defaultdict(Utilisation)
    for at, one in hours.items():
        sums[at.day.weekday(), at.hour] += one
    return dict(sums)


@dataclass(frozen=True)
class HoursTold:
    """How hours are told: none `apart`, or those that an unnamed one used rounded, or hidden."""

    apart: bool
    users: Mapping[tuple[date, int], frozenset[int]] = field(default_factory=dict)
    knowing: Knowing | None = None

    def of_weekday(self, weekday: int, hour: int) -> Told:
        """Tell how an hour of a weekday is told."""
        return self._told(self._by_weekday.get((weekday, hour), ()))

    def on(self, day: date, hour: int) -> Told:
        """Tell how an hour of a day is told."""
        return self._told([self.users.get((day, hour), NOBODY)])

    @cached_property
    def _by_weekday(self) -> Mapping[tuple[int, int], Sequence[frozenset[int]]]:
        found: defaultdict[tuple[int, int], list[frozenset[int]]] = defaultdict(list)
        for (day, hour), theirs in self.users.items():
            found[day.weekday(), hour].append(theirs)
        return found

    def _told(self, users: Iterable[frozenset[int]]) -> Told:
        if not self.apart:
            return Told.HIDDEN
        return self.knowing.rounded([NOBODY.union(*users)]) if self.knowing else Told.EXACT


def hours_as_told(session: Session, places: Places, telling: Telling, knowing: Knowing | None) -> HoursTold:
    """Choose how the hours of some places are told, in a query at most.

    Hours of a place or an area can be taken from those of its kind, and of a store each tells its day: there,
    and where few used the kind, none is told apart as soon as an unnamed one used it.
    """
    if knowing is None or not telling.touches(places.kind):
        return HoursTold(apart=True)
    if places.space_id is not None:
        return HoursTold(apart=places.space_id not in telling.touched_places)
    if places.area_id is not None:
        return HoursTold(apart=(places.kind, places.area_id) not in telling.touched_areas)
    if places.kind is Kind.STORAGE or places.kind in telling.few_kinds:
        return HoursTold(apart=False)
    return HoursTold(apart=True, users=users_by_hour(session, places, knowing), knowing=knowing)


def users_by_hour(
    session: Session, places: Places, knowing: Knowing
) -> dict[tuple[date, int], frozenset[int]]:
    """Tell which unnamed enterprises used an hour of a day."""
    sums = [type_coerce(func.sum(_within(UsedStretch, hour)), BigInteger) for hour in HOURS]
    rows = session.execute(
        select(UsedStretch.day, UsedStretch.enterprise_id, *sums)
        .join(Space, Space.id == UsedStretch.space_id)
        .where(*places.of(UsedStretch), UsedStretch.enterprise_id.not_in(knowing.always_shown))
        .group_by(UsedStretch.day, UsedStretch.enterprise_id)
    )
    found: defaultdict[tuple[date, int], frozenset[int]] = defaultdict(frozenset)
    for day, enterprise_id, *each in rows:
        if knowing.knows(enterprise_id, day.year * 100 + day.month):
            continue
        for hour, minutes in zip(HOURS, each, strict=True):
            if minutes:
                found[day, hour] |= {enterprise_id}
    return dict(found)


def _hours(session: Session, table: Any, places: Places) -> dict[HourOfDay, int]:  # noqa: ANN401 - see Places.of
    sums = [type_coerce(func.sum(_within(table, hour)), BigInteger) for hour in HOURS]
    rows = session.execute(
        select(table.day, *sums)
        .join(Space, Space.id == table.space_id)
        .where(*places.of(table))
        .group_by(table.day)
    )
    return {
        HourOfDay(day, hour): int(minutes)
        for day, *each in rows
        for hour, minutes in zip(HOURS, each, strict=True)
        if minutes
    }


MINUTES = 60


def _within(table: Any, hour: int) -> ColumnElement[int]:  # noqa: ANN401 - see Places.of
    """Count a stretch's minutes in an hour; a day of 25 hours has its last two together."""
    start = hour * MINUTES
    end = start + (MINUTES if hour < HOURS[-1] else 2 * MINUTES)
    last = case((table.last_minute < end, table.last_minute), else_=end)
    first = case((table.first_minute > start, table.first_minute), else_=start)
    return case((last > first, last - first), else_=0)


def _refused(session: Session, places: Places) -> dict[HourOfDay, int]:
    """Count who was turned away; a wish for any place of a kind belongs to none and to no area."""
    wanted = [
        TurnedAway.park_id == places.park_id,
        TurnedAway.kind == places.kind,
        TurnedAway.day.between(places.first, places.last),
    ]
    query = select(TurnedAway.day, TurnedAway.hour, func.count()).group_by(TurnedAway.day, TurnedAway.hour)
    if places.space_id is not None:
        wanted.append(TurnedAway.space_id == places.space_id)
    elif places.area_id is not None:
        query = query.join(Space, Space.id == TurnedAway.space_id)
        wanted.append(Space.area_id == places.area_id)
    return {HourOfDay(day, hour): count for day, hour, count in session.execute(query.where(*wanted))}


class PlaceUse(NamedTuple):
    """A place and how much of it was used."""

    space: Space
    area: Area
    use: Utilisation


def places_used(session: Session, places: Places, telling: Telling = EXACTLY) -> list[PlaceUse]:
    """Tell how much of each place was used, the most used first; a place open on no day is left out.

    Places whose use is hidden stand last, in their own order.
    """
    opened = dict(_sums(session, OpenStretch, places))
    booked = dict(_sums(session, BookedStretch, places))
    used: defaultdict[int, Utilisation] = defaultdict(Utilisation)
    for space_id, minutes, band in _sums(session, UsedStretch, places, UsedStretch.band):
        used[space_id] += of_band(band, int(minutes))
    rows = session.execute(
        select(Space, Area)
        .join(Area, Area.id == Space.area_id)
        .where(Space.id.in_(opened))
        .order_by(Space.id)
    )
    found = [
        PlaceUse(
            space,
            area,
            (
                used[space.id]
                + Utilisation(1, open=int(opened[space.id]), booked=int(booked.get(space.id, 0)))
            ).as_told(telling.place(space.id), telling.place_bands(space.id)),
        )
        for space, area in rows
    ]
    return sorted(found, key=_most_used)


def _most_used(one: PlaceUse) -> tuple[bool, float, int, str]:
    hidden = one.use.told is not Told.EXACT
    return hidden, 0 if hidden else -(one.use.share or 0), one.space.position, one.space.code


def all_of(rows: Iterable[PlaceUse], places: Places, telling: Telling) -> Utilisation:
    """Add up the places looked at, told as their kind, area or single place may be."""
    whole = sum((row.use for row in rows), Utilisation())
    if places.space_id is not None:
        return whole
    if places.area_id is not None:
        return whole.as_told(
            telling.area(places.kind, places.area_id), telling.area_bands(places.kind, places.area_id)
        )
    return whole.as_told(telling.kind(places.kind), telling.bands(places.kind))


def _sums(session: Session, table: Any, places: Places, *by: Any) -> Iterable[Any]:  # noqa: ANN401 - see Places.of
    return session.execute(
        select(table.space_id, minutes_in(table), *by)
        .join(Space, Space.id == table.space_id)
        .where(*places.of(table))
        .group_by(table.space_id, *by)
    ).all()


def days_used(session: Session, places: Places) -> dict[date, Utilisation]:
    """Tell for each day how much was open, used and refused."""
    return _days(hours_used(session, places).items())


def _days(hours: Iterable[tuple[HourOfDay, Utilisation]]) -> dict[date, Utilisation]:
    sums: defaultdict[date, Utilisation] = defaultdict(Utilisation)
    for at, one in hours:
        sums[at.day] += one
    return dict(sums)


def areas_used(rows: Sequence[PlaceUse], telling: Telling = EXACTLY) -> Iterator[tuple[Area, Utilisation]]:
    """Add places up to areas, in the order of the areas."""
    sums: defaultdict[int, Utilisation] = defaultdict(Utilisation)
    areas = {row.area.id: row.area for row in rows}
    for row in rows:
        sums[row.area.id] += row.use
    for area in sorted(areas.values(), key=lambda area: (area.position, area.name)):
        kind = next(row.space.kind for row in rows if row.area.id == area.id)
        yield area, sums[area.id].as_told(telling.area(kind, area.id), telling.area_bands(kind, area.id))


def used_since(
    session: Session, space_ids: Collection[int], since: date
) -> tuple[Utilisation, frozenset[int]]:
    """Tell how much of some places was used from a day on, and by which enterprises."""
    opened = session.scalar(_since(OpenStretch, minutes_in(OpenStretch), space_ids, since))
    by_enterprise = (
        _since(UsedStretch, minutes_in(UsedStretch), space_ids, since)
        .add_columns(UsedStretch.enterprise_id)
        .group_by(UsedStretch.enterprise_id)
    )
    used = {enterprise_id: int(minutes) for minutes, enterprise_id in session.execute(by_enterprise)}
    use = Utilisation(spaces=len(space_ids), open=int(opened or 0), used=sum(used.values()))
    return use, frozenset(used)


def _since(table: Any, what: Any, space_ids: Collection[int], since: date) -> Any:  # noqa: ANN401 - see Places.of
    return select(what).where(table.space_id.in_(space_ids), table.day >= since)
