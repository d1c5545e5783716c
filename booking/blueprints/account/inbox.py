"""The inbox: every letter the product wrote to its reader, whatever became of the mail."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from booking.blueprints.kit.access import SIGNED_IN, allow
from booking.blueprints.kit.http import send_document
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.letters.render import paragraphs
from booking.mail.models import Letter
from booking.mail.queries import PAGE, enclosed, letter_of, letters_to

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")


@blueprint.get("")
@allow(*SIGNED_IN)
def index() -> str:
    """List them, newest first."""
    pager = Pager.of_request(PAGE)
    rows = pager.cut(letters_to(db.session(), my_park().id, me().email, pager.before))
    return render_template("inbox/index.html", letters=rows, pager=pager)


@blueprint.get("/<int:letter_id>")
@allow(*SIGNED_IN)
def show(letter_id: int) -> str:
    """Show a letter as its mail says it; a link that opens an account stands in the mail alone."""
    letter = _mine(letter_id)
    return render_template("inbox/show.html", letter=letter, paragraphs=paragraphs(letter.body))


@blueprint.get("/<int:letter_id>/enclosures/<int:document_id>")
@allow(*SIGNED_IN)
def enclosure(letter_id: int, document_id: int) -> ResponseReturnValue:
    """Hand out a file that went with a letter."""
    document = enclosed(db.session(), _mine(letter_id), document_id) or abort(404)
    return send_document(document, plain=f"letter-{letter_id}-{document_id}", look=True)


def _mine(letter_id: int) -> Letter:
    letter = letter_of(db.session(), my_park().id, letter_id)
    return letter if letter is not None and letter.to == me().email else abort(404)
