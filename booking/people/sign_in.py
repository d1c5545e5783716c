"""Let a member in who knows the password."""

from sqlalchemy.orm import Session

from booking.people.models import Member
from booking.people.passwords import hash_password, is_dated
from booking.people.tries import forget_try


def sign_in(session: Session, member_id: int, password: str, try_id: int) -> Member:
    """Take the try back, which was right, and renew a dated hash; the password was found right before.

    Only this try: an owner who comes in must not give a guesser new ones.

    Finding it right takes a tenth of a second of hard work, so `queries.who_knows` does it outside of
    any transaction: no writer waits for it.
    """
    member = session.get_one(Member, member_id)
    forget_try(session, try_id)
    if member.password_hash is not None and is_dated(member.password_hash):
        member.password_hash = hash_password(password)
    return member
