"""What would become of the occurrences of a series: free, or why not; in a fixed number of queries."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import park_calendar, provisional_years
from booking.people.enterprises import Leaving, leaving_of
from booking.people.rules import EndsAfterLeaving, EnterpriseHasLeft
from booking.reservations import refusals as no
from booking.reservations.busy_times import busy_between
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import hold_quota, refused_by_quota
from booking.reservations.quotas.rules import Had
from booking.reservations.reserve import booking_context, booking_context_for, held_rule
from booking.reservations.rules import (
    MINUTE,
    BookingContext,
    check_in_service,
    check_new,
    check_people,
    check_stretch,
)
from booking.reservations.series import rules
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.series.refusals import SeriesNotOpenYet
from booking.spaces.models import Space
from booking.spaces.queries import rule_for
from booking.spaces.rules import Opening
from booking.values import Refusal, Span, local_day


class Prospect(NamedTuple):
    """An occurrence, and why it cannot be booked now; None where it can."""

    occurrence: rules.Occurrence
    refusal: Refusal | None
    provisional: bool  # of a year whose working days are not published yet
    may_stay_closed: bool = False  # of such a year, and closed unless that day is made a working day

    @property
    def is_closed(self) -> bool:
        """Tell whether the space is not open then, which nobody's giving back changes, nor a calendar."""
        return isinstance(self.refusal, CLOSED) and not self.may_stay_closed

    @property
    def books_itself(self) -> bool:
        """Tell whether it is booked once its day may be: that lies too far ahead, or is not settled."""
        return isinstance(self.refusal, no.BeyondHorizon) or self.may_stay_closed

    @property
    def may_come_free(self) -> bool:
        """Tell whether what cannot be booked now could be later, so that it is worth keeping as wished."""
        over = isinstance(self.refusal, (no.InThePast, no.TooSoon, EnterpriseHasLeft, EndsAfterLeaving))
        return self.occurrence.span is not None and not over and not self.is_closed


@dataclass(frozen=True, slots=True)
class Outlook:
    """All occurrences of a plan, as they stand now, and what they were judged by."""

    prospects: tuple[Prospect, ...]
    occurrences: rules.Occurrences
    opening: Opening

    @property
    def free(self) -> tuple[rules.Occurrence, ...]:
        """Those that can be booked."""
        return tuple(one.occurrence for one in self.prospects if one.refusal is None)


class SeriesWish(NamedTuple):
    """For whom a series is judged: how many come, whose enterprise it is, and who books."""

    people: int
    enterprise_id: int
    member_id: int


ONE_DAY = timedelta(days=1)


def foresee(
    session: Session,
    space: Space,
    plan: rules.SeriesPlan,
    wish: SeriesWish,
    *,
    now: datetime,
    hold: bool = False,
) -> Outlook:
    """Judge each occurrence of a plan as `reserve` would judge it alone.

    Who books holds the extended hours of the days. Raises what is wrong with the rule, or with all alike.
    """
    park = session.get_one(Park, space.park_id)
    check_people(wish.people, space.capacity)
    counted = rules.occurrences_of(plan, park_calendar(session, park.id), park.zone)
    since = plan.first_day - ONE_DAY
    opening = held_rule(session, space, since) if hold else rule_for(session, space, since=since)
    at = booking_context(session, park, space.kind, opening, now)
    if hold:
        hold_quota(session, park.id, wish.enterprise_id)
    return Outlook(judge(session, space, counted.all, wish, at), counted, opening)


NOTHING_MOVES: Mapping[str, Reservation] = MappingProxyType({})


def check_open(outlook: Outlook) -> None:
    """Refuse to begin what lies wholly beyond the days that may be booked; raises SeriesNotOpenYet.

    Once some of it is booked, the rest is wished for, and books itself when its day opens.
    """
    first = next((one for one in outlook.prospects if not one.is_closed), outlook.prospects[0])
    if isinstance(first.refusal, no.BeyondHorizon):
        day, refusal = first.occurrence.day, first.refusal
        raise SeriesNotOpenYet(day, rules.may_be_booked_from(day, refusal.horizon_days), refusal.last_day)


