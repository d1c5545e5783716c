"""Let a series go on until a later day: book what is free of the days that come with it, keep the rest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.reservations.guests.invite import come_along
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import hold_own_quota
from booking.reservations.series.begin_series import (
    Fulfilled,
    ToFulfil,
    fulfil,
    series_facts,
)
from booking.reservations.series.change_series import COPIED
from booking.reservations.series.foresee import Outlook, Prospect, SeriesWish, foresee
from booking.reservations.series.instead import NOTHING_ELSE, Elsewhere
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.series.queries import booked_for, days_held, keys_of, last_day_of, neighbour_of
from booking.reservations.series.recurrence import Recurrence, read_rule, to_rfc5545
from booking.reservations.series.refusals import (
    EndsNoLater,
    GoesOnElsewhere,
    NeverHappens,
    NothingOfSeriesFree,
)
from booking.reservations.series.rules import Occurrences, SeriesPlan, planned_day
from booking.reservations.series.take_wished import SeriesPrice
from booking.reservations.series.tell_series import SeriesLetter, write_series_letter


class LongerSeries(NamedTuple):
    """What a series would be: its rule, what comes with it, and the days that what it went on as has."""

    rule: Recurrence
    outlook: Outlook
    elsewhere: tuple[date, ...]


def foresee_longer(
    session: Session, series: Series, until: date, *, now: datetime, hold: bool = False
) -> LongerSeries:
    """Judge each day that the rule says after its end, up to a day.

    What was given up there may be had again; what the series has there already, or the one that the rest of
    it went on as, is not had twice. Raises EndsNoLater where the day is not later than its end;
    GoesOnElsewhere or NeverHappens where nothing comes with it, and what the rule of a series raises.
    """
    last, rule = last_day_of(session, series), read_rule(series.rule, series.first_day)
    if until <= last:
        raise EndsNoLater(last)
    longer = replace(rule, until=until, count=None)
    plan = SeriesPlan(
        longer, series.first_day, series.starts_minute, series.ends_minute, series.working_days_only
    )
    wish = SeriesWish(series.people, series.enterprise_id, series.member_id)
    found, held = foresee(session, series.space, plan, wish, now=now, hold=hold), days_held(session, series)
    later = [one for one in found.prospects if one.occurrence.day > last and _is_to_come(one, now)]
    elsewhere = tuple(one.occurrence.day for one in later if one.occurrence.day in held.elsewhere)
    added = tuple(one for one in later if one.occurrence.day not in held.here | held.elsewhere)
    if not added:
        raise GoesOnElsewhere(elsewhere) if elsewhere else NeverHappens
    left_out = tuple(day for day in found.occurrences.left_out if day > last)
    days = Occurrences(tuple(one.occurrence for one in added), left_out)
    return LongerSeries(longer, replace(found, prospects=added, occurrences=days), elsewhere)


def _is_to_come(one: Prospect, now: datetime) -> bool:
    return one.occurrence.span is None or one.occurrence.span.start > now


def extend_series(
    session: Session,
    series_id: int,
    until: date,
    *,
    price: SeriesPrice,
    letter: SeriesLetter,
    by: Actor,
    now: datetime,
    instead: Mapping[str, Elsewhere] = NOTHING_ELSE,
) -> Fulfilled:
    """Add what the rule says after its end, up to a day; one letter for all.

    Of those named `instead` another space or time is booked. What can only be wished for, all of it even, is,
    and books itself where it only lies too far ahead. Raises what `foresee_longer` raises: a second press
    changes nothing; NothingOfSeriesFree where all that comes with it is closed.
    """
    hold_own_quota(session, by)
    series = lock_row(session, Series, series_id)
    longer, outlook, _ = foresee_longer(session, series, until, now=now, hold=True)
    quotes = price(series.space, outlook.free)
    todo = ToFulfil(outlook.prospects, quotes, outlook.opening, instead)
    keys = {one.occurrence.key for one in outlook.prospects}
    _set_apart(session, series, keys, by, now)
    done = fulfil(session, series, todo, price=price, by=by, now=now)
    if not any(done):
        raise NothingOfSeriesFree(len(outlook.prospects))
    like = neighbour_of(session, series_id, min(keys))
    come_along(session, like, booked_for(session, series_id, keys), by=by, now=now)
    before, series.rule, series.ended_at = series_facts(series), to_rfc5545(longer), None
    series.version += 1
    session.flush()
    after = series_facts(series) | done._asdict()
    record(session, Action.SERIES_CHANGED, "series", series_id, by=by, now=now, before=before, after=after)
    write_series_letter(session, series, letter, now=now, by=by)
    return done


def _set_apart(session: Session, series: Series, keys: set[str], by: Actor, now: datetime) -> None:
    """Keep what was given up of these occurrences as a series that is over: in this one they come anew.

    An occurrence is in a series once. Nobody is told, as it was told when it was given up.
    """
    given_up = sorted(keys & keys_of(session, series.id))
    if not given_up:
        return
    rule = replace(read_rule(series.rule, series.first_day), until=planned_day(given_up[-1]), count=None)
    apart = Series(
        **{name: getattr(series, name) for name in COPIED},
        rule=to_rfc5545(rule),
        first_day=planned_day(given_up[0]),
        version=2,  # the first would be told as begun
        created_at=now,
        ended_at=now,
    )
    session.add(apart)
    session.flush()
    for table in (Reservation, WishedOccurrence):
        theirs = table.series_id == series.id, table.recurrence_id.in_(given_up)
        session.execute(update(table).where(*theirs).values(series_id=apart.id))
    after = series_facts(apart) | {"recurrence_id": given_up[0]}
    record(session, Action.SERIES_CHANGED, "series", apart.id, by=by, now=now, after=after)
