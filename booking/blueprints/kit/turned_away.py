"""Lets want of room be counted where a page has to say that a place is taken, or that none is free."""

import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from booking.blueprints.kit.session import me, my_park
from booking.db import db, transaction
from booking.spaces.models import Kind
from booking.usage.turned_away import note_turned_away
from booking.values.span import Span

log = logging.getLogger(__name__)


def count_turned_away(kind: Kind, span: Span, now: datetime, space_id: int | None = None) -> None:
    """Count the reader's wish, if it is a tenant's; a page that answers does so even where this fails."""
    reader, zone = me(), my_park().zone
    if reader.enterprise_id is None:
        return
    try:
        with transaction() as session:
            note_turned_away(session, reader, kind, span, zone, now=now, space_id=space_id)
    except SQLAlchemyError:
        db.session().rollback()
        log.warning("a wish that found no room was not counted", exc_info=True)
