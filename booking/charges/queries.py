"""Questions about lines, as the park sees them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from booking.charges.models import Charge, Dispute
from booking.people.models import Enterprise, Member


class Asked(NamedTuple):
    """A question with its line, and who asks."""

    dispute: Dispute
    enterprise: str
    member: str


def open_disputes(session: Session, park_id: int) -> Sequence[Asked]:
    """Give the park's unanswered questions, oldest first."""
    return _asked(session, park_id, answered=False, most=200)


def answered_disputes(session: Session, park_id: int, most: int = 50) -> Sequence[Asked]:
    """Give the latest answered ones."""
    return _asked(session, park_id, answered=True, most=most)


def dispute_in_park(session: Session, park_id: int, dispute_id: int) -> Dispute | None:
    """Give a question of the park with its line; another park's is as good as none."""
    return session.scalar(
        select(Dispute)
        .join(Dispute.charge)
        .options(contains_eager(Dispute.charge))
        .where(Dispute.id == dispute_id, Dispute.park_id == park_id)
    )


def _asked(session: Session, park_id: int, *, answered: bool, most: int) -> list[Asked]:
    order = Dispute.answered_at.desc() if answered else Dispute.opened_at
    rows = session.execute(
        select(Dispute, Enterprise.short_name, Member.name)
        .join(Dispute.charge)
        .join(Enterprise, Enterprise.id == Charge.enterprise_id)
        .join(Member, Member.id == Dispute.opened_by_id)
        .options(contains_eager(Dispute.charge).joinedload(Charge.space, innerjoin=True))
        .where(
            Dispute.park_id == park_id,
            Dispute.answered_at.is_not(None) if answered else Dispute.answered_at.is_(None),
        )
        .order_by(order, Dispute.id)
        .limit(most)
    )
    return [Asked(*row) for row in rows]
