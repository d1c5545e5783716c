"""How much of what was open was used: used over open minutes by month and kind (docs/rules.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import IntEnum
from fractions import Fraction
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, case, extract, func, literal_column, select, type_coerce
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.spaces.models import Kind, Space
from booking.usage.measuring.day_minutes import UseBand
from booking.usage.measuring.measure_days import yesterday
from booking.usage.models import BookedStretch, MeasuredDay, OpenStretch, Stay, TurnedAway, UsedStretch
from booking.values import Month, day_span, round_half_up


class Told(IntEnum):
    """How a figure may be told to its reader; of a sum, the least open of its parts."""

    EXACT = 0
    ROUNDED = 1  # a share alone: of what is used of the open ones in tens of per cent, of bands in whole ones
    HIDDEN = 2


class BandsTold(NamedTuple):
    """How the off-peak and the extended minutes among the used may be told, and both together."""

    off_peak: Told = Told.EXACT
    extended: Told = Told.EXACT
    shifted: Told = Told.EXACT


EXACT_BANDS, ALL_HIDDEN = BandsTold(), BandsTold(*3 * [Told.HIDDEN])
PLACES_TO_ROUND = 3
"""Of fewer a step is too fine: of one store's month it is three days."""
TENTHS, HUNDREDTHS = 10, 100
HUNDREDTHS_FROM = 100 * 60
"""Minutes of which a hundredth is an hour or more."""


@dataclass(frozen=True, slots=True)
class Utilisation:
    """Minutes of some places over some days; those used and booked are among the open ones.

    `off_peak` (错时) and `extended` (延时) are among the used. `refused` counts who wanted a place and got
    none, once a person and hour. `told` and `bands_told` say how it, and its bands, may be told.
    """

    spaces: int = 0
    open: int = 0
    used: int = 0
    booked: int = 0
    off_peak: int = 0
    extended: int = 0
    refused: int = 0
    told: Told = Told.EXACT
    bands_told: BandsTold = EXACT_BANDS

    def __add__(self, other: Utilisation) -> Utilisation:
        """Add up what was of other places, or of the same ones over other days."""
        both = Utilisation(*(one + more for one, more in zip(_figures(self), _figures(other), strict=True)))
        bands = BandsTold(*map(max, self.bands_told, other.bands_told))
        return replace(both, told=max(self.told, other.told), bands_told=bands)

    def as_told(self, told: Told, bands: BandsTold | None = None) -> Utilisation:
        """Give the same, to be told so; of one or two places not even a rounded share. Hours count none."""
        if told is Told.ROUNDED and 0 < self.spaces < PLACES_TO_ROUND:
            told = Told.HIDDEN
        return replace(self, told=told, bands_told=ALL_HIDDEN if told else bands or EXACT_BANDS)

    @property
    def rounded_share(self) -> Fraction | None:
        """Used over open, to the nearest ten per cent; None where nothing was open."""
        return _in_steps(self.used, self.open, TENTHS)

    @property
    def share(self) -> float | None:
        """Used over open, within 0..1; None where nothing was open."""
        return self.used / self.open if self.open else None

    @property
    def booked_share(self) -> float | None:
        """Booked over open; None where nothing was open."""
        return self.booked / self.open if self.open else None

    @property
    def off_peak_share(self) -> float | None:
        """Off-peak over used; None where nothing was used."""
        return self.off_peak / self.used if self.used else None

    @property
    def extended_share(self) -> float | None:
        """Extended over used; None where nothing was used."""
        return self.extended / self.used if self.used else None


def roughly(part: int, whole: int) -> Fraction | None:
    """Give a share to a whole per cent, or to ten where a hundredth is less than an hour."""
    return _in_steps(part, whole, HUNDREDTHS if whole >= HUNDREDTHS_FROM else TENTHS)


def _in_steps(part: int, whole: int, steps: int) -> Fraction | None:
    return Fraction(round_half_up(part * steps, whole), steps) if whole else None


NOTHING = Utilisation()
_figures = attrgetter(*(one.name for one in fields(Utilisation) if not one.name.endswith("told")))


@dataclass(frozen=True, slots=True)
class MonthUse:
    """A month of a park by kind, and what is missing of it.

    `days` are measured, of `days_over` that are over; `waiting` stays that ended are not written yet.
    `shifted_told` says how the off-peak and extended minutes of all kinds together may be told.
    """

    month: Month
    kinds: Mapping[Kind, Utilisation]
    days: int
    days_over: int
    waiting: int
    shifted_told: Told = Told.EXACT

    @property
    def complete(self) -> bool:
        """Tell whether nothing of the days that are over is missing."""
        return self.days == self.days_over and not self.waiting

    @property
    def total(self) -> Utilisation:
        """All metered kinds together: a store is let by the day, and would drown the rest."""
        found = sum((one for kind, one in self.kinds.items() if kind is not Kind.STORAGE), NOTHING)
        return replace(found, bands_told=ALL_HIDDEN._replace(shifted=self.shifted_told))


