"""Invitations: an account without a password, and a letter with the link to set one."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import Park
from booking.people.models import Enterprise, LinkRequest, Member, Role, TicketKind
from booking.people.rules import (
    A_DAY,
    INVITATIONS_A_DAY,
    AccountClosed,
    EmailTaken,
    EnterpriseHasLeft,
    MemberAlreadyIn,
    TooManyInvitations,
    normal_email,
)
from booking.people.tickets import NewTicket, issue_ticket
from booking.values.plain_name import check_name


def invite_colleague(
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
    """Create the account and write the letter.

    The inviter must not learn whether the address has an account elsewhere: the outcome looks the same, and
    only the letter tells its reader. Raises
    NameHoldsAddress, TooManyInvitations, EnterpriseHasLeft, or EmailTaken where the inviter can see it.
    """
    address, enterprise = normal_email(email), to if isinstance(to, Enterprise) else None
    facts = {"name": check_name(name.strip()), "role": role, "created_at": now}
    check_daily_limit(session, by, now)
    if enterprise is not None and enterprise.left_on is not None:
        raise EnterpriseHasLeft(enterprise.name)
    facts["park_id"] = enterprise.park_id if enterprise else to.id
    facts["enterprise_id"] = enterprise.id if enterprise else None
    if enterprise is not None:  # what was last set for all holds for who comes new
        facts |= {"asks_for": enterprise.asks_for, "books_up_to": enterprise.books_up_to}
    member = _add_member(session, address, facts, by)
    session.refresh(member)
    issue_ticket(session, member, TicketKind.INVITATION, ticket, now=now)
    after = {"email": address, "name": member.name, "role": role}
    record(
        session,
        Action.MEMBER_INVITED,
        "member",
        member.id,
        by=by,
        now=now,
        after=after,
        park_id=member.park_id,
    )
    return member


def invite_again(session: Session, member: Member, ticket: NewTicket, *, by: Actor, now: datetime) -> None:
    """Write the letter again, with a new link; the earlier link stops working.

    Raises MemberAlreadyIn, AccountClosed or TooManyInvitations.
    """
    if member.password_hash is not None:
        raise MemberAlreadyIn(member.name)
    if not member.active:
        raise AccountClosed(member.name)
    check_daily_limit(session, by, now)
    issue_ticket(session, member, TicketKind.INVITATION, ticket, now=now)
    record(session, Action.MEMBER_INVITED_AGAIN, "member", member.id, by=by, now=now)


def check_daily_limit(session: Session, by: Actor, now: datetime) -> None:
    """Raise TooManyInvitations above INVITATIONS_A_DAY of an enterprise; the park's staff have no limit."""
    if by.enterprise_id is None:
        return
    held = select(Enterprise.id).where(Enterprise.id == by.enterprise_id)
    session.execute(held.with_for_update(key_share=True))  # one at a time
    if invitations_sent(session, by.enterprise_id, now) >= INVITATIONS_A_DAY:
        raise TooManyInvitations


def invitations_sent(session: Session, enterprise_id: int, now: datetime) -> int:
    """Count the invitations sent from an enterprise in the last 24 hours."""
    theirs = select(Member.id).where(Member.enterprise_id == enterprise_id)
    sent = (LinkRequest.asked_by_id.in_(theirs), LinkRequest.kind == TicketKind.INVITATION)
    lately = LinkRequest.asked_at > now - A_DAY
    return session.scalar(select(func.count()).select_from(LinkRequest).where(*sent, lately)) or 0


def _add_member(session: Session, address: str, facts: Mapping[str, Any], by: Actor) -> Member:
    """Insert the account, or its stand-in; once more where the address was taken in the same moment."""
    for _ in range(2):
        try:
            return _insert_member(session, address, facts, by)
        except IntegrityError as error:
            if "email" not in str(error.orig):
                raise
    raise EmailTaken(address)


def _insert_member(session: Session, address: str, facts: Mapping[str, Any], by: Actor) -> Member:
    if session.scalar(select(Member.id).where(_has_address(address), _in_sight(by, facts))) is not None:
        raise EmailTaken(address)
    emails = {"email": address}
    if session.scalar(select(Member.id).where(Member.email == address)) is not None:
        emails = {"email": _stand_in(address, facts), "invited_email": address}
    member = Member(**facts, **emails)
    with session.begin_nested():
        session.add(member)
        session.flush()
    return member


def _has_address(address: str) -> ColumnElement[bool]:
    return or_(Member.email == address, Member.invited_email == address)


def _in_sight(by: Actor, facts: Mapping[str, Any]) -> ColumnElement[bool]:
    """SQL condition: members the inviter sees in lists, a manager their enterprise's, staff the park's."""
    if by.enterprise_id is not None:
        return Member.enterprise_id == by.enterprise_id
    park_id: int = facts["park_id"]
    return Member.park_id == park_id


def _stand_in(address: str, facts: Mapping[str, Any]) -> str:
    """Make a unique placeholder for the e-mail column that can never be an address."""
    where = f"{facts['park_id']} {facts['enterprise_id']} {address}"
    return f"elsewhere:{hashlib.sha256(where.encode()).hexdigest()}"
