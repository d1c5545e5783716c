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
from booking.people.rules import INVITATION_LASTS, RESET_LASTS, LinkNotNeeded


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A link to be mailed: its letter, the address it was asked for from, and by whom.

    `asked_by_id` is a member, or None for somebody who is not signed in.
    """

    letter: Callable[[Member], LetterText]
    asked_from: str = ""
    asked_by_id: int | None = None


def issue_ticket(
    session: Session, member: Member, kind: TicketKind, ticket: NewTicket, *, now: datetime
) -> None:
    """Write the letter; its link is made when it is sent (`make_link`). Older links of the kind are spent."""
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
    """Store the token's hash and give the member it is for; None for a letter without a link.

    A letter that is sent again carries another link, and each works until one is used, another is asked for,
    or it expires: nobody knows which of them arrived. A letter that still waits while its reader asks again
    carries what was asked for last. Raises LinkNotNeeded
    where the account was closed or its password set meanwhile. Whose address has an account elsewhere gets
    none: that letter only tells so (`Member.invited_email`).
    """
    asked = request_of_letter(session, letter_id)
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
    """Spend an account's open links of these kinds, or of all where none is named. Idempotent.

    Locks the member first: of two that issue, set or use at once, the second sees what the first did.
    """
    session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
    meant = kinds or tuple(TicketKind)
    mailed = update(Ticket).where(Ticket.member_id == member_id, Ticket.kind.in_(meant))
    session.execute(mailed.where(Ticket.used_at.is_(None)).values(used_at=now))
    asked = update(LinkRequest).where(LinkRequest.member_id == member_id, LinkRequest.kind.in_(meant))
    session.execute(asked.where(LinkRequest.ended_at.is_(None)).values(ended_at=now))


def member_of_ticket(session: Session, token: str, now: datetime) -> Member | None:
    """Find the active member a token is for; None where it was used or has expired."""
    good = (Ticket.token_hash == hash_token(token), Ticket.used_at.is_(None), Ticket.expires_at > now)
    return session.scalar(
        select(Member).join(Ticket, Ticket.member_id == Member.id).where(*good, Member.active)
    )


def request_of_letter(session: Session, letter_id: int) -> LinkRequest | None:
    """Find the link request of a letter; None for a letter without a link."""
    return session.scalar(select(LinkRequest).where(LinkRequest.letter_id == letter_id))


def open_request(session: Session, member_id: int, kind: TicketKind) -> LinkRequest | None:
    """Find the open link request of a kind; there is one at most."""
    mine = (LinkRequest.member_id == member_id, LinkRequest.kind == kind, LinkRequest.ended_at.is_(None))
    return session.scalar(select(LinkRequest).where(*mine))


def requester_of(session: Session, letter_id: int) -> str:
    """Name the member who asked for a letter with a link; "" for somebody who was not signed in."""
    asker = select(Member.name).join(LinkRequest, LinkRequest.asked_by_id == Member.id)
    return session.scalar(asker.where(LinkRequest.letter_id == letter_id)) or ""


def hash_token(token: str) -> str:
    """Hash a token. It is long and random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
