"""Stay longer than planned: said before the end comes, agreed for the reservation, or simply done."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.reservations.approval.agree import ToJudge, as_judged
from booking.reservations.approval.rules import check_alone
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import check_quota, hold_own_quota, quotas_left
from booking.reservations.quotas.rules import Left, check_left
from booking.reservations.refusals import InThePast, NotLonger, RequestPart
from booking.reservations.reserve import booking_context_for
from booking.reservations.rules import Taken
from booking.reservations.set_end import ends_refused, set_end
from booking.reservations.upcoming import walked_in_id
from booking.usage.check_out import hold_until, left_at
from booking.usage.door.devices import DeviceEvent, told_first
from booking.usage.models import DoorEventKind, Stay
from booking.usage.rules import OVERSTAY_STEP, AlreadyOut, TooLate, walk_in_end
from booking.values import Money, Refusal, Span


def stay_longer(
    session: Session,
    stay_id: int,
    until: datetime,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    event: DeviceEvent | None = None,
) -> Stay:
    """Move the planned end of an open stay: its reservation's, or what a walk-in said.

    Raises AlreadyOut, TooLate where it ended by itself long ago, NotLonger, InThePast, Taken where somebody
    else comes next, NeedsManager, and what the rules refuse. What a device tells (`event`) twice, after
    the end, or for a time that is planned already changes nothing.
    """
    hold_own_quota(session, by)
    stay = lock_row(session, Stay, stay_id)
    if event is not None:
        first = told_first(session, event, DoorEventKind.EXTEND, stay, now=now)
        if not first or stay.ended_at is not None or until <= stay.planned_end:
            return stay
    if stay.ended_at is not None:
        raise AlreadyOut(stay.ended_at)
    if left_at(session, stay, now) is not None:
        raise TooLate(stay.planned_end)
    if until <= stay.planned_end:
        raise NotLonger(stay.planned_end)
    if until <= now:
        raise InThePast(until, now, part=RequestPart.END)
    before = {"planned_end": stay.planned_end.isoformat()}
    if stay.reservation_id is not None:
        set_end(session, stay.reservation_id, until, quote=quote, by=by, now=now)
    else:
        _walk_on(session, stay, until, quote, by, now)
    stay.held_until = until
    stay.version += 1
    session.flush()
    after = {"planned_end": until.isoformat()}
    record(session, Action.STAY_EXTENDED, "stay", stay.id, by=by, now=now, before=before, after=after)
    return stay


def _walk_on(session: Session, stay: Stay, until: datetime, quote: Money, by: Actor, now: datetime) -> None:
    """Hold it for who came without a reservation, by the rules for whoever comes so."""
    asked = ToJudge(stay.space, Span(stay.started_at, until), quote, but=walked_in_id(stay.id))
    [wish] = as_judged(session, by.rights, by.enterprise_id, [asked])
    check_alone(by.rights, wish)
    walk_in_end(until, booking_context_for(session, stay.space, Span(now, until), now, hold=True))
    if by.enterprise_id is not None:
        more = Span(stay.planned_end, until)
        check_quota(session, stay.space, more, stay.enterprise_id, stay.member_id)
    hold_until(session, stay, until)


def longer_refused(
    session: Session, stay: Stay, quotes: Mapping[datetime, Money], by: Actor
) -> dict[datetime, Refusal]:
    """Tell which of these later ends `stay_longer` would refuse whoever asks, as `ends_refused`."""
    if stay.reservation is not None:
        return ends_refused(session, stay.reservation, quotes, by)
    more = {end: Span(stay.planned_end, end) for end in sorted(quotes) if end > stay.planned_end}
    left: dict[Span, list[Left]] = {}
    if by.enterprise_id is not None:
        whose = (stay.enterprise_id, stay.member_id)
        left = quotas_left(session, stay.space, [*more.values()], *whose)
    own = walked_in_id(stay.id)
    asked = [ToJudge(stay.space, Span(stay.started_at, end), quotes[end], but=own) for end in more]
    wishes = as_judged(session, by.rights, by.enterprise_id, asked)
    found = {}
    for (end, span), wish in zip(more.items(), wishes, strict=True):
        try:
            check_alone(by.rights, wish)
            check_left(left.get(span, ()))
        except Refusal as refusal:
            found[end] = refusal
    return found


def change_end(
    session: Session,
    reservation_id: int,
    ends_at: datetime,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Set the reservation's end, and let the stay that goes on in it end with it.

    Raises as `set_end`, and TooLate where the stay ended by itself long ago.
    """
    hold_own_quota(session, by)
    stay = _lock_stay(session, reservation_id)
    if stay is not None and left_at(session, stay, now) is not None:
        raise TooLate(stay.planned_end)
    changed = set_end(session, reservation_id, ends_at, quote=quote, by=by, now=now, version=version)
    if stay is not None:
        stay.held_until = ends_at
        stay.version += 1
        session.flush()
    return changed


def _lock_stay(session: Session, reservation_id: int) -> Stay | None:
    """Take the stay before its reservation, as checking out does, so that neither waits for the other."""
    open_stay = select(Stay).where(Stay.reservation_id == reservation_id, Stay.ended_at.is_(None))
    going_on = open_stay.order_by(Stay.id).with_for_update(key_share=True)
    return session.scalar(going_on.execution_options(populate_existing=True))


def hold_overstay(session: Session, stay_id: int, *, now: datetime) -> bool:
    """Hold the place for a quarter of an hour from now; tell whether it was free. Safe twice.

    The reserved end stays what it was: it is the plan, the claim is the fact.
    """
    stay = lock_row(session, Stay, stay_id)
    if stay.ended_at is not None or now < stay.planned_end:
        return False
    try:
        hold_until(session, stay, now + OVERSTAY_STEP)
    except Taken:
        return False
    return True
