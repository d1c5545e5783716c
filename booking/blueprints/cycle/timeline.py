"""The rhythm of a month for administrator and branch: its three days, whom to call on, its evaluation.

A suggestion of the evaluation becomes a matter of the committee in one press.
"""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import day
from booking.blueprints.kit.labels import utilisation
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.session import actor, me, month_of_request, my_park, this_month
from booking.db import db, transaction
from booking.language import CHINESE, force_locale, gettext
from booking.people.models import Role
from booking.rhythm.cycle_days import CycleStep, step_day
from booking.rhythm.cycle_of_month import (
    CycleOfMonth,
    RhythmOfMonth,
    StepOfMonth,
    StepState,
    cycle_of_month,
    rhythm_of_month,
)
from booking.rhythm.evaluate import Evaluation, evaluate, open_titles, propose_matter
from booking.rhythm.what_to_do import SpaceOfMonth, Suggestion, is_judged, measure_for
from booking.spaces.models import Kind
from booking.values import Month

blueprint = Blueprint("cycle", __name__, url_prefix="/cycle")


def tabs(current: str, month: Month) -> list[tuple[str, str, bool]]:
    """Give the pages of the cycle."""
    named = {
        "timeline": gettext("节奏"),
        "calls": gettext("走访名单"),
        "evaluation": gettext("资源评估"),
    }
    return [
        (label, url_for(f"cycle.{name}", month=str(month)), name == current) for name, label in named.items()
    ]


def month_steps(endpoint: str, month: Month) -> dict[str, str]:
    """Give the addresses of the months beside one."""
    after = month.next
    has_begun = after <= this_month()
    return {
        "before": url_for(endpoint, month=str(month.previous)),
        "after": url_for(endpoint, month=str(after)) if has_begun else "",
    }


@blueprint.get("/")
@allow(*STAFF)
def timeline() -> str:
    """Show what went out in a month, and what is next."""
    month, session, now = month_of_request(), db.session(), clock.now()
    found = rhythm_of_month(session, my_park(), month, now=now)
    counted = cycle_of_month(session, my_park(), month, now=now, knowing=utilisation.knowing())
    return render_template(
        "cycle/timeline.html",
        found=found,
        counted=counted,
        steps=[_drawn(step, found, counted) for step in found.steps],
        tabs=tabs("timeline", month),
        **month_steps("cycle.timeline", month),
    )


def _drawn(step: StepOfMonth, found: RhythmOfMonth, counted: CycleOfMonth) -> dict[str, object]:
    days = step.days
    return {
        "name": step_name(days.step),
        "when": day(days.day),
        "moved": _moved(step, counted),
        "state": step_state_name(step.state),
        "tone": {StepState.DONE: "", StepState.DUE: "warning"}.get(step.state, "accent"),
        "done": step.state is StepState.DONE,
        "facts": FACTS[days.step](step, found, counted) if step.state is StepState.DONE else [],
        "what": step_label(days.step),
        "why": url_for(WHY[days.step], month=found.month),
        "next": step is found.next,
    }


def _moved(step: StepOfMonth, counted: CycleOfMonth) -> str:
    """Say both days where mail goes out later than the step's: which list it is, and when it went."""
    days = step.days
    if days.step is CycleStep.LIST and (
        later := utilisation.went_later(days, counted.list_went or days.mail_day)
    ):
        return gettext("1 日的清单，%(later)s", later=later)
    if days.step is CycleStep.FOLLOW_UP and (later := utilisation.went_later(days, days.mail_day)):
        return gettext("15 日的跟进，%(later)s", later=later)
    return ""


WHY = {
    CycleStep.LIST: "month.lists",
    CycleStep.FOLLOW_UP: "month.chased",
    CycleStep.EVALUATION: "month.evaluated",
}


def step_name(step: CycleStep) -> str:
    """Name a step."""
    names = {
        CycleStep.LIST: gettext("发清单"),
        CycleStep.FOLLOW_UP: gettext("跟进催办"),
        CycleStep.EVALUATION: gettext("资源评估"),
    }
    return str(names[step])


def step_label(step: CycleStep) -> str:
    """Say what a step is."""
    words = {
        CycleStep.LIST: gettext("每家企业收到自己的本月清单：上月账单、怎样更省、活动、在办的诉求。"),
        CycleStep.FOLLOW_UP: gettext("有使用或有预算的企业收到用到今天的数；快到期和逾期的诉求催一次。"),
        CycleStep.EVALUATION: gettext("看每个空间用了多少，提出关、降价或改作仓储的建议。"),
    }
    return str(words[step])


def step_state_name(state: StepState) -> str:
    """Name where a step stands."""
    names = {
        StepState.TO_COME: gettext("还没到"),
        StepState.DUE: gettext("正在发出"),
        StepState.DONE: gettext("已完成"),
        StepState.NOTHING: gettext("没有发出"),
    }
    return str(names[state])


