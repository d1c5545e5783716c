"""What an enterprise's month has come to so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, func, select, type_coerce

from booking.billing.models import Charge
from booking.values.money import Money

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from booking.values.month import Month


def charged_so_far(session: Session, enterprise_id: int, month: Month) -> Money:
    """Sum the live lines of a local month; what is still running is not among them."""
    fen = session.scalar(
        select(func.sum(type_coerce(Charge.amount, BigInteger))).where(
            Charge.enterprise_id == enterprise_id,
            Charge.month_key == month.key,
            Charge.superseded_at.is_(None),
        )
    )
    return Money(int(fen or 0))
