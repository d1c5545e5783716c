"""Let a member in who knows the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from booking.people.models import Member, SignInAttempt
from booking.people.passwords import hash_password, is_dated

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def sign_in(session: Session, member_id: int, password: str) -> Member:
    """Forget the account's wrong tries and renew a dated hash; the password was found right before.

    Finding it right takes a tenth of a second of hard work, so `queries.who_knows` does it outside of
    any transaction: no writer waits for it.
    """
    member = session.get_one(Member, member_id)
    session.execute(delete(SignInAttempt).where(SignInAttempt.account == member.email))
    if member.password_hash is not None and is_dated(member.password_hash):
        member.password_hash = hash_password(password)
    return member
