"""What the month has come to until now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park
from booking.charges.pricing import Quote
from booking.charges.queries import month_to_date
from booking.people.models import Role
from booking.usage.models import Stay
from booking.values.money import Money
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class MonthToDate:
    """What the month has come to, with what is running: the manager's whole enterprise, or one's own use."""

    month: Month
    cost: Money
    budget: Money | None
    over: bool
    whole: bool


def own_month(
    session: Session, open_stays: Sequence[Stay], costs: Mapping[int, Quote], now: datetime
) -> MonthToDate:
    """Sum the lines that count, and what each stay that goes on would add if it ended now."""
    month = Month.of(now, my_park().zone)
    whole = me().role is Role.MANAGER
    cost = month_to_date(session, my_enterprise_id(), month, member_id=None if whole else me().id)
    lines = (line for quote in _mine(open_stays, costs) for line in quote.lines)
    cost = Money.total([cost, *(line.amount for line in lines if line.day >= month.first_day)])
    budget = my_enterprise().monthly_budget if whole else None
    return MonthToDate(month, cost, budget, budget is not None and cost > budget, whole)


def _mine(open_stays: Sequence[Stay], costs: Mapping[int, Quote]) -> list[Quote]:
    """Choose what counts in the month shown: everybody's for the manager, else one's own."""
    whole = me().role is Role.MANAGER
    counted = [stay.id for stay in open_stays if whole or stay.member_id == me().id]
    return [costs[stay_id] for stay_id in counted if stay_id in costs]
