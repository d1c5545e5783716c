"""What an enterprise's month has come to so far, and since when months are open."""

from datetime import datetime

from sqlalchemy import BigInteger, and_, exists, func, select, type_coerce
from sqlalchemy.orm import Session

from booking.charges.models import Charge, Dispute, MonthClose
from booking.parks.models import Park
from booking.reservations.models import Reservation
from booking.usage.models import Stay
from booking.values.money import Money
from booking.values.month import Month


def in_question(line: Charge) -> bool:
    """Tell whether somebody waits for an answer about a line; its question must be loaded."""
    return line.dispute is not None and line.dispute.answered_at is None


def counts(line: Charge) -> bool:
    """Say of one line what COUNTS says of all; its question must be loaded."""
    return line.superseded_at is None and not in_question(line)


IN_QUESTION = exists().where(Dispute.charge_id == Charge.id, Dispute.answered_at.is_(None))
COUNTS = and_(Charge.superseded_at.is_(None), ~IN_QUESTION)
"""Which lines are in a sum of what was billed so far: what was corrected and what is in question is not."""


def month_to_date(
    session: Session, enterprise_id: int, month: Month, *, member_id: int | None = None
) -> Money:
    """Sum the lines of a local month that count, all or one member's, without what is still running."""
    wanted = select(func.sum(type_coerce(Charge.amount, BigInteger))).where(
        Charge.enterprise_id == enterprise_id, Charge.month_key == month.key, COUNTS
    )
    if member_id is not None:
        wanted = (
            wanted.outerjoin(Stay, Stay.id == Charge.stay_id)
            .outerjoin(Reservation, Reservation.id == Charge.reservation_id)
            .where(func.coalesce(Stay.member_id, Reservation.member_id) == member_id)
        )
    fen = session.scalar(wanted)
    return Money(int(fen or 0))


def open_since(session: Session, park: Park) -> datetime | None:
    """Tell when the first month after the last closed one began; None while none was closed."""
    key = session.scalar(select(func.max(MonthClose.month_key)).where(MonthClose.park_id == park.id))
    return None if key is None else Month.from_key(key, park.zone).span.end