def utilisation_of_month(session: Session, park: Park, month: Month, *, now: datetime) -> MonthUse:
    """Tell how much of a park was used in a month, by kind; of the running month, up to yesterday."""
    return utilisation_of_months(session, park, month, month, now=now)[month]


def utilisation_of_months(
    session: Session, park: Park, first: Month, last: Month, *, now: datetime
) -> dict[Month, MonthUse]:
    """Tell the same of each month from `first` to `last`, in a number of queries that does not grow."""
    counted = _counted(session, park, first.first_day, last.last_day)
    measured = _days_measured(session, park, first.first_day, last.last_day)
    began = session.scalar(select(func.min(MeasuredDay.day)).where(MeasuredDay.park_id == park.id))
    waiting = _waiting(session, park, first, last, now)
    return {
        month: MonthUse(
            month=month,
            kinds={kind: counted[month.key, kind] for kind in Kind},
            days=measured.get(month.key, 0),
            days_over=_days_over(month, began, yesterday(park, now)),
            waiting=waiting.get(month.key, 0),
        )
        for month in first.through(last)
    }


def _days_over(month: Month, began: date | None, until: date) -> int:
    """Count the days of a month that are over, from the park's first day on."""
    first = month.first_day if began is None else max(began, month.first_day)
    return max(0, (min(month.last_day, until) - first).days + 1)


def of_band(band: UseBand, minutes: int) -> Utilisation:
    """Make minutes used in a band."""
    return Utilisation(
        used=minutes,
        off_peak=minutes if band is UseBand.OFF_PEAK else 0,
        extended=minutes if band is UseBand.EXTENDED else 0,
    )


def minutes_in(table: Any) -> Any:  # noqa: ANN401 - a class of stretches, and a sum over it
    """Sum the minutes of stretches as a whole number on every engine."""
    return type_coerce(func.sum(table.last_minute - table.first_minute), BigInteger)


def _counted(
    session: Session, park: Park, first: date, last: date
) -> defaultdict[tuple[int, Kind], Utilisation]:
    sums: defaultdict[tuple[int, Kind], Utilisation] = defaultdict(Utilisation)
    opened = _by_month(OpenStretch, park, first, last, func.count(func.distinct(OpenStretch.space_id)))
    for key, kind, minutes, places in session.execute(opened):
        sums[int(key), kind] += Utilisation(spaces=int(places), open=int(minutes))
    for key, kind, minutes in session.execute(_by_month(BookedStretch, park, first, last)):
        sums[int(key), kind] += Utilisation(booked=int(minutes))
    used = _by_month(UsedStretch, park, first, last, UsedStretch.band).group_by(UsedStretch.band)
    for key, kind, minutes, band in session.execute(used):
        sums[int(key), kind] += of_band(band, int(minutes))
    refused = (
        select(month_key_of(TurnedAway.day), TurnedAway.kind, func.count())
        .where(TurnedAway.park_id == park.id, TurnedAway.day.between(first, last))
        .group_by(month_key_of(TurnedAway.day), TurnedAway.kind)
    )
    for key, kind, count in session.execute(refused):
        sums[int(key), kind] += Utilisation(refused=int(count))
    return sums


def month_key_of(day: Any) -> Any:  # noqa: ANN401 - a column, and an expression of it
    """Give a day's month as a number, 202610, in SQL."""
    return extract("year", day) * literal_column("100") + extract("month", day)


def _by_month(table: Any, park: Park, first: date, last: date, *more: Any) -> Select[Any]:  # noqa: ANN401 - columns
    key = month_key_of(table.day)
    return (
        select(key, Space.kind, minutes_in(table), *more)
        .join(Space, Space.id == table.space_id)
        .where(table.park_id == park.id, table.day.between(first, last))
        .group_by(key, Space.kind)
    )


def _days_measured(session: Session, park: Park, first: date, last: date) -> dict[int, int]:
    """Count the measured days by month."""
    rows = session.execute(
        select(month_key_of(MeasuredDay.day), func.count())
        .where(MeasuredDay.park_id == park.id, MeasuredDay.day.between(first, last))
        .group_by(month_key_of(MeasuredDay.day))
    )
    return {int(key): count for key, count in rows}


def _waiting(session: Session, park: Park, first: Month, last: Month, now: datetime) -> dict[int, int]:
    """Count the stays that ended on days over, by the month they began in, whose minutes are not written."""
    end = min(last.span.end, day_span(now.astimezone(park.zone).date(), park.zone).start)
    begun = case(
        *((Stay.started_at < month.span.end, month.key) for month in first.through(last)), else_=last.key
    )
    rows = session.execute(
        select(begun, func.count())
        .where(Stay.park_id == park.id, Stay.started_at >= first.span.start, Stay.started_at < end)
        .where(Stay.ended_at < end, Stay.measured_to.is_(None))
        .group_by(begun)
    )
    return {int(key): count for key, count in rows}
