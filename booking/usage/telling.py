"""What may be told of used minutes to a reader who may not know each user (docs/rules.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.spaces.models import Kind, Space
from booking.usage.measuring.day_minutes import UseBand
from booking.usage.models import UsedStretch
from booking.usage.utilisation import (
    ALL_HIDDEN,
    EXACT_BANDS,
    BandsTold,
    MonthUse,
    Told,
    Utilisation,
    month_key_of,
)
from booking.values import Month

FEWEST = 3
NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Knowing:
    """Whose use a reader may know: of `shown` all; of who `withdrew` what was, so that they hide nobody.

    Of `shown` nothing in the months in which they were `unnamed_then`. Months from the key `moves_since` on
    are not closed, so that their minutes still move; None: all are.
    """

    park_id: int
    shown: frozenset[int]
    withdrew: frozenset[int] = NOBODY
    unnamed_then: frozenset[tuple[int, int]] = frozenset()  # enterprise, month's key
    moves_since: int | None = None

    @property
    def always_shown(self) -> frozenset[int]:
        """Name those whose use may be known of any month."""
        return self.shown - {one for one, _ in self.unnamed_then}

    def knows(self, enterprise_id: int, key: int) -> bool:
        """Tell whether the use of an enterprise in a month may be known."""
        return enterprise_id in self.shown and (enterprise_id, key) not in self.unnamed_then

    def moves(self, key: int) -> bool:
        """Tell whether the minutes of a month still move: read twice, the difference is of one stay."""
        return self.moves_since is not None and key >= self.moves_since

    def is_few(self, unnamed: Iterable[int]) -> bool:
        """Tell whether the use of some unnamed ones together could be put down to one or two."""
        users = frozenset(unnamed)
        return bool(users) and len(users - self.withdrew) < FEWEST

    def hidden(self, users: Mapping[int, frozenset[int]]) -> frozenset[int]:
        """Choose what parts of a sum are hidden: those that few used, and more until these are not few.

        Whoever takes what is visible from the sum then has the use of three or more, or of none.
        """
        found = {one for one, theirs in users.items() if self.is_few(theirs)}
        others = sorted(users.keys() - found, key=lambda one: (len(users[one]), one))
        while others and self.is_few(_all(users[one] for one in found)):
            found.add(others.pop(0))
        return frozenset(found)

    def rounded(self, groups: Iterable[Collection[int]]) -> Told:
        """Tell how shares in whole per cents may be told that some groups of unnamed ones make up."""
        users = [theirs for theirs in groups if theirs]
        if any(self.is_few(theirs) for theirs in users):
            return Told.HIDDEN
        return Told.ROUNDED if users else Told.EXACT


class UnnamedUse(NamedTuple):
    """Who of the unnamed used a place in a month, in one band."""

    month_key: int
    kind: Kind
    area_id: int
    space_id: int
    band: UseBand
    enterprise_id: int


@dataclass(frozen=True, slots=True)
class Telling:
    """How the use of places, areas and kinds over some months is told; by default all of it exactly.

    What is told exactly is so in each month of a span, else one span could be taken from another. Bands
    are only ever rounded where an unnamed one used the kind: by place and hour they could be put together.
    """

    hidden_places: frozenset[int] = NOBODY
    touched_places: frozenset[int] = NOBODY  # by any unnamed enterprise
    touched_areas: frozenset[tuple[Kind, int]] = frozenset()
    rounded_areas: frozenset[tuple[Kind, int]] = frozenset()
    rounded_kinds: frozenset[tuple[int, Kind]] = frozenset()  # (month's key, kind)
    few_kinds: frozenset[Kind] = frozenset()  # used by few in all the months together
    bands_of: Mapping[Kind, BandsTold] = field(default_factory=dict)
    bands_of_month: Mapping[tuple[int, Kind], BandsTold] = field(default_factory=dict)
    shifted_of_month: Mapping[int, Told] = field(default_factory=dict)  # of all metered kinds together

    def place(self, space_id: int) -> Told:
        """Tell how a single place is told."""
        return Told.HIDDEN if space_id in self.hidden_places else Told.EXACT

    def place_bands(self, space_id: int) -> BandsTold:
        """Tell it of its bands."""
        return ALL_HIDDEN if space_id in self.touched_places else EXACT_BANDS

    def area(self, kind: Kind, area_id: int) -> Told:
        """Tell how a kind's places in an area are told."""
        return Told.ROUNDED if (kind, area_id) in self.rounded_areas else Told.EXACT

    def area_bands(self, kind: Kind, area_id: int) -> BandsTold:
        """Tell it of their bands."""
        return ALL_HIDDEN if (kind, area_id) in self.touched_areas else EXACT_BANDS

    def kind(self, kind: Kind) -> Told:
        """Tell how a kind is told over all the months."""
        return Told.ROUNDED if any(one is kind for _, one in self.rounded_kinds) else Told.EXACT

    def bands(self, kind: Kind) -> BandsTold:
        """Tell it of its bands."""
        return self.bands_of.get(kind, EXACT_BANDS)

    def shifted(self, key: int) -> Told:
        """Tell it of the off-peak and extended minutes of all metered kinds in a month."""
        return self.shifted_of_month.get(key, Told.EXACT)

    def touches(self, kind: Kind) -> bool:
        """Tell whether an unnamed enterprise used a kind."""
        return kind in self.bands_of


