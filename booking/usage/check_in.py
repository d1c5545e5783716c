"""Begin to use a space: check in, have a store from its first day, walk in; or nobody comes: release it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.parks.models import Park
from booking.people.enterprises import check_tenancy
from booking.people.models import Member
from booking.reservations.approval.agree import ToJudge, as_judged
from booking.reservations.approval.rules import check_alone
from booking.reservations.claim import change_claim, claim, held_from, release as release_claim
from booking.reservations.history import ReservationSnapshot, log_change, log_told_step
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.quotas.quotas import check_quota
from booking.reservations.reserve import booking_context_for
from booking.reservations.rules import grace_ends
from booking.reservations.waiting.give_back import release
from booking.spaces.models import Kind, Space
from booking.usage.check_out import (
    Charger,
    begin,
    end_by_itself,
    end_forgotten_stays_on,
    ending_facts,
    finish,
    over_before_others,
    tell_if_for_them,
)
from booking.usage.correct_stay import correct_stay
from booking.usage.door.devices import DeviceEvent, left_before_told, told_first
from booking.usage.models import DoorEventKind, Ending, Stay
from booking.usage.queries import stay_of
from booking.usage.rules import SHORTEST_WALK_IN, NotByWalkingIn, check_may_check_in, walk_in_end
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
    told before that they left, and, to be reviewed, where others are there by now. Told late that they came
    within the grace, it takes back that nobody did.
    """
    reservation = lock_row(session, Reservation, reservation_id)
    starts, ends = reservation.starts_at, reservation.ends_at
    came, left, back = now, None, False
    if event is not None:
        told_first(session, event, DoorEventKind.CHECK_IN, reservation, now=now)
        if (there := stay_of(session, reservation.id)) is not None:
            return there
        came = event.happened(now)
        left = left_before_told(session, reservation.id, came)
        in_time = came < grace_ends(starts, park.grace_minutes)
        back = in_time and reservation.state is ReservationState.NO_SHOW
    state = ReservationState.BOOKED if back else reservation.state  # what it was before it was released
    check_may_check_in(
        state, starts, ends, kind=reservation.space.kind, early_minutes=park.early_minutes, now=came
    )
    own = _walked_in_meanwhile(session, reservation, left) if back else None
    if own is None:
        stay = _begin(session, reservation, charger, by, now, came, left, back=back)
    else:
        _take_back(session, reservation, own, by, now, came, left)
        stay = _join(session, reservation, own, charger, by, now, came)
    if left is not None and stay.ending is None:
        finish(session, stay, left, Ending.CHECKED_OUT, charger=charger, now=now)
        record(session, Action.STAY_CHECKED_OUT, "stay", stay.id, by=by, now=now, after=ending_facts(stay))
    elif stay.ended_at is not None and stay.ending is None:
        end_by_itself(session, stay, charger=charger, now=now)
    if back:
        charger.used_after_all(session, stay, by=by, now=now)
    return stay


def _walked_in_meanwhile(session: Session, reservation: Reservation, left: datetime | None) -> Stay | None:
    """Lock and give the stay of who found their own place released and walked in to it, being there still."""
    theirs = (
        Stay.space_id == reservation.space_id,
        Stay.member_id == reservation.member_id,
        Stay.reservation_id.is_(None),
        Stay.started_at >= reservation.starts_at,
        Stay.started_at < min(reservation.ends_at, left or reservation.ends_at),
    )
    first = select(Stay).where(*theirs).order_by(Stay.started_at).limit(1).with_for_update(key_share=True)
    return session.scalar(first.execution_options(populate_existing=True))


