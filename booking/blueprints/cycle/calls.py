"""Whom a liaison should call on: the page of it, and the list for others."""

from flask import render_template, url_for

from booking import clock
from booking.blueprints.cycle.timeline import blueprint, month_steps, tabs
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import day
from booking.blueprints.kit.session import me, month_of_request, my_park
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.rhythm.call_list import ToCall, call_list
from booking.values.month import Month


@blueprint.get("/calls")
@allow(*STAFF)
def calls() -> str:
    """List whom a liaison should call on in a month."""
    month = month_of_request()
    return render_template(
        "cycle/calls.html",
        month=month,
        with_use=sees_use(),
        rows=whom_to_call(month),
        tabs=tabs("calls", month),
        **month_steps("cycle.calls", month),
    )


def sees_use() -> bool:
    """Tell whether the reader may see who used something; what the branch sees comes from nobody's use."""
    return me().role is Role.ADMIN


def whom_to_call(month: Month | None = None) -> list[dict[str, str]]:
    """Word whom to call on, in the running month unless said."""
    session, park, now = db.session(), my_park(), clock.now()
    asked = month or Month.of(now, park.zone)
    return [_to_call(one) for one in call_list(session, park, asked, by_use=sees_use(), now=now)]


def _to_call(one: ToCall) -> dict[str, str]:
    said = [gettext("清单没有打开")] if one.listed else []
    if one.liaison is not None:
        said.append(gettext("联络员 %(name)s", name=one.liaison))
    if sees_use():
        last = one.last_use
        said.append(gettext("上次使用 %(day)s", day=day(last)) if last else gettext("从没用过"))
    return {
        "name": one.enterprise.short_name,
        "detail": " · ".join(said),
        "before": url_for("needs.show", need_id=one.visit_id) if one.visit_id else "",
        "visit": _where_to_visit(one),
    }


def _where_to_visit(one: ToCall) -> str:
    """Lead to its own line among the visits; without a liaison it has none."""
    if one.liaison is None:
        return ""
    return url_for("needs.visits", all=1, _anchor=f"firm-{one.enterprise.id}")
