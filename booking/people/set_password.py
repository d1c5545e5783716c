"""Give an account a new password."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.people.models import Member, SignInAttempt, TryKind
from booking.people.passwords import hash_password
from booking.people.rules import check_password
from booking.people.spend_links import spend_links


def set_password(session: Session, member: Member, password: str, *, now: datetime) -> None:
    """Set it, end every session of the account and spend its mailed links of either kind.

    Raises what `rules.check_password` raises.
    """
    member.password_hash = hash_password(check_password(password, member.email, member.name))
    member.session_version += 1
    spend_links(session, member.id, now=now)
    tried = (SignInAttempt.kind == TryKind.SIGN_IN, SignInAttempt.account == member.email)
    session.execute(delete(SignInAttempt).where(*tried))
