"""Say who is there, by the hall's code or by the organiser's list; and afterwards: was it useful?"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.activities import rules
from booking.activities.models import Activity, SignUp, Useful
from booking.activities.sign_up import (
    Attendee,
    add_sign_up,
    check_announced,
    check_invited,
    lock_activity,
    seats_taken,
    signed_up_before,
)


def arrive(
    session: Session, activity_id: int, who: Attendee, *, door: str, token: str, now: datetime
) -> SignUp:
    """Note that somebody is at the hall, signed up before or not; who is there twice, is there once.

    `door` is the code they scanned at its door.

    Who did not sign up has a place if one is free, and is there all the same. Raises CalledOffBefore,
    NotInvited, NotOpenYet, ActivityOver once it has ended, NotAtTheDoor, or SignInToArrive where a name
    without an account is that of somebody who signed up with one.
    """
    activity = lock_activity(session, activity_id)
    check_announced(activity)
    rules.check_not_over(now, activity.ends_at)
    rules.check_door(door, activity.space.scan_code)
    check_invited(session, activity, who)
    if who.member_id is None and _has_account(session, activity_id, who):
        raise rules.SignInToArrive
    return note_arrival(session, activity, who, token=token, now=now)


def _has_account(session: Session, activity_id: int, who: Attendee) -> bool:
    """Tell whether who signed up under that name did so with an account."""
    live = (SignUp.activity_id == activity_id, SignUp.left_at.is_(None), SignUp.member_id.is_not(None))
    named = select(SignUp.id).where(*live, SignUp.person_key == who.person_key)
    return session.scalar(named) is not None


def say_here(session: Session, sign_up_id: int, *, door: str, now: datetime) -> SignUp:
    """Note that who signed up is there, by their own link opened at the door. Raises what `arrive` raises."""
    activity = lock_activity(session, session.get_one(SignUp, sign_up_id).activity_id)
    check_announced(activity)
    rules.check_not_over(now, activity.ends_at)
    rules.check_door(door, activity.space.scan_code)
    return tick(session, sign_up_id, came=True, now=now)


def let_in(session: Session, activity_id: int, who: Attendee, *, token: str, now: datetime) -> SignUp:
    """Note on the organiser's list who was there, during it or afterwards. Raises NotOpenYet."""
    activity = lock_activity(session, activity_id)
    check_announced(activity)
    return note_arrival(session, activity, who, token=token, now=now)


def note_arrival(session: Session, activity: Activity, who: Attendee, *, token: str, now: datetime) -> SignUp:
    """Do it, for who stands at the door or by the organiser afterwards; lock the activity first."""
    _check_begun(activity, now)
    try:
        there = signed_up_before(session, activity.id, who, token)
    except rules.AlreadySignedUp:
        there = by_name(session, activity.id, who)
    if there is None:
        seat = rules.free_seat(seats_taken(session, activity.id), activity.places)
        there = add_sign_up(session, activity, who, token=token, seat=seat, now=now)
    there.came_at = there.came_at or now
    session.flush()
    return there


def by_name(session: Session, activity_id: int, who: Attendee) -> SignUp:
    """Find who signed up under that name; the name is enough to be let in."""
    return (
        session.query(SignUp)
        .filter_by(activity_id=activity_id, person_key=who.person_key, left_at=None)
        .one()
    )


def _check_begun(activity: Activity, now: datetime) -> None:
    opens = activity.starts_at - rules.OPENS_BEFORE
    if now < opens:
        raise rules.NotOpenYet(opens)


def tick(session: Session, sign_up_id: int, *, came: bool, now: datetime) -> SignUp:
    """Say on the organiser's list that somebody was there, or was not after all. Safe twice.

    Raises NotOpenYet. Who has said whether it was useful, was there.
    """
    activity = lock_activity(session, session.get_one(SignUp, sign_up_id).activity_id)
    _check_begun(activity, now)
    found = session.get_one(SignUp, sign_up_id, populate_existing=True)
    if came:
        found.came_at = found.came_at or now
    elif found.useful is None:
        found.came_at = None
    session.flush()
    return found


def say_useful(session: Session, sign_up_id: int, useful: Useful, words: str, *, now: datetime) -> SignUp:
    """Keep the answer; each person gives one. The same again changes nothing.

    Raises NotThere, NotOpenYet before its end, or SaidBefore.
    """
    activity = lock_activity(session, session.get_one(SignUp, sign_up_id).activity_id)
    found = session.get_one(SignUp, sign_up_id, populate_existing=True)
    if found.useful is not None:
        if (found.useful, found.useful_words) == (useful, words.strip()):
            return found
        raise rules.SaidBefore
    if found.came_at is None:
        raise rules.NotThere
    if now < activity.ends_at:
        raise rules.NotOpenYet(activity.ends_at)
    found.useful, found.useful_words, found.useful_at = useful, words.strip(), now
    session.flush()
    return found
