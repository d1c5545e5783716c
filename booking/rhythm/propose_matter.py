"""Put what the evaluation suggests, or a use of an idle place, before the committee as a matter."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.needs.join_needs import open_matter
from booking.needs.models import Matter
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.people.models import Member
from booking.rhythm.what_to_do import Suggestion
from booking.spaces.idle.models import IdlePlace
from booking.spaces.idle.register import propose_use
from booking.spaces.models import Space


def open_titles(session: Session, park_id: int) -> dict[str, int]:
    """Give the matters that are not done with, by title."""
    wanted = select(Matter.title, Matter.id).where(Matter.park_id == park_id, Matter.done_at.is_(None))
    return {row.title: row.id for row in session.execute(wanted.order_by(Matter.id))}


LONGEST_TITLE, LONGEST_PROPOSAL = 80, 300


def propose_matter(
    session: Session,
    park: Park,
    asker: Member,
    found: Suggestion,
    title: str,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Open a matter titled so, unless there is one; gives its id.

    A matter is made of needs, so the asker says one: that of the first of its spaces.
    """
    space = session.get_one(Space, found.spaces[0].space_id)
    wish = SaidNeed(NeedKind.WISH, f"{title}。{words}", space=space)
    return _opened(session, park, asker, wish, title, words, by=by, now=now)


def propose_idle_use(
    session: Session,
    park: Park,
    asker: Member,
    place: IdlePlace,
    title: str,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Say what could be made of an idle place, and open a matter of it, unless there is one; gives its id.

    Raises ProposalMissing and InUseAlready. Later words stand on the register; the matter keeps its own.
    """
    propose_use(session, place, words, by=by, now=now)
    wish = SaidNeed(NeedKind.WISH, f"{title}：{words}", area=place.area)
    return _opened(session, park, asker, wish, title, words, by=by, now=now)


def _opened(
    session: Session,
    park: Park,
    asker: Member,
    wish: SaidNeed,
    title: str,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> int:
    title = title[:LONGEST_TITLE]
    there = open_titles(session, park.id).get(title)
    if there is not None:
        return there
    need = raise_need(session, park, NeedAsker(member=asker), wish, by=by, now=now).need
    proposal = words[:LONGEST_PROPOSAL]
    return open_matter(session, park.id, title, [need.id], proposal=proposal, by=by, now=now).id