EXACTLY = Telling()


def telling_of(session: Session, knowing: Knowing | None, first: date, last: date) -> Telling:
    """Read how the use of a span of days is told, in one query; without `knowing`, exactly."""
    return EXACTLY if knowing is None else told_of(unnamed_uses(session, knowing, first, last), knowing)


def unnamed_uses(session: Session, knowing: Knowing, first: date, last: date) -> list[UnnamedUse]:
    """Read who of the unnamed used what."""
    rows = session.execute(
        select(
            month_key_of(UsedStretch.day), Space.kind, Space.area_id, Space.id,
            UsedStretch.band, UsedStretch.enterprise_id,
        )
        .join(Space, Space.id == UsedStretch.space_id)
        .where(UsedStretch.park_id == knowing.park_id, UsedStretch.day.between(first, last))
        .where(UsedStretch.enterprise_id.not_in(knowing.always_shown))
        .distinct()
    )  # fmt: skip
    uses = (UnnamedUse(int(key), *rest) for key, *rest in rows)
    return [use for use in uses if not knowing.knows(use.enterprise_id, use.month_key)]


def told_of(uses: Iterable[UnnamedUse], knowing: Knowing) -> Telling:
    """Decide it from who used what."""
    found = list(uses)
    months = _grouped(found, "month_key", "kind")
    exact = [
        (_Exact.of_none if knowing.moves(key) else _Exact.of)(kind, theirs, knowing)
        for (key, kind), theirs in months.items()
    ]
    kinds = _grouped(found, "kind")
    metered = [use for use in found if use.kind is not Kind.STORAGE]
    return Telling(
        hidden_places=_all(one.hidden for one in exact),
        touched_places=frozenset(use.space_id for use in found),
        touched_areas=frozenset((use.kind, use.area_id) for use in found),
        rounded_areas=frozenset((one.kind, area) for one in exact for area in one.rounded),
        rounded_kinds=frozenset(key for key, one in zip(months, exact, strict=True) if one.is_rounded),
        few_kinds=frozenset(kind for (kind,), theirs in kinds.items() if knowing.is_few(_users(theirs))),
        bands_of={kind: _bands(theirs, knowing) for (kind,), theirs in kinds.items()},
        bands_of_month={key: _bands(theirs, knowing) for key, theirs in months.items()},
        shifted_of_month={
            key: _bands(theirs, knowing).shifted for (key,), theirs in _grouped(metered, "month_key").items()
        },
    )


