"""Who looks after which enterprise and who answers which needs; an enterprise's contact card; visits.

The card is a page for its people, a picture to send, an A6 sheet to leave. A visit is one of two taps: met,
or met nobody.
"""

import secrets

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import Optional

from booking import clock
from booking.blueprints.kit.access import SIGNED_IN, STAFF, TENANTS, allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import comma_list, day
from booking.blueprints.kit.forms.validators import at_most, form_page, must, pressed, tidy_line
from booking.blueprints.kit.http import FOR_EVER, send_bytes, send_document
from booking.blueprints.kit.labels.people import role_name
from booking.blueprints.kit.labels.utilisation import whom_to_call
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_enterprise_id, my_park
from booking.blueprints.messages import put_beside, wording
from booking.blueprints.needs.lists import NOT_FOUND, blueprint
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext, lazy_gettext as _
from booking.needs.card_printer import CardPaper, CardPerson, PrintFailed
from booking.needs.liaisons import (
    Assignment,
    assign_liaisons,
    card_of,
    cards_in,
    edit_liaison,
    faces_of,
    is_face,
    looked_after,
    owners_in,
    set_owner,
)
from booking.needs.models import WORDS, ContactCard, Liaison
from booking.needs.raise_need import called_on_by, visit
from booking.needs.rules import NeedKind
from booking.people.models import Enterprise, Member
from booking.people.queries import colleague, enterprise_of, staff_of
from booking.ports import ports
from booking.spaces.inventory_queries import areas_of
from booking.spaces.pictures import redrawn
from booking.values import Refusal
from booking.values.reading import one_line


class LiaisonForm(FlaskForm):
    """How a liaison is reached, as the contact card shows it."""

    phone = StringField(_("电话"), [must(), at_most(40)], [tidy_line])
    picture = FileField(_("照片"), [Optional()], description=_("正面照，会裁成圆形。不选就保留现在的。"))


IN_SIGHT = 5  # enterprises at once; the others behind "all"
FIRST_CALLS = 3


@blueprint.get("/liaisons")
@allow(*STAFF)
def liaisons() -> str:
    """Say whom to call on, then every enterprise with its liaison and deputy, and whose needs are whose."""
    session, park = db.session(), my_park()
    staff = [one for one in staff_of(session, park.id) if one.active]
    owners, cards, to_call = owners_in(session, park.id), cards_in(session, park.id), whom_to_call()
    # Who has nobody yet comes first.
    enterprises = sorted(looked_after(session, park.id), key=lambda one: one.id in cards)
    return render_template(
        "needs/liaisons.html",
        to_call=to_call[:FIRST_CALLS],
        calls=len(to_call),
        first=enterprises[:IN_SIGHT],
        others=enterprises[IN_SIGHT:],
        cards=cards,
        staff=staff,
        people=faces_of(session, [one.id for one in staff]),
        areas=areas_of(session, park.id),
        kinds=[kind for kind in NeedKind if kind is not NeedKind.VISIT],
        of_kind={one.kind: one.member_id for one in owners if one.kind},
        of_area={one.area_id: one.member_id for one in owners if one.area_id},
    )


CODE_BYTES = 12


@blueprint.post("/liaisons")
@allow(*STAFF)
def assign() -> ResponseReturnValue:
    """Set all that was chosen differently; what somebody else changed meanwhile stays, and is told."""
    try:
        with transaction() as session:
            wanted = [_assignment(enterprise) for enterprise in looked_after(session, my_park().id)]
            stayed = assign_liaisons(
                session, wanted, code=lambda: secrets.token_urlsafe(CODE_BYTES), by=actor(), now=clock.now()
            )
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for(".liaisons"))
    flash(gettext("联络员已保存。"), "success")
    if stayed:
        names = comma_list(one.short_name for one in stayed)
        flash(gettext("%(names)s刚被别人改过，没有覆盖，请看一眼再定。", names=names), "warning")
    return redirect(url_for(".liaisons"))


def _assignment(enterprise: Enterprise) -> Assignment:
    def chosen(name: str) -> int | None:
        return request.form.get(f"{name}-{enterprise.id}", type=whole)

    pair = (chosen("liaison"), chosen("deputy"))
    return Assignment(enterprise, pair, (chosen("was-liaison"), chosen("was-deputy")))


@blueprint.post("/liaisons/owners")
@allow(*STAFF)
def owners() -> ResponseReturnValue:
    """Set who answers the needs of a kind, or of a place."""
    named: dict[str, NeedKind | int] = {kind.value: kind for kind in NeedKind}
    named |= {f"area-{area.id}": area.id for area in areas_of(db.session(), my_park().id)}

    def do(session: Session) -> None:
        for name in named.keys() & request.form.keys():
            chosen = request.form.get(name, type=whole)
            set_owner(session, my_park().id, named[name], chosen, by=actor(), now=clock.now())

    return pressed(do, gettext("负责人已保存。"), url_for(".liaisons"))


