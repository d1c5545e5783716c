"""Where a wait leads: to what stands free, or was asked for, to others of its kind, into the line again."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for

from booking.blueprints.kit.availability import Criteria, new_url
from booking.blueprints.kit.converters import minute_of_instant
from booking.blueprints.kit.labels.passed_over import left_of, time_left
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.reservations.alternatives import Asker, free_and_allowed
from booking.reservations.space_queries import SpaceFilter
from booking.reservations.waiting.models import Wait, WaitState
from booking.values import Span, local_day
from booking.values.writing import minute_clock


def went_out_of_use(wait: Wait) -> bool:
    """Tell whether it ended because the one space waited for did, which is out of use still."""
    space = wait.space
    return space is not None and wait.state is WaitState.LAPSED and wait.settled_at == space.retired_at


def search_url(wait: Wait, now: datetime) -> str:
    """Give the way to look for another of its kind, at the same time or what is left of that."""
    left = time_left(wait, now)
    if left is None:
        return url_for("calendar.search", kind=wait.kind.value)
    return url_for(
        "calendar.search", **_same(wait).args(kind=wait.kind.value, **_clocks(left, my_park().zone))
    )


def way_to_free(wait: Wait, now: datetime) -> str:
    """Lead to what stands free though it passes over who waits for it; "" where nothing does."""
    left, wanted = left_of(wait, now), SpaceFilter(wait.people, tuple(wait.equipment), wait.area_id)
    if left is None:
        return ""
    asker = Asker(wait.people, at_once=True)
    free = free_and_allowed(db.session(), my_park(), wait.kind, left, now, wanted, asker)
    there = [row.id for row in free if wait.space_id in {None, row.id}]
    if wait.space_id is None:
        return search_url(wait, now) if there else ""
    return new_url(wait.space_id, wait.kind, left, **_same(wait).args()) if there else ""


def _same(wait: Wait) -> Criteria:
    return Criteria(wait.people, tuple(wait.equipment), wait.area_id, wait.purpose)


def _clocks(span: Span, zone: ZoneInfo) -> dict[str, object]:
    day = local_day(span.start, zone)
    starts, ends = (minute_clock(minute_of_instant(at, day, zone)) for at in (span.start, span.end))
    return {"day": day, "starts": starts, "ends": ends}


def again_url(wait: Wait, now: datetime) -> str:
    """Give the way to stand in line for it again; "" where that has begun, or cannot be had any more."""
    if wait.starts_at <= now or went_out_of_use(wait):
        return ""
    what = {"space": wait.space_id} if wait.space_id else {"kind": wait.kind.value}
    asked = _same(wait).args(**what, **_clocks(wait.span, my_park().zone))
    return url_for("waiting.new", **asked)
