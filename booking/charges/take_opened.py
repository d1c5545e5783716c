"""Book an occurrence of a series on the first day on which it may be booked, as whoever repeats it would."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.charges.pricing import quote
from booking.db import lock_row
from booking.parks.models import Park
from booking.parks.queries import all_parks
from booking.people.models import Member
from booking.reservations.quotas.quotas import hold_quota
from booking.reservations.refusals import BeyondHorizon
from booking.reservations.series.models import OPEN_WISH, WishedOccurrence
from booking.reservations.series.rules import may_be_booked_from
from booking.reservations.series.take_wished import take_wished
from booking.values.month import local_day
from booking.values.refusal import Refusal
from booking.values.span import Span


def opened(session: Session, now: datetime) -> list[int]:
    """Name those that lay too far ahead and no longer do, who asked first first.

    Whose account is closed comes to none of it: that stays wished for, for whoever of them opens the series.
    """
    found: list[int] = []
    for park in all_parks(session):
        wanted = (
            select(WishedOccurrence.id)
            .join(Member, Member.id == WishedOccurrence.member_id)
            .where(Member.active)
            .where(WishedOccurrence.opens_on <= local_day(now, park.zone), OPEN_WISH)
            .where(WishedOccurrence.park_id == park.id)
            .order_by(WishedOccurrence.created_at, WishedOccurrence.id)
        )
        found += session.scalars(wanted)
    return found


ONE_DAY = timedelta(days=1)


def take_opened(session: Session, wished_id: int, *, now: datetime) -> bool:
    """Book it in the name of whose series it is; tell whether it was booked.

    Safe twice. They hear of it by letter if they want copies of what they book themselves. What somebody else
    has by then, or cannot be had, is not tried again: its page offers it when it comes free.
    """
    there = session.get_one(WishedOccurrence, wished_id)
    hold_quota(session, there.park_id, there.enterprise_id)  # before its row, as who takes it with a press
    wished = lock_row(session, WishedOccurrence, wished_id)
    member = session.get_one(Member, wished.member_id, populate_existing=True)
    if wished.outcome is not None or wished.opens_on is None or not member.active:
        return False
    park = session.get_one(Park, wished.park_id)
    try:
        with session.begin_nested():
            _take(session, wished, member, park, now)
    except BeyondHorizon as refusal:
        day = may_be_booked_from(local_day(wished.starts_at, park.zone), refusal.horizon_days)
        wished.opens_on = max(day, local_day(now, park.zone) + ONE_DAY)
        return False
    except Refusal:
        wished.opens_on = None
        return False
    return True


def _take(session: Session, wished: WishedOccurrence, member: Member, park: Park, now: datetime) -> None:
    span = Span(wished.starts_at, wished.ends_at)
    price = quote(session, park, wished.series.enterprise, wished.space, span)
    by = Actor(
        member.name,
        member.id,
        park.id,
        wished.enterprise_id,
        wants_copies=member.wants_copies,
        rights=member.rights,
    )
    take_wished(session, wished.id, quote=price.total, by=by, now=now)
