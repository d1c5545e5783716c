"""Publish an activity, now or by itself at a time; remind who has a place a day before; call it off.

Those it is for get one letter each. Called off, its hall is free at once, and everybody who heard of it hears
so, once.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.activities import rules
from booking.activities.invited import invitation_key, managers_invited
from booking.activities.models import Activity, ActivityState, SignUp
from booking.activities.plan_activity import check_hall_open, tell_the_hall
from booking.activities.sign_up import by_address, lock_activity
from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.mail.outbox import LetterText, NewLetter, take_back_letters, write_letters
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Member
from booking.reservations.closures import lift_closure
from booking.reservations.rules import local_instant
from booking.values import ReasonMissing, local_day, next_working_day

Invitation = Callable[[Activity, Member], LetterText]
"""Words the letter to a manager of an enterprise it is for."""


def publish(
    session: Session,
    activity_id: int,
    reason: str = "",
    *,
    letter: Invitation,
    by: Actor,
    now: datetime,
) -> Activity:
    """Publish it now; published before, it changes nothing and writes no letter.

    `reason` says why, where less than 72 hours remain. Mail on a rest day goes the next working day, but at
    once where that would be less than a day before it begins. Raises CalledOffBefore, HallClosedThen,
    BegunBefore or NoticeTooShort.
    """
    activity = lock_activity(session, activity_id)
    if activity.state is ActivityState.PUBLISHED:
        return activity
    _check_open(activity)
    check_hall_open(session, activity.space, activity.span)
    return _publish(session, activity, reason, letter, by, now)


def _publish(
    session: Session, activity: Activity, reason: str, letter: Invitation, by: Actor, now: datetime
) -> Activity:
    rules.check_notice(now, activity.starts_at, reason)
    activity.state = ActivityState.PUBLISHED
    activity.published_at = activity.changed_at = now
    activity.notice_minutes = rules.notice_minutes(now, activity.starts_at)
    activity.urgent_reason = reason.strip() if now > rules.latest_publication(activity.starts_at) else ""
    activity.revision += 1
    tell_the_hall(activity)
    session.flush()
    _tell(session, activity, letter, now)
    after = {"title": activity.title, "urgent_reason": activity.urgent_reason}
    record(session, Action.ACTIVITY_PUBLISHED, "activity", activity.id, by=by, now=now, after=after)
    return activity


def _check_open(activity: Activity) -> None:
    if activity.called_off_at is not None:
        raise rules.CalledOffBefore(activity.called_off_at)


def _tell(session: Session, activity: Activity, letter: Invitation, now: datetime) -> None:
    letters = [
        NewLetter(invitation_key(activity.id, member.id), member.mailbox, letter(activity, member))
        for member in managers_invited(session, activity)
    ]
    due = mailed_from(session, session.get_one(Park, activity.park_id), now)
    if due > activity.starts_at - rules.REMINDED_BEFORE:
        due = now  # nobody would hear in time
    write_letters(session, activity.park_id, letters, now=now, due_at=due)


def schedule(
    session: Session, activity_id: int, publish_at: datetime, reason: str = "", *, by: Actor, now: datetime
) -> Activity:
    """Let it be published by itself at that time. Safe twice.

    Raises PublishDayPast, CalledOffBefore, HallClosedThen, BegunBefore or NoticeTooShort.
    """
    activity = lock_activity(session, activity_id)
    _check_open(activity)
    if activity.state is ActivityState.PUBLISHED:
        return activity
    if publish_at <= now:
        raise rules.PublishDayPast(publish_at)
    check_hall_open(session, activity.space, activity.span)
    rules.check_notice(publish_at, activity.starts_at, reason)
    wanted = (ActivityState.SCHEDULED, publish_at, reason.strip())
    if (activity.state, activity.publish_at, activity.urgent_reason) != wanted:
        activity.state, activity.publish_at, activity.urgent_reason = wanted
        after = {"title": activity.title, "publish_at": publish_at.isoformat()}
        record(session, Action.ACTIVITY_SCHEDULED, "activity", activity.id, by=by, now=now, after=after)
    session.flush()
    return activity


LATE = "系统停机，到期没有公布"


def publish_due(session: Session, activity_id: int, *, letter: Invitation, by: Actor, now: datetime) -> bool:
    """Publish what is scheduled and due, as a job does; one that stood still says so where it is too late.

    The hall was open then when somebody scheduled it, and is not asked again: nobody would read the no.
    """
    activity = lock_activity(session, activity_id)
    due = activity.publish_at is not None and activity.publish_at <= now
    if activity.state is not ActivityState.SCHEDULED or not due:
        return False
    try:
        _check_open(activity)
        _publish(session, activity, activity.urgent_reason or LATE, letter, by, now)
    except rules.BegunBefore:  # nobody heard of it, and it has begun
        return False
    return True


def hold_back(session: Session, activity_id: int, *, by: Actor, now: datetime) -> Activity:
    """Make a draft again of what was to be published by itself. Safe twice."""
    activity = lock_activity(session, activity_id)
    if activity.state is ActivityState.SCHEDULED:
        activity.state, activity.publish_at, activity.urgent_reason = ActivityState.DRAFT, None, ""
        after = {"title": activity.title, "publish_at": None}
        record(session, Action.ACTIVITY_SCHEDULED, "activity", activity.id, by=by, now=now, after=after)
        session.flush()
    return activity


MORNING = 8 * 60


def mailed_from(session: Session, park: Park, now: datetime) -> datetime:
    """Give now on a working day, else the morning of the next one (docs/rules.md, Activities)."""
    today = local_day(now, park.zone)
    calendar = park_calendar(session, park.id)
    day = next_working_day(calendar, today)
    return now if day == today else local_instant(day, MORNING, park.zone)


CalledOff = Callable[[Activity, Member | SignUp], LetterText]
"""Words the letter to a manager who was invited, or to who signed up."""


def call_off(
    session: Session, activity_id: int, reason: str, *, letter: CalledOff, by: Actor, now: datetime
) -> Activity:
    """Give the hall back and tell everybody; called off before, it changes nothing and writes no letter.

    A draft that nobody heard of needs no reason and no letter. Raises ReasonMissing, or ActivityOver once it
    has begun.
    """
    activity = lock_activity(session, activity_id)
    if activity.state is ActivityState.CALLED_OFF:
        return activity
    if activity.starts_at <= now and activity.state is ActivityState.PUBLISHED:
        raise rules.ActivityOver(ended=activity.ends_at <= now)
    known = activity.state is ActivityState.PUBLISHED
    if known and not reason.strip():
        raise ReasonMissing
    activity.state, activity.called_off_at = ActivityState.CALLED_OFF, now
    activity.called_off_reason, activity.changed_at = reason.strip(), now
    activity.revision += 1
    session.flush()
    if activity.closure.lifted_at is None:
        lift_closure(session, activity.closure_id, by=by, now=now)
    if known:
        _tell_called_off(session, activity, letter, now)
    after = {"title": activity.title}
    record(
        session,
        Action.ACTIVITY_CALLED_OFF,
        "activity",
        activity.id,
        by=by,
        now=now,
        after=after,
        reason=reason,
    )
    return activity


def check_not_an_activity(session: Session, closure_id: int) -> None:
    """Raise HeldByActivity where lifting a closure would take an activity's hall from it."""
    held = (Activity.closure_id == closure_id, Activity.state != ActivityState.CALLED_OFF)
    title = session.scalar(select(Activity.title).where(*held))
    if title is not None:
        raise rules.HeldByActivity(title)


