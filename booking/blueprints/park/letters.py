"""The park's letters: waiting, sent, and those a person must look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for

from booking import clock
from booking.blueprints.access import allow
from booking.blueprints.downloads import hand_out_document
from booking.blueprints.messages import wording
from booking.blueprints.paging import Pager
from booking.blueprints.park import blueprint
from booking.blueprints.park.forms import SendAgainForm
from booking.blueprints.signed_in import actor, my_park
from booking.db import db, transaction
from booking.language import gettext
from booking.people.models import Role
from booking.post.queries import PAGE, State, count_letters, enclosed, letter_of, letters_of
from booking.post.send_again import send_again
from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from booking.post.models import Letter


@blueprint.get("/letters")
@allow(Role.ADMIN)
def letters() -> str:
    """List the letters of one state, newest first."""
    asked = request.args.get("state", "")
    counted = count_letters(db.session(), my_park().id)
    state = State(asked) if asked in set(State) else State.FAILED if counted.failed else State.SENT
    pager = Pager.of_request(PAGE)
    rows = pager.cut(letters_of(db.session(), my_park().id, state, pager.number))
    return render_template("park/letters.html", letters=rows, state=state, counted=counted, pager=pager)


@blueprint.get("/letters/<int:letter_id>")
@allow(Role.ADMIN)
def letter(letter_id: int) -> str:
    """Show a letter as its reader got it."""
    found = _mine(letter_id)
    return render_template("park/letter.html", letter=found, form=SendAgainForm(formdata=None, obj=found))


@blueprint.get("/letters/<int:letter_id>/enclosures/<int:document_id>")
@allow(Role.ADMIN)
def enclosure(letter_id: int, document_id: int) -> ResponseReturnValue:
    """Hand out a file that went with a letter."""
    document = enclosed(db.session(), _mine(letter_id), document_id)
    if document is None:
        abort(404)
    return hand_out_document(document, look=True)


@blueprint.post("/letters/<int:letter_id>/again")
@allow(Role.ADMIN)
def again(letter_id: int) -> ResponseReturnValue:
    """Try a failed letter anew, to a corrected address where one is given."""
    by, form = actor(), SendAgainForm()
    found = _mine(letter_id)
    if not form.validate():
        return render_template("park/letter.html", letter=found, form=form)
    park_id = my_park().id
    try:
        with transaction() as session:
            fresh = letter_of(session, park_id, letter_id) or abort(404)
            send_again(session, fresh, form.to.data or "", by=by, now=clock.now())
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(gettext("邮件已重新放进待发列表。"), "success")
    return redirect(url_for("park.letter", letter_id=letter_id))


def _mine(letter_id: int) -> Letter:
    return letter_of(db.session(), my_park().id, letter_id) or abort(404)
