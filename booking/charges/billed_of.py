"""What was billed for reservations: the question of every list and page that shows one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.charges.models import Charge
from booking.charges.month_to_date import IN_QUESTION
from booking.reservations.models import Reservation
from booking.usage.models import Stay
from booking.values.money import Money


@dataclass(frozen=True, slots=True)
class Billed:
    """What a reservation came to so far, and where that stands."""

    amount: Money  # without what is in question
    in_question: Money
    month_key: int  # of the latest line
    stay_id: int | None  # None: a fee
    member_id: int  # on whose statement it is: who was there, or who had reserved


def billed_of(session: Session, reservation_ids: Collection[int]) -> dict[int, Billed]:
    """Sum the lines that count by reservation, in one query; what has none is left out."""
    rows = session.execute(
        select(
            Charge.reservation_id,
            Charge.amount,
            IN_QUESTION.label("asked"),
            Charge.month_key,
            Charge.stay_id,
            func.coalesce(Stay.member_id, Reservation.member_id).label("member_id"),
        )
        .join(Reservation, Reservation.id == Charge.reservation_id)
        .outerjoin(Stay, Stay.id == Charge.stay_id)
        .where(Charge.reservation_id.in_(reservation_ids), Charge.superseded_at.is_(None))
        .order_by(Charge.reservation_id, Charge.id)
    )
    found: dict[int, Billed] = {}
    for row in rows:
        before = found.get(row.reservation_id)
        amount, asked = (Money.zero(), row.amount) if row.asked else (row.amount, Money.zero())
        found[row.reservation_id] = Billed(
            amount=before.amount + amount if before else amount,
            in_question=before.in_question + asked if before else asked,
            month_key=max(before.month_key, row.month_key) if before else row.month_key,
            stay_id=row.stay_id,
            member_id=row.member_id,
        )
    return found
