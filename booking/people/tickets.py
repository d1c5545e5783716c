"""One-time links (tickets) by mail: asked for, made as their letter leaves, spent."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.mail.models import Letter
from booking.mail.outbox import LetterText, write_letter
from booking.people.models import LinkRequest, Member, Ticket, TicketKind
from booking.people.rules import (
    INVITATION_LASTS,
    RESET_LASTS,
    LinkNotNeeded,
)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The letter in which the link has its place, from which address it was asked for, and by whom.

    `asked_by_id` is a member, or None for somebody at the door.
    """

    letter: Callable[[Member], LetterText]
    asked_from: str = ""
    asked_by_id: int | None = None


def issue_ticket(
    session: Session, member: Member, kind: TicketKind, ticket: NewTicket, *, now: datetime
) -> None:
    """Write the letter; the link in it is made when it leaves (`make_link`). Older ones of the kind end."""
    spend_links(session, member.id, kind, now=now)
    request = LinkRequest(
        member_id=member.id,
        kind=kind,
        asked_at=now,
        asked_from=ticket.asked_from,
        asked_by_id=ticket.asked_by_id,
    )
    session.add(request)
    session.flush()
    key = f"{kind}:{request.id}"
    write_letter(session, member.park_id, key, member.mailbox, ticket.letter(member), now=now)
    request.letter_id = session.scalar(select(Letter.id).where(Letter.key == key))


LASTS = {TicketKind.INVITATION: INVITATION_LASTS, TicketKind.RESET: RESET_LASTS}


def make_link(session: Session, letter_id: int, token: str, *, now: datetime) -> Member | None:
    """Keep the token's hash and give whom it lets in; None where the letter brings no link.

    A letter that is tried again brings another link, and each opens until one is used, another is asked
    for, or its time is over: mail arrives at least once, and nobody knows which of them arrived. A letter
    that still waits while its reader asks again brings what was asked for last. Raises LinkNotNeeded
    where the account was closed or its password set meanwhile. Whose address has an account elsewhere gets
    none: that letter only tells so (`Member.invited_email`).
    """
    asked = link_in(session, letter_id)
    if asked is None:
        return None
    session.execute(select(Member.id).where(Member.id == asked.member_id).with_for_update(key_share=True))
    member = session.get_one(Member, asked.member_id)
    if not member.active or open_request(session, asked.member_id, asked.kind) is None:
        raise LinkNotNeeded
    until = now + LASTS[asked.kind]
    kept = {"kind": asked.kind, "token_hash": hash_token(token), "created_at": now, "expires_at": until}
    if member.invited_email is None:
        session.add(Ticket(member_id=member.id, **kept))
    return member


def spend_links(session: Session, member_id: int, *kinds: TicketKind, now: datetime) -> None:
    """End the open ones of these kinds, or of either where none is named; harmless twice.

    The account is held first: of two who ask, set or use at once, the second sees what the first did.
    """
    session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
    meant = kinds or tuple(TicketKind)
    mailed = update(Ticket).where(Ticket.member_id == member_id, Ticket.kind.in_(meant))
    session.execute(mailed.where(Ticket.used_at.is_(None)).values(used_at=now))
    asked = update(LinkRequest).where(LinkRequest.member_id == member_id, LinkRequest.kind.in_(meant))
    session.execute(asked.where(LinkRequest.ended_at.is_(None)).values(ended_at=now))


def member_behind(session: Session, token: str, now: datetime) -> Member | None:
    """Find the active member whom a mailed link is for; None where it was used or is too old."""
    good = (Ticket.token_hash == hash_token(token), Ticket.used_at.is_(None), Ticket.expires_at > now)
    return session.scalar(
        select(Member).join(Ticket, Ticket.member_id == Member.id).where(*good, Member.active)
    )


def link_in(session: Session, letter_id: int) -> LinkRequest | None:
    """Find for what a letter brings a link; None for a letter without one."""
    return session.scalar(select(LinkRequest).where(LinkRequest.letter_id == letter_id))


def open_request(session: Session, member_id: int, kind: TicketKind) -> LinkRequest | None:
    """Find what was asked for last and is neither used nor replaced; there is one of a kind at most."""
    mine = (LinkRequest.member_id == member_id, LinkRequest.kind == kind, LinkRequest.ended_at.is_(None))
    return session.scalar(select(LinkRequest).where(*mine))


def asker_of(session: Session, letter_id: int) -> str:
    """Name who asked for a letter with a link; "" for somebody at the door."""
    asker = select(Member.name).join(LinkRequest, LinkRequest.asked_by_id == Member.id)
    return session.scalar(asker.where(LinkRequest.letter_id == letter_id)) or ""


def hash_token(token: str) -> str:
    """Give what may be kept of a token; it is random and long, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
