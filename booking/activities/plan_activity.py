"""Plan an activity, and change what is planned; it holds its hall from the first draft on.

Whether the hall is open for all of it, dated extended hours counted, and who counts on those; why it is
closed meanwhile, as all read; for a copy the next day on which it is free at the same weekday and time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from booking.activities import rules as no
from booking.activities.models import (
    Activity,
    ActivityKind,
    ActivitySize,
    ActivityState,
    Audience,
    activity_guest,
)
from booking.activities.rules import MINUTE, HallClosedThen, outside_hours
from booking.activities.sign_up import MovedUp, fit_places, lock_activity, move_up
from booking.audit.actions import Action, Actor
from booking.audit.trail import change_row, record
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Size
from booking.reservations.busy_times import busy_between
from booking.reservations.closures import close_space
from booking.reservations.refusals import ClosureConflicts, Taken
from booking.reservations.rules import local_instant
from booking.reservations.upcoming import spans_of
from booking.reservations.waiting.give_back import change_claim
from booking.spaces.extended.extended_hours import hold_extended_hours
from booking.spaces.models import Closure, Space
from booking.spaces.queries import rule_for
from booking.spaces.rules import Hours
from booking.values import Span, local_day


def check_hall_open(session: Session, hall: Space, span: Span) -> None:
    """Raise HallClosedThen: who needs more has the hours of that day extended first.

    Those hours are not taken back until the transaction ends.
    """
    start, end = (one.astimezone(hall.park.zone).replace(tzinfo=None) for one in (span.start, span.end))
    midnight, day = start.replace(hour=0, minute=0, second=0, microsecond=0), start.date()
    hold_extended_hours(session, hall.park_id, day)
    hours = rule_for(session, hall, since=day).hours_on(day, park_calendar(session, hall.park_id))
    part = outside_hours((start - midnight) // MINUTE, -((midnight - end) // MINUTE), hours)
    if part:
        raise HallClosedThen(hall.id, day, hours, part)


def activities_then(
    session: Session, park: Park, day: date, hours: Mapping[int, Sequence[Hours]]
) -> Sequence[str]:
    """Name what is published, or is to be by itself, in hours of spaces (`ActivitiesThen`); no draft."""
    spans = spans_of(day, hours, park.zone)
    told = Activity.state.in_([ActivityState.PUBLISHED, ActivityState.SCHEDULED])
    found = session.scalars(
        select(Activity).where(Activity.space_id.in_(list(spans)), told).order_by(Activity.starts_at)
    )
    return [one.title for one in found if any(one.span.overlaps(lost) for lost in spans[one.space_id])]


@dataclass(frozen=True, slots=True)
class ActivityPlan:
    """What is said about an activity; `sizes` or `enterprise_ids` as the audience asks for."""

    kind: ActivityKind
    title: str
    words: str
    audience: Audience
    places: int
    space: Space
    span: Span
    sizes: Sequence[Size] = ()
    enterprise_ids: Sequence[int] = ()


def plan_activity(session: Session, plan: ActivityPlan, *, code: str, by: Actor, now: datetime) -> Activity:
    """Claim the hall as a closure does, and draft the activity; `code` is the secret in its poster's address.

    Raises BegunBefore, HallClosedThen, MorePlacesThanSeats, NobodyInvited or HallTaken.
    """
    _check(plan, now)
    check_hall_open(session, plan.space, plan.span)
    activity = Activity(
        **_facts(plan),
        park_id=plan.space.park_id,
        closure_id=_hold(session, plan, by, now).id,
        state=ActivityState.DRAFT,
        code=code,
        created_at=now,
        created_by_id=by.member_id,
        changed_at=now,
    )
    session.add(activity)
    session.flush()
    _invite(session, activity.id, plan)
    after = {"title": plan.title, "starts_at": plan.span.start.isoformat(), "space_id": plan.space.id}
    record(session, Action.ACTIVITY_PLANNED, "activity", activity.id, by=by, now=now, after=after)
    return activity


def _check(plan: ActivityPlan, now: datetime) -> None:
    if plan.span.start <= now:
        raise no.BegunBefore(plan.span.start)
    if plan.places > plan.space.capacity:
        raise no.MorePlacesThanSeats(plan.space.capacity)
    if {Audience.SIZES: plan.sizes, Audience.CHOSEN: plan.enterprise_ids}.get(plan.audience, True) in (
        (),
        [],
    ):
        raise no.NobodyInvited


def _facts(plan: ActivityPlan) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "title": plan.title,
        "words": plan.words,
        "audience": plan.audience,
        "places": plan.places,
        "space_id": plan.space.id,
        "starts_at": plan.span.start,
        "ends_at": plan.span.end,
    }


def _hold(session: Session, plan: ActivityPlan, by: Actor, now: datetime) -> Closure:
    try:
        return close_space(session, plan.space, plan.span, HELD, by=by, now=now)
    except ClosureConflicts as conflicts:
        raise no.HallTaken(plan.space.id, plan.span) from conflicts


def _invite(session: Session, activity_id: int, plan: ActivityPlan) -> None:
    session.execute(delete(ActivitySize).where(ActivitySize.activity_id == activity_id))
    session.execute(delete(activity_guest).where(activity_guest.c.activity_id == activity_id))
    if plan.audience is Audience.SIZES:
        rows = [{"activity_id": activity_id, "size": size} for size in sorted(set(plan.sizes))]
        session.execute(insert(ActivitySize), rows)
    if plan.audience is Audience.CHOSEN:
        ids = sorted(set(plan.enterprise_ids))
        rows = [{"activity_id": activity_id, "enterprise_id": number} for number in ids]
        session.execute(insert(activity_guest), rows)


AS_TOLD = ("audience", "space_id", "starts_at", "ends_at")


def change_activity(
    session: Session, activity_id: int, plan: ActivityPlan, *, letter: MovedUp, by: Actor, now: datetime
) -> Activity:
    """Change what is said; once it is published, when, where and whom it is for stay. Safe twice.

    More places let those who wait move up. Raises what `plan_activity` raises, and CalledOffBefore,
    ActivityOver, AlreadyPublished or FewerPlacesThanPeople.
    """
    activity = lock_activity(session, activity_id)
    _check_changeable(activity, plan, now)
    _check(plan, now)
    if activity.state is ActivityState.PUBLISHED:
        fit_places(session, activity, plan.places)
    else:
        _move(session, activity, plan, now)
        _invite(session, activity.id, plan)
    before, after = change_row(activity, _facts(plan))
    if after:
        activity.revision += 1
        activity.changed_at = now
        tell_the_hall(activity)
        record(
            session,
            Action.ACTIVITY_CHANGED,
            "activity",
            activity.id,
            by=by,
            now=now,
            before=before,
            after=after,
        )
    session.flush()
    move_up(session, activity, letter=letter, now=now)
    return activity


def _check_changeable(activity: Activity, plan: ActivityPlan, now: datetime) -> None:
    if activity.called_off_at is not None:
        raise no.CalledOffBefore(activity.called_off_at)
    if activity.starts_at <= now:
        raise no.ActivityOver(ended=activity.ends_at <= now)
    facts = _facts(plan)
    if activity.state is ActivityState.PUBLISHED and any(
        getattr(activity, name) != facts[name] for name in AS_TOLD
    ):
        raise no.AlreadyPublished


def _move(session: Session, activity: Activity, plan: ActivityPlan, now: datetime) -> None:
    """Hold another hall or time instead, or keep what is held."""
    if (activity.space_id, activity.span) == (plan.space.id, plan.span):
        return
    check_hall_open(session, plan.space, plan.span)
    closure = activity.closure
    closure.space_id, closure.starts_at, closure.ends_at = plan.space.id, plan.span.start, plan.span.end
    try:
        change_claim(session, plan.space, plan.span, closure, now=now)
    except Taken as taken:
        raise no.HallTaken(plan.space.id, plan.span) from taken


HELD = "园区活动"


def tell_the_hall(activity: Activity) -> None:
    """Write the reason: the title once it is published, and where it is for all enterprises."""
    known = activity.state is ActivityState.PUBLISHED and activity.audience is Audience.ALL
    activity.closure.reason = activity.title if known else HELD


WEEK = timedelta(weeks=1)
WEEKS = 26


def same_time_again(
    session: Session, park: Park, hall: Space, like: Span, first: date
) -> tuple[date | None, Sequence[date]]:
    """Give the day, the earliest from `first` on, and the days before it that are taken or at rest.

    What was on a working day is proposed for one; none for a day on which the hall is closed then, or
    something else goes on in the park: nobody is in two halls. None where half a year is taken.
    """
    was = local_day(like.start, park.zone)
    day = first + timedelta(days=(was.weekday() - first.weekday()) % 7)
    days = [day + number * WEEK for number in range(WEEKS)]
    calendar = park_calendar(session, park.id)
    shift = like.start - local_instant(was, 0, park.zone)
    spans = {one: _at(one, shift, like, park) for one in days}
    all_of_it = Span(spans[days[0]].start, spans[days[-1]].end)
    busy = [Span(*taken) for taken in busy_between(session, hall, all_of_it)]
    busy += _activities(session, park, all_of_it)
    opening, minutes = rule_for(session, hall, since=days[0]), like.length // MINUTE
    passed: list[date] = []
    for one in days:
        rests = calendar.is_working_day(was) and not calendar.is_working_day(one)
        closed = outside_hours(shift // MINUTE, shift // MINUTE + minutes, opening.hours_on(one, calendar))
        if not rests and not closed and not any(spans[one].overlaps(taken) for taken in busy):
            return one, passed
        passed.append(one)
    return None, passed


def _activities(session: Session, park: Park, within: Span) -> list[Span]:
    """List when something goes on in any hall of the park, drafts included."""
    there = (Activity.park_id == park.id, Activity.state != ActivityState.CALLED_OFF)
    found = select(Activity.starts_at, Activity.ends_at).where(*there)
    rows = session.execute(found.where(Activity.starts_at < within.end, Activity.ends_at > within.start))
    return [Span(*row) for row in rows]


def _at(day: date, shift: timedelta, like: Span, park: Park) -> Span:
    start = local_instant(day, 0, park.zone) + shift
    return Span(start, start + like.length)