def _take_back(
    session: Session,
    reservation: Reservation,
    own: Stay | None,
    by: Actor,
    now: datetime,
    came: datetime,
    left: datetime | None,
) -> None:
    """Book a released reservation again whose people came in time; raises Taken.

    Its place is held as long as they were there, where that is known, else to its end; where they walked in
    to it meanwhile (`own`), as long as that was or is to be, and then it ends when they said. What was
    written when it was released stays written.
    """
    old = ReservationSnapshot.by(reservation)
    start, until = min(came, reservation.starts_at), left or reservation.ends_at
    if own is not None:
        release_claim(session, own)  # booked anew at once
        until = own.ended_at or max(own.held_until, now)
        reservation.ends_at = reservation.ends_at if own.ended_at else own.held_until
    if came < until:
        claim(session, reservation.space, Span(start, until), reservation)
    reservation.state = ReservationState.BOOKED
    reservation.version += 1
    log_change(session, reservation, Action.RESERVATION_REINSTATED, old, by=by, now=now)


CAME_BEFORE = "门口得知更早就来了"
"""Why, as corrections and the trail keep it; the words are the reader's language's."""


def _join(
    session: Session,
    reservation: Reservation,
    own: Stay,
    charger: Charger,
    by: Actor,
    now: datetime,
    came: datetime,
) -> Stay:
    """Let the stay of who walked in meanwhile be the reservation's, from when they came: that is one use."""
    own.reservation, own.reservation_id = reservation, reservation.id
    reservation.state = ReservationState.DONE if own.ended_at else ReservationState.IN_USE
    session.flush()
    if own.ended_at is not None:
        review = own.needs_review
        correct_stay(session, own.id, came, own.ended_at, CAME_BEFORE, charger=charger, by=by, now=now)
        own.needs_review = review
        return own
    before, own.started_at = {"started_at": own.started_at.isoformat()}, came
    own.version += 1
    after = {"space": reservation.space.code, "started_at": came.isoformat()}
    record(session, Action.STAY_CHECKED_IN, "stay", own.id, by=by, now=now, before=before, after=after)
    return own


def _begin(
    session: Session,
    reservation: Reservation,
    charger: Charger,
    by: Actor,
    now: datetime,
    came: datetime,
    left: datetime | None = None,
    *,
    back: bool = False,
) -> Stay:
    """Start the stay of a locked reservation when they came, which is taken `back` from being released.

    It is over where they have `left`, or by itself where they came long ago and others are there by now. As
    whoever walks in does, it sees to the stays there before the claim, so that neither waits in a ring.
    """
    stay = _stay_in(reservation, _who_comes(reservation, by), came)
    stay.ended_at = left or over_before_others(session, stay, charger=charger, now=now)
    begin(session, stay)
    if back:
        _take_back(session, reservation, None, by, now, came, left)
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


def _stay_in(reservation: Reservation, member_id: int, started_at: datetime) -> Stay:
    stay = Stay(
        park_id=reservation.park_id,
        enterprise_id=reservation.enterprise_id,
        member_id=member_id,
        space_id=reservation.space_id,
        space_kind=reservation.space.kind,
        reservation_id=reservation.id,
        started_at=started_at,
        held_until=reservation.ends_at,
    )
    stay.space, stay.reservation = reservation.space, reservation
    return stay


def begin_lease(session: Session, reservation_id: int, *, now: datetime) -> Stay | None:
    """Start the stay of a storage reservation at its own start; None where it is not due. Safe twice."""
    reservation = lock_row(session, Reservation, reservation_id)
    due = reservation.state is ReservationState.BOOKED and reservation.starts_at <= now
    if not due or reservation.space.kind is not Kind.STORAGE:
        return None
    stay = _stay_in(reservation, reservation.member_id, reservation.starts_at)
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
        raise NotByWalkingIn(space.name, space.name_en)
    first = Span(now, now + SHORTEST_WALK_IN)
    at = booking_context_for(session, space, first, now, hold=True)
    check_tenancy(session, member.park_id, member.enterprise_id, first, at.zone)
    if at.opening.needs_approval:
        raise NotByWalkingIn(space.name, space.name_en)
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
