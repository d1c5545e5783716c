"""The terms of a metered tariff version: its rate, steps, cap and bands, checked once."""

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import msgspec

from booking.tariffs import rules

OFF_PEAK, EXTENDED, BUSY, REST_DAY = "错时", "延时", "高峰", "休息日"
"""Bands as most parks call them, so that they have an English name; a park may call its own as it likes."""


class Days(Enum):
    """The kind of days a band is for."""

    WORKING = "working"
    REST = "rest"
    ALL = "all"

    def includes(self, *, working: bool) -> bool:
        """Tell whether the band holds on a working day, or on a rest day."""
        return self is Days.ALL or self is (Days.WORKING if working else Days.REST)


class Band(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"from_minute": "from", "to_minute": "to"},
):
    """A part of the day, `[from_minute, to_minute)` after local midnight, with its own exact factor."""

    name: str
    days: Days
    from_minute: int
    to_minute: int  # 1440 is 24:00
    factor: Fraction


class Price(NamedTuple):
    """What a minute costs under one name: `numerator / denominator` fen, kept as whole numbers."""

    key: int  # small and quick to compare, one for each (name, factor) of the terms
    band: str
    factor: Fraction
    numerator: int
    denominator: int


class Stretch(NamedTuple):
    """A stretch of the day, in minutes after midnight, with one price."""

    from_minute: int
    to_minute: int
    price: Price


DayPlan = tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The figures of a tariff version for a metered kind (workstation, meeting room, hall).

    Minutes in no band have factor 1 and the name `peak`. Raises BandsOverlap, BandEndsBeforeItStarts,
    FactorBelowZero or TariffFigureOutOfRange, so that terms that exist can be priced by.
    """

    rate_fen_per_hour: int
    increment_minutes: int = 1
    minimum_minutes: int = 0
    daily_cap_fen: int | None = None
    bands: tuple[Band, ...] = ()
    _plans: tuple[DayPlan, DayPlan] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check everything once, and lay out a rest day and a working day."""
        _check_figures(self)
        for index, band in enumerate(self.bands):
            _check_band(index, band)
        _check_overlaps(self.bands)
        plans = (_plan(self, working=False), _plan(self, working=True))
        object.__setattr__(self, "_plans", plans)

    def plan(self, *, working: bool) -> DayPlan:
        """Give the stretches of a working day, or of a rest day, from 0:00 to 24:00 without a gap."""
        return self._plans[working]


def _check_figures(terms: Terms) -> None:
    cap = 0 if terms.daily_cap_fen is None else terms.daily_cap_fen
    for name, figure, lowest, highest in (
        ("rate_fen_per_hour", terms.rate_fen_per_hour, 0, rules.LARGEST_FIGURE),
        ("increment_minutes", terms.increment_minutes, 1, rules.LONGEST_STEP_MINUTES),
        ("minimum_minutes", terms.minimum_minutes, 0, rules.LONGEST_STEP_MINUTES),
        ("daily_cap_fen", cap, 0, rules.LARGEST_FIGURE),
    ):
        if not lowest <= figure <= highest:
            raise rules.TariffFigureOutOfRange(name, lowest, highest)


def _check_band(index: int, band: Band) -> None:
    if not 0 <= band.from_minute < band.to_minute <= rules.MINUTES_OF_DAY:
        raise rules.BandEndsBeforeItStarts(band.name, index)
    if band.factor < 0:
        raise rules.FactorBelowZero(band.name, index)
    if band.factor > rules.LARGEST_FIGURE:
        raise rules.TariffFigureOutOfRange(
            figure=f"bands[{index}].factor", lowest=0, highest=rules.LARGEST_FIGURE
        )


def _check_overlaps(bands: tuple[Band, ...]) -> None:
    for working in (True, False):
        held = sorted(
            (band.from_minute, index)
            for index, band in enumerate(bands)
            if band.days.includes(working=working)
        )
        for (_, one), (start, other) in pairwise(held):
            if start < bands[one].to_minute:
                first, second = sorted((one, other))
                raise rules.BandsOverlap(bands[first].name, bands[second].name, second)


PEAK = "peak"
WHOLE = Fraction(1)


def _plan(terms: Terms, *, working: bool) -> DayPlan:
    prices = _prices(terms)
    plain = prices[PEAK, WHOLE]
    plan: list[Stretch] = []
    reached = 0
    held = (band for band in terms.bands if band.days.includes(working=working))
    for band in sorted(held, key=lambda band: band.from_minute):
        if reached < band.from_minute:
            plan.append(Stretch(reached, band.from_minute, plain))
        plan.append(Stretch(band.from_minute, band.to_minute, prices[band.name, band.factor]))
        reached = band.to_minute
    if reached < rules.MINUTES_OF_DAY:
        plan.append(Stretch(reached, rules.MINUTES_OF_DAY, plain))
    return tuple(plan)


MINUTES_OF_HOUR = 60


def _prices(terms: Terms) -> dict[tuple[str, Fraction], Price]:
    names = dict.fromkeys([(PEAK, WHOLE), *((band.name, band.factor) for band in terms.bands)])
    return {
        (name, factor): Price(
            key=key,
            band=name,
            factor=factor,
            numerator=terms.rate_fen_per_hour * factor.numerator,
            denominator=MINUTES_OF_HOUR * factor.denominator,
        )
        for key, (name, factor) in enumerate(names)
    }
