"""Sign up for an activity: a place while there is one, else the end of the queue; and leave again.

Places are counted one after the other, and given to those who wait in the order they asked.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from booking.activities import rules
from booking.activities.invited import is_invited
from booking.activities.models import Activity, ActivityState, SignUp
from booking.db import lock_row
from booking.mail.outbox import LetterText, NewLetter, write_letter, write_letters
from booking.people.models import Enterprise, Member
from booking.people.queries import find_firm
from booking.values.mailbox import bare_address
from booking.values.names import firm_key, plain

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
        sign_up.seat = rules.free_seat(taken, activity.places)
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
    typed = {bare_address(one.email) for one in sign_ups if one.email and one.member_id is None}
    rows = session.execute(
        select(SignUp.email, SignUp.id).where(*_with_address(activity_id, typed)).order_by(SignUp.id)
    ).all()
    first = {
        row.id
        for mailbox in typed
        for row in [row for row in rows if bare_address(row.email) == mailbox][: rules.MOST_WITH_ADDRESS]
    }
    return [(one.email, one) for one in sign_ups if one.email and (one.member_id or one.id in first)]


def _with_address(activity_id: int, mailboxes: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: signed up without an account, with one of these mailboxes, in whatever letters."""
    typed = func.lower(SignUp.email).in_(mailboxes)
    return SignUp.activity_id == activity_id, SignUp.member_id.is_(None), typed


def by_address(sign_ups: Iterable[SignUp]) -> dict[str, SignUp]:
    """Give one sign-up of each address, so that nobody gets a letter twice: the account's before others."""
    ordered = sorted(sign_ups, key=lambda one: (one.member_id is not None, -one.id))
    return {bare_address(one.email): one for one in ordered if one.email}


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
        raise rules.FewerPlacesThanPeople(len(people))
    taken = {one.seat for one in people if one.seat}
    for one in people:
        if (one.seat or 0) > places:
            one.seat = rules.free_seat(taken, places)
            taken.add(one.seat or 0)
    session.flush()


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who wants to be there: a member, or somebody by name and enterprise; `email` only if they gave one."""

    name: str
    firm: str
    enterprise: Enterprise | None
    member_id: int | None = None
    email: str | None = None

    @classmethod
    def of(cls, member: Member) -> "Attendee":
        """Take a member of an enterprise as they are known."""
        assert member.enterprise is not None  # noqa: S101 - staff do not sign up
        return cls(member.name, member.enterprise.short_name, member.enterprise, member.id, member.mailbox)

    @property
    def firm_key(self) -> str:
        """The same for all of one enterprise."""
        return firm_key(self.enterprise.id if self.enterprise else None, self.firm)

    @property
    def person_key(self) -> str:
        """The same for one person of an enterprise, however they sign up."""
        return f"{self.firm_key}|{plain(self.name)}"


def attendee_by_name(
    session: Session, activity: Activity, name: str, firm: str, email: str | None = None
) -> Attendee:
    """Know somebody without an account by name and enterprise, which may be one of the park's."""
    enterprise = find_firm(session, activity.park_id, firm)
    known_by = bare_address(email) if email else None
    return Attendee(name, enterprise.short_name if enterprise else firm, enterprise, None, known_by)


Confirmed = Callable[[Activity, SignUp], LetterText]
"""Words the letter to who has no account, and a place now or a place in the queue."""


def sign_up(
    session: Session,
    activity_id: int,
    who: Attendee,
    *,
    token: str,
    now: datetime,
    letter: Confirmed | None = None,
) -> SignUp:
    """Give a place, or the end of the queue; `token` is the secret in their own link.

    Where there is a `letter`, who has no account and gave an address gets it.

    It is no arrival, while it goes on either: that is said at the door (`arrive`). Exactly as many get in as
    there are places: the activity is locked, and the database counts. A member who signed up twice gets what
    they have. Raises CalledOffBefore, ActivityOver, NotInvited, AddressFull, or
    AlreadySignedUp where somebody of that name signed up without an account.
    """
    activity = lock_activity(session, activity_id)
    check_announced(activity)
    rules.check_not_over(now, activity.ends_at)
    check_invited(session, activity, who)
    known = signed_up_before(session, activity_id, who, token)
    if known is not None:
        return known
    seat = rules.free_seat(seats_taken(session, activity_id), activity.places)
    made = add_sign_up(session, activity, who, token=token, seat=seat, now=now)
    if letter is not None:
        _confirm(session, activity, made, letter, now)
    return made


