"""Sessions: who signs in with a password, and how sessions end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import EndedSession, Member
from booking.people.passwords import fits, hash_password, is_dated
from booking.people.rules import SESSION_LASTS, normal_email
from booking.people.throttle import forget_try


def who_knows(session: Session, email: str, password: str) -> Member | None:
    """Find the active member whom this password lets in; the same work whether or not there is one."""
    member = session.scalar(select(Member).where(Member.email == normal_email(email)))
    right = fits(member.password_hash if member else None, password)
    return member if right and member is not None and member.active else None


def sign_in(session: Session, member_id: int, password: str, try_id: int) -> Member:
    """Take the try back, which was right, and renew a dated hash; the password was found right before.

    Only this try: an owner who comes in must not give a guesser new ones.

    Finding it right takes a tenth of a second of hard work, so `who_knows` does it outside of
    any transaction: no writer waits for it.
    """
    member = session.get_one(Member, member_id)
    forget_try(session, try_id)
    if member.password_hash is not None and is_dated(member.password_hash):
        member.password_hash = hash_password(password)
    return member


def door_of(session: Session, email: str) -> Row[int, int] | None:
    """Give the id and `session_version` of the account of this e-mail."""
    door = select(Member.id, Member.session_version).where(Member.email == normal_email(email))
    return session.execute(door).first()


# A request under way while somebody signs out may still sign its cookie anew, a moment later.
UNDER_WAY = timedelta(days=1)


def sign_out(session: Session, member_id: int, key: str, *, now: datetime) -> None:
    """Write the session down as ended until no copy of its cookie can be read any more; harmless twice."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {
        "key": key,
        "member_id": member_id,
        "ended_at": now,
        "cookie_until": now + SESSION_LASTS + UNDER_WAY,
    }
    session.execute(insert(EndedSession).values(row).on_conflict_do_nothing(index_elements=["key"]))


def sign_out_everywhere(session: Session, member_id: int, *, by: Actor, now: datetime) -> None:
    """Make all of its sessions out of date, this one too."""
    session.get_one(Member, member_id).session_version += 1
    record(session, Action.MEMBER_SIGNED_OUT_EVERYWHERE, "member", member_id, by=by, now=now)


def sessions_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Name the newest that is past its cookie's life, if any: with it go all that are."""
    found = session.scalar(select(func.max(EndedSession.id)).where(EndedSession.cookie_until < now))
    return [] if found is None else [found]


def forget_sessions(session: Session, newest_id: int, now: datetime) -> bool:
    """Delete what is past its cookie's life up to that one."""
    past = delete(EndedSession).where(EndedSession.id <= newest_id, EndedSession.cookie_until < now)
    session.execute(past)
    return True
