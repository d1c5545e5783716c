"""Passwords, and the sessions that they open.

A password is kept as argon2id, never itself; it is set, changed, or set anew through a mailed link, which its
owner asks for or an administrator sends. Who signs in with it has a session, until they sign out of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.db.rows import insert_into
from booking.people import rules, tickets
from booking.people.models import (
    EndedSession,
    LinkRequest,
    Member,
    SignInAttempt,
    Ticket,
    TicketKind,
    TryKind,
)
from booking.people.throttle import add_try, forget_try, lock_tries, recent_tries


def set_password(session: Session, member: Member, password: str, *, now: datetime) -> None:
    """Set the password, end the account's sessions and spend its mailed links of both kinds.

    Raises what `rules.check_password` raises.
    """
    member.password_hash = hash_password(rules.check_password(password, member.email, member.name))
    member.session_version += 1
    tickets.spend_links(session, member.id, now=now)
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
        raise rules.WrongPassword
    forget_try(session, try_id)
    set_password(session, member, password, now=now)
    record(session, Action.MEMBER_PASSWORD_CHANGED, "member", member.id, by=by, now=now)
    return member


HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Hash with argon2id, after NFKC."""
    return HASHER.hash(rules.normal_password(password))


# Checked where there is no account, so that the answer takes as long as for one that exists. Nobody kept the
# password. Not made at each start, of which it was a tenth of a second; to be replaced with the parameters.
DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$97WeoearB/uRa/u4K98sOA$1/LVc1nzF79077UTPFu5fTagk/V7A7P9LvawhCYlR5U"
)


def verify_password(kept: str | None, password: str) -> bool:
    """Check a password; takes the same time where there is no account (`kept` is None)."""
    typed = rules.normal_password(password[: rules.LONGEST_PASSWORD * 4])
    try:
        HASHER.verify(kept or DUMMY_HASH, typed)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def needs_rehash(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


def authenticate(session: Session, email: str, password: str) -> Member | None:
    """Find the active member with this e-mail and password; takes the same time whether or not there is one.

    Hashing takes a tenth of a second: call it outside of a writing transaction, so that no writer waits.
    """
    member = session.scalar(select(Member).where(Member.email == rules.normal_email(email)))
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
    door = select(Member.id, Member.session_version).where(Member.email == rules.normal_email(email))
    return session.execute(door).first()


# A request that runs during the sign-out may still renew its cookie a moment later.
UNDER_WAY = timedelta(days=1)


def sign_out(session: Session, member_id: int, key: str, *, now: datetime) -> None:
    """End one session; the row is kept until no copy of its cookie can be valid any more. Idempotent."""
    row = {
        "key": key,
        "member_id": member_id,
        "ended_at": now,
        "cookie_until": now + rules.SESSION_LASTS + UNDER_WAY,
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


def ask_for_reset(
    session: Session, email: str, address: str, ticket: tickets.NewTicket, *, known: bool, now: datetime
) -> None:
    """Write the letter if there is an open account with a password; the caller is not told whether there is.

    An invited member without a password gets none: they have an invitation, and a second letter would show
    whoever reads the park's letters that there is no account elsewhere.

    Limits: RESET_LETTERS an account within the hour, and RESET_ASKS an address, unless it is a device that
    has signed in before (`known`). Both are separate from the limit on passwords. Raises TooManyTries.
    """
    if not known:
        _throttle_requests(session, address, now)
    open_ = (Member.active, Member.password_hash.is_not(None))
    member = session.scalar(select(Member).where(Member.email == rules.normal_email(email), *open_))
    if member is not None and resets_asked(session, member.id, now) < rules.RESET_LETTERS:
        tickets.issue_ticket(session, member, TicketKind.RESET, ticket, now=now)


def _throttle_requests(session: Session, address: str, now: datetime) -> None:
    lock_tries(session, f"{TryKind.RESET} {address}")
    from_there = (SignInAttempt.kind == TryKind.RESET, SignInAttempt.address == address)
    wait = rules.time_to_wait(recent_tries(session, *from_there, now=now), rules.RESET_ASKS, now)
    add_try(session, SignInAttempt(kind=TryKind.RESET, account="", address=address, at=now), wait)


def send_link(
    session: Session, member: Member, ticket: tickets.NewTicket, *, by: Actor, now: datetime
) -> None:
    """Write the letter to the account's own address, for an administrator; the earlier link stops working.

    Raises AccountClosed, or EnoughLetters after RESET_LETTERS within the hour.
    """
    if not member.active:
        raise rules.AccountClosed(member.name)
    if resets_asked(session, member.id, now) >= rules.RESET_LETTERS:
        raise rules.EnoughLetters(member.name)
    tickets.issue_ticket(session, member, TicketKind.RESET, ticket, now=now)
    record(
        session, Action.MEMBER_LINK_SENT, "member", member.id, by=by, now=now, after={"to": member.mailbox}
    )


def resets_asked(session: Session, member_id: int, now: datetime) -> int:
    """Count a member's reset letters within RESET_LETTERS_WITHIN."""
    mine = (LinkRequest.member_id == member_id, LinkRequest.kind == TicketKind.RESET)
    lately = LinkRequest.asked_at > now - rules.RESET_LETTERS_WITHIN
    return session.scalar(select(func.count()).select_from(LinkRequest).where(*mine, lately)) or 0


BEARER = "mailed link"  # the actor: whoever held the link, not necessarily the account's owner


def use_ticket(session: Session, token: str, password: str, used_from: str, *, now: datetime) -> Member:
    """Set a password with a mailed link, once; every session and every other link of the account ends.

    `used_from` is the address of whoever holds the link, for the trail. Raises TicketSpent for a link that
    was used, is too old or never was one, and what `rules.check_password` raises; then the link can still
    be used.
    """
    member = tickets.member_of_ticket(session, token, now)
    if member is None:
        raise rules.TicketSpent
    lock_row(session, Member, member.id)
    spend = update(Ticket).where(Ticket.token_hash == tickets.hash_token(token), Ticket.used_at.is_(None))
    kind = session.execute(spend.values(used_at=now).returning(Ticket.kind)).scalar_one_or_none()
    if kind is None:
        raise rules.TicketSpent
    after = _trail_facts(session, member, kind) | {"used_from": used_from}
    set_password(session, member, password, now=now)
    by = Actor(BEARER, None, member.park_id, member.enterprise_id)
    record(session, Action.MEMBER_PASSWORD_SET, "member", member.id, by=by, now=now, after=after)
    return member


def _trail_facts(session: Session, member: Member, kind: TicketKind) -> dict[str, Any]:
    """What the link was for, and who asked for it, from where and when."""
    after: dict[str, Any] = {"through": kind.value, "to": member.email}
    asked = tickets.open_request(session, member.id, kind)
    if asked is None:
        return after
    after |= {"asked_from": asked.asked_from, "asked_at": asked.asked_at.isoformat()}
    by = session.scalar(select(Member.name).where(Member.id == asked.asked_by_id))
    return after | ({"asked_by": by} if by else {})
