"""End every session of an account."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Member


def sign_out_everywhere(session: Session, member_id: int, *, by: Actor, now: datetime) -> None:
    """Make all of its sessions out of date, this one too."""
    session.get_one(Member, member_id).session_version += 1
    record(session, "member.signed_out_everywhere", "member", member_id, by=by, now=now)
