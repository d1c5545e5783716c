"""Give a reservation another end, longer or shorter, and find the ends it can have."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.people.enterprises import check_tenancy
from booking.reservations.approval.agree import PricedChange, ask_manager, changes_judged
from booking.reservations.approval.requests import ask_otherwise
from booking.reservations.approval.rules import Answerer, Booking, check_end_alone, why_ask
from booking.reservations.claim import change_claim, held_from
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.move_or_cancel import check_not_lapsed
from booking.reservations.queries import ClaimRow, claims_between, is_free
from booking.reservations.quotas.quotas import check_quota, hold_own_quota, quotas_left
from booking.reservations.quotas.rules import Left, check_left
from booking.reservations.refusals import InThePast, NotLonger, NotShorter, RequestPart, Taken
from booking.reservations.reserve import booking_context_for
from booking.reservations.rules import MINUTE, BookingContext, check_in_service, check_stretch, local_instant
from booking.reservations.waiting.give_back import shorten
from booking.spaces.models import Kind
from booking.values import FAR_FUTURE, Money, Refusal, Span

STATES = (ReservationState.BOOKED, ReservationState.IN_USE, ReservationState.REQUESTED)


def set_end(
    session: Session,
    reservation_id: int,
    ends_at: datetime,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Let it end later or earlier, also while it is in use; an earlier end frees the rest at once.

    FAR_FUTURE opens the end of a storage lease, an earlier instant gives it one. Raises CannotChange,
    OutOfDate, HasLapsed, NotLonger for the end it has, NotShorter before its start, InThePast,
    EnterpriseHasLeft, EndsAfterLeaving, NeedsManager for more than whoever asks may book alone (of a request
    the manager is asked instead), NobodyToAsk, what the rules refuse, or Taken.
    """
    hold_own_quota(session, by)
    reservation = lock_for_update(session, reservation_id, version, *STATES)
    check_not_lapsed(reservation, now)
    old = ReservationSnapshot.by(reservation)
    if ends_at == old.ends_at:
        raise NotLonger(old.ends_at, _part(reservation))
    _check_moment(reservation, ends_at, now)
    longer, span = ends_at > old.ends_at, Span(old.starts_at, ends_at)
    asks = longer and _asks_to_be(session, reservation, span, quote, by)
    if longer and by.enterprise_id is not None:
        whose = (reservation.enterprise_id, reservation.member_id)
        check_quota(session, reservation.space, span, *whose, but=reservation.id)
    (_lengthen if longer else _shorten)(session, reservation, span, now)
    reservation.ends_at, reservation.quote = ends_at, quote
    if asks:
        reservation.answerer = Answerer.MANAGER
    ask_otherwise(session, reservation, by=by, now=now)
    reservation.version += 1
    what = Action.RESERVATION_EXTENDED if longer else Action.RESERVATION_SHORTENED
    log_change(session, reservation, what, old, by=by, now=now)
    if asks:
        ask_manager(session, reservation)
    return reservation


def _part(reservation: Reservation) -> RequestPart:
    return RequestPart.UNTIL if reservation.space.kind is Kind.STORAGE else RequestPart.END


def _check_moment(reservation: Reservation, ends_at: datetime, now: datetime) -> None:
    if ends_at <= reservation.starts_at:
        raise NotShorter(reservation.ends_at)
    if ends_at <= now:
        raise InThePast(ends_at, now, part=_part(reservation))


def check_end(
    session: Session, reservation: Reservation, ends_at: datetime, quote: Money, by: Actor, now: datetime
) -> None:
    """Judge another end before it is chosen, as `set_end` will; the one it has is none to refuse.

    Nothing is locked, nothing changed: somebody may be quicker. Raises what `set_end` does.
    """
    _check_moment(reservation, ends_at, now)
    if ends_at <= reservation.ends_at:
        return
    span, space = Span(reservation.starts_at, ends_at), reservation.space
    _check_longer(session, reservation, span, booking_context_for(session, space, span, now))
    if not is_free(session, space, span, but=reservation.id):
        raise Taken(space.id, span, own=("reservation_id", reservation.id))
    for refusal in ends_refused(session, reservation, {ends_at: quote}, by).values():
        raise refusal


def _asks_to_be(session: Session, reservation: Reservation, span: Span, quote: Money, by: Actor) -> bool:
    change = PricedChange(reservation, reservation.space, span, quote)
    [(wish, agreed)] = changes_judged(session, by.rights, [change])
    return _asks_manager(reservation, wish, agreed, by)


def _asks_manager(reservation: Reservation, wish: Booking, agreed: Booking, by: Actor) -> bool:
    """Tell whether a request is its manager's to answer now; raises NeedsManager for what is no request."""
    if reservation.state is not ReservationState.REQUESTED:
        by_day = reservation.space.kind is Kind.STORAGE
        check_end_alone(by.rights, wish, agreed=agreed, since=reservation.ends_at, by_day=by_day)
        return False
    waits = reservation.answerer is Answerer.MANAGER
    return waits or why_ask(by.rights, wish, agreed=agreed) is not None


