"""Invite somebody: an account without a password, and a letter with the link to set one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from booking.audit.record import record
from booking.people.issue_ticket import issue_ticket
from booking.people.models import Enterprise, Member, TicketKind
from booking.people.rules import EmailTaken, EnterpriseHasLeft, normal_email

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
    from booking.parks.models import Park
    from booking.people.issue_ticket import NewTicket
    from booking.people.models import Role


def invite(
    session: Session,
    to: Enterprise | Park,
    *,
    email: str,
    name: str,
    role: Role,
    ticket: NewTicket,
    by: Actor,
    now: datetime,
) -> Member:
    """Make the account and write the letter; raises EmailTaken or EnterpriseHasLeft."""
    address = normal_email(email)
    if session.scalar(select(Member.id).where(Member.email == address)) is not None:
        raise EmailTaken(address)
    enterprise = to if isinstance(to, Enterprise) else None
    if enterprise is not None and enterprise.left_on is not None:
        raise EnterpriseHasLeft(enterprise.name)
    member = Member(
        park_id=enterprise.park_id if enterprise else to.id,
        enterprise_id=enterprise.id if enterprise else None,
        email=address,
        name=name.strip(),
        role=role,
        created_at=now,
    )
    _keep(session, member)
    session.refresh(member)
    issue_ticket(session, member, TicketKind.INVITATION, ticket, now=now)
    after = {"email": address, "name": member.name, "role": role}
    record(
        session, "member.invited", "member", member.id, by=by, now=now, after=after, park_id=member.park_id
    )
    return member


def _keep(session: Session, member: Member) -> None:
    """Insert it; raises EmailTaken where somebody invited the same person at the same moment."""
    email = member.email
    try:
        with session.begin_nested():
            session.add(member)
            session.flush()
    except IntegrityError as error:
        if "email" not in str(error.orig):
            raise
        raise EmailTaken(email) from error
