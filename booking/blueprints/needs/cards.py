"""The contact card of an enterprise: a page for its people, a picture to send, an A6 sheet to leave."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import STAFF, TENANTS, allow
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.people import role_name
from booking.blueprints.kit.session import my_enterprise_id, my_park
from booking.blueprints.needs.loading import NOT_FOUND, blueprint
from booking.db import db
from booking.documents.models import Document
from booking.language import gettext
from booking.needs.card_printer import CardPaper, CardPerson, PrintFailed
from booking.needs.models import ContactCard, Liaison
from booking.needs.owners import card_of, faces_of
from booking.people.models import Member
from booking.ports import ports


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
