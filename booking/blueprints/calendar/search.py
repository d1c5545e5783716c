"""Search: what is free then, with what it would cost; and if nothing is, what is free instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for

from booking import clock
from booking.blueprints.access import allow
from booking.blueprints.calendar import blueprint
from booking.blueprints.calendar.forms import SearchForm
from booking.blueprints.calendar_words import KINDS, kind_or, local_name
from booking.blueprints.form_fields import options
from booking.blueprints.kit.pager import Pager, this_page
from booking.blueprints.messages import put_beside
from booking.blueprints.offers import offers, other_time
from booking.blueprints.reservation_words import times
from booking.blueprints.signed_in import me, my_park
from booking.blueprints.space_words import kind_name
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.reservations.alternatives import free_and_allowed, nearest_among
from booking.reservations.circumstances import circumstances
from booking.reservations.rules import check_new, local_instant, span_between, storage_span
from booking.reservations.space_queries import (
    Wanted,
    areas_of_kind,
    equipment_of_kind,
    fitting_spaces,
    space_rows,
)
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.spaces.rules import DAY_MINUTES
from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from booking.blueprints.offers import Offer, OtherTime
    from booking.values.span import Span

PAGE = 24
KNOWS = ("kind", "day", "until", "starts", "ends", "people", "area", "equipment")
MOST_COMPARED = 40
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: offers of this page, how many there are, or what is free instead."""

    span: Span
    offers: Sequence[Offer]
    count: int
    times: Sequence[OtherTime] = ()
    similar: Sequence[Offer] = ()


@blueprint.get("/search")
@allow(*Role)
def search() -> ResponseReturnValue:
    """Look for what is free by time, people and equipment."""
    now, park = clock.now(), my_park()
    kind = kind_or(request.args.get("kind"), KINDS[0])
    form = SearchForm(request.args)
    form.equipment.choices = options((name, name) for name in equipment_of_kind(db.session(), park.id, kind))
    form.area.choices = options([(0, gettext("全部区域")), *_areas(kind)])
    pager = Pager.of_request(PAGE, *KNOWS)
    fill_in(form, now)
    found = None
    if form.validate():
        try:
            found = find(form, kind, pager, now)
        except Refusal as refusal:
            put_beside(form, refusal)
    return render_template(
        "calendar/search.html",
        form=form,
        kind=kind,
        kinds=[
            (kind_name(one), this_page(*KNOWS, kind=one.value, area=None, equipment=None), one is kind)
            for one in KINDS
        ],
        found=found,
        when=times(found.span.start, found.span.end, kind) if found else "",
        storage=kind is Kind.STORAGE,
        pager=pager.count(found.count if found else 0),
        day_url=url_for("calendar.day", kind=kind.value, day=form.day.data),
        pool_url=url_for("reservations.pool", **_when(form, kind)) if me().enterprise_id else "",
    )


def fill_in(form: SearchForm, now: datetime) -> None:
    """Begin with the next full hour of today, for one person."""
    local = now.astimezone(my_park().zone)
    soon = (local + HOUR).replace(minute=0)
    form.day.data = form.day.data or local.date()
    if form.starts.data is None:
        form.starts.data = soon.hour * 60 if soon.date() == local.date() else 9 * 60
    if form.ends.data is None:
        form.ends.data = min(form.starts.data + 60, DAY_MINUTES)
    if form.people.data is None and not request.args.get("people"):
        form.people.data = 1
    form.area.data = form.area.data or 0
    form.day.flags.optional = form.people.flags.optional = False  # they begin filled in


def find(form: SearchForm, kind: Kind, pager: Pager, now: datetime) -> Found:
    """Look for what is free; raises the refusal of the kind's rule where no space of it may be had then."""
    session, park = db.session(), my_park()
    rules = rules_for(session, park.id)
    span = asked_span(form, kind, now)
    wanted = Wanted(form.people.data or 1, form.equipment.data or (), form.area.data or None)
    usable = free_and_allowed(session, park, kind, span, now, wanted)
    if usable:
        ids = [row.id for row in usable]
        return Found(span, offers(ids[pager.before : pager.before + PAGE], span), len(usable))
    at = circumstances(session, park, kind, rules.kind(kind), span, now)
    if not rules.of_space:
        check_new(span, at)
    fitting = space_rows(session, fitting_spaces(session, park.id, kind, now, wanted)[:MOST_COMPARED])
    times = [
        other_time(row, time, form.people.data)
        for row, time in nearest_among(session, park, fitting, span, now)
    ]
    similar = [row.id for row in free_and_allowed(session, park, kind, span, now, Wanted())]
    return Found(span, (), 0, times, offers(similar[-3:], span))


def asked_span(form: SearchForm, kind: Kind, now: datetime) -> Span:
    """Read the form's times; raises EndsBeforeItStarts, InThePast."""
    zone = my_park().zone
    day = form.day.data or now.astimezone(zone).date()
    if kind is Kind.STORAGE:
        return storage_span(day, form.until.data, now, zone)
    first, last = form.starts.data or 0, form.ends.data or 0
    return span_between(local_instant(day, first, zone), local_instant(day, last, zone))


def _areas(kind: Kind) -> list[tuple[int, str]]:
    rows = areas_of_kind(db.session(), my_park().id, kind)
    return [(area_id, local_name(name, name_en)) for area_id, name, name_en in rows]


def _when(form: SearchForm, kind: Kind) -> dict[str, Any]:
    """Carry what was asked over to the form for any one of many."""
    asked: dict[str, Any] = {
        "kind": kind.value,
        "day": form.day.data,
        "starts": form.starts.text,
        "ends": form.ends.text,
    }
    return asked | {"people": form.people.data, "area": form.area.data or None}
