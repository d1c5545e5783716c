"""The uploaded file between preview and confirmation: a document under an address nobody can make up."""

from datetime import datetime

from flask import abort, current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from booking.db import db
from booking.documents.models import Document
from booking.documents.store import store
from booking.spaces.exchange.writing import CSV_TYPE, XLSX_TYPE

NAME_LENGTH = 120


def keep_file(session: Session, park_id: int, name: str, content: bytes, now: datetime) -> str:
    """Keep the file and give its ticket, good for a day."""
    kind = XLSX_TYPE if content.startswith(b"PK") else CSV_TYPE
    document = store(session, park_id, name[-NAME_LENGTH:] or "import", kind, content, now=now)
    return str(_signer().dumps([document.id, park_id]))


KEPT_SECONDS = 24 * 60 * 60


def kept_file(ticket: str, park_id: int) -> tuple[str, bytes]:
    """Give name and content back; 404 where the ticket is another park's, too old or made up."""
    try:
        document_id, of_park = _signer().loads(ticket, max_age=KEPT_SECONDS)
    except BadSignature:
        abort(404)
    document = db.session().get(Document, document_id)
    if document is None or of_park != park_id or document.park_id != park_id:
        abort(404)
    return document.name, document.content


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="inventory-import")
