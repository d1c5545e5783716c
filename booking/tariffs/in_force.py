"""Which tariff version holds for a space on a local day."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from booking.spaces.models import Space
from booking.tariffs.models import Tariff
from booking.tariffs.rules import NoTariff
from booking.tariffs.snapshot import TariffKey, TariffSnapshot, snapshots_by_key


class _Version(NamedTuple):
    key: TariffKey
    kind: str
    space_id: int | None
    valid_from: date


def tariffs_in_force(
    session: Session, asked: Iterable[tuple[Space, date]]
) -> dict[tuple[int, date], TariffSnapshot]:
    """Give the figures for each (space, local day), in one query; what has no tariff is left out.

    The newest version of the space's own that is valid on the day counts, else the newest of its kind.
    """
    asked = list(asked)
    if not asked:
        return {}
    versions = _versions(session, [space for space, _ in asked], max(day for _, day in asked))
    chosen = {(space.id, day): _choose(versions, space, day) for space, day in asked}
    found = {place: version for place, version in chosen.items() if version}
    snapshot = snapshots_by_key(session, {version.key for version in found.values()})
    return {place: snapshot[version.key] for place, version in found.items()}


def tariff_in_force(session: Session, space: Space, day: date) -> TariffSnapshot:
    """Give the figures for one space and local day; raises NoTariff."""
    found = tariffs_in_force(session, [(space, day)]).get((space.id, day))
    if found is None:
        raise NoTariff(space.kind, day)
    return found


VERSIONS = (
    select(Tariff.id, Tariff.created_at, Tariff.kind, Tariff.space_id, Tariff.valid_from)
    .where(
        Tariff.park_id == bindparam("park_id"),
        Tariff.kind.in_(bindparam("kinds", expanding=True)),
        Tariff.valid_from <= bindparam("day"),
        Tariff.withdrawn_on.is_(None),
        or_(Tariff.space_id.is_(None), Tariff.space_id.in_(bindparam("space_ids", expanding=True))),
    )
    .order_by(Tariff.space_id.is_(None), Tariff.valid_from.desc())
)


def _versions(session: Session, spaces: list[Space], day: date) -> list[_Version]:
    asked = {
        "park_id": spaces[0].park_id,
        "kinds": list({space.kind for space in spaces}),
        "day": day,
        "space_ids": list({space.id for space in spaces}),
    }
    rows = session.execute(VERSIONS, asked)
    return [_Version((row.id, row.created_at), row.kind, row.space_id, row.valid_from) for row in rows]


def _choose(versions: list[_Version], space: Space, day: date) -> _Version | None:
    """Take the first that fits: the space's own come first, newest first."""
    for version in versions:
        if version.valid_from <= day and version.kind == space.kind and version.space_id in {None, space.id}:
            return version
    return None
