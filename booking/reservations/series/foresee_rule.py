"""What another rule would make of the rest of a series: what stays, moves, is given back, and is new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.models import Reservation
from booking.reservations.refusals import AnotherKind, InThePast, RequestPart
from booking.reservations.reserve import booking_context, held_rule
from booking.reservations.rules import check_people, local_instant
from booking.reservations.series import rules
from booking.reservations.series.change_series import is_regular, plan_kept
from booking.reservations.series.foresee import ONE_DAY, Outlook, Prospect, SeriesWish, judge
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.series.queries import keys_of, open_from, wished_of, wishes_from
from booking.reservations.series.recurrence import read_rule
from booking.reservations.series.refusals import NothingLeftOfSeries
from booking.spaces.models import Space
from booking.spaces.queries import rule_for
from booking.values import Span, local_day


class RuleChange(NamedTuple):
    """What a series is to be from the first day of a plan on, and where."""

    space: Space
    plan: rules.SeriesPlan


@dataclass(frozen=True, slots=True)
class RuleOutlook:
    """What becomes of all that is still to come; `outlook` judges what moves and what is new, in order.

    `keys` name what belongs to the new rule already, also what was cancelled alone: that stays so.
    """

    outlook: Outlook
    moves: Mapping[str, Reservation]
    stays: Sequence[Reservation]
    gone: Sequence[Reservation]
    waits: Sequence[WishedOccurrence]  # for the same time and place
    dropped: Sequence[WishedOccurrence]
    keys: frozenset[str]

    @property
    def new(self) -> tuple[Prospect, ...]:
        """Those that there are none of yet."""
        return tuple(one for one in self.outlook.prospects if one.occurrence.key not in self.moves)

    @property
    def settled(self) -> int:
        """Tell how many days of the rule stay without, since it was cancelled alone then, or are used."""
        return len(self.keys) - len(self.stays) - len(self.moves) - len(self.waits)

    @property
    def rows(self) -> list[Reservation]:
        """All that is booked or asked for and still to come, in order of time."""
        rows = [*self.stays, *self.moves.values(), *self.gone]
        return sorted(rows, key=lambda one: (one.starts_at, one.id))


def plan_of_rest(session: Session, series: Series, since: str, now: datetime) -> rules.SeriesPlan:
    """Give what a series says from the first on that is still to come, from an occurrence on."""
    park = session.get_one(Park, series.park_id)
    today = local_day(now, park.zone)
    rows = open_from(session, series.id, max(since, f"{today}"), Reservation.starts_at > now)
    keys = [one.recurrence_id or "" for one in rows]
    keys += [one.recurrence_id for one in wished_of(session, series.id, now) if one.recurrence_id >= since]
    first = rules.planned_day(min(keys)) if keys else max(today, rules.planned_day(since))
    return rules.rest_of(plan_kept(series), first, park_calendar(session, park.id))


def foresee_rule(
    session: Session, series: Series, change: RuleChange, *, now: datetime, lock: bool = False
) -> RuleOutlook:
    """Judge what another rule would make of the rest of a series, in a number of queries that does not grow.

    What is new is judged as by who begins a series, as if what is given back was free already; what moves as
    by who changes its hour. `lock` for who does it. Raises what is wrong with the rule, or with all alike,
    InThePast, and NothingLeftOfSeries.
    """
    space, plan = change
    park = session.get_one(Park, series.park_id)
    check_people(series.people, space.capacity)
    if space.kind is not series.space.kind:
        raise AnotherKind(series.space.kind.value)
    if plan.first_day < local_day(now, park.zone):
        raise InThePast(local_instant(plan.first_day, 0, park.zone), now, RequestPart.DAY)
    counted = rules.occurrences_of(plan, park_calendar(session, park.id), park.zone)
    rest = _rest(session, series, plan.first_day, now, lock=lock)
    divided = _divide(rest, series, change, counted, park.zone)
    since = plan.first_day - ONE_DAY
    opening = held_rule(session, space, since) if lock else rule_for(session, space, since=since)
    at = booking_context(session, park, space.kind, opening, now)
    wish = SeriesWish(series.people, series.enterprise_id, series.member_id)
    to_judge = _still_to_come([*divided.moves, *divided.new], now)
    moves = {one.key: rest.rows[one.key] for one in divided.moves}
    gone = [rest.rows[key] for key in divided.gone if key in rest.rows]
    judged = judge(session, space, to_judge, wish, at, moves, gone) if to_judge else ()
    return RuleOutlook(
        Outlook(judged, counted, opening),
        moves,
        [rest.rows[key] for key in divided.stays],
        gone,
        [rest.wishes[key] for key in divided.waits],
        [wish for key, wish in rest.wishes.items() if key not in divided.waits],
        divided.keys,
    )


def _still_to_come(occurrences: Sequence[rules.Occurrence], now: datetime) -> list[rules.Occurrence]:
    coming = (one for one in occurrences if one.span is None or one.span.start > now)
    return sorted(coming, key=lambda one: one.day)


class _Rest(NamedTuple):
    """What there is of a series from a day on, by key: to come, wished for, and what nobody touches."""

    rows: Mapping[str, Reservation]
    wishes: Mapping[str, WishedOccurrence]
    settled: Sequence[str]  # used, or cancelled or dropped alone


def _rest(session: Session, series: Series, first: date, now: datetime, *, lock: bool) -> _Rest:
    since = first.isoformat()
    wishes = wishes_from(session, series.id, since) if lock else wished_of(session, series.id, now)
    wished = {one.recurrence_id: one for one in wishes if one.recurrence_id >= since}
    rows = open_from(session, series.id, since, Reservation.starts_at > now, lock=lock)
    there = {one.recurrence_id or "": one for one in rows}
    if not there and not wished:
        raise NothingLeftOfSeries(first)
    until = read_rule(series.rule, series.first_day).until or date.max
    others = (key for key in keys_of(session, series.id) if key >= since)
    settled = [key for key in others if key not in there.keys() | wished.keys()]
    return _Rest(there, wished, [key for key in settled if rules.planned_day(key) <= until])


class _Divided(NamedTuple):
    moves: Sequence[rules.Occurrence]  # by the keys they have
    new: Sequence[rules.Occurrence]
    stays: Sequence[str]
    waits: Sequence[str]
    gone: Sequence[str]
    keys: frozenset[str]


def _divide(
    rest: _Rest, series: Series, change: RuleChange, counted: rules.Occurrences, zone: ZoneInfo
) -> _Divided:
    """Tell what is a move, what is new, and what stays; what was changed alone stays where it is."""
    days = {one.day: one for one in counted.all}
    paired = rules.pair_up(_standing(rest, zone), days)
    new, moves, stays, waits = [days[day] for day in paired.new], list[rules.Occurrence](), [], []
    for day, key in paired.days.items():
        row, wish, there = rest.rows.get(key), rest.wishes.get(key), days[day]
        if row is not None:
            same = row.space_id == change.space.id and Span(row.starts_at, row.ends_at) == there.span
            if same or there.span is None or not is_regular(row, series, zone):
                stays.append(key)
            else:
                moves.append(there._replace(key=key))
        elif wish is not None:
            if wish.space_id == change.space.id and Span(wish.starts_at, wish.ends_at) == there.span:
                waits.append(key)
            else:
                new.append(there)
    replaced = rest.wishes.keys() - set(waits)
    return _Divided(moves, new, stays, waits, paired.gone, frozenset(paired.days.values()) - replaced)


def _standing(rest: _Rest, zone: ZoneInfo) -> Iterator[rules.OccurrenceNow]:
    for key, row in rest.rows.items():
        yield rules.OccurrenceNow(key, local_day(row.starts_at, zone))
    for key in (*rest.wishes, *rest.settled):
        yield rules.OccurrenceNow(key, rules.planned_day(key))
