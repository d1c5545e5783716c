"""What enterprises paid less because they used places at cheaper times: off-peak 错时 and extended 延时."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.charges.models import Charge, ChargeKind
from booking.people.models import Enterprise
from booking.spaces.models import Kind
from booking.values.money import Money, round_half_up


@dataclass(frozen=True, slots=True)
class Gain:
    """What an enterprise paid less than at the standard price, and for how many billed minutes."""

    enterprise: Enterprise
    minutes: int
    gained: Money


def gains(session: Session, park_id: int, kind: Kind, first: date, last: date) -> list[Gain]:
    """Compare what lines in cheaper bands came to with the standard price, the largest gain first.

    `amount ÷ factor − amount`, rounded once for each enterprise and factor; free minutes gain nothing.
    """
    rows = session.execute(
        select(Charge.enterprise_id, Charge.factor, func.sum(Charge.amount), func.sum(Charge.minutes))
        .where(
            Charge.park_id == park_id,
            Charge.space_kind == kind,
            Charge.kind == ChargeKind.USE,
            Charge.day.between(first, last),
            Charge.superseded_at.is_(None),
            Charge.factor < 1,
            Charge.factor > 0,
        )
        .group_by(Charge.enterprise_id, Charge.factor)
    ).all()
    fen: defaultdict[int, int] = defaultdict(int)
    minutes: defaultdict[int, int] = defaultdict(int)
    for enterprise_id, factor, amount, count in rows:
        less = amount.fen * (1 / Fraction(factor) - 1)
        fen[enterprise_id] += round_half_up(less.numerator, less.denominator)
        minutes[enterprise_id] += int(count)
    found = session.scalars(select(Enterprise).where(Enterprise.id.in_(fen)).order_by(Enterprise.id))
    listed = [Gain(one, minutes[one.id], Money(fen[one.id])) for one in found]
    return sorted(listed, key=lambda one: (-one.gained.fen, one.enterprise.id))
