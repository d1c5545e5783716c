"""Accounts: made from the shell, closed and opened again, their role and their language."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor, BookingRights
from booking.audit.record import record
from booking.parks.models import Park
from booking.people.models import Enterprise, Member, Role
from booking.people.passwords import set_password
from booking.people.queries import other_managers
from booking.people.rules import EmailTaken, LastManager, OwnAccount, WrongKindOfRole, normal_email
from booking.values.plain_name import check_name


def create_admin(
    session: Session, park: Park, email: str, name: str, password: str, *, by: Actor, now: datetime
) -> Member:
    """Create an administrator of the park, or reset that administrator's password.

    For the shell: nobody is signed in. Raises EmailTaken where the e-mail is
    somebody else's, NameHoldsAddress, and what `rules.check_password` raises.
    """
    check_name(name)
    address = normal_email(email)
    member = session.scalar(select(Member).where(Member.email == address))
    if member is not None and (member.park_id, member.role) != (park.id, Role.ADMIN):
        raise EmailTaken(address)
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
        raise OwnAccount
    if not member.active:
        return
    if member.role is Role.MANAGER and not other_managers(session, member):
        raise LastManager(member.name)
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
        raise OwnAccount
    if (role in TENANTS) != (member.role in TENANTS):
        raise WrongKindOfRole
    if member.role is Role.MANAGER and role is not Role.MANAGER and not other_managers(session, member):
        raise LastManager(member.name)
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


def choose_language(session: Session, member_id: int, language: str) -> None:
    """Keep the language with the account: letters and other devices use it too."""
    session.get_one(Member, member_id).language = language
