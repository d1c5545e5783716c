"""The demo's 11530: lists go out and most are opened, needs are chased, and some who were silent are visited."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from booking.demo.diary import Diary
from booking.demo.tenants import QUIET, Household
from booking.letters.cycle import follow_up, monthly_list, needs_chased
from booking.needs.visits import visit
from booking.parks.queries import park_calendar
from booking.people.models import Member
from booking.rhythm.chase_needs import chase_needs, owners_to_chase
from booking.rhythm.cycle_days import MAIL_FROM, CycleStep, StepDays, days_of_month
from booking.rhythm.cycle_letters import ids_to_write
from booking.rhythm.open_list import open_list
from booking.rhythm.send_follow_up import follow_ups_due, send_follow_up
from booking.rhythm.send_list import send_list
from booking.values.month import Month
from booking.values.work_calendar import next_working_day

LATELY = 3  # months, the running one among them: before, fewer were silent, and one was visited
SOON = timedelta(minutes=1)  # a job looks
SILENT = ("葭苇", "松针", "沙洲", "青梧")
VISITED, CARD_LEFT = ("沙洲", "松针"), ("青梧",)
SILENT_BEFORE, VISITED_BEFORE = ("青梧", "沙洲"), ("沙洲",)
OPENS_WITHIN = 4  # days


def plan_cycle(diary: Diary, month: Month, households: Sequence[Household], age: int, now: datetime) -> None:
    """Plan the cycle of a month; `age` is how many months ago it was."""
    late = age < LATELY
    silent, visited = (SILENT, VISITED) if late else (SILENT_BEFORE, VISITED_BEFORE)
    calendar = park_calendar(diary.session, diary.park.id)
    acts: dict[CycleStep, Callable[[Diary, datetime], None]] = {
        CycleStep.LIST: _send_lists,
        CycleStep.FOLLOW_UP: _follow_up,
    }
    steps = list(days_of_month(month, calendar))
    for days in steps:
        if days.step in acts:
            diary.at(_at(days, days.mail_day, MAIL_FROM) + SOON, partial(acts[days.step], diary))
    lists = steps[0]
    there = [one for one in households if lists.had(one.since)]
    for number, one in enumerate(there):
        opened = _at(lists, lists.mail_day + timedelta(days=number % OPENS_WITHIN), time(10, number))
        if one.tenant.word not in silent and opened < now:
            diary.at(opened, partial(_open, diary, one, month))
    called = next_working_day(calendar, lists.mail_day + timedelta(days=7))
    called_on = {*visited, *(CARD_LEFT if late else ())} - ({*QUIET} if age == 0 else set())
    for number, one in enumerate(one for one in there if one.tenant.word in called_on):
        met = one.tenant.word in visited
        diary.at(_at(lists, called, time(15, 10 * number)), partial(_call, diary, one, met=met))
        if not met:
            again = next_working_day(calendar, called + timedelta(days=3))
            diary.at(_at(lists, again, time(11, 10 * number)), partial(_call, diary, one, met=True))


def _at(days: StepDays, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=days.month.zone)


def _open(diary: Diary, household: Household, month: Month, now: datetime) -> None:
    open_list(diary.session, household.enterprise.id, month, now=now)


def _call(diary: Diary, household: Household, now: datetime, *, met: bool) -> None:
    by = diary.admin
    visitor = diary.session.get_one(Member, by.member_id)
    words = "送上本月清单，讲了怎样更省" if met else "公司没人，清单和连心卡放在前台"
    visit(diary.session, household.enterprise, words, met=met, visitor=visitor, by=by, now=now)


def _send_lists(diary: Diary, now: datetime) -> None:
    for enterprise_id in ids_to_write(diary.session, [diary.park], CycleStep.LIST, now):
        send_list(diary.session, enterprise_id, monthly_list, now=now)


def _follow_up(diary: Diary, now: datetime) -> None:
    for enterprise_id in follow_ups_due(diary.session, [diary.park], now):
        send_follow_up(diary.session, enterprise_id, follow_up, now=now)
    for owner_id in owners_to_chase(diary.session, [diary.park], now):
        chase_needs(diary.session, owner_id, needs_chased, now=now)