@blueprint.route("/liaisons/people/<int:member_id>", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("联络员"), LiaisonForm)
def liaison(member_id: int) -> ResponseReturnValue:
    """Set how a liaison is reached."""
    member = colleague(db.session(), my_park().id, None, member_id) or abort(NOT_FOUND)
    row = db.session.get(Liaison, member.id)
    form = LiaisonForm(phone=row.phone if row else member.phone)
    if form.validate_on_submit():
        try:
            drawn = redrawn(form.picture.data.read()) if form.picture.data else None
            with transaction() as session:
                edit_liaison(session, member, form.phone.data or "", drawn, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已保存，连心卡用新的电话和照片。"), "success")
            return redirect(url_for(".liaisons"))
    return form_page("needs/liaison.html", form, member=member, row=row)


@blueprint.get("/liaisons/photo/<int:document_id>")
@allow(*SIGNED_IN)
def photo(document_id: int) -> Response:
    """Give the photograph of a liaison of the reader's park."""
    if not is_face(db.session(), my_park().id, document_id):
        abort(NOT_FOUND)
    document = db.session.get_one(Document, document_id)
    return send_document(document, plain=f"liaison-{document_id}", look=True, keep=FOR_EVER)


def _card(enterprise_id: int) -> ContactCard | None:
    return card_of(db.session(), my_park().id, enterprise_id)


@blueprint.get("/card")
@allow(*TENANTS)
def my_card() -> str:
    """Show the card of the reader's enterprise."""
    return _page(_card(my_enterprise_id()))


@blueprint.get("/liaisons/<int:enterprise_id>/card")
@allow(*STAFF)
def card(enterprise_id: int) -> str:
    """Show the card of any enterprise of the park."""
    return _page(_card(enterprise_id) or abort(NOT_FOUND))


def _page(card: ContactCard | None) -> str:
    if card is None:
        return render_template("needs/card.html", card=None)
    people = [one for one in (card.liaison, card.deputy) if one is not None]
    known = faces_of(db.session(), [one.id for one in people])
    phones = {one.id: _phone(known.get(one.id), one) for one in people}
    return render_template("needs/card.html", card=card, known=known, phones=phones)


def _phone(row: Liaison | None, member: Member) -> str:
    return (row.phone if row else "") or member.phone


@blueprint.get("/card.<any(png, pdf):form>")
@allow(*TENANTS)
def my_card_file(form: str) -> ResponseReturnValue:
    """Give the card of the reader's enterprise as a picture or a sheet."""
    return _file(_card(my_enterprise_id()) or abort(NOT_FOUND), form, ".my_card")


@blueprint.get("/liaisons/<int:enterprise_id>/card.<any(png, pdf):form>")
@allow(*STAFF)
def card_file(enterprise_id: int, form: str) -> ResponseReturnValue:
    """Give the card of any enterprise of the park as a picture or a sheet."""
    return _file(_card(enterprise_id) or abort(NOT_FOUND), form, ".liaisons")


MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png"}


def _file(card: ContactCard, form: str, back: str) -> ResponseReturnValue:
    paper, printer = _paper(card), ports().card_printer
    try:
        content = printer.card(paper) if form == "pdf" else printer.card_picture(paper)
    except PrintFailed:
        current_app.logger.exception("a contact card could not be made")
        flash(gettext("连心卡暂时做不出来，请稍后再试。"), "warning")
        return redirect(url_for(back))
    name = gettext("连心卡-%(who)s.%(form)s", who=card.enterprise.short_name, form=form)
    plain = f"card-{card.enterprise_id}"
    return send_bytes(content, name, MEDIA_TYPES[form], plain=plain, look=True)


def _paper(card: ContactCard) -> CardPaper:
    park = my_park()
    path = url_for(".ask_for", card_code=card.card_code)
    return CardPaper(
        park.name,
        card.enterprise.name,
        _person(card.liaison),
        _person(card.deputy) if card.deputy else None,
        current_app.config["BASE_URL"] + path,
        clock.now().astimezone(park.zone).date(),
    )


def _person(member: Member) -> CardPerson:
    row = db.session.get(Liaison, member.id)
    photo = db.session.get_one(Document, row.picture_id).content if row and row.picture_id else None
    return CardPerson(member.name, role_name(member.role), _phone(row, member), photo)


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