def span_told(uses: Iterable[UnnamedUse], kind: Kind, knowing: Knowing) -> tuple[Told, BandsTold]:
    """Tell how a kind and its bands are told over days of the reader's choice: in whole per cents at most."""
    theirs = [use for use in uses if use.kind is kind]
    return knowing.rounded([_users(theirs)]), _bands(theirs, knowing)


def _bands(uses: Iterable[UnnamedUse], knowing: Knowing) -> BandsTold:
    found = list(uses)
    return BandsTold(
        _part(found, {UseBand.OFF_PEAK}, knowing),
        _part(found, {UseBand.EXTENDED}, knowing),
        _part(found, {UseBand.OFF_PEAK, UseBand.EXTENDED}, knowing),
    )


def _part(uses: Iterable[UnnamedUse], bands: Collection[UseBand], knowing: Knowing) -> Told:
    """Tell how the minutes of some bands are told among all: what they leave of these is told along."""
    theirs: dict[bool, set[int]] = {True: set(), False: set()}
    for use in uses:
        theirs[use.band in bands].add(use.enterprise_id)
    return knowing.rounded(theirs.values())


class _Exact(NamedTuple):
    """What of a kind's month is not told exactly.

    A kind less its exact areas and the visible places of the others is what is hidden in these: of three or
    more, so that another area is rounded along where they are fewer, and if there is none the kind itself.
    """

    kind: Kind
    hidden: frozenset[int]  # places
    rounded: frozenset[int]  # areas
    is_rounded: bool

    @classmethod
    def of_none(cls, kind: Kind, uses: Collection[UnnamedUse], _: Knowing) -> _Exact:
        """Tell nothing exactly that an unnamed one used, however many did."""
        places = frozenset(use.space_id for use in uses)
        return cls(kind, places, frozenset(use.area_id for use in uses), is_rounded=True)

    @classmethod
    def of(cls, kind: Kind, uses: Iterable[UnnamedUse], knowing: Knowing) -> _Exact:
        """Decide from who used what how a kind is told."""
        areas = {
            area: {place: _users(theirs) for (place,), theirs in _grouped(those, "space_id").items()}
            for (area,), those in _grouped(uses, "area_id").items()
        }
        hidden = {area: knowing.hidden(places) for area, places in areas.items()}
        rounded = {area for area, places in areas.items() if knowing.is_few(_all(places.values()))}
        more = None
        if is_few := knowing.is_few(_all(_all(areas[area].values()) for area in rounded)):
            # Of the others the one in which something is hidden anyhow, and least is lost.
            others = sorted(
                areas.keys() - rounded, key=lambda area: (not hidden[area], len(areas[area]), area)
            )
            more = others[0] if others else None
        if more is not None:
            rounded.add(more)
            fewest = min(areas[more], key=lambda place: (len(areas[more][place]), place))
            hidden[more] = hidden[more] or frozenset({fewest})
        return cls(kind, _all(hidden.values()), frozenset(rounded), is_few and more is None)


def told_months(months: Mapping[Month, MonthUse], telling: Telling) -> dict[Month, MonthUse]:
    """Give the months of a park as they may be told."""
    return {
        month: replace(
            one,
            kinds={kind: _of_kind(month.key, kind, use, telling) for kind, use in one.kinds.items()},
            shifted_told=telling.shifted(month.key),
        )
        for month, one in months.items()
    }


def _of_kind(key: int, kind: Kind, use: Utilisation, telling: Telling) -> Utilisation:
    told = Told.ROUNDED if (key, kind) in telling.rounded_kinds else Told.EXACT
    return use.as_told(told, telling.bands_of_month.get((key, kind)))


def _users(uses: Iterable[UnnamedUse]) -> frozenset[int]:
    return frozenset(use.enterprise_id for use in uses)


def _all(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return NOBODY.union(*sets)


def _grouped(uses: Iterable[UnnamedUse], *names: str) -> dict[tuple[Any, ...], list[UnnamedUse]]:
    found: defaultdict[tuple[Any, ...], list[UnnamedUse]] = defaultdict(list)
    for use in uses:
        found[tuple(getattr(use, name) for name in names)].append(use)
    return dict(found)
