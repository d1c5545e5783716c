"""A need as those see it who said it and who work on it: where it stands, its answer, its next step.

A wish for longer hours is granted here: the day is opened and the need answered.
"""

from collections.abc import Callable

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.kit.access import SIGNED_IN, STAFF, allow
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.needs import offer_places, space_named
from booking.blueprints.kit.forms.validators import pressed, status_of
from booking.blueprints.kit.http import FOR_EVER, send_document
from booking.blueprints.kit.labels.spaces import granted_label
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.needs import forms
from booking.blueprints.needs.lists import NOT_FOUND, blueprint, is_staff, need_or_404
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext, lazy_gettext as _
from booking.letters.branch import need_answered
from booking.needs.liaisons import looked_after
from booking.needs.models import Matter, Need
from booking.needs.queries import weights_of
from booking.needs.rules import NeedKind
from booking.needs.steps import answer_need, change_kind, check_asker, end_need, hand_over, reopen_need
from booking.needs.utterances import Utterance, matter_like
from booking.needs.work_queries import lines_of, matters_of, steps_of, utterances_of
from booking.people.models import Role
from booking.people.queries import enterprise_of, staff_of
from booking.spaces.extended.extended_hours import extended_for_need, grant_hours
from booking.spaces.extended.read_hours import read_hours
from booking.spaces.rules import REASON_LENGTH
from booking.values import Refusal, local_day


@blueprint.get("/needs/<int:need_id>")
@allow(*SIGNED_IN)
def show(need_id: int) -> str:
    """Show a need to who said it, who runs their enterprise, or who works on it."""
    return need_page(need_or_404(need_id))


def need_page(
    need: Need, form: forms.NeedAnswerForm | None = None, grant: forms.GrantForm | None = None
) -> str:
    """Draw a need's page, with a form that must be put right."""
    session, park = db.session(), my_park()
    form = form or forms.NeedAnswerForm(formdata=None, answer=need.answer)
    read = read_hours(need.words, local_day(need.raised_at, park.zone))
    return render_template(
        "needs/show.html",
        need=need,
        line=lines_of(session, park, [need], clock.now())[0],
        steps=steps_of(session, need.id),
        staff=is_staff(),
        mine=_may_end(need),
        form=form,
        grant=grant or forms.grant_form(need, read),
        reads_hours=read.opens is not None or read.closes is not None,
        extended=extended_for_need(session, need.id),
        remark=forms.RemarkForm(formdata=None),
        hand=_hand_form(need),
        firm=_firm_form(need),
        open_matters=_open_matters(),
        like=_like(need),
        kind_form=forms.KindForm(formdata=None, kind=need.kind.value),
    )


def _open_matters() -> list[Matter]:
    """Give the matters that a need may be put into."""
    found = matters_of(db.session(), my_park().id) if is_staff() else ()
    return [one for one in found if one.done_at is None]


def _like(need: Need) -> tuple[int, int] | None:
    """Give the matter that it is like, of the same kind and place in much the same words, and its weight."""
    if not is_staff() or need.matter_id is not None:
        return None
    session = db.session()
    said = utterances_of(session, my_park().id, need.raised_at)
    found = matter_like(Utterance(need.id, need.kind, need.area_id, need.words), said)
    return (found, weights_of(session, [found])[found].enterprises) if found is not None else None


def _may_end(need: Need) -> bool:
    """Tell whether the reader says when it is solved: who said it, who runs the enterprise, or who called."""
    return need.member_id == me().id or need.is_named or not is_staff()


def _hand_form(need: Need) -> forms.HandForm:
    form = forms.HandForm(owner=need.owner_id)
    people = staff_of(db.session(), my_park().id) if is_staff() else []
    form.owner.choices = options((one.id, one.name) for one in people if one.active)
    return form


NO_FIRM = 0


def _firm_form(need: Need) -> forms.FirmForm:
    """Ask of which enterprise whoever asked is; the one they named is chosen already, if the park has it."""
    form = forms.FirmForm(enterprise=need.enterprise_id or NO_FIRM)
    there = looked_after(db.session(), my_park().id) if need.is_named and is_staff() else ()
    form.enterprise.choices = options(
        [(NO_FIRM, gettext("不是园区的企业")), *((one.id, one.short_name) for one in there)]
    )
    return form


