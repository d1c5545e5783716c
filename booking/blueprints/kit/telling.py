"""Whose used minutes the signed-in reader may know: an administrator everybody's, the branch the named."""

from sqlalchemy.orm import Session

from booking.blueprints.kit.session import me, my_park
from booking.charges.queries import open_since
from booking.db import db
from booking.parks.models import Park
from booking.people.models import Role
from booking.savings.standings import known_to_branch
from booking.usage.telling import Knowing
from booking.values.month import Month


def knowing() -> Knowing | None:
    """Give whose use the reader may know; None for an administrator, who sees everything exactly."""
    if me().role is Role.ADMIN:
        return None
    return known_to_the_branch(db.session(), my_park())


def known_to_the_branch(session: Session, park: Park) -> Knowing:
    """Give whose use the branch may know, and what it has been shown before."""
    since = open_since(session, park)
    moves_since = Month.of(since, park.zone).key if since else 0  # none is closed
    known = known_to_branch(session, park.id)
    return Knowing(park.id, known.shown, known.before, known.unnamed_then, moves_since)
