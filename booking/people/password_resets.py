"""A password set through a mailed link: asked for by its owner, sent by an administrator, used."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE
from booking.people.models import LinkRequest, Member, SignInAttempt, Ticket, TicketKind, TryKind
from booking.people.passwords import set_password
from booking.people.rules import (
    RESET_ASKS,
    RESET_LETTERS,
    RESET_LETTERS_WITHIN,
    AccountClosed,
    EnoughLetters,
    TicketSpent,
    normal_email,
    time_to_wait,
)
from booking.people.throttle import add_try, lock_tries, recent_tries
from booking.people.tickets import NewTicket, hash_token, issue_ticket, member_of_ticket, open_request


def ask_for_reset(
    session: Session, email: str, address: str, ticket: NewTicket, *, known: bool, now: datetime
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
    member = session.scalar(select(Member).where(Member.email == normal_email(email), *open_))
    if member is not None and resets_asked(session, member.id, now) < RESET_LETTERS:
        issue_ticket(session, member, TicketKind.RESET, ticket, now=now)


def _throttle_requests(session: Session, address: str, now: datetime) -> None:
    lock_tries(session, f"{TryKind.RESET} {address}")
    from_there = (SignInAttempt.kind == TryKind.RESET, SignInAttempt.address == address)
    wait = time_to_wait(recent_tries(session, *from_there, now=now), RESET_ASKS, now)
    add_try(session, SignInAttempt(kind=TryKind.RESET, account="", address=address, at=now), wait)


def send_link(session: Session, member: Member, ticket: NewTicket, *, by: Actor, now: datetime) -> None:
    """Write the letter to the account's own address, for an administrator; the earlier link stops working.

    Raises AccountClosed, or EnoughLetters after RESET_LETTERS within the hour.
    """
    if not member.active:
        raise AccountClosed(member.name)
    if resets_asked(session, member.id, now) >= RESET_LETTERS:
        raise EnoughLetters(member.name)
    issue_ticket(session, member, TicketKind.RESET, ticket, now=now)
    record(
        session, Action.MEMBER_LINK_SENT, "member", member.id, by=by, now=now, after={"to": member.mailbox}
    )


def resets_asked(session: Session, member_id: int, now: datetime) -> int:
    """Count a member's reset letters within RESET_LETTERS_WITHIN."""
    mine = (LinkRequest.member_id == member_id, LinkRequest.kind == TicketKind.RESET)
    lately = LinkRequest.asked_at > now - RESET_LETTERS_WITHIN
    return session.scalar(select(func.count()).select_from(LinkRequest).where(*mine, lately)) or 0


BEARER = "mailed link"  # the actor: whoever held the link, not necessarily the account's owner


def use_ticket(session: Session, token: str, password: str, used_from: str, *, now: datetime) -> Member:
    """Set a password with a mailed link, once; every session and every other link of the account ends.

    `used_from` is the address of whoever holds the link, for the trail. Raises TicketSpent for a link that
    was used, is too old or never was one, and what `rules.check_password` raises; then the link can still
    be used.
    """
    member = member_of_ticket(session, token, now)
    if member is None:
        raise TicketSpent
    session.get_one(Member, member.id, with_for_update={"of": Member, **NO_KEY_UPDATE})
    spend = update(Ticket).where(Ticket.token_hash == hash_token(token), Ticket.used_at.is_(None))
    kind = session.execute(spend.values(used_at=now).returning(Ticket.kind)).scalar_one_or_none()
    if kind is None:
        raise TicketSpent
    after = _trail_facts(session, member, kind) | {"used_from": used_from}
    set_password(session, member, password, now=now)
    by = Actor(BEARER, None, member.park_id, member.enterprise_id)
    record(session, Action.MEMBER_PASSWORD_SET, "member", member.id, by=by, now=now, after=after)
    return member


def _trail_facts(session: Session, member: Member, kind: TicketKind) -> dict[str, Any]:
    """What the link was for, and who asked for it, from where and when."""
    after: dict[str, Any] = {"through": kind.value, "to": member.email}
    asked = open_request(session, member.id, kind)
    if asked is None:
        return after
    after |= {"asked_from": asked.asked_from, "asked_at": asked.asked_at.isoformat()}
    by = session.scalar(select(Member.name).where(Member.id == asked.asked_by_id))
    return after | ({"asked_by": by} if by else {})
