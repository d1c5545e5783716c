"""Send the letters of the cycle, each once: to an enterprise's managers, and to who answers needs.

On the 1st its list of the month; in the middle of the month what it used and owes so far; whenever it reaches
a mark of its budget, a warning. On the 15th one letter to each owner of needs that are overdue or soon due.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.db import NO_KEY_UPDATE, lock_row
from booking.mail.outbox import LetterText, NewLetter, write_letter, write_letters
from booking.mail.queries import keys_written
from booking.needs.models import Need, NeedState
from booking.needs.rules import end_of_day
from booking.needs.steps import take_step
from booking.parks.models import Park
from booking.parks.queries import all_parks
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member
from booking.people.queries import managers_of
from booking.rhythm import cycle_letters
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.own_month import OwnList, own_list
from booking.rhythm.own_month_to_date import OwnMonthToDate, own_month_to_date, used_or_planned
from booking.values import Money, Month, local_day

ListLetter = Callable[[OwnList, Member], LetterText]


def send_list(session: Session, enterprise_id: int, letter: ListLetter, *, now: datetime) -> bool:
    """Write the list to the managers, in words that `words` finds; tells whether there was one to write.

    Who comes second, or later than the step is worth catching up, writes nothing: the first letter's key says
    that it is done, and is unique.
    """
    lock_enterprise(session, enterprise_id)
    enterprise = session.get_one(Enterprise, enterprise_id)
    park = session.get_one(Park, enterprise.park_id)
    days = cycle_letters.find_due(session, park, CycleStep.LIST, now)
    if days is None:
        return False
    wanted = cycle_letters.still_to_write(park, days, now).where(Enterprise.id == enterprise_id)
    if session.scalar(wanted) is None:
        return False
    found = own_list(session, park, enterprise, days.month, now=now)
    readers = [(one, letter(found, one)) for one in managers_of(session, enterprise_id)]
    letters = cycle_letters.step_letters_to(CycleStep.LIST, days.month, enterprise_id, readers)
    return bool(write_letters(session, park.id, letters, now=now))


FollowUpLetter = Callable[[OwnMonthToDate, Member], LetterText]


def follow_ups_due(session: Session, parks: Iterable[Park], now: datetime) -> list[int]:
    """Name the enterprises with use or a budget that are still to be written to, park by park."""
    found: list[int] = []
    for park in parks:
        days = cycle_letters.find_due(session, park, CycleStep.FOLLOW_UP, now)
        if days is not None:
            found += session.scalars(
                cycle_letters.still_to_write(park, days, now).where(used_or_planned(days.month))
            )
    return found


def send_follow_up(session: Session, enterprise_id: int, letter: FollowUpLetter, *, now: datetime) -> bool:
    """Write it to the managers, in words that `words` finds; tells whether there was one to write.

    Who comes second writes nothing, as with the list.
    """
    lock_enterprise(session, enterprise_id)
    enterprise = session.get_one(Enterprise, enterprise_id)
    park = session.get_one(Park, enterprise.park_id)
    days = cycle_letters.find_due(session, park, CycleStep.FOLLOW_UP, now)
    if days is None:
        return False
    wanted = cycle_letters.still_to_write(park, days, now).where(
        Enterprise.id == enterprise_id, used_or_planned(days.month)
    )
    if session.scalar(wanted) is None:
        return False
    found = own_month_to_date(session, park, enterprise, days.month, now=now)
    readers = [(one, letter(found, one)) for one in managers_of(session, enterprise_id)]
    letters = cycle_letters.step_letters_to(CycleStep.FOLLOW_UP, days.month, enterprise_id, readers)
    return bool(write_letters(session, park.id, letters, now=now))


BudgetLetter = Callable[[OwnMonthToDate, int, Member], LetterText]
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


def warn_budget(session: Session, enterprise_id: int, letter: BudgetLetter, *, now: datetime) -> bool:
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
        NewLetter(key(mark=mark, member_id=one.id), one.email, letter(found, mark, one))
        for one in managers
        if key(mark=WARNED_AT[0], member_id=one.id) not in told_all
    ]
    return bool(write_letters(session, park.id, letters, now=now))


SOON = timedelta(days=2)
ChaseLetter = Callable[[Sequence[Need], Member, datetime], LetterText]


def owners_to_chase(session: Session, parks: Iterable[Park], now: datetime) -> list[int]:
    """Name the owners to be written to now, park by park."""
    found: list[int] = []
    for park in parks:
        days = cycle_letters.find_due(session, park, CycleStep.FOLLOW_UP, now)
        if days is not None:
            wanted = select(Need.owner_id).distinct().where(*_pressing(park, now))
            wanted = wanted.where(~cycle_letters.was_written(cycle_letters.CHASE, days.month, Need.owner_id))
            found += session.scalars(wanted.order_by(Need.owner_id))
    return found


def _pressing(park: Park, now: datetime) -> tuple[ColumnElement[bool], ...]:
    until = end_of_day(local_day(now, park.zone) + SOON, park.zone)
    return (Need.park_id == park.id, Need.state == NeedState.OPEN, Need.due_at <= until)


def chase_needs(session: Session, owner_id: int, letter: ChaseLetter, *, now: datetime) -> bool:
    """Write to an owner about all of them at once, and note it in their history; once a month.

    The letter's key is unique: who comes second writes nothing.
    """
    owner = lock_row(session, Member, owner_id)
    park = owner.park
    days = cycle_letters.find_due(session, park, CycleStep.FOLLOW_UP, now)
    if days is None:
        return False
    wanted = select(Need).where(*_pressing(park, now), Need.owner_id == owner_id)
    locked = wanted.order_by(Need.due_at, Need.id).with_for_update(of=Need, **NO_KEY_UPDATE)
    needs = session.scalars(locked.execution_options(populate_existing=True)).all()
    key = cycle_letters.step_letter_key(cycle_letters.CHASE, days.month, owner_id)
    if not needs or not write_letter(session, park.id, key, owner.email, letter(needs, owner, now), now=now):
        return False
    by = Actor.system("chase needs", park.id)
    for need in needs:
        take_step(session, need, Action.NEED_CHASED, by=by, now=now)
    return True
