"""Send an enterprise, in the middle of the month, what it used and owes so far; and warn it of its budget."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.mail.outbox import LetterText, NewLetter, write_letters
from booking.mail.queries import keys_written
from booking.parks.models import Park
from booking.parks.queries import all_parks
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member
from booking.people.queries import managers_of
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import find_due, step_letters_to, still_to_write
from booking.rhythm.own_month_to_date import OwnMonthToDate, own_month_to_date, used_or_planned
from booking.values.money import Money
from booking.values.month import Month, local_day

FollowUpWords = Callable[[OwnMonthToDate, Member], LetterText]


def follow_ups_due(session: Session, parks: Iterable[Park], now: datetime) -> list[int]:
    """Name the enterprises with use or a budget that are still to be written to, park by park."""
    found: list[int] = []
    for park in parks:
        days = find_due(session, park, CycleStep.FOLLOW_UP, now)
        if days is not None:
            found += session.scalars(still_to_write(park, days, now).where(used_or_planned(days.month)))
    return found


def send_follow_up(session: Session, enterprise_id: int, words: FollowUpWords, *, now: datetime) -> bool:
    """Write it to the managers, in words that `words` finds; tells whether there was one to write.

    Who comes second writes nothing, as with the list.
    """
    lock_enterprise(session, enterprise_id)
    enterprise = session.get_one(Enterprise, enterprise_id)
    park = session.get_one(Park, enterprise.park_id)
    days = find_due(session, park, CycleStep.FOLLOW_UP, now)
    if days is None:
        return False
    wanted = still_to_write(park, days, now).where(
        Enterprise.id == enterprise_id, used_or_planned(days.month)
    )
    if session.scalar(wanted) is None:
        return False
    found = own_month_to_date(session, park, enterprise, days.month, now=now)
    readers = [(one, words(found, one)) for one in managers_of(session, enterprise_id)]
    letters = step_letters_to(CycleStep.FOLLOW_UP, days.month, enterprise_id, readers)
    return bool(write_letters(session, park.id, letters, now=now))


BudgetWords = Callable[[OwnMonthToDate, int, Member], LetterText]
"""Words the letter: what the month came to, which part of the budget that is at least, in per cent."""

WARNED_AT = (100, 80)


def budget_reached(cost: Money, budget: Money) -> int | None:
    """Tell which of the marks, in per cent of the budget, a month's cost has reached; None for neither."""
    return next((mark for mark in WARNED_AT if cost.fen * 100 >= budget.fen * mark), None)


def budgets_to_watch(session: Session, now: datetime) -> Sequence[int]:
    """Name the enterprises that have a budget and are in the park, by the park's day."""
    wanted = select(Enterprise.id).where(Enterprise.monthly_budget > Money.zero())
    found: list[int] = []
    for park in all_parks(session):
        here = Enterprise.left_on.is_(None) | (Enterprise.left_on >= local_day(now, park.zone))
        found += session.scalars(wanted.where(Enterprise.park_id == park.id, here).order_by(Enterprise.id))
    return found


def warn_budget(session: Session, enterprise_id: int, words: BudgetWords, *, now: datetime) -> bool:
    """Write to each manager once a month and mark; tells whether there was a letter to write.

    What is counted is what the letter of the 15th counts: what is charged, and what is still in use until
    now. Who passes both marks at once hears of the later one alone, and of the first no more, should a
    correction lower what it came to.
    """
    lock_enterprise(session, enterprise_id)
    enterprise = session.get_one(Enterprise, enterprise_id)
    park = session.get_one(Park, enterprise.park_id)
    month = Month.of(now, park.zone)
    found = own_month_to_date(session, park, enterprise, month, now=now)
    mark = budget_reached(found.cost, found.budget) if found.budget is not None else None
    if mark is None:
        return False
    key = f"budget:{enterprise_id}:{month.key}:{{mark}}:{{member_id}}".format
    managers = managers_of(session, enterprise_id)
    told_all = keys_written(session, [key(mark=WARNED_AT[0], member_id=one.id) for one in managers])
    letters = [
        NewLetter(key(mark=mark, member_id=one.id), one.email, words(found, mark, one))
        for one in managers
        if key(mark=WARNED_AT[0], member_id=one.id) not in told_all
    ]
    return bool(write_letters(session, park.id, letters, now=now))
