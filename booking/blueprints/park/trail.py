"""The trail: who changed what, and when; a fact that is not known is shown as it is kept."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request

from booking.audit.models import AuditEntry
from booking.audit.trail import PAGE, TrailFilter, subjects_of, trail_of
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import LONGEST_WORDS, day_or_none
from booking.blueprints.kit.filters import area, comma_list, duration, full_day, moment, money
from booking.blueprints.kit.labels.invoices import invoice_state_name
from booking.blueprints.kit.labels.needs import activity_fact, need_kind, need_state
from booking.blueprints.kit.labels.people import role_name, size_name
from booking.blueprints.kit.labels.prices import band_name, days_name, factor_text, per
from booking.blueprints.kit.labels.reservations import ending_name, state_name
from booking.blueprints.kit.labels.series import kept_rule_label
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import my_park
from booking.blueprints.park.particulars import blueprint
from booking.blueprints.park.trail_actions import action_name, subject_name
from booking.blueprints.park.trail_names import fact_name
from booking.charges.models import Outcome
from booking.db import db
from booking.invoices.models import InvoiceState
from booking.language import gettext
from booking.needs.models import NeedState
from booking.needs.rules import NeedKind
from booking.people.models import Role, Size, TicketKind
from booking.reservations.models import FAR_FUTURE, ReservationState
from booking.savings.models import Evidence
from booking.spaces.inventory_queries import codes_of
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.tariffs.terms import Band
from booking.usage.models import Ending
from booking.values import Money
from booking.values.stored import read_stored
from booking.values.writing import minute_clock

Codes = Mapping[int, str]  # what stands on a space's door, by its id


@dataclass(frozen=True, slots=True)
class TrailLine:
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


def _asked(zone: ZoneInfo) -> TrailFilter:
    subject, person = request.args.get("subject", ""), request.args.get("actor", "").strip()[:LONGEST_WORDS]
    day = day_or_none(request.args.get("day"))
    if day is None:
        return TrailFilter(subject, person)
    since = datetime.combine(day, time(0), zone)
    until = datetime.combine(day + timedelta(days=1), time(0), zone)
    return TrailFilter(subject, person, since, until)


def _line(entry: AuditEntry, codes: Codes) -> TrailLine:
    before, after = entry.before or {}, entry.after or {}

    def said(kept: dict[str, Any], name: str) -> str:
        return fact_value(entry.subject, name, kept.get(name), codes)

    names = dict.fromkeys([*before, *after])
    facts = [(fact_name(name, entry.subject), said(before, name), said(after, name)) for name in names]
    told = [fact for fact in facts if fact[1] or fact[2]]
    return TrailLine(entry, action_name(entry.action), subject_name(entry.subject), told)


def _spaces(entries: Sequence[AuditEntry]) -> set[int]:
    """Find the spaces that a page of the trail speaks of."""
    kept = [facts for entry in entries for facts in (entry.before, entry.after) if facts]
    values = [facts[name] for facts in kept for name in OF_SPACES if facts.get(name)]
    return {one for value in values for one in (value if isinstance(value, list) else [value])}


def fact_value(subject: str, name: str, value: Any, codes: Codes) -> str:  # noqa: ANN401 - whatever JSON holds
    """Write a value as people read it; one that does not fit its name is shown as it is kept."""
    if value is None or value == "":
        return ""
    try:
        return str(_worded(subject, name, value, codes))
    except (ValueError, TypeError, KeyError, AttributeError):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


OF_SPACES = {"space_id", "part_ids"}


def _worded(subject: str, name: str, value: Any, codes: Codes) -> str:  # noqa: ANN401 - see fact_value
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if isinstance(value, list):
        return comma_list(_item(name, item, codes) for item in value)
    if name in OF_SPACES:
        return codes.get(value, f"#{value}")
    own = activity_fact(name, value) if subject == "activity" else need_fact(subject, name, value)
    if own is not None:
        return own
    if name == "state" and subject in {"invoice", "payment", "credit_note"}:
        return invoice_state_name(InvoiceState(value))
    known = WORDED.get(name) or next((say for ending, say in BY_ENDING.items() if name.endswith(ending)), str)
    return known(value)


def _item(name: str, item: Any, codes: Codes) -> str:  # noqa: ANN401 - see fact_value
    if name == "part_ids":
        return codes.get(item, f"#{item}")
    if name == "asks_for":
        return kind_name(Kind(item))
    return _band(item) if name == "bands" else str(item)


def _band(kept: dict[str, Any]) -> str:
    band: Band = read_stored(kept, Band, of="a band in the trail")
    return gettext(
        "%(name)s：%(days)s %(start)s–%(end)s %(factor)s",
        name=band_name(band.name),
        days=days_name(band.days),
        start=minute_clock(band.from_minute),
        end=minute_clock(band.to_minute),
        factor=factor_text(band.factor),
    )


def _fen(value: int) -> str:
    return money(Money(value))


def _instant(value: str) -> str:
    read = datetime.fromisoformat(value)
    return str(gettext("未约定结束")) if read >= FAR_FUTURE else moment(read)


def _outcome(outcome: str) -> str:
    granted = Outcome(outcome) is Outcome.GRANTED
    return str(gettext("异议成立") if granted else gettext("异议未成立"))


def _link(kind: TicketKind) -> str:
    reset = kind is TicketKind.RESET
    return str(gettext("重设密码的邮件链接") if reset else gettext("邀请邮件里的链接"))


def _evidence(evidence: str) -> str:
    documented = Evidence(evidence) is Evidence.DOCUMENTED
    return str(gettext("有据") if documented else gettext("自报"))


IDS = {"area_id", "charge_id", "document_id", "enterprise_id"}
AREAS = {"area", "area_before", "area_hundredths", "area_cm2", "area_now", "own_area"}
DAYS = {"by_when", "day", "due_on", "first_day", "joined_on", "left_on", "valid_from"}
WORDED: dict[str, Callable[[Any], str]] = {
    "basis": lambda value: per(Basis(value)),
    "closes": lambda value: str(value)[:5],
    "ending": lambda value: ending_name(Ending(value)),
    "evidence": _evidence,
    "kind": lambda value: kind_name(Kind(value)),
    "monthly_budget": _fen,
    "opens": lambda value: str(value)[:5],
    "outcome": _outcome,
    "planned_end": _instant,
    "role": lambda value: role_name(Role(value)),
    "size": lambda value: size_name(Size(value)),
    "state": lambda value: state_name(ReservationState(value)),
    "rule": kept_rule_label,
    "through": lambda value: _link(TicketKind(value)),
    **dict.fromkeys(AREAS, area),
    **dict.fromkeys(DAYS, lambda value: full_day(date.fromisoformat(value))),
    **dict.fromkeys(IDS, lambda value: f"#{value}"),
}
BY_ENDING: dict[str, Callable[[Any], str]] = {
    "_fen": _fen, "_minutes": duration, "_minute": minute_clock, "_at": _instant,
}  # fmt: skip


OF_NEEDS: dict[str, Callable[[str], str]] = {
    "kind": lambda value: need_kind(NeedKind(value)),
    "state": lambda value: need_state(NeedState(value)),
}


def need_fact(subject: str, name: str, value: str) -> str | None:
    """Write a fact of a need as people read it; None where it is another's, or as any other."""
    say = OF_NEEDS.get(name) if subject == "need" else None
    return say(value) if say else None
