"""Open a closed account again."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Member


def open_account(session: Session, member: Member, *, by: Actor, now: datetime) -> None:
    """Let its owner in with the password they had."""
    if not member.active:
        member.active = True
        record(session, "member.opened_account", "member", member.id, by=by, now=now)
