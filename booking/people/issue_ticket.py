"""Issue a one-time link and write the letter that carries it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from booking.people.models import Member, Ticket, TicketKind
from booking.people.rules import INVITATION_LASTS, RESET_LASTS
from booking.post.write import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.post.writing import Writing

LASTS = {TicketKind.INVITATION: INVITATION_LASTS, TicketKind.RESET: RESET_LASTS}


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A fresh random token, and the letter that tells its link to the member."""

    token: str
    letter: Callable[[Member], Writing]


def hash_token(token: str) -> str:
    """Give what may be kept of a token; it is random and long, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue_ticket(
    session: Session, member: Member, kind: TicketKind, ticket: NewTicket, *, now: datetime
) -> None:
    """Write the letter with the link; older links of the same kind stop working."""
    older = update(Ticket).where(Ticket.member_id == member.id, Ticket.kind == kind, Ticket.used_at.is_(None))
    session.execute(older.values(used_at=now))
    kept = hash_token(ticket.token)
    session.add(
        Ticket(member_id=member.id, kind=kind, token_hash=kept, created_at=now, expires_at=now + LASTS[kind])
    )
    write(session, member.park_id, f"{kind}:{kept}", member.email, ticket.letter(member), now=now)
