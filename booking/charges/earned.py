"""What spaces earned since they were put to use, and by how many enterprises."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.charges.models import Charge
from booking.people.models import Enterprise
from booking.spaces.models import Space
from booking.values.money import Money

ENOUGH, ROUNDED = 3, 1_000_00  # unnamed enterprises in a group, and to how many fen it is rounded


@dataclass(frozen=True, slots=True)
class Earned:
    """What was charged, VAT included, to how many enterprises, and how many of them agreed to no name."""

    total: Money
    enterprises: int
    unnamed: int

    @property
    def told(self) -> Money | None:
        """Give what may be told to those who may not know any one enterprise's figures.

        Rounded to 1,000 yuan; None where one or two unnamed enterprises are behind it.
        """
        if 0 < self.unnamed < ENOUGH:
            return None
        return rounded_to_thousands(self.total)


def rounded_to_thousands(money: Money) -> Money:
    """Round to 1,000 yuan, as what is told of unnamed enterprises is (docs/rules.md)."""
    return Money((money.fen + ROUNDED // 2) // ROUNDED * ROUNDED)


def earned_since(session: Session, space_ids: Collection[int], since: date) -> Earned:
    """Sum what spaces, and combined ones made wholly of them, were charged for from a day on."""
    wholes = select(Space).where(Space.parts.any(Space.id.in_(space_ids))).order_by(Space.id)
    mine = {*space_ids}
    mine |= {whole.id for whole in session.scalars(wholes) if {part.id for part in whole.parts} <= mine}
    rows = session.execute(
        select(Charge.enterprise_id, Enterprise.may_be_named, func.sum(Charge.amount))
        .join(Enterprise, Enterprise.id == Charge.enterprise_id)
        .where(Charge.space_id.in_(mine), Charge.day >= since, Charge.superseded_at.is_(None))
        .group_by(Charge.enterprise_id, Enterprise.may_be_named)
        .order_by(Charge.enterprise_id)
    ).all()
    return Earned(
        total=Money.total(amount for _, _, amount in rows),
        enterprises=len(rows),
        unnamed=sum(not named for _, named, _ in rows),
    )
