"""Where a search begins: what nobody said is the next hour that may be booked and is free."""

from dataclasses import replace
from datetime import datetime

from flask import request

from booking.blueprints.calendar.instead import contexts_of, nearest_for
from booking.blueprints.calendar.query import SearchForm, filter_of_search, span_of_search
from booking.blueprints.kit.converters import minute_of_instant
from booking.blueprints.kit.filters import day as day_text
from booking.blueprints.kit.free_time.days import FreeDays
from booking.blueprints.kit.free_time.first_hour import first_day_for, first_hour
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.occupancy import NINE
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext
from booking.reservations.alternatives import may_be_had
from booking.reservations.space_queries import fitting_rows
from booking.spaces.models import Kind
from booking.spaces.rules import DAY_MINUTES
from booking.values import Refusal, local_day

HOUR = 60
OF_ANOTHER_KIND = "meant_for"
"""Says in an address that its times were chosen for another kind: they are moved to what this one allows."""


def begin(form: SearchForm, kind: Kind, now: datetime) -> tuple[FreeDays, str]:
    """Fill in what nobody said, for one person; the end follows the start by an hour.

    Gives the day, read when it is first asked for, and in words why it is not the one that was asked for.
    """
    free, note = _begin(form, kind, now)
    form.day.data = form.day.data or free.first
    if form.starts.data is None:
        form.starts.data = NINE
    if form.ends.data is None:
        form.ends.data = min(form.starts.data + HOUR, DAY_MINUTES)
    if form.people.data is None and not request.args.get("people"):
        form.people.data = 1
    form.day.flags.optional = form.people.flags.optional = False  # they begin filled in
    return free, note


def _begin(form: SearchForm, kind: Kind, now: datetime) -> tuple[FreeDays, str]:
    said, starts, wanted = form.day.data, form.starts.data, filter_of_search(form, kind)
    if kind is Kind.STORAGE:
        return (FreeDays(kind, said, wanted, now) if said else first_day_for(kind, None, wanted, now)), ""
    if starts is not None or form.starts.process_errors or form.day.process_errors:
        starts = NINE if starts is None else starts
        times = (starts, form.ends.data or starts + HOUR)
        free = FreeDays(kind, said, wanted, now) if said else first_day_for(kind, times, wanted, now)
        return _moved(form, free) if said and OF_ANOTHER_KIND in request.args else (free, "")
    free, hour = first_hour(kind, said, wanted, now)
    if hour is None:
        return (replace(free, first=said) if said else free), ""
    form.day.data, form.starts.data, form.ends.data = hour
    if said in {None, hour.day}:
        return free, ""
    return free, gettext("%(day)s没有能订的时间，这是之后最早的。", day=day_text(said))


def _moved(form: SearchForm, free: FreeDays) -> tuple[FreeDays, str]:
    """Move a time that was chosen for another kind to the nearest that some space of this one may be had."""
    try:
        span = span_of_search(form, free.kind, free.now)
    except Refusal:
        return free, ""
    rows = fitting_rows(db.session(), my_park().id, free.kind, free.now, free.wanted)
    if any(may_be_had(span, at) for at in contexts_of(free.kind, rows, free.now)):
        return free, ""
    near = nearest_for(free.kind, free.wanted, span, free.now)
    if near is None:
        return free, ""
    day = local_day(near.start, my_park().zone)
    starts, ends = (minute_of_instant(one, day, my_park().zone) for one in (near.start, near.end))
    form.day.data, form.starts.data, form.ends.data = day, starts, ends
    note = gettext("%(kind)s那个时间订不了，这是离它最近、能订的。", kind=kind_name(free.kind))
    return replace(free, first=day), note
