"""Take what is held: the hold becomes a reservation, at the price in force."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.reservations import claim
from booking.reservations.approval.rules import Booking, check_alone
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import hold_own_quota
from booking.reservations.reserve import reserve
from booking.reservations.series.refusals import NotOfSeries
from booking.reservations.series.take_wished import take_wished
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.offer import lock_around
from booking.reservations.waiting.refusals import HoldOver
from booking.reservations.waiting.settle import lock_wait
from booking.spaces.models import Space
from booking.values.money import Money


def take_hold(session: Session, wait_id: int, *, quote: Money, by: Actor, now: datetime) -> Reservation:
    """Book what is held, as whoever books it anew would; taken twice it gives the reservation it became.

    The claim passes within one transaction, so that nobody comes between. Raises HoldOver, NeedsManager,
    since a request would hold nothing, and what `reserve` raises; then it is held as before.
    """
    hold_own_quota(session, by)
    wait = lock_wait(session, wait_id)
    if wait.reservation_id is not None:
        return session.get_one(Reservation, wait.reservation_id)
    if wait.state is not WaitState.OFFERED or wait.held_until is None or wait.held_until <= now:
        raise HoldOver
    space = session.get_one(Space, wait.offered_space_id)
    check_alone(by.rights, Booking(space.kind, quote))
    lock_around(session, wait.park_id, [space.id])
    with session.begin_nested():
        claim.release(session, wait)
        made = _book(session, wait, space, quote, by, now)
        wait.state, wait.settled_at, wait.reservation_id = WaitState.TAKEN, now, made.id
        session.flush()
    after = {"reservation_id": made.id}
    record(session, Action.WAIT_TAKEN, "wait", wait.id, by=by, now=now, after=after, park_id=wait.park_id)
    return made


def _book(session: Session, wait: Wait, space: Space, quote: Money, by: Actor, now: datetime) -> Reservation:
    if wait.wished_id is None:
        return reserve(
            session, space, wait.span, quote=quote, by=by, now=now, people=wait.people, purpose=wait.purpose
        )
    try:
        return take_wished(session, wait.wished_id, quote=quote, by=by, now=now, space=space, span=wait.span)
    except NotOfSeries as gone:
        raise HoldOver from gone