def _tell_called_off(session: Session, activity: Activity, letter: CalledOff, now: datetime) -> None:
    """Write to each address once: who signed up, and who was invited; no invitation goes out after that."""
    signed_up = select(SignUp).where(
        SignUp.activity_id == activity.id, SignUp.left_at.is_(None), SignUp.email.is_not(None)
    )
    invited = managers_invited(session, activity)
    take_back_letters(session, [invitation_key(activity.id, member.id) for member in invited], now=now)
    readers: dict[str, Member | SignUp] = {member.mailbox: member for member in invited}
    readers |= by_address(session.scalars(signed_up.order_by(SignUp.id)))
    letters = [
        NewLetter(f"activity-off:{activity.id}:{to}"[:200], to, letter(activity, reader))
        for to, reader in readers.items()
    ]
    write_letters(session, activity.park_id, letters, now=now)


AttendeeLetter = Callable[[Activity, SignUp], LetterText]
"""Words the letter to who has a place."""


def remind_attendees(session: Session, activity_id: int, *, letter: AttendeeLetter, now: datetime) -> bool:
    """Write to who has a place and an address, each address once; who signs up later knows anyway."""
    activity = lock_activity(session, activity_id)
    due = activity.starts_at - rules.REMINDED_BEFORE <= now < activity.starts_at
    if activity.state is not ActivityState.PUBLISHED or activity.reminded_at is not None or not due:
        return False
    activity.reminded_at = now
    seated = select(SignUp).where(
        SignUp.activity_id == activity.id, SignUp.seat.is_not(None), SignUp.email.is_not(None)
    )
    seated = seated.options(joinedload(SignUp.member))  # they are written to in their language
    letters = [
        NewLetter(f"activity-reminder:{activity.id}:{to}"[:200], to, letter(activity, one))
        for to, one in by_address(session.scalars(seated.order_by(SignUp.id))).items()
    ]
    write_letters(session, activity.park_id, letters, now=now)
    session.flush()
    return True
