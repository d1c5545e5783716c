"""Who has which place: counted one after the other, and given to those who wait in the order they asked."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.activities.models import Activity, ActivityState, SignUp
from booking.activities.rules import MOST_WITH_ADDRESS, FewerPlacesThanPeople, free_seat
from booking.db import lock_row
from booking.mail.outbox import LetterText, NewLetter, write_letters

MovedUp = Callable[[Activity, SignUp], LetterText]
"""Words the letter to who has a place now."""


def lock_activity(session: Session, activity_id: int) -> Activity:
    """Lock an activity: what is decided about it, and who gets its places, is decided one after the other."""
    return lock_row(session, Activity, activity_id)


def seats_taken(session: Session, activity_id: int) -> set[int]:
    """Give the numbers of the places that somebody has; lock the activity first."""
    taken = select(SignUp.seat).where(SignUp.activity_id == activity_id, SignUp.seat.is_not(None))
    return {seat for seat in session.scalars(taken) if seat is not None}


def move_up(session: Session, activity: Activity, *, letter: MovedUp, now: datetime) -> list[SignUp]:
    """Let who waits have what is free, and tell them by letter; lock the activity first. Safe twice.

    Nobody moves up once it has begun, or is called off.
    """
    if activity.state is not ActivityState.PUBLISHED or activity.starts_at <= now:
        return []
    taken = seats_taken(session, activity.id)
    moved = _first_waiting(session, activity.id, activity.places - len(taken))
    for sign_up in moved:
        sign_up.seat = free_seat(taken, activity.places)
        sign_up.moved_up_at = now
        taken.add(sign_up.seat or 0)
    session.flush()
    letters = [
        NewLetter(f"activity-place:{one.id}", to, letter(activity, one))
        for to, one in _written_to(session, activity.id, moved)
    ]
    write_letters(session, activity.park_id, letters, now=now)
    return moved


def _written_to(session: Session, activity_id: int, sign_ups: Sequence[SignUp]) -> list[tuple[str, SignUp]]:
    """Give who gets a letter, and to which address: anybody may have typed one that has no account.

    The first MOST_WITH_ADDRESS sign-ups with such an address are written to, and no others.
    """
    typed = {one.email for one in sign_ups if one.email and one.member_id is None}
    with_it = (SignUp.activity_id == activity_id, SignUp.member_id.is_(None), SignUp.email.in_(typed))
    rows = session.execute(select(SignUp.email, SignUp.id).where(*with_it).order_by(SignUp.id)).all()
    first = {
        row.id for email in typed for row in [row for row in rows if row.email == email][:MOST_WITH_ADDRESS]
    }
    return [(one.email, one) for one in sign_ups if one.email and (one.member_id or one.id in first)]


def by_address(sign_ups: Iterable[SignUp]) -> dict[str, SignUp]:
    """Give one sign-up of each address, so that nobody gets a letter twice: the account's before others."""
    ordered = sorted(sign_ups, key=lambda one: (one.member_id is not None, -one.id))
    return {one.email: one for one in ordered if one.email}


def _first_waiting(session: Session, activity_id: int, most: int) -> list[SignUp]:
    if most <= 0:
        return []
    waiting = (SignUp.activity_id == activity_id, SignUp.seat.is_(None), SignUp.left_at.is_(None))
    found = select(SignUp).where(*waiting, SignUp.came_at.is_(None)).order_by(SignUp.id).limit(most)
    return list(session.scalars(found.execution_options(populate_existing=True)))


def fit_places(session: Session, activity: Activity, places: int) -> None:
    """Give who sits beyond so many places a lower number; raises FewerPlacesThanPeople."""
    seated = select(SignUp).where(SignUp.activity_id == activity.id, SignUp.seat.is_not(None))
    people = list(session.scalars(seated.order_by(SignUp.seat).execution_options(populate_existing=True)))
    if len(people) > places:
        raise FewerPlacesThanPeople(len(people))
    taken = {one.seat for one in people if one.seat}
    for one in people:
        if (one.seat or 0) > places:
            one.seat = free_seat(taken, places)
            taken.add(one.seat or 0)
    session.flush()
