"""Accounts: made from the shell or by invitation, closed and opened again, their role, rights and language.

Who is invited has an account without a password, and a letter with the link to set one.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor, BookingRights
from booking.audit.trail import record
from booking.parks.models import Park
from booking.people import rules
from booking.people.models import Enterprise, LinkRequest, Member, Role, TicketKind
from booking.people.passwords import set_password
from booking.people.queries import other_managers
from booking.people.tickets import NewTicket, issue_ticket
from booking.values.names import check_name


def create_admin(
    session: Session, park: Park, email: str, name: str, password: str, *, by: Actor, now: datetime
) -> Member:
    """Create an administrator of the park, or reset that administrator's password.

    For the shell: nobody is signed in. Raises EmailTaken where the e-mail is
    somebody else's, NameHoldsAddress, and what `rules.check_password` raises.
    """
    check_name(name)
    address = rules.normal_email(email)
    member = session.scalar(select(Member).where(Member.email == address))
    if member is not None and (member.park_id, member.role) != (park.id, Role.ADMIN):
        raise rules.EmailTaken(address)
    if member is None:
        member = Member(
            park_id=park.id,
            email=address,
            name=name,
            role=Role.ADMIN,
            active=True,
            session_version=1,
            created_at=now,
        )
        session.add(member)
    member.active = True
    session.flush()
    set_password(session, member, password, now=now)
    after = {"email": address, "role": Role.ADMIN.value}
    record(session, Action.MEMBER_ADDED, "member", member.id, by=by, now=now, after=after, park_id=park.id)
    return member


def close_account(session: Session, member: Member, *, by: Actor, now: datetime) -> None:
    """Close the account and end its sessions, unless it is closed; raises OwnAccount or LastManager."""
    if by.member_id == member.id:
        raise rules.OwnAccount
    if not member.active:
        return
    if member.role is Role.MANAGER and not other_managers(session, member):
        raise rules.LastManager(member.name)
    member.active = False
    member.session_version += 1
    record(session, Action.MEMBER_ACCOUNT_CLOSED, "member", member.id, by=by, now=now)


def open_account(session: Session, member: Member, *, by: Actor, now: datetime) -> None:
    """Open a closed account again; its password still works."""
    if not member.active:
        member.active = True
        record(session, Action.MEMBER_ACCOUNT_OPENED, "member", member.id, by=by, now=now)


TENANTS = frozenset({Role.MEMBER, Role.MANAGER})


def change_role(session: Session, member: Member, role: Role, *, by: Actor, now: datetime) -> None:
    """Change the role at once, for open sessions too. Raises OwnAccount, LastManager or WrongKindOfRole."""
    if by.member_id == member.id:
        raise rules.OwnAccount
    if (role in TENANTS) != (member.role in TENANTS):
        raise rules.WrongKindOfRole
    if member.role is Role.MANAGER and role is not Role.MANAGER and not other_managers(session, member):
        raise rules.LastManager(member.name)
    before = {"role": member.role.value}
    member.role = role
    after = {"role": role.value}
    record(
        session, Action.MEMBER_ROLE_CHANGED, "member", member.id, by=by, now=now, before=before, after=after
    )


def set_rights(session: Session, member: Member, rights: BookingRights, *, by: Actor, now: datetime) -> None:
    """Say what somebody books without asking; what they have already stays. The same again changes nothing.

    It counts while they are an employee: a manager asks nobody.
    """
    before = member.allowed
    if before == rights:
        return
    member.keep_rights(rights)
    old, new = _rights_facts(before), _rights_facts(rights)
    record(session, Action.MEMBER_RIGHTS_SET, "member", member.id, by=by, now=now, before=old, after=new)


def set_rights_of_all(
    session: Session, enterprise: Enterprise, rights: BookingRights, *, by: Actor, now: datetime
) -> None:
    """Say so for everybody of an enterprise, and for whoever comes new; safe twice."""
    before = enterprise.allowed
    enterprise.keep_rights(rights)
    session.flush()
    everybody = update(Member).where(Member.enterprise_id == enterprise.id)
    session.execute(
        everybody.values(asks_for=enterprise.asks_for, books_up_to=rights.up_to),
        execution_options={"synchronize_session": "fetch"},
    )
    old, new, whose = _rights_facts(before), _rights_facts(rights), enterprise.id
    record(session, Action.ENTERPRISE_RIGHTS_SET, "enterprise", whose, by=by, now=now, before=old, after=new)


def _rights_facts(rights: BookingRights) -> dict[str, Any]:
    fen = None if rights.up_to is None else rights.up_to.fen
    return {"asks_for": sorted(rights.asks_for), "books_up_to_fen": fen}


def choose_copies(session: Session, member_id: int, *, wanted: bool) -> None:
    """Keep whether letters come on what they book and change themselves."""
    session.get_one(Member, member_id).wants_copies = wanted


def note_inbox_read(session: Session, member_id: int, newest: datetime) -> None:
    """Keep up to which letter, by its time, somebody has seen their inbox; it never goes back."""
    seen = func.coalesce(Member.inbox_read_at, Member.created_at) < newest
    session.execute(update(Member).where(Member.id == member_id, seen).values(inbox_read_at=newest))


def choose_language(session: Session, member_id: int, language: str) -> None:
    """Keep the language with the account: letters and other devices use it too."""
    session.get_one(Member, member_id).language = language


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
    address, enterprise = rules.normal_email(email), to if isinstance(to, Enterprise) else None
    facts = {"name": check_name(name.strip()), "role": role, "created_at": now}
    check_daily_limit(session, by, now)
    if enterprise is not None and enterprise.left_on is not None:
        raise rules.EnterpriseHasLeft(enterprise.name)
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
        raise rules.MemberAlreadyIn(member.name)
    if not member.active:
        raise rules.AccountClosed(member.name)
    check_daily_limit(session, by, now)
    issue_ticket(session, member, TicketKind.INVITATION, ticket, now=now)
    record(session, Action.MEMBER_INVITED_AGAIN, "member", member.id, by=by, now=now)


def check_daily_limit(session: Session, by: Actor, now: datetime) -> None:
    """Raise TooManyInvitations above INVITATIONS_A_DAY of an enterprise; the park's staff have no limit."""
    if by.enterprise_id is None:
        return
    held = select(Enterprise.id).where(Enterprise.id == by.enterprise_id)
    session.execute(held.with_for_update(key_share=True))  # one at a time
    if invitations_sent(session, by.enterprise_id, now) >= rules.INVITATIONS_A_DAY:
        raise rules.TooManyInvitations


def invitations_sent(session: Session, enterprise_id: int, now: datetime) -> int:
    """Count the invitations sent from an enterprise in the last 24 hours."""
    theirs = select(Member.id).where(Member.enterprise_id == enterprise_id)
    sent = (LinkRequest.asked_by_id.in_(theirs), LinkRequest.kind == TicketKind.INVITATION)
    lately = LinkRequest.asked_at > now - rules.A_DAY
    return session.scalar(select(func.count()).select_from(LinkRequest).where(*sent, lately)) or 0


def _add_member(session: Session, address: str, facts: Mapping[str, Any], by: Actor) -> Member:
    """Insert the account, or its stand-in; once more where the address was taken in the same moment."""
    for _ in range(2):
        try:
            return _insert_member(session, address, facts, by)
        except IntegrityError as error:
            if "email" not in str(error.orig):
                raise
    raise rules.EmailTaken(address)


def _insert_member(session: Session, address: str, facts: Mapping[str, Any], by: Actor) -> Member:
    if session.scalar(select(Member.id).where(_has_address(address), _in_sight(by, facts))) is not None:
        raise rules.EmailTaken(address)
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
