"""What is asked about who signed up."""

from collections.abc import Sequence

from sqlalchemy import func, select
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


def people_of(session: Session, activity_id: int) -> Sequence[SignUp]:
    """List who signed up, in the order in which they did; who left is not there."""
    there = (SignUp.activity_id == activity_id, SignUp.left_at.is_(None))
    return session.scalars(select(SignUp).where(*there).order_by(SignUp.id)).all()


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
