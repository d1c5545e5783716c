"""Answer the one question afterwards: was it useful?"""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.activities.models import SignUp, Useful
from booking.activities.rules import NotOpenYet, NotThere, SaidBefore
from booking.activities.seats import lock_activity


def say_useful(session: Session, sign_up_id: int, useful: Useful, words: str, *, now: datetime) -> SignUp:
    """Keep the answer; each person gives one. The same again changes nothing.

    Raises NotThere, NotOpenYet before its end, or SaidBefore.
    """
    activity = lock_activity(session, session.get_one(SignUp, sign_up_id).activity_id)
    found = session.get_one(SignUp, sign_up_id, populate_existing=True)
    if found.useful is not None:
        if (found.useful, found.useful_words) == (useful, words.strip()):
            return found
        raise SaidBefore
    if found.came_at is None:
        raise NotThere
    if now < activity.ends_at:
        raise NotOpenYet(activity.ends_at)
    found.useful, found.useful_words, found.useful_at = useful, words.strip(), now
    session.flush()
    return found
