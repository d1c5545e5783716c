"""Send an account a new link to set its password, at an administrator's wish."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.issue_ticket import NewTicket, issue_ticket
from booking.people.models import Member, TicketKind
from booking.people.queries import resets_asked
from booking.people.rules import RESET_LETTERS, AccountClosed, EnoughLetters


def send_link(session: Session, member: Member, ticket: NewTicket, *, by: Actor, now: datetime) -> None:
    """Write the letter to the account's own address; the earlier link stops working.

    Raises AccountClosed, or EnoughLetters where as many went out lately as anybody may ask for.
    """
    if not member.active:
        raise AccountClosed(member.name)
    if resets_asked(session, member.id, now) >= RESET_LETTERS:
        raise EnoughLetters(member.name)
    issue_ticket(session, member, TicketKind.RESET, ticket, now=now)
    record(session, "member.link_sent", "member", member.id, by=by, now=now, after={"to": member.mailbox})
