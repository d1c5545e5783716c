"""Search: what is free then, with what it would cost; and if nothing is, what is free instead."""

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.calendar import blueprint
from booking.blueprints.calendar.asked_for import (
    address,
    asked_span,
    fill_in,
    search_form,
    wanted_of,
    when_asked,
)
from booking.blueprints.calendar.closed import closed_spaces
from booking.blueprints.calendar.forms import SearchForm
from booking.blueprints.calendar.found import Found, find
from booking.blueprints.calendar.rather import rather
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import SEATED, Criteria
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.spaces import KINDS, kind_name, kind_or
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import me
from booking.blueprints.messages import put_beside
from booking.people.models import Role
from booking.spaces.models import Kind
from booking.values.refusal import Refusal

PAGE = 24
KNOWS = ("kind", "day", "until", "starts", "ends", "people", "area", "equipment")


@blueprint.get("/search")
@allow(*Role)
def search() -> ResponseReturnValue:
    """Look for what is free by time, people and equipment."""
    now, wish = clock.now(), Criteria.of_request()
    kind = kind_or(request.args.get("kind"), KINDS[0])
    form = search_form(kind, wish)
    fill_in(form, now)
    pager = Pager.of_request(PAGE, *KNOWS)
    found = found_for(form, kind, pager, now) if form.validate() else None
    return render_template(
        "calendar/search.html",
        form=form,
        kind=kind,
        kinds=[(kind_name(one), address(form, wish, kind=one.value), one is kind) for one in KINDS],
        found=found,
        closed=closed_spaces(kind, found.span, wanted_of(form, kind), now, wish) if found else (),
        when=times(found.span.start, found.span.end, kind) if found else "",
        storage=kind is Kind.STORAGE,
        seated=kind in SEATED,
        pager=pager.count(found.count if found else 0),
        elsewhere=unasked(form, kind, wish),
        day_url=url_for("calendar.day", **wish.args(kind=kind.value, day=form.day.data)),
        pool_url=url_for("reservations.pool", **when_asked(form, kind, wish)) if me().enterprise_id else "",
    )


def found_for(form: SearchForm, kind: Kind, pager: Pager, now: datetime) -> Found | None:
    """Look; where that cannot be, say so beside the field, with the nearest that can."""
    wish = Criteria.of_request()
    try:
        span = asked_span(form, kind, now)
        shown = slice(pager.before, pager.before + PAGE)
        return find(kind, span, wanted_of(form, kind), shown, now, wish)
    except Refusal as refusal:
        put_beside(form, refusal, rather(form, kind, refusal, now))
        return None


def unasked(form: SearchForm, kind: Kind, wish: Criteria) -> Criteria:
    """Tell what goes along though this kind is not asked about it: seats, and another kind's equipment."""
    known = form.equipment.data or ()
    return Criteria(
        None if kind in SEATED else wish.people,
        tuple(name for name in wish.equipment if name not in known),
    )
