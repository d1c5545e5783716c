"""A password set through a mailed link: asked for by its owner, sent by an administrator, used."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import TO_CHANGE
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
    wait_for,
)
from booking.people.throttle import count_it, one_at_a_time, tries_of
from booking.people.tickets import NewTicket, hash_token, issue_ticket, member_behind, open_request


def ask_for_reset(
    session: Session, email: str, address: str, ticket: NewTicket, *, known: bool, now: datetime
) -> None:
    """Write the letter if there is an open account with a password; who asks is not told whether there is.

    Who was invited and has none yet has an invitation to open: a second letter would tell whoever reads the
    park's letters that there is no account elsewhere.

    No account gets more than a few within the hour: the last of them still opens. No address asks for
    very many, unless on a device that is known to have signed in there (`known`). Neither has to do with
    tries at passwords: who may not try may still ask. Raises TooManyTries.
    """
    if not known:
        _count_asking(session, address, now)
    open_ = (Member.active, Member.password_hash.is_not(None))
    member = session.scalar(select(Member).where(Member.email == normal_email(email), *open_))
    if member is not None and resets_asked(session, member.id, now) < RESET_LETTERS:
        issue_ticket(session, member, TicketKind.RESET, ticket, now=now)


def _count_asking(session: Session, address: str, now: datetime) -> None:
    one_at_a_time(session, f"{TryKind.RESET} {address}")
    from_there = (SignInAttempt.kind == TryKind.RESET, SignInAttempt.address == address)
    wait = wait_for(tries_of(session, *from_there, now=now), RESET_ASKS, now)
    count_it(session, SignInAttempt(kind=TryKind.RESET, account="", address=address, at=now), wait)


def send_link(session: Session, member: Member, ticket: NewTicket, *, by: Actor, now: datetime) -> None:
    """Write the letter to the account's own address; the earlier link stops working.

    Raises AccountClosed, or EnoughLetters where as many went out lately as anybody may ask for.
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
    """Count the letters with a link to set a password that were written to a member of late."""
    mine = (LinkRequest.member_id == member_id, LinkRequest.kind == TicketKind.RESET)
    lately = LinkRequest.asked_at > now - RESET_LETTERS_WITHIN
    return session.scalar(select(func.count()).select_from(LinkRequest).where(*mine, lately)) or 0


BEARER = "mailed link"  # the doer: whoever held the link, which need not be the account's owner


def use_ticket(session: Session, token: str, password: str, used_from: str, *, now: datetime) -> Member:
    """Spend the link and set the password; every session and every other link of the account ends.

    `used_from` is the address of whoever holds the link, for the trail. Raises TicketSpent for a link that
    was used, is too old or never was one, and what `rules.check_password` raises; then the link can still
    be used.
    """
    member = member_behind(session, token, now)
    if member is None:
        raise TicketSpent
    session.get_one(Member, member.id, with_for_update={"of": Member, **TO_CHANGE})
    spend = update(Ticket).where(Ticket.token_hash == hash_token(token), Ticket.used_at.is_(None))
    kind = session.execute(spend.values(used_at=now).returning(Ticket.kind)).scalar_one_or_none()
    if kind is None:
        raise TicketSpent
    after = _story(session, member, kind) | {"used_from": used_from}
    set_password(session, member, password, now=now)
    by = Actor(BEARER, None, member.park_id, member.enterprise_id)
    record(session, Action.MEMBER_PASSWORD_SET, "member", member.id, by=by, now=now, after=after)
    return member


def _story(session: Session, member: Member, kind: TicketKind) -> dict[str, Any]:
    """Say for the trail what the link was, and who asked for it, from where and when."""
    after: dict[str, Any] = {"through": kind.value, "to": member.email}
    asked = open_request(session, member.id, kind)
    if asked is None:
        return after
    after |= {"asked_from": asked.asked_from, "asked_at": asked.asked_at.isoformat()}
    by = session.scalar(select(Member.name).where(Member.id == asked.asked_by_id))
    return after | ({"asked_by": by} if by else {})
