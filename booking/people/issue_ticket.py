"""Ask for a one-time link, and write the letter that will bring it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.mail.models import Letter
from booking.mail.write import write
from booking.mail.writing import Writing
from booking.people.models import LinkRequest, Member, TicketKind
from booking.people.spend_links import spend_links


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The letter in which the link has its place, from which address it was asked for, and by whom.

    `asked_by_id` is a member, or None for somebody at the door.
    """

    letter: Callable[[Member], Writing]
    asked_from: str = ""
    asked_by_id: int | None = None


def hash_token(token: str) -> str:
    """Give what may be kept of a token; it is random and long, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


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
    write(session, member.park_id, key, member.mailbox, ticket.letter(member), now=now)
    request.letter_id = session.scalar(select(Letter.id).where(Letter.key == key))
