"""Make the one-time link that a letter brings, at the moment it leaves the house."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.people.issue_ticket import hash_token
from booking.people.models import Member, Ticket, TicketKind
from booking.people.queries import link_in, open_request
from booking.people.rules import INVITATION_LASTS, RESET_LASTS, LinkNotNeeded

LASTS = {TicketKind.INVITATION: INVITATION_LASTS, TicketKind.RESET: RESET_LASTS}


def make_link(session: Session, letter_id: int, token: str, *, now: datetime) -> Member | None:
    """Keep the token's hash and give whom it lets in; None where the letter brings no link.

    A letter that is tried again brings another link, and each opens until one is used, another is asked
    for, or its time is over: mail arrives at least once, and nobody knows which of them arrived. A letter
    that still waits while its reader asks again brings what was asked for last. Raises LinkNotNeeded
    where the account was closed or its password set meanwhile. Whose address has an account elsewhere gets
    none: that letter only tells so (`Member.invited_email`).
    """
    asked = link_in(session, letter_id)
    if asked is None:
        return None
    session.execute(select(Member.id).where(Member.id == asked.member_id).with_for_update(key_share=True))
    member = session.get_one(Member, asked.member_id)
    if not member.active or open_request(session, asked.member_id, asked.kind) is None:
        raise LinkNotNeeded
    until = now + LASTS[asked.kind]
    kept = {"kind": asked.kind, "token_hash": hash_token(token), "created_at": now, "expires_at": until}
    if member.invited_email is None:
        session.add(Ticket(member_id=member.id, **kept))
    return member
