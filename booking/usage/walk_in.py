"""Use a free space without a reservation."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Member
from booking.people.tenancy import check_tenancy
from booking.reservations.approval.rules import Booking, check_alone
from booking.reservations.booking_context import booking_context_for
from booking.reservations.claim import claim
from booking.reservations.quotas.quotas import check_quota
from booking.spaces.models import Kind, Space
from booking.usage.charger import Charger
from booking.usage.check_out import end_forgotten_stays_on
from booking.usage.models import Stay
from booking.usage.rules import SHORTEST_WALK_IN, NotByWalkingIn, walk_in_end
from booking.usage.stays import begin
from booking.values.money import Money
from booking.values.span import Span


def walk_in(
    session: Session,
    space: Space,
    member: Member,
    until: datetime,
    *,
    charger: Charger,
    by: Actor,
    now: datetime,
    quote: Callable[[], Money] | None = None,
) -> Stay:
    """Check in without a reservation, holding the space until the time said (a quarter of an hour at least).

    `quote` gives its price until then; None where nobody's rights are judged by it. Raises Taken where it is
    not free so long, StillInUse, NotByWalkingIn, NeedsManager, and what opening hours refuse.
    Longer is possible while the space is free, and only the time used is billed.
    """
    if space.kind is Kind.STORAGE or space.retired_at is not None or member.enterprise_id is None:
        raise NotByWalkingIn(space.name)
    first = Span(now, now + SHORTEST_WALK_IN)
    at = booking_context_for(session, space, first, now, hold=True)
    check_tenancy(session, member.park_id, member.enterprise_id, first, at.zone)
    if at.opening.needs_approval:
        raise NotByWalkingIn(space.name)
    until = walk_in_end(until, at)
    check_alone(by.rights, Booking(space.kind, quote() if quote else Money.zero()))
    check_quota(session, space, Span(now, until), member.enterprise_id, member.id)
    end_forgotten_stays_on(session, space, charger=charger, now=now)
    stay = Stay(
        park_id=space.park_id,
        enterprise_id=member.enterprise_id,
        member_id=member.id,
        space_id=space.id,
        space_kind=space.kind,
        started_at=now,
        held_until=until,
    )
    stay.space = space
    begin(session, stay)
    claim(session, space, Span(now, until), stay)
    record(session, Action.STAY_WALKED_IN, "stay", stay.id, by=by, now=now, after={"space": space.code})
    return stay
