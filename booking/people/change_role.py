"""Give a colleague another role."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Member, Role
from booking.people.queries import other_managers
from booking.people.rules import LastManager, OwnAccount, WrongKindOfRole

TENANTS = frozenset({Role.MEMBER, Role.MANAGER})


def change_role(session: Session, member: Member, role: Role, *, by: Actor, now: datetime) -> None:
    """Change it at once, for open sessions too; raises OwnAccount, LastManager or WrongKindOfRole."""
    if by.member_id == member.id:
        raise OwnAccount
    if (role in TENANTS) != (member.role in TENANTS):
        raise WrongKindOfRole
    if member.role is Role.MANAGER and role is not Role.MANAGER and not other_managers(session, member):
        raise LastManager(member.name)
    before = {"role": member.role.value}
    member.role = role
    after = {"role": role.value}
    record(session, "member.role_changed", "member", member.id, by=by, now=now, before=before, after=after)
