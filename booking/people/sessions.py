"""Sessions: who signs in with a password, and how sessions end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db.upsert import insert_into
from booking.people.models import EndedSession, Member
from booking.people.passwords import hash_password, needs_rehash, verify_password
from booking.people.rules import SESSION_LASTS, normal_email
from booking.people.throttle import forget_try


def authenticate(session: Session, email: str, password: str) -> Member | None:
    """Find the active member with this e-mail and password; takes the same time whether or not there is one.

    Hashing takes a tenth of a second: call it outside of a writing transaction, so that no writer waits.
    """
    member = session.scalar(select(Member).where(Member.email == normal_email(email)))
    right = verify_password(member.password_hash if member else None, password)
    return member if right and member is not None and member.active else None


def sign_in(session: Session, member_id: int, password: str, try_id: int) -> Member:
    """Forget the counted try and renew an outdated hash, after `authenticate` has accepted the password.

    Only this try is forgotten: an owner's success must not give a guesser new tries.
    """
    member = session.get_one(Member, member_id)
    forget_try(session, try_id)
    if member.password_hash is not None and needs_rehash(member.password_hash):
        member.password_hash = hash_password(password)
    return member


def account_version(session: Session, email: str) -> Row[int, int] | None:
    """Give the id and `session_version` of the account with this e-mail."""
    door = select(Member.id, Member.session_version).where(Member.email == normal_email(email))
    return session.execute(door).first()


# A request that runs during the sign-out may still renew its cookie a moment later.
UNDER_WAY = timedelta(days=1)


def sign_out(session: Session, member_id: int, key: str, *, now: datetime) -> None:
    """End one session; the row is kept until no copy of its cookie can be valid any more. Idempotent."""
    row = {
        "key": key,
        "member_id": member_id,
        "ended_at": now,
        "cookie_until": now + SESSION_LASTS + UNDER_WAY,
    }
    session.execute(
        insert_into(session, EndedSession).values(row).on_conflict_do_nothing(index_elements=["key"])
    )


def sign_out_everywhere(session: Session, member_id: int, *, by: Actor, now: datetime) -> None:
    """End all sessions of the account, the present one too."""
    session.get_one(Member, member_id).session_version += 1
    record(session, Action.MEMBER_SIGNED_OUT_EVERYWHERE, "member", member_id, by=by, now=now)


def sessions_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Give the newest ended session whose cookie has expired, as the one item of the job."""
    found = session.scalar(select(func.max(EndedSession.id)).where(EndedSession.cookie_until < now))
    return [] if found is None else [found]


def forget_sessions(session: Session, newest_id: int, now: datetime) -> bool:
    """Delete ended sessions up to that id whose cookies have expired."""
    past = delete(EndedSession).where(EndedSession.id <= newest_id, EndedSession.cookie_until < now)
    session.execute(past)
    return True