StepFacts = Callable[[StepOfMonth, RhythmOfMonth, CycleOfMonth], list[str]]


def _of_list(step: StepOfMonth, found: RhythmOfMonth, counted: CycleOfMonth) -> list[str]:
    said = [gettext("%(count)s 家收到清单", count=step.sent), gettext("%(count)s 家打开", count=found.opened)]
    if counted.not_opened:
        said.append(_of_unopened(counted))
    return said


def _of_unopened(counted: CycleOfMonth) -> str:
    if not counted.visited + counted.cards_left:
        return gettext("未打开的 %(count)s 家还没有走访", count=counted.not_opened)
    return gettext(
        "未打开的 %(count)s 家，走访见到 %(met)s 家，留连心卡 %(cards)s 家",
        count=counted.not_opened,
        met=counted.visited,
        cards=counted.cards_left,
    )


def _of_follow_up(step: StepOfMonth, found: RhythmOfMonth, counted: CycleOfMonth) -> list[str]:
    del found
    return [
        gettext("%(count)s 家收到本月到今天的数", count=step.sent),
        gettext(
            "催办诉求 %(count)s 件，已答复 %(done)s 件",
            count=counted.needs_chased,
            done=counted.needs_answered,
        ),
    ]


def _of_evaluation(step: StepOfMonth, found: RhythmOfMonth, counted: CycleOfMonth) -> list[str]:
    del step, found
    if counted.evaluation is None:
        return []
    said = [gettext("看了 %(count)s 个空间", count=len(counted.evaluation.judged))]
    strongest = counted.evaluation.strongest
    if strongest is not None:
        said += [utilisation.matter_title(strongest), utilisation.suggestion_basis(strongest)]
    return said


FACTS: dict[CycleStep, StepFacts] = {
    CycleStep.LIST: _of_list,
    CycleStep.FOLLOW_UP: _of_follow_up,
    CycleStep.EVALUATION: _of_evaluation,
}


@blueprint.get("/calls")
@allow(*STAFF)
def calls() -> str:
    """List whom a liaison should call on in a month."""
    month = month_of_request()
    return render_template(
        "cycle/calls.html",
        month=month,
        with_use=utilisation.sees_use(),
        rows=utilisation.whom_to_call(month),
        tabs=tabs("calls", month),
        **month_steps("cycle.calls", month),
    )


@blueprint.get("/evaluation")
@allow(*STAFF)
def evaluation() -> str:
    """Show every space of a month, and what to do with those that are little used."""
    month = month_of_request()
    found = evaluate(db.session(), my_park(), month, now=clock.now(), knowing=utilisation.knowing())
    matters = open_titles(db.session(), my_park().id)
    return render_template(
        "cycle/evaluation.html",
        found=found,
        day=step_day(CycleStep.EVALUATION, month),
        suggestions=[_suggested(one, matters) for one in found.suggestions],
        rows=[_row(one) for one in found.spaces],
        untold=utilisation.few_told() if any(one.hidden.evening for one in found.spaces) else "",
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
        "share": utilisation.share_of_month(one),
        "used": utilisation.used_of_open(one),
        "evening": "–" if one.hidden.evening or not by_hour else utilisation.or_dash(one.evening_share),
        "before": "–" if one.hidden.before else utilisation.or_dash(one.share_before),
        "measure": utilisation.measure_name(measure) if measure else "",
        "judged": is_judged(one),
        "waits": one.hidden.judgement,
    }


def _suggested(found: Suggestion, matters: dict[str, int]) -> dict[str, object]:
    return {
        "key": found.key,
        "title": f"{found.place} {utilisation.spaces_named(found)}",
        "kind": kind_name(Kind(found.kind)),
        "measure": utilisation.measure_name(found.measure),
        "because": utilisation.suggestion_basis(found),
        "matter_id": matters.get(_kept_title(found)),
    }


def _kept_title(found: Suggestion) -> str:
    """Title its matter in the park's language, whoever reads: by it one knows that there is one."""
    with force_locale(CHINESE):
        return utilisation.matter_title(found)


@blueprint.post("/evaluation/propose")
@allow(Role.BRANCH)
def propose() -> ResponseReturnValue:
    """Make a matter of a suggestion; the second press finds it."""
    month = month_of_request()
    with transaction() as session:
        found = evaluate(session, my_park(), month, now=clock.now(), knowing=utilisation.knowing())
        suggestion = _asked(found)
        with force_locale(CHINESE):
            title, words = utilisation.matter_title(suggestion), utilisation.suggestion_basis(suggestion)
        propose_matter(session, my_park(), me(), suggestion, title, words, by=actor(), now=clock.now())
    flash(gettext("已列为议题，下次例会讨论：%(title)s。", title=title), "success")
    return redirect(url_for(".evaluation", month=str(month)))


def _asked(found: Evaluation) -> Suggestion:
    key = request.form.get("key", "")
    return next((one for one in found.suggestions if one.key == key), None) or abort(404)
