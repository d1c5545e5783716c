"""The trail: who changed what, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request

from booking.audit.models import AuditEntry
from booking.audit.queries import PAGE, Asked, subjects_of, trail_of
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import LONGEST_WORDS, day_or_none
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import my_park
from booking.blueprints.park import blueprint
from booking.blueprints.park.trail_facts import fact_name
from booking.blueprints.park.trail_labels import action_name, subject_name
from booking.blueprints.park.trail_values import OF_SPACES, Codes, fact_value
from booking.db import db
from booking.people.models import Role
from booking.spaces.inventory_queries import codes_of


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
    pager = Pager.of_request(PAGE, "subject", "actor", "day")
    rows = pager.cut(trail_of(db.session(), park.id, _asked(park.zone), pager.before))
    subjects = [(name, subject_name(name)) for name in subjects_of(db.session(), park.id)]
    codes = codes_of(db.session(), park.id, _spaces(rows))
    lines = [_line(row, codes) for row in rows]
    return render_template("park/trail.html", lines=lines, subjects=subjects, asked=request.args, pager=pager)


def _asked(zone: ZoneInfo) -> Asked:
    subject, person = request.args.get("subject", ""), request.args.get("actor", "").strip()[:LONGEST_WORDS]
    day = day_or_none(request.args.get("day"))
    if day is None:
        return Asked(subject, person)
    since = datetime.combine(day, time(0), zone)
    until = datetime.combine(day + timedelta(days=1), time(0), zone)
    return Asked(subject, person, since, until)


def _line(entry: AuditEntry, codes: Codes) -> Line:
    before, after = entry.before or {}, entry.after or {}

    def said(kept: dict[str, Any], name: str) -> str:
        return fact_value(entry.subject, name, kept.get(name), codes)

    names = dict.fromkeys([*before, *after])
    facts = [(fact_name(name, entry.subject), said(before, name), said(after, name)) for name in names]
    told = [fact for fact in facts if fact[1] or fact[2]]
    return Line(entry, action_name(entry.action), subject_name(entry.subject), told)


def _spaces(entries: Sequence[AuditEntry]) -> set[int]:
    """Find the spaces that a page of the trail speaks of."""
    kept = [facts for entry in entries for facts in (entry.before, entry.after) if facts]
    values = [facts[name] for facts in kept for name in OF_SPACES if facts.get(name)]
    return {one for value in values for one in (value if isinstance(value, list) else [value])}
