"""Matters: what is proposed for joining, what waits for the meeting, what it decided, what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Optional

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import month_text
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.needs import MeetingForm, blank_decision, is_decided, next_to_decide
from booking.blueprints.kit.forms.validators import at_most, carried_out, must, status_of, tidy_line
from booking.blueprints.kit.http import safe_redirect
from booking.blueprints.kit.month_sheet.wall import way_back
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside, wording
from booking.blueprints.needs.lists import NOT_FOUND, blueprint, need_or_404
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.letters.branch import matter_done, need_answered
from booking.needs.matters import join_needs, open_matter, part_need, settle_matter, word_matter
from booking.needs.models import DecisionOutcome, Matter, Need
from booking.needs.queries import Weight, weigh, weights_of
from booking.needs.utterances import Likes, like_needs
from booking.needs.work_queries import matter_in, matters_of, needs_named, utterances_of
from booking.parks.queries import park_calendar
from booking.values import Month, Refusal


class JoinForm(FlaskForm):
    """Needs that become a matter, or go into one."""

    title = StringField(_("议题"), [must(), at_most(80)], [tidy_line])
    needs = SelectMultipleField(_("诉求"), coerce=whole, validate_choice=False)


class MatterForm(EditForm):
    """How a matter is worded."""

    title = StringField(_("议题"), [must(), at_most(80)], [tidy_line])
    proposal = StringField(
        _("建议"),
        [Optional(), at_most(300)],
        [tidy_line],
        description=_("开会时和议题一起念的建议，可以空着。"),
    )


class SettleForm(FlaskForm):
    """What became of what was decided."""

    note = StringField(_("说明"), [Optional(), at_most(300)], [tidy_line])


LOOKED_BACK = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Needs that are alike: how they might be called, and the matter they would go into, if there is one."""

    title: str
    needs: list[Need]
    matter: Matter | None
    weight: Weight


@blueprint.get("/matters")
@allow(*STAFF)
def matters() -> str:
    """List proposals, what is to decide, what was decided, what is done."""
    session, park = db.session(), my_park()
    found = matters_of(session, park.id)
    return render_template(
        "needs/matters.html",
        proposals=_proposals(session, found),
        weights=weights_of(session, [matter.id for matter in found]),
        to_decide=[one for one in found if one.done_at is None and one.standing is None],
        decided=[one for one in found if one.done_at is None and one.standing is not None],
        finished=[one for one in found if one.done_at is not None],
        today=clock.now().astimezone(park.zone).date(),
        calendar=park_calendar(session, park.id),
    )


MOST_PROPOSALS = 8


def _proposals(session: Session, matters: Sequence[Matter]) -> list[Proposal]:
    """Propose what the most enterprises share first: one of them may say much."""
    park, by_id = my_park(), {matter.id: matter for matter in matters}
    groups = like_needs(utterances_of(session, park.id, clock.now() - LOOKED_BACK))
    ids = [one.need_id for group in groups for one in group.loose]
    needs = needs_named(session, park.id, ids)
    found = [_proposal(group, needs, by_id.get(group.matter_id or 0)) for group in groups]
    return sorted(found, key=lambda one: -one.weight.enterprises)[:MOST_PROPOSALS]


def _proposal(group: Likes, needs: Mapping[int, Need], matter: Matter | None) -> Proposal:
    loose = [needs[one.need_id] for one in group.loose]
    title = min((need.words for need in loose), key=len)[:80]
    return Proposal(matter.title if matter else title, loose, matter, weigh(loose))


@blueprint.post("/matters")
@allow(*STAFF)
@takes(_("议题"), JoinForm)
def join() -> ResponseReturnValue:
    """Make a matter of the needs that were ticked."""
    form = JoinForm()
    if not form.validate_on_submit():
        flash(gettext("请写一个议题名称，并选择诉求。"), "warning")
        return redirect(url_for(".matters"))
    try:
        with transaction() as session:
            matter = open_matter(
                session,
                my_park().id,
                form.title.data or "",
                form.needs.data or [],
                by=actor(),
                now=clock.now(),
            )
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for(".matters"))
    flash(gettext("已合并为议题。"), "success")
    return redirect(url_for(".matter", matter_id=matter.id))


@blueprint.post("/matters/<int:matter_id>/join")
@allow(*STAFF)
def join_more(matter_id: int) -> ResponseReturnValue:
    """Put the needs that were ticked into a matter."""
    _matter_or_404(matter_id)
    ids = request.form.getlist("needs", type=whole)

    def do(session: Session) -> None:
        join_needs(session, matter_id, ids, need_answered, by=actor(), now=clock.now())

    return _press(do, gettext("已并入议题。"), url_for(".matter", matter_id=matter_id))


