"""Begin to use a space: check in, have a store from its first day, walk in; or nobody comes: release it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.parks.models import Park
from booking.people.enterprises import check_tenancy
from booking.people.models import Member
from booking.reservations.approval.agree import ToJudge, as_judged
from booking.reservations.approval.rules import check_alone
from booking.reservations.claim import change_claim, claim, held_from
from booking.reservations.history import ReservationSnapshot, log_change, log_told_step
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.quotas.quotas import check_quota
from booking.reservations.reserve import booking_context_for
from booking.reservations.waiting.give_back import release
from booking.spaces.models import Kind, Space
from booking.usage.check_out import (
    Charger,
    begin,
    end_forgotten_stays_on,
    ending_facts,
    finish,
    tell_if_for_them,
)
from booking.usage.door.devices import DeviceEvent, left_before_told, told_first
from booking.usage.models import DoorEventKind, Ending, Stay
from booking.usage.queries import stay_of
from booking.usage.rules import SHORTEST_WALK_IN, NotByWalkingIn, check_may_check_in, grace_ends, walk_in_end
from booking.values import Money, Span


def check_in(
    session: Session,
    reservation_id: int,
    *,
    park: Park,
    charger: Charger,
    by: Actor,
    now: datetime,
    event: DeviceEvent | None = None,
) -> Stay:
    """Start the stay of a booked reservation, from a few minutes before its start where the space is free.

    Raises TooEarly, TooLate, NotToCheckIn, StillInUse, or Taken where the minutes before the start
    belong to somebody else. A second check-in finds the reservation in use, and is refused. What a device
    tells (`event`) gets the stay that is there, whatever became of it; a new one ends at once where it was
    told before that they left. Told late that they came within the grace, it takes back that nobody did.
    """
    reservation = lock_row(session, Reservation, reservation_id)
    came, left, back = now, None, False
    if event is not None:
        told_first(session, event, DoorEventKind.CHECK_IN, reservation, now=now)
        if (there := stay_of(session, reservation.id)) is not None:
            return there
        came = event.happened(now)
        left = left_before_told(session, reservation.id, came)
        back = _take_back(session, reservation, park, by, now, came, left)
    stay = _begin(session, reservation, park, charger, by, now, came)
    if left is not None:
        finish(session, stay, left, Ending.CHECKED_OUT, charger=charger, now=now)
        record(session, Action.STAY_CHECKED_OUT, "stay", stay.id, by=by, now=now, after=ending_facts(stay))
    if back:
        charger.used_after_all(session, stay, by=by, now=now)
    return stay


def _take_back(
    session: Session,
    reservation: Reservation,
    park: Park,
    by: Actor,
    now: datetime,
    came: datetime,
    left: datetime | None,
) -> bool:
    """Book a released reservation again whose people came in time, and tell whether it was; raises Taken.

    Its place is held as long as they were there, where that is known, else to its end. What was written when
    it was released stays written.
    """
    in_time = came < grace_ends(reservation.starts_at, park.grace_minutes)
    if reservation.state is not ReservationState.NO_SHOW or not in_time:
        return False
    old = ReservationSnapshot.by(reservation)
    start, until = min(came, reservation.starts_at), left or reservation.ends_at
    if came < until:
        claim(session, reservation.space, Span(start, until), reservation)
    reservation.state = ReservationState.BOOKED
    reservation.version += 1
    log_change(session, reservation, Action.RESERVATION_CAME, old, by=by, now=now)
    return True


def _begin(
    session: Session,
    reservation: Reservation,
    park: Park,
    charger: Charger,
    by: Actor,
    now: datetime,
    came: datetime,
) -> Stay:
    """Judge and start the stay of a locked reservation at the moment they came, which is now or before."""
    check_may_check_in(
        reservation.state,
        reservation.starts_at,
        reservation.ends_at,
        kind=reservation.space.kind,
        early_minutes=park.early_minutes,
        now=came,
    )
    end_forgotten_stays_on(session, reservation.space, charger=charger, now=now)
    stay = Stay(
        park_id=reservation.park_id,
        enterprise_id=reservation.enterprise_id,
        member_id=_who_comes(reservation, by),
        space_id=reservation.space_id,
        space_kind=reservation.space.kind,
        reservation_id=reservation.id,
        started_at=came,
        held_until=reservation.ends_at,
    )
    stay.space = reservation.space
    stay.reservation = reservation
    begin(session, stay)
    reservation.state = ReservationState.IN_USE
    reservation.version += 1
    if came < min(reservation.starts_at, held_from(session, reservation) or came):
        change_claim(session, reservation.space, Span(came, reservation.ends_at), reservation)
    session.flush()
    after = {"space": reservation.space.code}
    record(session, Action.STAY_CHECKED_IN, "stay", stay.id, by=by, now=now, after=after)
    tell_if_for_them(session, stay, Action.STAY_CHECKED_IN, by, now)
    return stay


def _who_comes(reservation: Reservation, by: Actor) -> int:
    """Name who is there: whoever of the enterprise checks in; for the front desk, who reserved."""
    if by.member_id is not None and by.enterprise_id == reservation.enterprise_id:
        return by.member_id
    return reservation.member_id


def begin_lease(session: Session, reservation_id: int, *, now: datetime) -> Stay | None:
    """Start the stay of a storage reservation at its own start; None where it is not due. Safe twice."""
    reservation = lock_row(session, Reservation, reservation_id)
    due = reservation.state is ReservationState.BOOKED and reservation.starts_at <= now
    if not due or reservation.space.kind is not Kind.STORAGE:
        return None
    stay = Stay(
        park_id=reservation.park_id,
        enterprise_id=reservation.enterprise_id,
        member_id=reservation.member_id,
        space_id=reservation.space_id,
        space_kind=Kind.STORAGE,
        reservation_id=reservation.id,
        started_at=reservation.starts_at,
        held_until=reservation.ends_at,
    )
    stay.space = reservation.space
    stay.reservation = reservation
    session.add(stay)
    reservation.state = ReservationState.IN_USE
    reservation.version += 1
    session.flush()
    by = Actor.system("begin leases", reservation.park_id)
    record(session, Action.LEASE_BEGUN, "stay", stay.id, by=by, now=now)
    return stay


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
    asked = ToJudge(space, Span(now, until), quote() if quote else Money.zero())
    [wish] = as_judged(session, by.rights, by.enterprise_id, [asked], hold=True)
    check_alone(by.rights, wish)
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


def release_no_show(
    session: Session, reservation_id: int, *, park: Park, charger: Charger, now: datetime
) -> bool:
    """Free the space after the grace period and keep the reservation as `no_show`; tell whether it was due.

    Costs the share of the quote that the tariff names. Safe twice.
    """
    reservation = lock_row(session, Reservation, reservation_id)
    due = now >= grace_ends(reservation.starts_at, park.grace_minutes)
    if reservation.state is not ReservationState.BOOKED or not due:
        return False
    reservation.state = ReservationState.NO_SHOW
    reservation.version += 1
    release(session, reservation, now=now)
    by = Actor.system("release no-shows", reservation.park_id)
    record(session, Action.RESERVATION_RELEASED, "reservation", reservation.id, by=by, now=now)
    session.flush()
    log_told_step(session, reservation, Action.RESERVATION_RELEASED, by=by, now=now)
    charger.not_used(session, reservation, now=now)
    return True
