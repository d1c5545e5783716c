"""The demo's 11530: lists go out on the 1st, most are opened, some not."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial

from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters.cycle import monthly_list
from booking.parks.queries import working_days
from booking.rhythm.cycle_days import MAIL_FROM, CycleStep, days_of
from booking.rhythm.cycle_letters import ids_to_write
from booking.rhythm.open_list import open_list
from booking.rhythm.send_list import send_list
from booking.values.month import Month

MONTHS_SHOWN = 3  # with a cycle, the running one among them: each costs the making a while
SOON = timedelta(minutes=1)  # a job looks
NEVER_OPENS = ("葭苇", "松针", "沙洲", "青梧")
OPENS_WITHIN = 4  # days


def plan_cycle(diary: Diary, month: Month, households: Sequence[Household], age: int, now: datetime) -> None:
    """Plan the cycle of a month; `age` is how many months ago it was."""
    if age >= MONTHS_SHOWN:
        return
    calendar = working_days(diary.session, diary.park.id, month.first_day, month.next.last_day)
    days = days_of(CycleStep.LIST, month, calendar)
    sent = datetime.combine(days.mail_day, MAIL_FROM, tzinfo=month.zone) + SOON
    diary.at(sent, lambda at: _send_lists(diary, at))
    for number, one in enumerate(households):
        if one.tenant.word in NEVER_OPENS or (number + month.month) % 11 == 0:
            continue
        day = days.mail_day + timedelta(days=number % OPENS_WITHIN)
        opened = datetime.combine(day, time(10, number), tzinfo=month.zone)
        if sent < opened < now and days.had(one.since):
            diary.at(opened, partial(_open, diary, one, month))


def _open(diary: Diary, household: Household, month: Month, now: datetime) -> None:
    open_list(diary.session, household.enterprise.id, month, now=now)


def _send_lists(diary: Diary, now: datetime) -> None:
    for enterprise_id in ids_to_write(diary.session, [diary.park], CycleStep.LIST, now):
        diary.done["listed"] += send_list(diary.session, enterprise_id, monthly_list, now=now)
