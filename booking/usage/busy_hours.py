"""When enterprises are busy in the shared space, by weekday and hour, of all of them together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.spaces.models import Kind
from booking.usage.models import Stay

FEWEST = 3  # of fewer enterprises the hours would tell who was where
LOOKED_BACK = timedelta(weeks=6)
MOST_STAYS = 20_000
HOUR = timedelta(hours=1)
LEVELS = 3


@dataclass(frozen=True, slots=True)
class BusyHours:
    """How busy each weekday's hour is: 0 where nobody was there, to 3."""

    levels: dict[tuple[int, int], int]

    def level(self, weekday: int, hour: int) -> int:
        """Tell one; Monday is 0."""
        return self.levels.get((weekday, hour), 0)


def busy_hours(
    session: Session, enterprise_ids: Sequence[int], zone: ZoneInfo, now: datetime
) -> BusyHours | None:
    """Add up the stays of the last six weeks; None where fewer than three enterprises were there."""
    there = (
        Stay.enterprise_id.in_(enterprise_ids),
        Stay.space_kind != Kind.STORAGE,
        Stay.started_at >= now - LOOKED_BACK,
        Stay.ended_at.is_not(None),
    )
    found = select(Stay.enterprise_id, Stay.started_at, Stay.ended_at).where(*there)
    rows = session.execute(found.order_by(Stay.started_at.desc()).limit(MOST_STAYS)).all()
    if len({row.enterprise_id for row in rows}) < FEWEST:
        return None
    minutes: defaultdict[tuple[int, int], int] = defaultdict(int)
    for _, started, ended in rows:
        for weekday, hour, part in by_hour(started.astimezone(zone), (ended or now).astimezone(zone)):
            minutes[weekday, hour] += part
    most = max(minutes.values(), default=0)
    return BusyHours({hour: level_of(part, most) for hour, part in minutes.items()})


def by_hour(started: datetime, ended: datetime) -> list[tuple[int, int, int]]:
    """Cut a stay at full hours: weekday, hour and whole minutes of each."""
    parts, at = [], started
    while at < ended:
        until = min(at.replace(minute=0, second=0, microsecond=0) + HOUR, ended)
        parts.append((at.weekday(), at.hour, int((until - at).total_seconds()) // 60))
        at = until
    return parts


def level_of(minutes: int, most: int) -> int:
    """Give 1 to 3 by thirds of the busiest hour; 0 for none."""
    return 0 if not minutes or not most else min(LEVELS, 1 + minutes * LEVELS // (most + 1))
