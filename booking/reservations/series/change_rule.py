"""Give the rest of a series another rule: other days, another end, and with that other hours or a space."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.reservations.guests.invite import come_along
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import hold_quota
from booking.reservations.refusals import OutOfDate
from booking.reservations.series.begin_series import SAME, ToFulfil, fulfil, plan_facts, series_facts
from booking.reservations.series.change_series import COPIED, SeriesChange, move_each, unmoved
from booking.reservations.series.foresee_rule import RuleChange, RuleOutlook, foresee_rule
from booking.reservations.series.instead import NOTHING_ELSE, Elsewhere
from booking.reservations.series.models import Series, WishedOccurrence, WishOutcome
from booking.reservations.series.queries import booked_for, keys_of
from booking.reservations.series.recurrence import read_rule, to_rfc5545
from booking.reservations.series.refusals import NothingOfSeriesFree
from booking.reservations.series.rules import ended_before
from booking.reservations.series.take_wished import SeriesPrice
from booking.reservations.series.tell_series import (
    LeftOver,
    SeriesBefore,
    SeriesLetter,
    write_series_letter,
)
from booking.reservations.waiting.end_wait import give_up_holds, lock_holds
from booking.reservations.waiting.give_back import freed_together
from booking.values import Refusal


class GiveBack(Protocol):
    """Cancels a booking at its fee; prices stand above bookings."""

    def __call__(self, session: Session, reservation_id: int, /, *, by: Actor, now: datetime) -> object:
        """Cancel it; a second time changes nothing."""


class RulePorts(NamedTuple):
    """How occurrences are priced and given back, and how the letter on it is worded."""

    price: SeriesPrice
    give_back: GiveBack
    letter: SeriesLetter


class ChangedRule(NamedTuple):
    """What came of it: the series that goes on, and how many were booked, wished for, moved, given back."""

    series: Series
    booked: int = 0
    wished: int = 0
    moved: int = 0
    cancelled: int = 0
    stayed: Mapping[int, Refusal] = {}  # by id, why others stay where they are
    unmoved: Collection[int] = ()  # the ids of all that was to be moved and was not, as foreseen or not
    gone: Sequence[int] = ()  # the ids of what was given back


def change_rule(
    session: Session,
    series_id: int,
    change: RuleChange,
    *,
    ports: RulePorts,
    by: Actor,
    now: datetime,
    version: int | None = None,
    instead: Mapping[str, Elsewhere] = NOTHING_ELSE,
) -> ChangedRule:
    """Let another rule say what is still to come of a series; it goes on as a series of its own.

    What begins on a day of the new rule is the same booking, moved where its hour or space is another; what
    has no day in it is given back, at its fee; what is new is booked as by who begins a series, or else
    wished for, and who came along before comes along. What was changed alone stays where it is, what was
    cancelled alone stays cancelled, what is over or used is not touched. One letter tells of all.

    The same once more gives the series that it made. Raises OutOfDate, NothingOfSeriesFree where nothing
    would be left of it, and what `foresee_rule` raises.
    """
    whose = session.get_one(Series, series_id)
    hold_quota(session, whose.park_id, whose.enterprise_id, by.rights)  # before any row, as for a wish
    series = lock_row(session, Series, series_id)
    if version is not None and version != series.version:
        if (made := _made_before(session, series, change)) is not None:
            return ChangedRule(made)
        raise OutOfDate(series.version)
    seen = foresee_rule(session, series, change, now=now, lock=True)
    before, facts = SeriesBefore.of(series), series_facts(series)
    held = lock_holds(session, [one.id for one in seen.dropped])
    spaces = {series.space_id, change.space.id, *(one.space_id for one in seen.gone)}
    spaces |= {one.space_id for one in instead.values()}
    with freed_together(session, series.park_id, spaces, now=now):
        give_up_holds(session, held, by=by, now=now)
        for one in seen.gone:
            ports.give_back(session, one.id, by=by, now=now)
        made = _go_on(session, series, change, seen, by, now)
        done = _book(session, made, change, seen, ports, instead, by, now)
    left = len(seen.stays) + len(seen.moves) + done.booked
    if not left:
        raise NothingOfSeriesFree(len(seen.outlook.occurrences.all))
    _bring_along(session, made, seen, by, now)
    after = series_facts(made) | {name: getattr(done, name) for name in COUNTED}
    record(session, Action.SERIES_CHANGED, "series", made.id, by=by, now=now, before=facts, after=after)
    given_back = LeftOver(before, seen.gone)
    write_series_letter(
        session, made, ports.letter, now=now, by=by, left_over=given_back, stayed=done.unmoved
    )  # fmt: skip
    return done


COUNTED = ("booked", "wished", "moved", "cancelled")


def _made_before(session: Session, series: Series, change: RuleChange) -> Series | None:
    """Find what the same change made of it before."""
    theirs = Series.enterprise_id == series.enterprise_id, Series.split_from_id == series.id
    made = session.scalars(select(Series).where(*theirs).order_by(Series.id.desc()))
    wanted = plan_facts(*change)
    return next((one for one in made if all(getattr(one, name) == wanted[name] for name in SAME)), None)


def _go_on(
    session: Session, series: Series, change: RuleChange, seen: RuleOutlook, by: Actor, now: datetime
) -> Series:
    """Begin the series that goes on, with all that has a day in it; the old one keeps what it gave back."""
    first = change.plan.first_day
    kept = {name: getattr(series, name) for name in COPIED}
    made = Series(**kept | plan_facts(*change), split_from_id=series.id, created_at=now)
    made.space = change.space
    session.add(made)
    for wish in seen.dropped:
        wish.outcome, wish.settled_at = WishOutcome.DROPPED, now
    if any(key < first.isoformat() for key in keys_of(session, series.id)):
        series.rule = to_rfc5545(ended_before(read_rule(series.rule, series.first_day), first))
    else:
        series.ended_at = now
    series.version += 1
    session.flush()
    for table in (Reservation, WishedOccurrence):
        theirs = table.series_id == series.id, table.recurrence_id.in_(seen.keys)
        session.execute(update(table).where(*theirs).values(series_id=made.id))
    after = series_facts(series) | {"recurrence_id": first.isoformat()}
    record(session, Action.SERIES_CHANGED, "series", series.id, by=by, now=now, after=after)
    return made


def _book(
    session: Session,
    made: Series,
    change: RuleChange,
    seen: RuleOutlook,
    ports: RulePorts,
    instead: Mapping[str, Elsewhere],
    by: Actor,
    now: datetime,
) -> ChangedRule:
    """Move what is to be at another hour or place, and book what is new of it."""
    space, plan = change
    priced = ports.price(space, seen.outlook.free)
    quotes = {row.id: priced.get(key) for key, row in seen.moves.items()}
    rows = sorted(seen.moves.values(), key=lambda one: one.id)
    there = SeriesChange(space, plan.starts, plan.ends)
    moved, stayed = move_each(session, rows, there, quotes, by, now)
    new = {one.occurrence.key for one in seen.new}
    todo = ToFulfil(
        seen.new,
        {key: quote for key, quote in priced.items() if key in new},
        seen.outlook.opening,
        instead,
    )
    done = fulfil(session, made, todo, price=ports.price, by=by, now=now)
    gone = [one.id for one in seen.gone]
    left, counts = unmoved(rows, moved), (done.booked, done.wished, len(moved), len(gone))
    return ChangedRule(made, *counts, stayed, left, gone)


def _bring_along(session: Session, made: Series, seen: RuleOutlook, by: Actor, now: datetime) -> None:
    """Let who came along to the next one come along to what is new."""
    new = booked_for(session, made.id, {one.occurrence.key for one in seen.new})
    come_along(session, seen.rows[0].id if seen.rows else None, new, by=by, now=now)
