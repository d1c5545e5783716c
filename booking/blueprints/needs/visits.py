"""Visits: the enterprises one looks after, and two taps for each: met, or met nobody."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import day
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import wording
from booking.blueprints.needs.loading import NOT_FOUND, blueprint
from booking.db import db, transaction
from booking.language import gettext
from booking.needs.models import WORDS
from booking.needs.visits import called_on_by, visit
from booking.people.queries import enterprise_of
from booking.values.one_line import one_line
from booking.values.refusal import Refusal


@blueprint.get("/visits")
@allow(*STAFF)
def visits() -> str:
    """List the enterprises the reader looks after, or all; what is due comes first."""
    everybody, now = bool(request.args.get("all")), clock.now()
    called = called_on_by(db.session(), my_park().id, None if everybody else me().id, now=now)
    return render_template("needs/visits.html", called=called, everybody=everybody, now=now)


@blueprint.post("/visits/<int:enterprise_id>/<any(met, card):how>")
@allow(*STAFF)
def visited(enterprise_id: int, how: str) -> ResponseReturnValue:
    """Write down a visit."""
    enterprise = enterprise_of(db.session(), my_park().id, enterprise_id) or abort(NOT_FOUND)
    words = one_line(request.form.get("words", ""))[:WORDS] or gettext("走访")
    met = how == "met"
    try:
        with transaction() as session:
            need = visit(session, enterprise, words, met=met, visitor=me(), by=actor(), now=clock.now())
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for(".visits"))
    if met:
        flash(gettext("记下了：走访%(who)s，见到了。", who=enterprise.short_name), "success")
    else:
        flash(
            gettext(
                "记下了：留了连心卡，%(day)s再去%(who)s。", day=day(need.due_on), who=enterprise.short_name
            ),
            "success",
        )
    return redirect(url_for(".visits", all=request.form.get("all") or None))
