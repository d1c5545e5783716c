"""Close an account: its owner cannot come in any more, what they did stays."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Member, Role
from booking.people.queries import other_managers
from booking.people.rules import LastManager, OwnAccount


def close_account(session: Session, member: Member, *, by: Actor, now: datetime) -> None:
    """End every session of it; raises OwnAccount or LastManager. Closing a closed one changes nothing."""
    if by.member_id == member.id:
        raise OwnAccount
    if not member.active:
        return
    if member.role is Role.MANAGER and not other_managers(session, member):
        raise LastManager(member.name)
    member.active = False
    member.session_version += 1
    record(session, "member.closed_account", "member", member.id, by=by, now=now)
