"""Who looks after which enterprise, and who answers which needs: one page for all of them."""

import secrets

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.cycle.calls import whom_to_call
from booking.blueprints.kit.access import SIGNED_IN, STAFF, allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import comma_list
from booking.blueprints.kit.forms.press import pressed
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.http import FOR_EVER, send_document
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside, wording
from booking.blueprints.needs.forms import LiaisonForm
from booking.blueprints.needs.loading import NOT_FOUND, blueprint
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.needs.liaisons import Assignment, assign_liaisons, edit_liaison, set_owner
from booking.needs.models import Liaison
from booking.needs.owners import cards_in, faces_of, is_face, looked_after, owners_in
from booking.needs.rules import NeedKind
from booking.people.models import Enterprise
from booking.people.queries import colleague, staff_of
from booking.spaces.inventory_queries import areas_of
from booking.spaces.pictures import redrawn
from booking.values.refusal import Refusal

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
