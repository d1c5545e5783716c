"""Whom an activity is for."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.activities.models import Activity, ActivitySize, Audience, activity_guest
from booking.parks.models import Park
from booking.people.models import Enterprise, Member, Role, Size
from booking.values.month import local_day


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
