"""Photographs of spaces and floor plans, out of the archive, for members of their park."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request

from booking.archive.models import Document
from booking.blueprints.access import SIGNED_IN, allow
from booking.blueprints.signed_in import my_park
from booking.db import db
from booking.spaces.inventory_queries import picture_in_park

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("pictures", __name__)

FOR_EVER = "private, max-age=31536000, immutable"


@blueprint.get("/pictures/<int:document_id>")
@allow(*SIGNED_IN)
def show(document_id: int) -> ResponseReturnValue:
    """Give the picture; a document never changes, so a browser asks once. Not hung in my park: 404."""
    session = db.session()
    if not picture_in_park(session, my_park().id, document_id):
        abort(404)
    document = session.get_one(Document, document_id)
    if document.sha256 in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = Response(document.content, mimetype=document.media_type)
        answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.set_etag(document.sha256)
    answer.headers["Cache-Control"] = FOR_EVER
    return answer
