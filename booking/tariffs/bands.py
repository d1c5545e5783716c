"""The bands of tariffs as utilisation counts them: peak, off-peak 错时 and extended 延时."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from booking.spaces.models import Space
from booking.tariffs.in_force import tariffs_in_force
from booking.tariffs.terms import EXTENDED, Band
from booking.usage.measuring.day_minutes import BandPiece, BandPlan, UseBand


def bands_in_force(session: Session, asked: Iterable[tuple[Space, date]]) -> dict[tuple[int, date], BandPlan]:
    """Give the bands by which each (space, local day) is priced, in one query."""
    return {place: band_plan(snapshot.bands) for place, snapshot in tariffs_in_force(session, asked).items()}


def band_plan(bands: Iterable[Band]) -> BandPlan:
    """Lay out a rest day and a working day."""
    bands = tuple(bands)
    rest, working = (
        tuple(
            BandPiece(band.from_minute, band.to_minute, kind_of(band))
            for band in bands
            if band.days.includes(working=working)
        )
        for working in (False, True)
    )
    return BandPlan(rest, working)


def kind_of(band: Band) -> UseBand:
    """Tell what a band is by its name or, whatever the park calls it, by its factor."""
    if band.name == EXTENDED:
        return UseBand.EXTENDED
    return UseBand.OFF_PEAK if band.factor < 1 else UseBand.PEAK