def ends_refused(
    session: Session, reservation: Reservation, quotes: Mapping[datetime, Money], by: Actor
) -> dict[datetime, Refusal]:
    """Tell which of these later ends, with their prices, `set_end` would refuse whoever asks, though free.

    More than the quotas leave, or than may be had without the manager; in as many queries however many.
    """
    spans = {end: Span(reservation.starts_at, end) for end in sorted(quotes) if end > reservation.ends_at}
    left: dict[Span, list[Left]] = {}
    if by.enterprise_id is not None:
        whose = (reservation.enterprise_id, reservation.member_id)
        left = quotas_left(session, reservation.space, [*spans.values()], *whose, but=reservation.id)
    changes = [PricedChange(reservation, reservation.space, span, quotes[end]) for end, span in spans.items()]
    judged = changes_judged(session, by.rights, changes)
    found = {}
    for (end, span), (wish, agreed) in zip(spans.items(), judged, strict=True):
        try:
            check_left(left.get(span, ()))
            _asks_manager(reservation, wish, agreed, by)
        except Refusal as refusal:
            found[end] = refusal
    return found


def _lengthen(session: Session, reservation: Reservation, span: Span, now: datetime) -> None:
    space = reservation.space
    _check_longer(session, reservation, span, booking_context_for(session, space, span, now, hold=True))
    if reservation.state is not ReservationState.REQUESTED:
        began = min(span.start, held_from(session, reservation) or span.start)  # who came early keeps it
        change_claim(session, space, Span(began, span.end), reservation)
    elif not is_free(session, space, span):
        raise Taken(space.id, span)


def _check_longer(session: Session, reservation: Reservation, span: Span, at: BookingContext) -> None:
    check_tenancy(session, reservation.park_id, reservation.enterprise_id, span, at.zone)
    check_in_service(reservation.space.retired_at, reservation.space.code, span)
    check_stretch(span, at)


def _shorten(session: Session, reservation: Reservation, span: Span, now: datetime) -> None:
    """Free the rest; a store is given back on any day, however long it was had with an open end."""
    at = booking_context_for(session, reservation.space, span, now)
    if not at.by_day:
        check_stretch(span, at)
    shorten(session, reservation.space, span.end, reservation, now=now)


ONE_DAY = timedelta(days=1)


class FreeEnds(NamedTuple):
    """The ends there are, the present one among them, and the claim after which there is none."""

    ends: Sequence[datetime]
    stopped_by: ClaimRow | None


def free_ends(session: Session, reservation: Reservation, now: datetime) -> FreeEnds:
    """List the ends on the same day that the rule allows and that are free now; of rooms, halls and desks."""
    span = Span(reservation.starts_at, reservation.ends_at)
    at = booking_context_for(session, reservation.space, span, now)
    last = _latest_allowed(reservation, at)
    free_until, claim = _free_until(session, reservation, last, at)
    return FreeEnds(list(_on_the_grid(reservation, free_until, at)), claim)


def latest_free_end(
    session: Session, reservation: Reservation, wanted: datetime, now: datetime
) -> datetime | None:
    """Give the latest end before the wanted one that is free and later than the present one, if there is any.

    Of a store it is the end of the day before the next lease begins.
    """
    span = Span(reservation.starts_at, reservation.ends_at)
    at = booking_context_for(session, reservation.space, span, now)
    free_until, _ = _free_until(session, reservation, wanted, at)
    if at.by_day:
        midnight = local_instant(free_until.astimezone(at.zone).date(), 0, at.zone)
        return midnight if reservation.ends_at < midnight < wanted else None
    later = [end for end in _on_the_grid(reservation, free_until, at) if reservation.ends_at < end < wanted]
    return max(later, default=None)


def _latest_allowed(reservation: Reservation, at: BookingContext) -> datetime:
    day = reservation.starts_at.astimezone(at.zone).date()
    opened = at.open_on(day)
    if opened is None:
        return reservation.ends_at
    longest = reservation.starts_at + at.opening.maximum_minutes * MINUTE
    return max(min(opened.end, longest), reservation.ends_at)


def _free_until(
    session: Session, reservation: Reservation, last: datetime, at: BookingContext
) -> tuple[datetime, ClaimRow | None]:
    """Tell until when the space is free, up to `last`, and who has it then; the buffer is kept."""
    buffer = at.opening.buffer_minutes * MINUTE
    ahead = Span(reservation.starts_at, last if last >= FAR_FUTURE else last + buffer)
    for row in claims_between(session, reservation.space, ahead):
        if row.reservation_id != reservation.id and row.starts_at >= reservation.ends_at:
            return min(last, row.starts_at - buffer), row
    return last, None


def _on_the_grid(reservation: Reservation, last: datetime, at: BookingContext) -> Iterator[datetime]:
    end = reservation.starts_at + at.opening.minimum_minutes * MINUTE
    while end <= last:
        if end > at.now:
            yield end
        end += at.opening.step_minutes * MINUTE
