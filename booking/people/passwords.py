"""Passwords: how they are kept (argon2id, never the password itself), set and changed."""

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Member, SignInAttempt, TryKind
from booking.people.rules import LONGEST_PASSWORD, WrongPassword, check_password, normal_password
from booking.people.throttle import forget_try
from booking.people.tickets import spend_links


def set_password(session: Session, member: Member, password: str, *, now: datetime) -> None:
    """Set the password, end the account's sessions and spend its mailed links of both kinds.

    Raises what `rules.check_password` raises.
    """
    member.password_hash = hash_password(check_password(password, member.email, member.name))
    member.session_version += 1
    spend_links(session, member.id, now=now)
    tried = (SignInAttempt.kind == TryKind.SIGN_IN, SignInAttempt.account == member.email)
    session.execute(delete(SignInAttempt).where(*tried))


def change_password(
    session: Session, member_id: int, present: str, password: str, try_id: int, *, by: Actor, now: datetime
) -> Member:
    """Change one's own password; every session ends, and the caller must begin a new one.

    Raises WrongPassword, and what `rules.check_password` raises.
    """
    member = session.get_one(Member, member_id)
    if not verify_password(member.password_hash, present):
        raise WrongPassword
    forget_try(session, try_id)
    set_password(session, member, password, now=now)
    record(session, Action.MEMBER_PASSWORD_CHANGED, "member", member.id, by=by, now=now)
    return member


HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Hash with argon2id, after NFKC."""
    return HASHER.hash(normal_password(password))


# Checked where there is no account, so that the answer takes as long as for one that exists. Nobody kept the
# password. Not made at each start, of which it was a tenth of a second; to be replaced with the parameters.
DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$97WeoearB/uRa/u4K98sOA$1/LVc1nzF79077UTPFu5fTagk/V7A7P9LvawhCYlR5U"
)


def verify_password(kept: str | None, password: str) -> bool:
    """Check a password; takes the same time where there is no account (`kept` is None)."""
    typed = normal_password(password[: LONGEST_PASSWORD * 4])
    try:
        HASHER.verify(kept or DUMMY_HASH, typed)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def needs_rehash(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)
