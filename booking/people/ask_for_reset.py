"""Ask for a link to set a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from booking.people.issue_ticket import issue_ticket
from booking.people.models import Member, TicketKind
from booking.people.queries import resets_asked
from booking.people.rules import RESET_LETTERS, normal_email
from booking.people.take_a_try import take_a_try

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.people.issue_ticket import NewTicket


def ask_for_reset(session: Session, email: str, address: str, ticket: NewTicket, *, now: datetime) -> None:
    """Write the letter if there is an open account; who asks is not told whether there is.

    Asking is slowed down like guessing, so that nobody's mailbox is flooded. Raises TooManyTries.
    """
    normal = normal_email(email)
    take_a_try(session, f"reset {normal}"[:254], address, now=now)
    member = session.scalar(select(Member).where(Member.email == normal, Member.active))
    if member is not None and resets_asked(session, member.id, now) < RESET_LETTERS:
        issue_ticket(session, member, TicketKind.RESET, ticket, now=now)
