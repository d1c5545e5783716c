"""Questions about a park's tariffs: all versions, free minutes, and bands as utilisation counts them.

Utilisation counts the bands as peak, off-peak 错时 and extended 延时.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.people.models import Size
from booking.spaces.models import Kind, Space
from booking.tariffs.in_force import tariffs_in_force
from booking.tariffs.models import Tariff, TariffAllowance
from booking.tariffs.terms import EXTENDED, Band
from booking.usage.measuring.day_minutes import BandPiece, BandPlan, UseBand


def tariff_versions(session: Session, park_id: int) -> Sequence[Tariff]:
    """Give every version of the park with its bands and allowances, newest first, withdrawn ones included."""
    return session.scalars(
        select(Tariff).where(Tariff.park_id == park_id).order_by(Tariff.valid_from.desc(), Tariff.id)
    ).all()


def latest_version(session: Session, park_id: int, kind: Kind, space_id: int | None) -> Tariff | None:
    """Give the version of a kind, or of a space, that is valid from the latest day, future ones included."""
    of = Tariff.space_id.is_(None) if space_id is None else Tariff.space_id == space_id
    return session.scalar(
        select(Tariff)
        .where(Tariff.park_id == park_id, Tariff.kind == kind, of, Tariff.withdrawn_on.is_(None))
        .order_by(Tariff.valid_from.desc())
        .limit(1)
    )


def version_of_park(session: Session, park_id: int, tariff_id: int) -> Tariff | None:
    """Give a version of the park, withdrawn or not; None for another's."""
    return session.scalar(select(Tariff).where(Tariff.id == tariff_id, Tariff.park_id == park_id))


def spaces_to_price(session: Session, park_id: int) -> Sequence[Space]:
    """Give the park's spaces that can still be had, by kind and place."""
    return session.scalars(
        select(Space)
        .where(Space.park_id == park_id, Space.retired_at.is_(None))
        .order_by(Space.kind, Space.position, Space.code)
    ).all()


def kind_allowances(session: Session, park_id: int, size: Size, day: date) -> dict[Kind, int]:
    """Give the free minutes a month of a size of enterprise, by kind, as the tariffs of a day have it."""
    newest = (
        select(Tariff.kind, func.max(Tariff.valid_from).label("valid_from"))
        .where(Tariff.park_id == park_id, Tariff.space_id.is_(None), Tariff.valid_from <= day)
        .where(Tariff.withdrawn_on.is_(None))
        .group_by(Tariff.kind)
        .subquery()
    )
    rows = session.execute(
        select(Tariff.kind, TariffAllowance.minutes)
        .join(newest, (newest.c.kind == Tariff.kind) & (newest.c.valid_from == Tariff.valid_from))
        .join(TariffAllowance, TariffAllowance.tariff_id == Tariff.id)
        .where(Tariff.park_id == park_id, Tariff.space_id.is_(None), Tariff.withdrawn_on.is_(None))
        .where(TariffAllowance.size == size, TariffAllowance.minutes > 0)
        .order_by(Tariff.kind)
    )
    return {row.kind: row.minutes for row in rows}


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
