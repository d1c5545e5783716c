"""How many enterprises are in the shared space, by weekday and hour, without telling of one or two."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.people.models import Enterprise, Size
from booking.spaces.models import Kind
from booking.usage.models import Stay

WEEKS = 6

WeekHour = tuple[int, int]  # the weekday, Monday is 0, and the hour


@dataclass(frozen=True, slots=True)
class BusyHours:
    """How often an enterprise was there in six weeks, all of them added up, by weekday and hour."""

    times: Mapping[WeekHour, int]

    def about(self, weekday: int, hour: int) -> int:
        """Tell how many are there on an average week, to the nearest whole number."""
        return (2 * self.times.get((weekday, hour), 0) + WEEKS) // (2 * WEEKS)

    def level(self, weekday: int, hour: int) -> int:
        """Tell it as 0 where it is not told, or 1 to 3 by thirds of the busiest hour."""
        return level_of(self.times.get((weekday, hour), 0), max(self.times.values(), default=0))


FEWEST = 3  # of fewer enterprises an hour would tell who was where
LOOKED_BACK = timedelta(weeks=WEEKS)
MOST_STAYS = 20_000
TOGETHER = (frozenset({Size.MICRO, Size.SMALL}), frozenset({Size.MEDIUM, Size.LARGE}))
"""Told as a whole each, whoever of them is meant: else one choice less another would tell of one."""


def busy_hours(
    session: Session, park_id: int, sizes: Collection[Size], zone: ZoneInfo, now: datetime
) -> BusyHours | None:
    """Count who of these sizes was there in the last six weeks; None where it is told of no hour.

    Sizes are told together (`TOGETHER`), an hour of them only where three enterprises or more were there.
    """
    wanted = [group for group in TOGETHER if group.intersection(sizes)]
    there = (
        Enterprise.park_id == park_id,
        Enterprise.size.in_([size for group in wanted for size in group]),
        Stay.space_kind != Kind.STORAGE,
        Stay.started_at >= now - LOOKED_BACK,
        Stay.ended_at.is_not(None),
    )
    found = select(Stay.enterprise_id, Enterprise.size, Stay.started_at, Stay.ended_at)
    found = found.join(Enterprise, Enterprise.id == Stay.enterprise_id).where(*there)
    rows = session.execute(found.order_by(Stay.started_at.desc()).limit(MOST_STAYS)).all()
    times: defaultdict[WeekHour, int] = defaultdict(int)
    for group in wanted:
        stays = [
            (enterprise, started.astimezone(zone), (ended or now).astimezone(zone))
            for enterprise, size, started, ended in rows
            if size in group
        ]
        for at, who in _days_there(stays).items():
            if len({enterprise for enterprise, _ in who}) >= FEWEST:
                times[at] += len(who)
    return BusyHours(times) if times else None


def _days_there(stays: Collection[tuple[int, datetime, datetime]]) -> dict[WeekHour, set[tuple[int, object]]]:
    """Gather which enterprise was there on which day, by weekday and hour."""
    found: defaultdict[WeekHour, set[tuple[int, object]]] = defaultdict(set)
    for enterprise, started, ended in stays:
        for begun in hours_touched(started, ended):
            found[begun.weekday(), begun.hour].add((enterprise, begun.date()))
    return found


HOUR = timedelta(hours=1)


def hours_touched(started: datetime, ended: datetime) -> list[datetime]:
    """List the full hours in which a stay was, by their beginnings."""
    at, hours = started.replace(minute=0, second=0, microsecond=0), []
    while at < ended:
        hours.append(at)
        at += HOUR
    return hours


LEVELS = 3


def level_of(times: int, most: int) -> int:
    """Give 1 to 3 by thirds of the busiest hour; 0 for none."""
    return 0 if not times or not most else min(LEVELS, 1 + times * LEVELS // (most + 1))
