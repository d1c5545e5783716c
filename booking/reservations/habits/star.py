"""Mark a space with a star, and take the star away: one person's own favourites."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.db.upsert import insert_into
from booking.reservations.models import Favourite
from booking.spaces.models import Space


def star(session: Session, space: Space, *, by: Actor, now: datetime) -> None:
    """Mark it; a second time, and two at once, change nothing.

    No trail is kept: it concerns nobody but the person, and changes nothing for anybody else.
    """
    facts = {"member_id": by.member_id, "space_id": space.id, "starred_at": now}
    session.execute(insert_into(session, Favourite).values(facts).on_conflict_do_nothing())


def unstar(session: Session, space: Space, *, by: Actor) -> None:
    """Take the star away; where there is none nothing is done."""
    mine = (Favourite.member_id == by.member_id, Favourite.space_id == space.id)
    session.execute(delete(Favourite).where(*mine))
