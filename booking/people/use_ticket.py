"""Set a password with a mailed link, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.issue_ticket import hash_token
from booking.people.models import Ticket
from booking.people.queries import member_behind
from booking.people.rules import TicketSpent
from booking.people.set_password import set_password

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.people.models import Member


def use_ticket(session: Session, token: str, password: str, *, now: datetime) -> Member:
    """Spend the link and set the password; every session of the account ends.

    Raises TicketSpent for a link that was used, is too old or never was one, and what
    `rules.check_password` raises; then the link can still be used.
    """
    member = member_behind(session, token, now)
    if member is None:
        raise TicketSpent
    set_password(session, member, password)
    spend = update(Ticket).where(Ticket.token_hash == hash_token(token), Ticket.used_at.is_(None))
    if session.execute(spend.values(used_at=now).returning(Ticket.id)).scalar_one_or_none() is None:
        raise TicketSpent
    by = Actor(member.name, member.id, member.park_id, member.enterprise_id)
    record(session, "member.password_set", "member", member.id, by=by, now=now)
    return member
