"""Whose used minutes the signed-in reader may know: an administrator everybody's, the branch the named."""

from sqlalchemy.orm import Session

from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.people.models import Role
from booking.savings.standings import shown_before, shown_enterprises
from booking.usage.telling import Knowing


def knowing() -> Knowing | None:
    """Give whose use the reader may know; None for an administrator, who sees everything exactly."""
    if me().role is Role.ADMIN:
        return None
    return known_to_the_branch(db.session(), my_park().id)


def known_to_the_branch(session: Session, park_id: int) -> Knowing:
    """Give whose use the branch may know, and what it has been shown before."""
    return Knowing(park_id, shown_enterprises(session, park_id), shown_before(session, park_id))
