"""Set a password with a mailed link, once."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import TO_CHANGE
from booking.people.issue_ticket import hash_token
from booking.people.models import Member, Ticket, TicketKind
from booking.people.queries import member_behind, open_request
from booking.people.rules import TicketSpent
from booking.people.set_password import set_password

BEARER = "mailed link"  # the doer: whoever held the link, which need not be the account's owner


def use_ticket(session: Session, token: str, password: str, used_from: str, *, now: datetime) -> Member:
    """Spend the link and set the password; every session and every other link of the account ends.

    `used_from` is the address of whoever holds the link, for the trail. Raises TicketSpent for a link that
    was used, is too old or never was one, and what `rules.check_password` raises; then the link can still
    be used.
    """
    member = member_behind(session, token, now)
    if member is None:
        raise TicketSpent
    session.get_one(Member, member.id, with_for_update={"of": Member, **TO_CHANGE})
    spend = update(Ticket).where(Ticket.token_hash == hash_token(token), Ticket.used_at.is_(None))
    kind = session.execute(spend.values(used_at=now).returning(Ticket.kind)).scalar_one_or_none()
    if kind is None:
        raise TicketSpent
    after = _story(session, member, kind) | {"used_from": used_from}
    set_password(session, member, password, now=now)
    by = Actor(BEARER, None, member.park_id, member.enterprise_id)
    record(session, "member.password_set", "member", member.id, by=by, now=now, after=after)
    return member


def _story(session: Session, member: Member, kind: TicketKind) -> dict[str, Any]:
    """Say for the trail what the link was, and who asked for it, from where and when."""
    after: dict[str, Any] = {"through": kind.value, "to": member.email}
    asked = open_request(session, member.id, kind)
    if asked is None:
        return after
    after |= {"asked_from": asked.asked_from, "asked_at": asked.asked_at.isoformat()}
    by = session.scalar(select(Member.name).where(Member.id == asked.asked_by_id))
    return after | ({"asked_by": by} if by else {})
