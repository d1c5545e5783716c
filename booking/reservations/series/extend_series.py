"""Let a series go on until a later day: book what is free of the days that come with it, keep the rest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.reservations.guests.invite import come_along
from booking.reservations.quotas.quotas import hold_own_quota
from booking.reservations.series.begin_series import (
    Fulfilled,
    ToFulfil,
    fulfil,
    series_facts,
)
from booking.reservations.series.foresee import Outlook, SeriesWish, foresee
from booking.reservations.series.instead import NOTHING_ELSE, Elsewhere
from booking.reservations.series.models import Series
from booking.reservations.series.queries import booked_of, last_day_of, neighbour_of
from booking.reservations.series.recurrence import Recurrence, read_rule, to_rfc5545
from booking.reservations.series.refusals import EndsNoLater, NeverHappens
from booking.reservations.series.rules import Occurrences, SeriesPlan
from booking.reservations.series.take_wished import SeriesPrice
from booking.reservations.series.tell_series import SeriesLetter, write_series_letter


class LongerSeries(NamedTuple):
    """What a series would be: its rule, and what comes with it."""

    rule: Recurrence
    outlook: Outlook


def foresee_longer(
    session: Session, series: Series, until: date, *, now: datetime, hold: bool = False
) -> LongerSeries:
    """Judge each day that the rule says after the last occurrence, up to a day.

    Raises EndsNoLater where the day is not later than that; NeverHappens where no day of the rule lies
    between, and what the rule of a series raises.
    """
    last = last_day_of(session, series)
    rule = read_rule(series.rule, series.first_day)
    if until <= max(last, rule.until or last):
        raise EndsNoLater(max(last, rule.until or last))
    longer = replace(rule, until=until, count=None)
    plan = SeriesPlan(
        longer, series.first_day, series.starts_minute, series.ends_minute, series.working_days_only
    )
    wish = SeriesWish(series.people, series.enterprise_id, series.member_id)
    found = foresee(session, series.space, plan, wish, now=now, hold=hold)
    added = tuple(one for one in found.prospects if one.occurrence.day > last)
    if not added:
        raise NeverHappens
    left_out = tuple(day for day in found.occurrences.left_out if day > last)
    days = Occurrences(tuple(one.occurrence for one in added), left_out)
    return LongerSeries(longer, replace(found, prospects=added, occurrences=days))


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
    """Add what the rule says after its last occurrence, up to a day; one letter for all.

    Of those named `instead` another space or time is booked. Raises what `foresee_longer` raises: a second
    press changes nothing.
    """
    hold_own_quota(session, by)
    series = lock_row(session, Series, series_id)
    longer, outlook = foresee_longer(session, series, until, now=now, hold=True)
    quotes = price(series.space, outlook.free)
    todo = ToFulfil(outlook.prospects, quotes, outlook.opening, instead)
    done = fulfil(session, series, todo, price=price, by=by, now=now)
    first = outlook.prospects[0].occurrence.key
    new = [one.id for one in booked_of(session, series_id) if (one.recurrence_id or "") >= first]
    come_along(session, neighbour_of(session, series_id, first), new, by=by, now=now)
    before, series.rule, series.ended_at = series_facts(series), to_rfc5545(longer), None
    series.version += 1
    session.flush()
    after = series_facts(series) | done._asdict()
    record(session, Action.SERIES_CHANGED, "series", series_id, by=by, now=now, before=before, after=after)
    write_series_letter(session, series, letter, now=now)
    return done
