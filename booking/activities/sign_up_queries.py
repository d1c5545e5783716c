"""What is asked about who signed up."""

from enum import IntEnum
from typing import NamedTuple

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from booking.activities.models import SignUp, Useful


def sign_up_with_token(session: Session, token: str) -> SignUp | None:
    """Find a sign-up by its own link."""
    return session.scalar(select(SignUp).where(SignUp.token == token))


def sign_up_in_park(session: Session, park_id: int, sign_up_id: int) -> SignUp | None:
    """Find a sign-up of the park's activities."""
    return session.scalar(select(SignUp).where(SignUp.id == sign_up_id, SignUp.park_id == park_id))


def sign_up_of(session: Session, activity_id: int, member_id: int) -> SignUp | None:
    """Find what a member has signed up for, and did not leave."""
    mine = (SignUp.activity_id == activity_id, SignUp.member_id == member_id, SignUp.left_at.is_(None))
    return session.scalar(select(SignUp).where(*mine))


class ListPart(IntEnum):
    """The parts of the organiser's list, in its order."""

    SEATED = 0
    CAME_WITHOUT = 1
    WAITING = 2


class Participant(NamedTuple):
    """Somebody on the list, in which part of it, and how many there are in that part on all its pages."""

    sign_up: SignUp
    part: ListPart
    in_part: int


PAGE = 50
PART = case(
    (SignUp.seat.is_not(None), ListPart.SEATED),
    (SignUp.came_at.is_not(None), ListPart.CAME_WITHOUT),
    else_=ListPart.WAITING,
)


def people_of(session: Session, activity_id: int, text: str, *, offset: int) -> list[Participant]:
    """Give a page of who signed up, part by part in the order in which they did; who left is not there.

    `text` is looked for in names and enterprises. One more than a page is given where there is a next one.
    """
    in_part = func.count().over(partition_by=PART)
    found = select(SignUp, PART, in_part).where(SignUp.activity_id == activity_id, SignUp.left_at.is_(None))
    if text:
        places = (SignUp.name, SignUp.firm)
        found = found.where(or_(*(place.contains(text, autoescape=True) for place in places)))
    rows = session.execute(found.order_by(PART, SignUp.id).limit(PAGE + 1).offset(offset))
    return [Participant(sign_up, ListPart(part), count) for sign_up, part, count in rows]


def place_in_queue(session: Session, sign_up: SignUp) -> int:
    """Tell as which one somebody waits, from 1."""
    ahead = (
        SignUp.activity_id == sign_up.activity_id,
        SignUp.seat.is_(None),
        SignUp.left_at.is_(None),
        SignUp.came_at.is_(None),
        SignUp.id <= sign_up.id,
    )
    return session.scalar(select(func.count()).where(*ahead)) or 0


def answers_of(session: Session, activity_id: int) -> list[tuple[Useful, str]]:
    """List what was said of an activity, and in what words; not by whom."""
    said = select(SignUp.useful, SignUp.useful_words).where(
        SignUp.activity_id == activity_id, SignUp.useful.is_not(None)
    )
    rows = session.execute(said.order_by(SignUp.useful_words, SignUp.id))
    return [(useful, words) for useful, words in rows if useful is not None]