def _matter_or_404(matter_id: int) -> Matter:
    return matter_in(db.session(), my_park().id, matter_id) or abort(NOT_FOUND)


@blueprint.route("/matters/<int:matter_id>", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("议题"), MatterForm)
def matter(matter_id: int) -> ResponseReturnValue:
    """Show a matter with its needs and decisions, and word it."""
    found = _matter_or_404(matter_id)
    form = _matter_form(found)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                form.check(session)
                word_matter(
                    session,
                    found.id,
                    form.title.data or "",
                    form.proposal.data or "",
                    by=actor(),
                    now=clock.now(),
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已保存。"), "success")
            return redirect(url_for(".matter", matter_id=matter_id))
    return _page(_matter_or_404(matter_id), form=form)


def _matter_form(found: Matter, *, sent: bool = True) -> MatterForm:
    thing = EditedRecord("matter", found.id, ((Matter, found.id),))
    return MatterForm.of(thing, lambda: {"obj": _matter_or_404(found.id)}, sent=sent)


def _page(
    found: Matter, *, form: MatterForm | None = None, decision: MeetingForm | None = None
) -> ResponseReturnValue:
    park = my_park()
    running = Month.of(clock.now(), park.zone)
    meeting = decision or blank_decision(running, what=found.proposal)
    meeting.month.choices = options((str(one), month_text(one)) for one in (running, running.previous))
    page = render_template(
        "needs/matter.html",
        matter=found,
        form=form or _matter_form(found, sent=False),
        decision=meeting,
        onward=request.form.get("next", ""),
        settle=SettleForm(formdata=None),
        weight=weights_of(db.session(), [found.id]).get(found.id),
        today=clock.now().astimezone(park.zone).date(),
        calendar=park_calendar(db.session(), park.id),
        zone=park.zone,
    )
    return page, status_of(decision or form or SettleForm(formdata=None))


@blueprint.post("/matters/<int:matter_id>/decide")
@allow(*STAFF)
@takes(_("议题"), MeetingForm)
def decide(matter_id: int) -> ResponseReturnValue:
    """Write down what the meeting of a month decides; `next` is where to go on, for the projected page."""
    found, form = _matter_or_404(matter_id), MeetingForm()
    if is_decided(found, form):
        return _onward(url_for(".matter", matter_id=matter_id))
    return _page(_matter_or_404(matter_id), decision=form)


@blueprint.post("/matters/<int:matter_id>/<any(done, carried_on):outcome>")
@allow(*STAFF)
@takes(_("议题"), SettleForm)
def settle(matter_id: int, outcome: str) -> ResponseReturnValue:
    """Say what became of it."""
    form = SettleForm()
    note = (form.note.data or "") if form.validate_on_submit() else ""
    said = gettext("已办结，相关企业会收到通知。") if outcome == "done" else gettext("已延续，下月排在最前。")

    def do(session: Session) -> None:
        settle_matter(
            session, matter_id, DecisionOutcome(outcome), matter_done, by=actor(), now=clock.now(), note=note
        )

    _matter_or_404(matter_id)
    return _press(do, said, url_for(".matter", matter_id=matter_id))


def _onward(otherwise: str) -> ResponseReturnValue:
    """Go where `next` of the form says, or back to the month on the wall; else on here."""
    target = request.form.get("next", "") or next_to_decide(way_back())
    return safe_redirect(target, otherwise) if target else redirect(otherwise)


def _press(do: Callable[[Session], None], said: str, otherwise: str) -> ResponseReturnValue:
    carried_out(do, said)
    return _onward(otherwise)


@blueprint.post("/needs/<int:need_id>/join")
@allow(*STAFF)
def join_one(need_id: int) -> ResponseReturnValue:
    """Put one need into a matter, or make a matter of it."""
    need, wanted = need_or_404(need_id), request.form.get("matter", type=whole)
    if wanted is not None:
        _matter_or_404(wanted)

    def do(session: Session) -> None:
        if wanted is None:
            title = need.words[:80]
            open_matter(session, need.park_id, title, [need.id], by=actor(), now=clock.now())
        else:
            join_needs(session, wanted, [need.id], need_answered, by=actor(), now=clock.now())

    return _press(do, gettext("已并入议题。"), url_for(".show", need_id=need_id))


@blueprint.post("/needs/<int:need_id>/part")
@allow(*STAFF)
def part(need_id: int) -> ResponseReturnValue:
    """Take a need out of its matter."""
    need = need_or_404(need_id)

    def do(session: Session) -> None:
        part_need(session, need, by=actor(), now=clock.now())

    back = url_for(".show", need_id=need_id)
    if need.matter_id is not None:
        back = url_for(".matter", matter_id=need.matter_id)
    return _press(do, gettext("已移出议题。"), back)
