"""Begin to use what is reserved: check in, or on a store's first day without."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.parks.models import Park
from booking.reservations.claim import change_claim
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind
from booking.usage.charger import Charger
from booking.usage.check_out import end_forgotten_stays_on, ending_facts
from booking.usage.door.events import DeviceEvent, left_before_told, told_first
from booking.usage.door.models import DoorEventKind
from booking.usage.models import Ending, Stay
from booking.usage.queries import stay_of
from booking.usage.rules import check_may_check_in
from booking.usage.stays import begin, finish
from booking.values.span import Span


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
    told before that they left.
    """
    reservation = lock_row(session, Reservation, reservation_id)
    if event is not None:
        told_first(session, event, DoorEventKind.CHECK_IN, reservation, now=now)
        if (there := stay_of(session, reservation.id)) is not None:
            return there
    stay = _begin(session, reservation, park, charger, by, now, event.happened(now) if event else now)
    if event is not None and (left := left_before_told(session, reservation.id, stay.started_at)) is not None:
        finish(session, stay, left, Ending.CHECKED_OUT, charger=charger, now=now)
        record(session, Action.STAY_CHECKED_OUT, "stay", stay.id, by=by, now=now, after=ending_facts(stay))
    return stay


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
    if came < reservation.starts_at:
        change_claim(session, reservation.space, Span(came, reservation.ends_at), reservation)
    session.flush()
    after = {"space": reservation.space.code}
    record(session, Action.STAY_CHECKED_IN, "stay", stay.id, by=by, now=now, after=after)
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
