"""The evaluation of a month's spaces; a suggestion becomes a matter of the committee in one press."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.cycle.timeline import blueprint, month_steps, tabs
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.labels.cycle import (
    matter_title,
    measure_name,
    share_of_month,
    spaces_named,
    suggestion_basis,
    used_of_open,
)
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.labels.utilisation import few_told, or_dash
from booking.blueprints.kit.session import actor, me, month_of_request, my_park
from booking.blueprints.kit.telling import knowing
from booking.db import db, transaction
from booking.language import CHINESE, force_locale, gettext
from booking.people.models import Role
from booking.rhythm.cycle_days import CycleStep, step_day
from booking.rhythm.evaluate import Evaluation, evaluate
from booking.rhythm.propose_matter import open_titles, propose_matter
from booking.rhythm.what_to_do import SpaceOfMonth, Suggestion, is_judged, measure_for
from booking.spaces.models import Kind


@blueprint.get("/evaluation")
@allow(*STAFF)
def evaluation() -> str:
    """Show every space of a month, and what to do with those that are little used."""
    month = month_of_request()
    found = evaluate(db.session(), my_park(), month, now=clock.now(), knowing=knowing())
    matters = open_titles(db.session(), my_park().id)
    return render_template(
        "cycle/evaluation.html",
        found=found,
        day=step_day(CycleStep.EVALUATION, month),
        suggestions=[_drawn(one, matters) for one in found.suggestions],
        rows=[_row(one) for one in found.spaces],
        untold=few_told() if any(one.hidden.evening for one in found.spaces) else "",
        may_propose=me().role is Role.BRANCH,
        tabs=tabs("evaluation", month),
        **month_steps("cycle.evaluation", month),
    )


def _row(one: SpaceOfMonth) -> dict[str, object]:
    measure = measure_for(one)
    by_hour = one.kind != Kind.STORAGE.value  # a store is let day and night
    return {
        "space": one,
        "kind": kind_name(Kind(one.kind)),
        "share": share_of_month(one),
        "used": used_of_open(one),
        "evening": "–" if one.hidden.evening or not by_hour else or_dash(one.evening_share),
        "before": "–" if one.hidden.before else or_dash(one.share_before),
        "measure": measure_name(measure) if measure else "",
        "judged": is_judged(one),
        "waits": one.hidden.judgement,
    }


def _drawn(found: Suggestion, matters: dict[str, int]) -> dict[str, object]:
    return {
        "key": found.key,
        "title": f"{found.place} {spaces_named(found)}",
        "kind": kind_name(Kind(found.kind)),
        "measure": measure_name(found.measure),
        "because": suggestion_basis(found),
        "matter_id": matters.get(_kept_title(found)),
    }


def _kept_title(found: Suggestion) -> str:
    """Title its matter in the park's language, whoever reads: by it one knows that there is one."""
    with force_locale(CHINESE):
        return matter_title(found)


@blueprint.post("/evaluation/propose")
@allow(Role.BRANCH)
def propose() -> ResponseReturnValue:
    """Make a matter of a suggestion; the second press finds it."""
    month = month_of_request()
    with transaction() as session:
        found = evaluate(session, my_park(), month, now=clock.now(), knowing=knowing())
        suggestion = _asked(found)
        with force_locale(CHINESE):
            title, words = matter_title(suggestion), suggestion_basis(suggestion)
        propose_matter(session, my_park(), me(), suggestion, title, words, by=actor(), now=clock.now())
    flash(gettext("已列为议题，下次例会讨论：%(title)s。", title=title), "success")
    return redirect(url_for(".evaluation", month=str(month)))


def _asked(found: Evaluation) -> Suggestion:
    key = request.form.get("key", "")
    return next((one for one in found.suggestions if one.key == key), None) or abort(404)
