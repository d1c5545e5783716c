"""A tariff version: its plain figures, and which one is in force for a space on a day.

The figures are what the rater prices by, and what a charge keeps a copy of. Versions never change, so what
was read once is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Annotated, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from booking.parks.queries import kept
from booking.people.models import Size
from booking.spaces.models import AnySpace, Kind
from booking.tariffs.models import Basis, Tariff
from booking.tariffs.rules import BasisNotForKind, NoTariff
from booking.tariffs.storage_rating import StorageTerms
from booking.tariffs.terms import Band, Days, Terms
from booking.values import Money
from booking.values.stored import Whole


class TariffCopy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The figures of a version as a charge, and the trail, keep them."""

    tariff: str
    valid_from: date
    basis: Basis
    rate_fen: Whole
    increment_minutes: Annotated[int, msgspec.Meta(ge=1)]
    minimum_minutes: Whole
    daily_cap_fen: Whole | None
    bands: tuple[Band, ...]

    @property
    def rate(self) -> Money:
        """What an hour, a day, or a square metre and day costs."""
        return Money(self.rate_fen)

    @property
    def daily_cap(self) -> Money | None:
        """What a space costs an enterprise on one day at most."""
        return None if self.daily_cap_fen is None else Money(self.daily_cap_fen)

    @property
    def terms(self) -> Terms:
        """Give the terms again that the rater priced by."""
        return Terms(
            rate_fen_per_hour=self.rate_fen,
            increment_minutes=self.increment_minutes,
            minimum_minutes=self.minimum_minutes,
            daily_cap_fen=self.daily_cap_fen,
            bands=self.bands,
        )


DAILY = (Basis.DAY, Basis.SQUARE_METRE_DAY)


@dataclass(frozen=True, slots=True)
class TariffSnapshot:
    """Everything a price rests on. Raises what `Terms` raises, and BasisNotForKind.

    Storage is priced by the day or by square metre and day, everything else by the hour.
    """

    kind: Kind
    name: str
    valid_from: date
    basis: Basis
    rate: Money
    increment_minutes: int
    minimum_minutes: int
    daily_cap: Money | None
    bands: tuple[Band, ...]
    allowances: Mapping[Size, int]
    no_show_permille: int
    late_cancel_permille: int
    late_cancel_minutes: int
    vat_permille: int
    vat_source: str
    tariff_id: int | None = None
    space_id: int | None = None
    terms: Terms = field(init=False, repr=False, compare=False)
    asks_for_working_days: bool = field(init=False, repr=False, compare=False)
    """Whether a working day and a rest day may differ in price."""

    def __post_init__(self) -> None:
        """Check the figures once."""
        if (self.kind is Kind.STORAGE) != (self.basis in DAILY):
            raise BasisNotForKind(self.kind, self.basis)
        terms = Terms(
            rate_fen_per_hour=self.rate.fen,
            increment_minutes=self.increment_minutes,
            minimum_minutes=self.minimum_minutes,
            daily_cap_fen=None if self.daily_cap is None else self.daily_cap.fen,
            bands=self.bands,
        )
        object.__setattr__(self, "terms", terms)
        differ = any(band.days is not Days.ALL for band in self.bands)
        object.__setattr__(self, "asks_for_working_days", differ)

    @property
    def metered(self) -> bool:
        """Tell whether it is priced by the minute; storage is priced by the day."""
        return self.basis is Basis.HOUR

    def cancels_late(self, starts_at: datetime, at: datetime) -> bool:
        """Tell whether to cancel at that instant is later than the limit before the start."""
        return at > self.free_until(starts_at)

    def free_until(self, starts_at: datetime) -> datetime:
        """Give the last instant at which to cancel costs nothing."""
        return starts_at - timedelta(minutes=self.late_cancel_minutes)

    def storage_terms(self, area_hundredths: int) -> StorageTerms:
        """Give the terms of a storage unit of that area; only a rate per square metre looks at it."""
        by_area = self.basis is Basis.SQUARE_METRE_DAY
        return StorageTerms(self.rate.fen, area_hundredths if by_area else None)

    def copy(self) -> TariffCopy:
        """Give the figures for a charge, or the trail, to keep."""
        return TariffCopy(
            tariff=self.name,
            valid_from=self.valid_from,
            basis=self.basis,
            rate_fen=self.rate.fen,
            increment_minutes=self.increment_minutes,
            minimum_minutes=self.minimum_minutes,
            daily_cap_fen=self.terms.daily_cap_fen,
            bands=self.bands,
        )


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
