"""Let a series go on until a later day: book what is free of the days that come with it, keep the rest."""

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE
from booking.reservations.series.begin_series import (
    SeriesLetter,
    SeriesPrice,
    book_free,
    keep_wished,
    series_facts,
    tell,
)
from booking.reservations.series.foresee import SeriesWish, foresee
from booking.reservations.series.models import Series
from booking.reservations.series.queries import last_day_of
from booking.reservations.series.recurrence import read_rule, written
from booking.reservations.series.refusals import EndsNoLater, NeverHappens
from booking.reservations.series.rules import SeriesPlan


class Extended(NamedTuple):
    """How many of the days that came with it were booked, and how many are wished for."""

    booked: int
    wished: int


def extend_series(
    session: Session,
    series_id: int,
    until: date,
    *,
    price: SeriesPrice,
    letter: SeriesLetter,
    by: Actor,
    now: datetime,
) -> Extended:
    """Add what the rule says after its last occurrence, up to a day; one letter for all.

    Raises EndsNoLater where the day is not later than that, so that a second press changes nothing;
    NeverHappens where no day of the rule lies between, and what the rule of a series raises.
    """
    series = session.get_one(Series, series_id, with_for_update=NO_KEY_UPDATE, populate_existing=True)
    last = last_day_of(session, series)
    rule = read_rule(series.rule, series.first_day)
    if until <= max(last, rule.until or last):
        raise EndsNoLater(max(last, rule.until or last))
    longer = replace(rule, until=until, count=None)
    plan = SeriesPlan(
        longer, series.first_day, series.starts_minute, series.ends_minute, series.working_days_only
    )
    wish = SeriesWish(series.people, series.enterprise_id, series.member_id)
    outlook = foresee(session, series.space, plan, wish, now=now, hold=True)
    added = [one for one in outlook.prospects if one.occurrence.day > last]
    if not added:
        raise NeverHappens
    quotes = price(series.space, [one.occurrence for one in added if one.refusal is None])
    free = [one.occurrence for one in added if one.occurrence.key in quotes]
    booked = book_free(session, series, free, quotes, outlook.opening, by=by, now=now)
    wished = keep_wished(session, series, added, booked, now)
    before, series.rule, series.ended_at = series_facts(series), written(longer), None
    series.version += 1
    session.flush()
    after = series_facts(series) | {"booked": len(booked), "wished": wished}
    record(session, Action.SERIES_CHANGED, "series", series_id, by=by, now=now, before=before, after=after)
    tell(session, series, letter, now=now)
    return Extended(len(booked), wished)
