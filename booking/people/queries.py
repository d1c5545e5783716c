"""What is asked about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from booking.people.issue_ticket import hash_token
from booking.people.models import Member, Ticket
from booking.people.passwords import fits
from booking.people.rules import normal_email

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def who_knows(session: Session, email: str, password: str) -> Member | None:
    """Find the active member whom this password lets in; the same work whether or not there is one."""
    member = session.scalar(select(Member).where(Member.email == normal_email(email)))
    right = fits(member.password_hash if member else None, password)
    return member if right and member is not None and member.active else None


def member_behind(session: Session, token: str, now: datetime) -> Member | None:
    """Find the active member whom a mailed link is for; None where it was used or is too old."""
    good = (Ticket.token_hash == hash_token(token), Ticket.used_at.is_(None), Ticket.expires_at > now)
    return session.scalar(
        select(Member).join(Ticket, Ticket.member_id == Member.id).where(*good, Member.active)
    )


def demo_accounts(session: Session) -> Sequence[Member]:
    """Give one active member of each role, the one that was made first, in the order of roles."""
    first = select(func.min(Member.id)).where(Member.active).group_by(Member.role)
    return session.scalars(select(Member).where(Member.id.in_(first)).order_by(Member.id)).all()
