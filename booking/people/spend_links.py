"""End the one-time links of an account: those that were mailed, and those that still wait to be."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.people.models import LinkRequest, Member, Ticket, TicketKind


def spend_links(session: Session, member_id: int, *kinds: TicketKind, now: datetime) -> None:
    """End the open ones of these kinds, or of either where none is named; harmless twice.

    The account is held first: of two who ask, set or use at once, the second sees what the first did.
    """
    session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
    meant = kinds or tuple(TicketKind)
    mailed = update(Ticket).where(Ticket.member_id == member_id, Ticket.kind.in_(meant))
    session.execute(mailed.where(Ticket.used_at.is_(None)).values(used_at=now))
    asked = update(LinkRequest).where(LinkRequest.member_id == member_id, LinkRequest.kind.in_(meant))
    session.execute(asked.where(LinkRequest.ended_at.is_(None)).values(ended_at=now))
