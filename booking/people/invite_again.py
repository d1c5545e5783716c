"""Send an invitation once more, with a new link."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.invite import check_how_many
from booking.people.issue_ticket import NewTicket, issue_ticket
from booking.people.models import Member, TicketKind
from booking.people.rules import AccountClosed, MemberAlreadyIn


def invite_again(session: Session, member: Member, ticket: NewTicket, *, by: Actor, now: datetime) -> None:
    """Write the letter anew; the earlier link stops working.

    Raises MemberAlreadyIn, AccountClosed or TooManyInvitations.
    """
    if member.password_hash is not None:
        raise MemberAlreadyIn(member.name)
    if not member.active:
        raise AccountClosed(member.name)
    check_how_many(session, by, now)
    issue_ticket(session, member, TicketKind.INVITATION, ticket, now=now)
    record(session, "member.invited_again", "member", member.id, by=by, now=now)
