"""Give an account a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from booking.people.models import SignInAttempt
from booking.people.passwords import hash_password
from booking.people.rules import check_password

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from booking.people.models import Member


def set_password(session: Session, member: Member, password: str) -> None:
    """Set it and end every session of the account; raises what `rules.check_password` raises."""
    member.password_hash = hash_password(check_password(password, member.email, member.name))
    member.session_version += 1
    session.execute(delete(SignInAttempt).where(SignInAttempt.account == member.email))
