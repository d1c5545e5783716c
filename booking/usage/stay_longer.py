"""Stay longer: said before the end, agreed for the reservation, or simply done; a check-out taken back."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.reservations.approval.agree import ToJudge, as_judged
from booking.reservations.approval.rules import check_alone
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.quotas.quotas import check_quota, hold_own_quota, quotas_left
from booking.reservations.quotas.rules import Left, check_left
from booking.reservations.refusals import InThePast, NotLonger, RequestPart
from booking.reservations.reserve import booking_context_for
from booking.reservations.rules import Taken
from booking.reservations.set_end import ends_refused, free_ends, set_end
from booking.reservations.upcoming import walked_in_id
from booking.usage import rules
from booking.usage.check_out import Charger, hold_until, left_at, lock_stay, the_only_open_stay
from booking.usage.door.devices import DeviceEvent, told_first
from booking.usage.models import DoorEventKind, Ending, Stay, StayCorrection
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
    stay = lock_stay(session, stay_id)
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


PriceEnds = Callable[[Sequence[datetime]], Mapping[datetime, Money]]
"""Prices a stay until each of these ends."""


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


def latest_allowed(
    session: Session, stay: Stay, latest: datetime, price: PriceEnds, *, by: Actor, now: datetime
) -> tuple[datetime | None, dict[datetime, Refusal]]:
    """Tell which end up to the `latest` `stay_longer` would let it have, and what refuses the next later one.

    None where it may not stay at all. In as many queries however many ends there are.
    """
    ends = _later_ends(session, stay, latest, now)
    refused = longer_refused(session, stay, price(ends), by)
    last = max((end for end in ends if end not in refused), default=None)
    after = min((end for end in refused if last is None or end > last), default=None)
    return last, {} if after is None else {after: refused[after]}


def _later_ends(session: Session, stay: Stay, latest: datetime, now: datetime) -> list[datetime]:
    """List the ends there are: of a reservation as its page offers them, of a walk-in every quarter hour."""
    if stay.reservation is not None:
        free = free_ends(session, stay.reservation, now).ends
        return [end for end in free if stay.planned_end < end <= latest]
    quarters = (latest - stay.planned_end) // OVERSTAY_STEP
    ends = {stay.planned_end + OVERSTAY_STEP * number for number in range(1, quarters + 1)}
    return sorted(ends | ({latest} if latest > stay.planned_end else set()))


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
    stay = lock_stay(session, stay_id)
    if stay.ended_at is not None or now < stay.planned_end:
        return False
    try:
        hold_until(session, stay, now + OVERSTAY_STEP)
    except Taken:
        return False
    return True


CHECK_OUT_UNDONE = "撤销签退"
"""Why, as the versions of a stay keep it; the words are the reader's language's."""


def undo_check_out(session: Session, stay_id: int, *, charger: Charger, by: Actor, now: datetime) -> Stay:
    """Let a stay go on as if nobody had checked out, within two minutes and while its place is free.

    Only who checked out may, or the park's front desk. The end that was is kept beside, and its lines are
    withdrawn, not deleted. A stay that goes on is left as it is: pressed twice, it is done once. Raises
    NothingToUndo, NotYourCheckOut, UndoOver, FreedTimeGone, OverQuota where what was left of the quota is
    booked by now, or the charger's refusal where a month is closed.
    """
    hold_own_quota(session, by)
    stay = lock_stay(session, stay_id)
    if stay.ended_at is None:
        return stay
    _check(stay, by, now)
    ended_at = stay.ended_at
    _check_quota(session, stay, ended_at, by)
    with the_only_open_stay(session, rules.FreedTimeGone(stay.space.name, stay.space.name_en)):
        stay.corrections.append(_end_that_was(stay, by, now))
        stay.ended_at = stay.ending = stay.ended_by_id = stay.measured_to = None
        stay.version += 1
        if stay.reservation is not None:
            stay.reservation.state = ReservationState.IN_USE
            stay.reservation.version += 1
        _hold_again(session, stay, now)  # after the stay, as who walks in: neither waits in a ring
    charger.may_correct(session, stay, ended_at)
    charger.undone(session, stay, by=by, now=now)
    before = {"ended_at": ended_at.isoformat()}
    record(session, Action.STAY_CHECK_OUT_UNDONE, "stay", stay.id, by=by, now=now, before=before)
    return stay


def _check(stay: Stay, by: Actor, now: datetime) -> None:
    corrected = any(one.new_ended_at is not None for one in stay.corrections)
    if stay.ended_at is None or stay.ending is not Ending.CHECKED_OUT or corrected:
        raise rules.NothingToUndo(stay.id)
    front_desk = by.enterprise_id is None and by.park_id == stay.park_id
    if not front_desk and by.member_id != (stay.ended_by_id or stay.member_id):
        raise rules.NotYourCheckOut(stay.id)
    until = rules.may_be_undone_until(stay.ended_at)
    if now > until:
        raise rules.UndoOver(until)


def _check_quota(session: Session, stay: Stay, ended_at: datetime, by: Actor) -> None:
    """Ask the quotas for what the stay would have again; the front desk is exempt, as where it moves."""
    if by.enterprise_id is None:
        return
    whose = (stay.enterprise_id, stay.member_id)
    if stay.reservation is not None:
        planned = Span(stay.reservation.starts_at, stay.reservation.ends_at)
        check_quota(session, stay.space, planned, *whose, but=stay.reservation.id)
    elif ended_at < stay.planned_end:
        check_quota(session, stay.space, Span(ended_at, stay.planned_end), *whose)


def _hold_again(session: Session, stay: Stay, now: datetime) -> None:
    """Claim what was held: up to the planned end; after it a quarter of an hour, where that is free."""
    for end in [stay.planned_end] if now < stay.planned_end else [now + rules.OVERSTAY_STEP, now]:
        with suppress(Taken):
            hold_until(session, stay, end)
            return
    raise rules.FreedTimeGone(stay.space.name, stay.space.name_en)


def _end_that_was(stay: Stay, by: Actor, now: datetime) -> StayCorrection:
    return StayCorrection(
        at=now,
        actor_id=by.member_id,
        actor_name=by.name,
        reason=CHECK_OUT_UNDONE,
        old_started_at=stay.started_at,
        old_ended_at=stay.ended_at,
        new_started_at=stay.started_at,
        new_ended_at=None,
    )
