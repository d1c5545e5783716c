"""What a series of bookings has to do with prices: what it comes to, its fees, what opens at its quote.

Say what the bookings of a series come to one after the other, as its page and its letters do; cancel a series
from one occurrence on, each as it would be alone, and say beforehand what that costs; book an occurrence on
the first day on which it may be booked, as whoever repeats it would.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.charges.charge_fee import cancel_with_fee, late_fees_taken
from booking.charges.pricing import quote
from booking.charges.quote_each import quote_each, quote_in_turn, turn_matters
from booking.charges.rules import check_was_shown
from booking.db import lock_row
from booking.parks.models import Park
from booking.parks.queries import all_parks, provisional_years
from booking.people.models import Member
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.move_or_cancel import lapsed_at
from booking.reservations.quotas.quotas import hold_quota
from booking.reservations.refusals import BeyondHorizon, ClosedThatDay
from booking.reservations.series.models import OPEN_WISH, Series, WishedOccurrence, WishOutcome
from booking.reservations.series.queries import open_from, wishes_from
from booking.reservations.series.recurrence import read_rule, to_rfc5545
from booking.reservations.series.rules import ended_before, may_be_booked_from, planned_day
from booking.reservations.series.take_wished import take_wished
from booking.reservations.series.tell_series import SeriesLetter, write_series_letter
from booking.reservations.waiting.give_back import freed_together
from booking.tariffs.in_force import tariffs_in_force
from booking.tariffs.rules import share_of_quote
from booking.values import Money, Refusal, Span, local_day


def cancel_series(
    session: Session,
    series_id: int,
    *,
    since: str,
    letter: SeriesLetter,
    by: Actor,
    now: datetime,
    shown: Money | None = None,
) -> Sequence[Reservation]:
    """Give back what has not begun from an occurrence on, and wish for none of it; one letter for all.

    Each costs what cancelling it alone would. A second time there is nothing left, and nothing changes.
    Raises FeeNotShown where that is more than the fee `shown` before.
    """
    series = lock_row(session, Series, series_id)
    dropped = _drop_wishes(session, series_id, since, now)  # first: what is booked of them just now is below
    rows = to_cancel(session, series_id, since, now, lock=True)
    if not rows and not dropped:
        return []
    with freed_together(session, series.park_id, {row.space_id for row in rows}, now=now):
        for row in rows:
            cancel_with_fee(session, row.id, by=by, now=now)
    if shown is not None:
        check_was_shown(late_fees_taken(session, [row.id for row in rows]), shown)
    before = {"rule": series.rule}
    _end(session, series, since, now)
    after = {"rule": series.rule, "recurrence_id": since, "cancelled": len(rows)}
    record(session, Action.SERIES_CANCELLED, "series", series_id, by=by, now=now, before=before, after=after)
    write_series_letter(session, series, letter, now=now, by=by)
    return rows


class SeriesCosts(NamedTuple):
    """What bookings cost, in their order; `in_turn` where that is not what each was quoted by itself."""

    each: Sequence[Money]
    in_turn: bool

    @property
    def total(self) -> Money:
        """What they come to together."""
        return Money.total(self.each)


def costs_of(
    session: Session, series: Series, rows: Sequence[Reservation], *, but: Collection[int] = ()
) -> SeriesCosts:
    """Give what each was quoted; where free minutes are in that, which come once a month, in its turn.

    `but` names what is booked now and would not be. The number of queries does not grow.
    """
    park, firm = series.space.park, series.enterprise
    places = {f"{one.id}": (one.space, Span(one.starts_at, one.ends_at)) for one in rows}
    alone = quote_each(session, park, firm, places)
    turns = quote_in_turn(session, park, firm, places, alone, but={*but, *(one.id for one in rows)})
    if not turn_matters(turns, alone):
        return SeriesCosts([one.quote for one in rows], in_turn=False)
    each = [turns[f"{one.id}"].total if f"{one.id}" in turns else one.quote for one in rows]
    return SeriesCosts(each, in_turn=True)


def to_cancel(
    session: Session, series_id: int, since: str, now: datetime, *, lock: bool = False
) -> Sequence[Reservation]:
    """List what could still be given back from an occurrence on, in order of id; what has lapsed stays."""
    rows = open_from(session, series_id, since, Reservation.ends_at > now, lock=lock)
    return [one for one in rows if lapsed_at(one, now) is None]


def late_cancel_fees(
    session: Session, park: Park, reservations: Sequence[Reservation], now: datetime
) -> Mapping[int, Money]:
    """Tell what cancelling each would cost the tenant now, by id; the number of queries does not grow."""
    booked = [one for one in reservations if one.state is ReservationState.BOOKED]
    days: dict[int, date] = {one.id: local_day(one.starts_at, park.zone) for one in booked}
    found = tariffs_in_force(session, [(one.space, days[one.id]) for one in booked])
    fees = {}
    for one in booked:
        snapshot = found.get((one.space_id, days[one.id]))
        if snapshot is not None and snapshot.cancels_late(one.starts_at, now):
            fees[one.id] = share_of_quote(one.quote, snapshot.late_cancel_permille)
    return fees


def _drop_wishes(session: Session, series_id: int, since: str, now: datetime) -> int:
    wishes = wishes_from(session, series_id, since)
    for wish in wishes:
        wish.outcome, wish.settled_at = WishOutcome.DROPPED, now
    return len(wishes)


def _end(session: Session, series: Series, since: str, now: datetime) -> None:
    """Let the rule end before the occurrence, where something of it lies before."""
    day = planned_day(since)
    if day > series.first_day:
        series.rule = to_rfc5545(ended_before(read_rule(series.rule, series.first_day), day))
    series.ended_at = now
    series.version += 1
    session.flush()


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
    has by then, or cannot be had, is not tried again: its page offers it when it comes free. A day that is
    closed in a year whose calendar is not published is tried again each day: it may be made a working day.
    """
    there = session.get_one(WishedOccurrence, wished_id)
    rights = session.get_one(Member, there.member_id).rights
    hold_quota(session, there.park_id, there.enterprise_id, rights)  # before its row, as who presses
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
    except ClosedThatDay as refusal:
        unsettled = provisional_years(session, park.id, refusal.day, refusal.day)
        wished.opens_on = local_day(now, park.zone) + ONE_DAY if unsettled else None
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
