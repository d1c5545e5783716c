"""Plan an activity, and change what is planned; it holds its hall from the first draft on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from booking.activities import rules as no
from booking.activities.hall_hours import check_hall_open
from booking.activities.hall_reason import HELD, tell_the_hall
from booking.activities.models import (
    Activity,
    ActivityKind,
    ActivitySize,
    ActivityState,
    Audience,
    activity_guest,
)
from booking.activities.seats import MovedUp, fit_places, lock_activity, move_up
from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import change_row, record
from booking.people.models import Size
from booking.reservations.closures import close_space
from booking.reservations.refusals import ClosureConflicts, Taken
from booking.reservations.waiting.give_back import change_claim
from booking.spaces.models import Closure, Space
from booking.values.span import Span


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