def _confirm(session: Session, activity: Activity, made: SignUp, letter: Confirmed, now: datetime) -> None:
    """Write to who has no account."""
    if made.member_id is None and made.email:
        text = letter(activity, made)
        write_letter(session, activity.park_id, f"activity-in:{made.id}", made.email, text, now=now)


def _check_address(session: Session, activity_id: int, who: Attendee) -> None:
    """Raise AddressFull where an address that anybody may have typed stands for enough people already.

    Who left counts: signing up and leaving again and again is as much of a nuisance.
    """
    if who.member_id is not None or not who.email:
        return
    with_it = _with_address(activity_id, [bare_address(who.email)])
    if (session.scalar(select(func.count()).where(*with_it)) or 0) >= rules.MOST_WITH_ADDRESS:
        raise rules.AddressFull(rules.MOST_WITH_ADDRESS)


def check_announced(activity: Activity) -> None:
    """Raise CalledOffBefore, or NotInvited where nobody has heard of it yet."""
    if activity.called_off_at is not None:
        raise rules.CalledOffBefore(activity.called_off_at)
    if activity.state is not ActivityState.PUBLISHED:
        raise rules.NotInvited


def check_invited(session: Session, activity: Activity, who: Attendee) -> None:
    """Raise NotInvited where it is for other enterprises."""
    if not is_invited(session, activity, who.enterprise):
        raise rules.NotInvited


def signed_up_before(session: Session, activity_id: int, who: Attendee, token: str) -> SignUp | None:
    """Find what the member has signed up for; raises AlreadySignedUp for a name without an account.

    Who signed up by name, and then signs in, is the same person: the account is put to it, with a new
    `token`, since somebody else may have typed that name and would go on ruling the place by its link.
    """
    live = select(SignUp).where(SignUp.activity_id == activity_id, SignUp.left_at.is_(None))
    mine = session.scalar(live.where(SignUp.member_id == who.member_id)) if who.member_id else None
    named = mine or session.scalar(live.where(SignUp.person_key == who.person_key))
    if named is None or (who.member_id and named.member_id not in {None, who.member_id}):
        return None  # a colleague of the same name is another person
    if who.member_id is None:
        raise rules.AlreadySignedUp(who.name)
    if named is not mine:
        named.member_id, named.email, named.token = who.member_id, who.email, token
    session.flush()
    return named


def _key_of(session: Session, activity_id: int, who: Attendee) -> str:
    """Give what this person is known by; colleagues of one name are told apart by their accounts."""
    live = select(SignUp.id).where(SignUp.activity_id == activity_id, SignUp.left_at.is_(None))
    taken = session.scalar(live.where(SignUp.person_key == who.person_key))
    return who.person_key if taken is None else f"{who.person_key}|{who.member_id}"


def add_sign_up(
    session: Session, activity: Activity, who: Attendee, *, token: str, seat: int | None, now: datetime
) -> SignUp:
    """Write it down; lock the activity first. Raises AddressFull."""
    _check_address(session, activity.id, who)
    made = SignUp(
        park_id=activity.park_id,
        activity_id=activity.id,
        places=activity.places,
        seat=seat,
        member_id=who.member_id,
        enterprise_id=who.enterprise.id if who.enterprise else None,
        name=who.name,
        firm=who.firm,
        firm_key=who.firm_key,
        person_key=_key_of(session, activity.id, who),
        email=who.email,
        token=token,
        signed_up_at=now,
    )
    session.add(made)
    session.flush()
    return made


def leave(session: Session, sign_up_id: int, *, letter: MovedUp, now: datetime) -> SignUp:
    """Give the place back; who waits first moves up. Left before, it changes nothing. Raises ActivityOver."""
    activity_id = session.get_one(SignUp, sign_up_id).activity_id
    activity = lock_activity(session, activity_id)
    found = session.get_one(SignUp, sign_up_id, populate_existing=True)
    if found.left_at is not None:
        return found
    rules.check_before_start(now, activity.starts_at, activity.ends_at)
    found.left_at, found.seat = now, None
    session.flush()
    move_up(session, activity, letter=letter, now=now)
    return found
