"""An activity of the day on which the demo opens, so that today has something on in the hall."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial

from booking.activities.models import Activity, ActivityKind, Audience
from booking.activities.plan_activity import ActivityPlan, plan_activity
from booking.activities.publish import publish
from booking.activities.remind import remind_attendees
from booking.activities.rules import HallTaken
from booking.activities.sign_up import Attendee, sign_up
from booking.audit.actor import Actor
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters import activities as letters
from booking.parks.queries import park_calendar
from booking.spaces.models import Space
from booking.values.span import Span

TITLE, WORDS = "新品试吃与试用角", "五家企业把新品摆出来，试完当面提意见。\n请带名片。"
HOURS = (time(16), time(19))  # the first that is still to come, else the first
LASTS, BEFORE = timedelta(hours=1, minutes=30), timedelta(days=8)
PLACES, WANTED = 30, 13
BLOCK = -2_000_000


def plan_activity_of_today(
    diary: Diary, households: Sequence[Household], hall: Space, by: Actor, now: datetime
) -> None:
    """Plan it a week ahead, if today is a working day and the hall is free."""
    today = now.astimezone(diary.park.zone).date()
    if not park_calendar(diary.session, diary.park.id).is_working_day(today):
        return
    starts = [datetime.combine(today, hour, tzinfo=diary.park.zone) for hour in HOURS]
    start = next((one for one in starts if one > now), starts[0])
    diary.agenda.block(BLOCK, hall, start - timedelta(minutes=30), start + LASTS + timedelta(minutes=30))
    diary.at(start - BEFORE, partial(_hold, diary, households, hall, by, Span(start, start + LASTS)))


def _hold(
    diary: Diary, households: Sequence[Household], hall: Space, by: Actor, span: Span, now: datetime
) -> None:
    plan = ActivityPlan(ActivityKind.SALON, TITLE, WORDS, Audience.ALL, PLACES, hall, span)
    try:
        with diary.session.begin_nested():
            activity = plan_activity(diary.session, plan, code="demo-activity-today", by=by, now=now)
    except HallTaken:
        return
    publish(diary.session, activity.id, letter=letters.published, by=by, now=now)
    diary.done["activities"] += 1
    diary.at(
        span.start - timedelta(days=1),
        lambda now: remind_attendees(diary.session, activity.id, letter=letters.reminder, now=now),
    )
    there = [one for one in households if one.since <= now.date() and one.enterprise.left_on is None]
    for number, household in enumerate(there[:WANTED]):
        asked = now + timedelta(hours=5 * (number + 1))
        diary.at(asked, partial(_sign_up, diary, activity, household, f"demo-today-{number:02d}"))


def _sign_up(diary: Diary, activity: Activity, household: Household, token: str, now: datetime) -> None:
    who = Attendee.of(household.members[0])
    sign_up(diary.session, activity.id, who, token=token, now=now)
    diary.done["signed up"] += 1
