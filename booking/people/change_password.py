"""Change one's own password."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Member
from booking.people.passwords import fits
from booking.people.rules import WrongPassword
from booking.people.set_password import set_password
from booking.people.tries import forget_try


def change_password(
    session: Session, member_id: int, present: str, password: str, try_id: int, *, by: Actor, now: datetime
) -> Member:
    """Change it where the present one is right; every session ends, the caller begins a new one.

    Raises WrongPassword, and what `rules.check_password` raises.
    """
    member = session.get_one(Member, member_id)
    if not fits(member.password_hash, present):
        raise WrongPassword
    forget_try(session, try_id)
    set_password(session, member, password, now=now)
    record(session, "member.password_changed", "member", member.id, by=by, now=now)
    return member
