"""The trail: who changed what, and when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from booking.audit.queries import PAGE, Asked, subjects_of, trail_of
from booking.blueprints.access import allow
from booking.blueprints.nonsense import LONGEST_WORDS
from booking.blueprints.paging import Pager
from booking.blueprints.park import blueprint
from booking.blueprints.park.trail_words import action_name, subject_name
from booking.blueprints.signed_in import my_park
from booking.blueprints.wall_time import day_or_none
from booking.db import db
from booking.people.models import Role

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from booking.audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Line:
    """One change, ready to show: each fact with what it was and what it is."""

    entry: AuditEntry
    action: str
    subject: str
    facts: list[tuple[str, str, str]]


@blueprint.get("/trail")
@allow(Role.ADMIN)
def trail() -> str:
    """List changes, newest first, by subject, person and day."""
    park = my_park()
    pager = Pager.of_request(PAGE)
    rows = pager.cut(trail_of(db.session(), park.id, _asked(park.zone), pager.number))
    subjects = [(name, subject_name(name)) for name in subjects_of(db.session(), park.id)]
    lines = [_line(row) for row in rows]
    return render_template("park/trail.html", lines=lines, subjects=subjects, asked=request.args, pager=pager)


def _asked(zone: ZoneInfo) -> Asked:
    subject, person = request.args.get("subject", ""), request.args.get("actor", "").strip()[:LONGEST_WORDS]
    day = day_or_none(request.args.get("day"))
    if day is None:
        return Asked(subject, person)
    since = datetime.combine(day, time(0), zone)
    until = datetime.combine(day + timedelta(days=1), time(0), zone)
    return Asked(subject, person, since, until)


def _line(entry: AuditEntry) -> Line:
    before, after = entry.before or {}, entry.after or {}
    names = list(dict.fromkeys([*before, *after]))
    facts = [(name, _short(before.get(name)), _short(after.get(name))) for name in names]
    return Line(entry, action_name(entry.action), subject_name(entry.subject), facts)


def _short(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