def judge(
    session: Session,
    space: Space,
    occurrences: Sequence[rules.Occurrence],
    wish: SeriesWish,
    at: BookingContext,
    own: Mapping[str, Reservation] = NOTHING_MOVES,
    gone: Sequence[Reservation] = (),
) -> tuple[Prospect, ...]:
    """Judge occurrences by the rules, who has the space, and the quotas; raises what is wrong with all alike.

    What would move there, by the keys, is not in its own way, nor is what would be given back.
    """
    years = provisional_years(session, space.park_id, occurrences[0].day, occurrences[-1].day)
    leaving = leaving_of(session, space.park_id, wish.enterprise_id)
    refused = {
        one.key: _by_rule(one, space, leaving, at, settled=one.day.year not in years) for one in occurrences
    }
    buffer = at.opening.buffer_minutes * MINUTE
    allowed = [
        (one.key, one.span) for one in occurrences if one.span is not None and refused[one.key] is None
    ]
    refused |= dict(_taken(session, space, allowed, buffer, [one.id for one in (*own.values(), *gone)]))
    free = {key: span for key, span in allowed if refused[key] is None}
    held = {key: _had(one) for key, one in own.items()}
    given_up = [_had(one) for one in gone]
    refused |= refused_by_quota(session, space, free, wish.enterprise_id, wish.member_id, held, gone=given_up)
    return tuple(
        Prospect(one, refusal, one.day.year in years, _may_stay_closed(one, refusal, years, at))
        for one, refusal in ((one, refused[one.key]) for one in occurrences)
    )


def _had(one: Reservation) -> Had:
    return Had(one.member_id, Span(one.starts_at, one.ends_at))


SAME_FOR_ALL = (no.OffTheStep, no.TooShort, no.TooLong, no.CrossesMidnight)
"""What is wrong with one occurrence so is with each: said at once, beside its field."""


def _by_rule(
    one: rules.Occurrence, space: Space, leaving: Leaving | None, at: BookingContext, *, settled: bool
) -> Refusal | None:
    """Give what forbids it; of a day too far ahead that it is closed, where its working days are settled."""
    if one.span is None:
        return one.refusal
    try:
        if leaving is not None:
            leaving.check(one.span, at.zone)
        check_in_service(space.retired_at, space.code, one.span)
        check_new(one.span, at)
    except SAME_FOR_ALL:
        raise
    except no.BeyondHorizon as refusal:
        return (_closed(one.span, at) if settled else None) or refusal
    except Refusal as refusal:
        return refusal
    return None


def _may_stay_closed(
    one: rules.Occurrence, refusal: Refusal | None, unsettled: Collection[int], at: BookingContext
) -> bool:
    if one.day.year in unsettled and isinstance(refusal, no.ClosedThatDay):
        return True
    too_far = isinstance(refusal, no.BeyondHorizon) and one.span is not None
    return too_far and one.span is not None and _closed(one.span, at) is not None


def _closed(span: Span, at: BookingContext) -> Refusal | None:
    try:
        check_stretch(span, at)
    except CLOSED as refusal:
        return refusal
    return None


CLOSED = (no.ClosedThatDay, no.OutsideOpeningHours)


def doubtful_of(
    session: Session, space: Space, later: Sequence[WishedOccurrence], *, now: datetime
) -> Sequence[WishedOccurrence]:
    """List what of that books itself only if its day, closed by now, is made a working day."""
    years = unsettled_years(session, space, [one.starts_at for one in later])
    zone = session.get_one(Park, space.park_id).zone
    unsure = [one for one in later if local_day(one.starts_at, zone).year in years]
    if not unsure:
        return []
    at = booking_context_for(session, space, Span(unsure[0].starts_at, unsure[0].ends_at), now)
    return [one for one in unsure if _is_shut(Span(one.starts_at, one.ends_at), at)]


def _is_shut(span: Span, at: BookingContext) -> bool:
    """Tell whether it is closed then, whatever else a rule says of it that was changed meanwhile."""
    try:
        check_stretch(span, at)
    except Refusal as refusal:
        return isinstance(refusal, CLOSED)
    return False


def unsettled_years(session: Session, space: Space, starts: Sequence[datetime]) -> Sequence[int]:
    """List the years of these moments whose working days are not published yet, in order."""
    zone = session.get_one(Park, space.park_id).zone
    days = sorted(local_day(one, zone) for one in starts)
    return provisional_years(session, space.park_id, days[0], days[-1]) if days else []


def _taken(
    session: Session,
    space: Space,
    wanted: Sequence[tuple[str, Span]],
    buffer: timedelta,
    own: Collection[int],
) -> Iterator[tuple[str, Refusal]]:
    """Name those that somebody has, by one walk through both lists, which are in order of time."""
    if not wanted:
        return
    whole = Span(wanted[0][1].start, wanted[-1][1].end + buffer)
    busy = list(_merged(Span(*one) for one in busy_between(session, space, whole, but=own or None)))
    starts = [one.start for one in busy]
    for key, span in wanted:
        before = bisect_left(starts, span.end + buffer)
        if before and busy[before - 1].end > span.start:
            yield key, no.Taken(space.id, span)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Join what overlaps: a combined space is taken where any of its parts is. Spans in order of start."""
    last: Span | None = None
    for span in spans:
        if last is not None and span.start <= last.end:
            last = Span(last.start, max(last.end, span.end))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
