"""Photographs of spaces and floor plans, for members of their park."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from booking.blueprints.kit.access import SIGNED_IN, STAFF, allow
from booking.blueprints.kit.http import FOR_EVER, send_document
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.documents.models import Document
from booking.spaces.idle.queries import is_idle_picture
from booking.spaces.inventory_queries import picture_in_park

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/pictures/<int:document_id>")
@allow(*SIGNED_IN)
def show(document_id: int) -> ResponseReturnValue:
    """Give the picture; a document never changes, so a browser asks once. Not hung in my park: 404."""
    session = db.session()
    park_id = my_park().id
    hung = picture_in_park(session, park_id, document_id)
    if not (hung or (me().role in STAFF and is_idle_picture(session, park_id, document_id))):
        abort(404)
    document = session.get_one(Document, document_id)
    return send_document(document, plain=f"picture-{document_id}", look=True, keep=FOR_EVER)
