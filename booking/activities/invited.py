"""Whom an activity is for, and what is asked about who signed up."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.activities.models import Activity, ActivitySize, Audience, SignUp, Useful, activity_guest
from booking.parks.models import Park
from booking.people.models import Enterprise, Member, Role, Size
from booking.values import local_day


def invites(
    enterprise_id: InstrumentedAttribute[int], size: InstrumentedAttribute[Size]
) -> ColumnElement[bool]:
    """SQL condition: the activity of the row is for that enterprise."""
    sizes = exists().where(ActivitySize.activity_id == Activity.id, ActivitySize.size == size)
    guests = exists().where(
        activity_guest.c.activity_id == Activity.id, activity_guest.c.enterprise_id == enterprise_id
    )
    return or_(
        Activity.audience == Audience.ALL,
        and_(Activity.audience == Audience.SIZES, sizes),
        and_(Activity.audience == Audience.CHOSEN, guests),
    )


def is_invited(session: Session, activity: Activity, enterprise: Enterprise | None) -> bool:
    """Tell whether it is for an enterprise; what is for all is for guests from outside as well."""
    if activity.audience is Audience.ALL:
        return True
    if enterprise is None:
        return False
    found = select(Activity.id).join(Enterprise, Enterprise.id == enterprise.id)
    wanted = found.where(Activity.id == activity.id, invites(Enterprise.id, Enterprise.size))
    return session.scalar(wanted) is not None


def managers_invited(session: Session, activity: Activity) -> Sequence[Member]:
    """Give the managers who get its letter: of each enterprise it is for that is there on its day."""
    day = local_day(activity.starts_at, session.get_one(Park, activity.park_id).zone)
    there = (
        Enterprise.park_id == activity.park_id,
        or_(Enterprise.left_on.is_(None), Enterprise.left_on >= day),
    )
    reached = (Member.role == Role.MANAGER, Member.active, Member.password_hash.is_not(None))
    found = (
        select(Member)
        .join(Enterprise, Enterprise.id == Member.enterprise_id)
        .join(Activity, Activity.id == activity.id)
        .where(*there, *reached, invites(Enterprise.id, Enterprise.size))
    )
    return session.scalars(found.order_by(Member.id)).all()


def invitation_key(activity_id: int, member_id: int) -> str:
    """Give the key of the one letter that invites a manager."""
    return f"activity:{activity_id}:{member_id}"


def invited_sizes(
    session: Session, park_id: int, audience: Audience, sizes: Sequence[Size], enterprise_ids: Sequence[int]
) -> set[Size]:
    """Name the sizes of the enterprises that such an audience would be, before there is an activity."""
    if audience is Audience.SIZES:
        return set(sizes)
    here = select(Enterprise.size).where(Enterprise.park_id == park_id, Enterprise.left_on.is_(None))
    if audience is Audience.CHOSEN:
        here = here.where(Enterprise.id.in_(enterprise_ids))
    return set(session.scalars(here.order_by(Enterprise.id)))


def sign_up_with_token(session: Session, token: str) -> SignUp | None:
    """Find a sign-up by its own link."""
    return session.scalar(select(SignUp).where(SignUp.token == token))


def sign_up_in_park(session: Session, park_id: int, sign_up_id: int) -> SignUp | None:
    """Find a sign-up of the park's activities."""
    return session.scalar(select(SignUp).where(SignUp.id == sign_up_id, SignUp.park_id == park_id))


def sign_up_of(session: Session, activity_id: int, member_id: int) -> SignUp | None:
    """Find what a member has signed up for, and did not leave."""
    mine = (SignUp.activity_id == activity_id, SignUp.member_id == member_id, SignUp.left_at.is_(None))
    return session.scalar(select(SignUp).where(*mine))


class ListPart(IntEnum):
    """The parts of the organiser's list, in its order."""

    SEATED = 0
    CAME_WITHOUT = 1
    WAITING = 2


class Participant(NamedTuple):
    """Somebody on the list, in which part of it, and how many there are in that part on all its pages."""

    sign_up: SignUp
    part: ListPart
    in_part: int


PAGE = 50
PART = case(
    (SignUp.seat.is_not(None), ListPart.SEATED),
    (SignUp.came_at.is_not(None), ListPart.CAME_WITHOUT),
    else_=ListPart.WAITING,
)


def people_of(session: Session, activity_id: int, text: str, *, offset: int) -> list[Participant]:
    """Give a page of who signed up, part by part in the order in which they did; who left is not there.

    `text` is looked for in names and enterprises. One more than a page is given where there is a next one.
    """
    in_part = func.count().over(partition_by=PART)
    found = select(SignUp, PART, in_part).where(SignUp.activity_id == activity_id, SignUp.left_at.is_(None))
    if text:
        places = (SignUp.name, SignUp.firm)
        found = found.where(or_(*(place.contains(text, autoescape=True) for place in places)))
    rows = session.execute(found.order_by(PART, SignUp.id).limit(PAGE + 1).offset(offset))
    return [Participant(sign_up, ListPart(part), count) for sign_up, part, count in rows]


def place_in_queue(session: Session, sign_up: SignUp) -> int:
    """Tell as which one somebody waits, from 1."""
    ahead = (
        SignUp.activity_id == sign_up.activity_id,
        SignUp.seat.is_(None),
        SignUp.left_at.is_(None),
        SignUp.came_at.is_(None),
        SignUp.id <= sign_up.id,
    )
    return session.scalar(select(func.count()).where(*ahead)) or 0


def answers_of(session: Session, activity_id: int) -> list[tuple[Useful, str]]:
    """List what was said of an activity, and in what words; not by whom."""
    said = select(SignUp.useful, SignUp.useful_words).where(
        SignUp.activity_id == activity_id, SignUp.useful.is_not(None)
    )
    rows = session.execute(said.order_by(SignUp.useful_words, SignUp.id))
    return [(useful, words) for useful, words in rows if useful is not None]
