"""A park's tariff versions: which one holds for a space on a day, its figures and bands, and all there are.

Utilisation counts the bands as peak, off-peak 错时 and extended 延时.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session

from booking.parks.queries import kept
from booking.people.models import Size
from booking.spaces.models import AnySpace, Kind, Space
from booking.tariffs.models import Tariff, TariffAllowance
from booking.tariffs.rules import NoTariff
from booking.tariffs.snapshot import TariffSnapshot
from booking.tariffs.terms import EXTENDED, Band, Days
from booking.usage.measuring.day_minutes import BandPiece, BandPlan, UseBand

TariffKey = tuple[int, datetime]


class _Version(NamedTuple):
    key: TariffKey
    valid_from: date


def tariffs_in_force(
    session: Session, asked: Iterable[tuple[AnySpace, date]]
) -> dict[tuple[int, date], TariffSnapshot]:
    """Give the figures for each (space, local day), of one park; what has no tariff is left out.

    The newest version of the space's own that is valid on the day counts, else the newest of its kind.
    """
    asked = list(asked)
    if not asked:
        return {}
    versions = _versions(session, asked[0][0].park_id)
    chosen = {(space.id, day): _choose(versions, space, day) for space, day in asked}
    found = {place: version for place, version in chosen.items() if version}
    snapshot = snapshots_by_key(session, {version.key for version in found.values()})
    return {place: snapshot[version.key] for place, version in found.items()}


def tariff_in_force(session: Session, space: AnySpace, day: date) -> TariffSnapshot:
    """Give the figures for one space and local day; raises NoTariff."""
    found = tariffs_in_force(session, [(space, day)]).get((space.id, day))
    if found is None:
        raise NoTariff(space.kind, day)
    return found


VERSIONS = (
    select(Tariff.id, Tariff.created_at, Tariff.kind, Tariff.space_id, Tariff.valid_from)
    .where(Tariff.park_id == bindparam("park_id"), Tariff.withdrawn_on.is_(None))
    .order_by(Tariff.valid_from.desc())
)

_Versions = Mapping[tuple[str, int | None], tuple[_Version, ...]]


def _versions(session: Session, park_id: int) -> _Versions:
    """Give the park's versions by kind and space (None: the kind's), newest first, future ones included."""
    return kept(session, park_id, "tariffs", lambda: _read_versions(session, park_id))


def _read_versions(session: Session, park_id: int) -> _Versions:
    found: defaultdict[tuple[str, int | None], tuple[_Version, ...]] = defaultdict(tuple)
    for row in session.execute(VERSIONS, {"park_id": park_id}):
        found[row.kind, row.space_id] += (_Version((row.id, row.created_at), row.valid_from),)
    return dict(found)


def _choose(versions: _Versions, space: AnySpace, day: date) -> _Version | None:
    """Take the newest that is valid, the space's own before its kind's."""
    for whose in (space.id, None):
        for version in versions.get((space.kind, whose), ()):
            if version.valid_from <= day:
                return version
    return None


def snapshot_of(tariff: Tariff) -> TariffSnapshot:
    """Read the figures of a tariff's row."""
    return TariffSnapshot(
        kind=tariff.kind,
        name=tariff.name,
        valid_from=tariff.valid_from,
        basis=tariff.basis,
        rate=tariff.rate,
        increment_minutes=tariff.increment_minutes,
        minimum_minutes=tariff.minimum_minutes,
        daily_cap=tariff.daily_cap,
        bands=tuple(
            Band(band.name, Days(band.days.value), band.from_minute, band.to_minute, Fraction(band.factor))
            for band in tariff.bands
        ),
        allowances={allowance.size: allowance.minutes for allowance in tariff.allowances},
        no_show_permille=tariff.no_show_permille,
        late_cancel_permille=tariff.late_cancel_permille,
        late_cancel_minutes=tariff.late_cancel_minutes,
        vat_permille=tariff.vat_permille,
        vat_source=tariff.vat_source,
        tariff_id=tariff.id,
        space_id=tariff.space_id,
    )


_KEPT: WeakKeyDictionary[Engine, dict[TariffKey, TariffSnapshot]] = WeakKeyDictionary()


def snapshots_by_key(session: Session, keys: Iterable[TariffKey]) -> dict[TariffKey, TariffSnapshot]:
    """Give the figures of tariffs named by (id, created_at), read once a process.

    A tariff's rows never change (the database refuses it), so what was read once is right for ever;
    `created_at` tells apart a row that was rolled back from the one that took its number.
    """
    kept = _KEPT.setdefault(session.get_bind().engine, {})
    wanted = set(keys)
    if missing := wanted - kept.keys():
        rows = select(Tariff).where(Tariff.id.in_([id_ for id_, _ in missing])).order_by(Tariff.id)
        for tariff in session.scalars(rows):
            kept[tariff.id, tariff.created_at] = snapshot_of(tariff)
    return {key: kept[key] for key in wanted}


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