@blueprint.post("/needs/<int:need_id>/answer")
@allow(*STAFF)
@takes(_("诉求"), forms.NeedAnswerForm)
def answer(need_id: int) -> ResponseReturnValue:
    """Answer it."""
    need, form = need_or_404(need_id), forms.NeedAnswerForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                answer_need(
                    session, need.id, form.answer.data or "", need_answered, by=actor(), now=clock.now()
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(how_told(need), "success")
            return redirect(url_for(".show", need_id=need.id))
    return need_page(need_or_404(need_id), form), status_of(form)


def how_told(need: Need) -> str:
    """Say how the asker hears of the answer."""
    if need.member_id is not None:
        return gettext("已答复，提出的人会收到邮件。")
    return gettext("已答复。对方没有账号，请打电话告诉他：%(phone)s。", phone=need.asker_phone)


def _press(need_id: int, do: Callable[[Session, Need], object], said: str) -> ResponseReturnValue:
    """Do what one press says, and come back to the need."""
    need = need_or_404(need_id)
    return pressed(lambda session: do(session, need), said, url_for(".show", need_id=need_id))


@blueprint.post("/needs/<int:need_id>/take")
@allow(*STAFF)
def take(need_id: int) -> ResponseReturnValue:
    """Take it over."""
    return _press(
        need_id,
        lambda session, need: hand_over(session, need.id, me().id, by=actor(), now=clock.now()),
        gettext("现在由你办理。"),
    )


@blueprint.post("/needs/<int:need_id>/hand")
@allow(*STAFF)
@takes(_("诉求"), forms.HandForm)
def hand(need_id: int) -> ResponseReturnValue:
    """Hand it to a colleague."""
    form = _hand_form(need_or_404(need_id))
    if not form.validate_on_submit():
        flash(gettext("请选择园区的同事。"), "warning")
        return redirect(url_for(".show", need_id=need_id))
    return _press(
        need_id,
        lambda session, need: hand_over(session, need.id, form.owner.data, by=actor(), now=clock.now()),
        gettext("已转交。"),
    )


@blueprint.post("/needs/<int:need_id>/kind")
@allow(*SIGNED_IN)
@takes(_("诉求"), forms.KindForm)
def kind(need_id: int) -> ResponseReturnValue:
    """Put its kind right."""
    form = forms.KindForm()
    if not form.validate_on_submit():
        abort(NOT_FOUND)
    return _press(
        need_id,
        lambda session, need: change_kind(
            session, need.id, NeedKind(form.kind.data), by=actor(), now=clock.now()
        ),
        gettext("类型已更正，期限重新计算。"),
    )


@blueprint.post("/needs/<int:need_id>/checked")
@allow(*STAFF)
@takes(_("诉求"), forms.FirmForm)
def checked(need_id: int) -> ResponseReturnValue:
    """Note that who asked by name is real, and of which enterprise."""
    form = _firm_form(need_or_404(need_id))
    if not form.validate_on_submit():
        flash(gettext("请选择园区的企业。"), "warning")
        return redirect(url_for(".show", need_id=need_id))
    firm = enterprise_of(db.session(), my_park().id, form.enterprise.data)
    return _press(
        need_id,
        lambda session, need: check_asker(session, need.id, firm, by=actor(), now=clock.now()),
        gettext("联系人已核实。"),
    )


@blueprint.post("/needs/<int:need_id>/end")
@allow(*SIGNED_IN)
def ended(need_id: int) -> ResponseReturnValue:
    """Say that it is solved; only who said it does, or who runs their enterprise."""
    if not _may_end(need_or_404(need_id)):
        abort(NOT_FOUND)
    return _press(
        need_id,
        lambda session, need: end_need(session, need.id, by=actor(), now=clock.now()),
        gettext("好的，这件诉求已办结。"),
    )


@blueprint.post("/needs/<int:need_id>/reopen")
@allow(*SIGNED_IN)
@takes(_("诉求"), forms.RemarkForm)
def reopen(need_id: int) -> ResponseReturnValue:
    """Open it again."""
    form = forms.RemarkForm()
    if not form.validate_on_submit():
        flash(gettext("请写短一点再发一次。"), "warning")
        return redirect(url_for(".show", need_id=need_id))
    words = form.remark.data or ""
    return _press(
        need_id,
        lambda session, need: reopen_need(session, need.id, by=actor(), now=clock.now(), words=words),
        gettext("已重新打开，期限重新计算。"),
    )


@blueprint.get("/needs/<int:need_id>/picture")
@allow(*SIGNED_IN)
def picture(need_id: int) -> Response:
    """Give the picture that came with it."""
    need = need_or_404(need_id)
    if need.picture_id is None:
        abort(NOT_FOUND)
    document = db.session.get_one(Document, need.picture_id)
    return send_document(document, plain=f"need-{need.id}", look=True, keep=FOR_EVER)


@blueprint.post("/needs/<int:need_id>/extend")
@allow(Role.ADMIN)
@takes(_("诉求"), forms.GrantForm)
def extend(need_id: int) -> ResponseReturnValue:
    """Open the day for longer and answer the need, both or neither."""
    need, form = need_or_404(need_id), forms.GrantForm()
    offer_places(form)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                granted = grant_hours(
                    session, my_park(), space_named(form), form.asked(), need.words[:REASON_LENGTH],
                    by=actor(), now=clock.now(), need_id=need.id,
                )  # fmt: skip
                words = gettext("同意：%(said)s。现在就可以预订。", said=granted_label(granted))
                reply = (form.reply.data or "").strip() or words
                answer_need(session, need.id, reply, need_answered, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(how_told(need), "success")
            return redirect(url_for(".show", need_id=need.id))
    return need_page(need_or_404(need_id), grant=form), status_of(form)
