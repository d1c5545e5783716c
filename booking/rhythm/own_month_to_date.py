"""What an enterprise used and owes so far this month, beside its budget and last month up to the same day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from booking.charges.models import Charge, ChargeKind
from booking.charges.queries import COUNTS
from booking.charges.statement import FreeMinutes, statement
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.spaces.models import Kind
from booking.usage.models import Stay
from booking.values import Money, Month, local_day


@dataclass(slots=True)
class KindToDate:
    """A kind of space: minutes, or days of storage, that were billed or free, and what they cost."""

    minutes: int = 0
    days: int = 0
    cost: Money = field(default_factory=Money.zero)


@dataclass(frozen=True, slots=True)
class OwnMonthToDate:
    """A month up to a day, and the month before up to the same day of it (or its last).

    `cost` counts what is charged and, at what it has cost until now, what is still in use.
    """

    park: Park
    enterprise: Enterprise
    month: Month
    until: date
    cost: Money
    kinds: Mapping[Kind, KindToDate]
    before: Money
    kinds_before: Mapping[Kind, KindToDate]
    free: tuple[FreeMinutes, ...]

    @property
    def budget(self) -> Money | None:
        """What the enterprise means to spend a month, if it said so."""
        return self.enterprise.monthly_budget or None

    @property
    def budget_left(self) -> Money | None:
        """What is left of the budget; below nothing where it is exceeded."""
        return None if self.budget is None else self.budget - self.cost


def own_month_to_date(
    session: Session, park: Park, enterprise: Enterprise, month: Month, *, now: datetime
) -> OwnMonthToDate:
    """Count a month up to now, in a number of queries that does not grow with what was used."""
    until = min(local_day(now, park.zone), month.last_day)
    found = statement(session, park, enterprise, month, now=now)
    lines = _lines(session, enterprise, month)
    before = _kinds(lines, month.previous, same_day(until, month.previous))
    kinds = _kinds(lines, month, until)
    for stay, quote in found.running:
        if quote is not None:
            kinds[stay.space_kind].cost += quote.total
            kinds[stay.space_kind].minutes += sum(line.minutes for line in quote.lines)
            kinds[stay.space_kind].days += sum(line.days for line in quote.lines)
    return OwnMonthToDate(
        park=park,
        enterprise=enterprise,
        month=month,
        until=until,
        cost=Money.total(one.cost for one in kinds.values()),
        kinds=kinds,
        before=Money.total(one.cost for one in before.values()),
        kinds_before=before,
        free=tuple(found.free),
    )


def same_day(day: date, month: Month) -> date:
    """Give the day of a month that has the same number, or its last."""
    return month.first_day.replace(day=min(day.day, month.day_count))


def _lines(session: Session, enterprise: Enterprise, month: Month) -> list[Charge]:
    months = (month.previous.key, month.key)
    wanted = select(Charge).where(Charge.enterprise_id == enterprise.id, Charge.month_key.in_(months), COUNTS)
    return list(session.scalars(wanted.order_by(Charge.day, Charge.id)))


def _kinds(lines: Iterable[Charge], month: Month, until: date) -> dict[Kind, KindToDate]:
    """Sum up to a day, that day included; of a store the days up to it, at what they cost."""
    found: defaultdict[Kind, KindToDate] = defaultdict(KindToDate)
    for line in lines:
        if line.month_key != month.key or line.day > until:
            continue
        one = found[line.space_kind]
        if line.kind is ChargeKind.STORAGE and line.days:
            days = min(line.days, (until - line.day).days + 1)
            one.days += days
            one.cost += line.amount.share(days, line.days)
        else:
            one.minutes += line.minutes
            one.cost += line.amount
    return found


def used_or_planned(month: Month) -> ColumnElement[bool]:
    """SQL condition of an enterprise: it used something in the month, or has a budget."""
    used = exists().where(
        Stay.enterprise_id == Enterprise.id,
        Stay.started_at < month.span.end,
        or_(Stay.started_at >= month.span.start, Stay.ended_at.is_(None), Stay.ended_at > month.span.start),
    )
    return or_(used, Enterprise.monthly_budget.is_not(None))
