"""Who may be shown how in a quarter, so that nobody unnamed can be worked out from what is shown.

Every group that is shown is a vector over the enterprises: 1 for who is in it. Whoever adds and subtracts
what is shown over the months can build every vector of their span, and nothing else. So the groups of a
quarter are chosen such that, with those of the quarters around it, no vector of one unnamed enterprise is in
that span (docs/adr/nobody-unnamed-can-be-worked-out.md).
"""

from collections.abc import Iterable, Iterator, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from booking.savings.rules import SMALLEST_GROUP
from booking.values import Month

Group = frozenset[int]  # ids of enterprises


class Standing(StrEnum):
    """How an enterprise stands in a quarter; who has none and agrees is named at once."""

    NAMED = "named"  # was unnamed before, agreed, and may be named without telling of others
    GROUPED = "grouped"  # counts in the group of the unnamed
    WAITING = "waiting"  # is in no figure until the next quarter
    WITHDRAWN = "withdrawn"  # was named until lately, so that its figures are known; waits for a year


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enterprise that counts at a quarter's beginning.

    `unnamed_before` tells that an earlier quarter grouped it or let it wait, so that naming it may tell of
    others. `small` is a small or micro enterprise.
    """

    enterprise_id: int
    agrees: bool
    small: bool = False
    unnamed_before: bool = False


@dataclass(frozen=True, slots=True)
class SettledQuarter:
    """Who stands how in a quarter, and the two groups it shows; an empty one is not shown.

    `small` is the part of the group that is small and micro; it is shown beside the group.
    """

    standings: dict[int, Standing] = field(default_factory=dict)
    small: Group = frozenset()

    @property
    def group(self) -> Group:
        """Who counts in the group of the unnamed."""
        return self.those(Standing.GROUPED)

    @property
    def shown(self) -> tuple[Group, ...]:
        """The groups whose figures can be read."""
        return tuple(group for group in (self.group, self.small) if group)

    def those(self, standing: Standing) -> Group:
        """Give the enterprises that stand so in the quarter."""
        return frozenset(one for one, stands in self.standings.items() if stands is standing)


QUARTER_MONTHS = 3
QUARTERS_AROUND = 4  # with the quarter itself they hold every twelve months that touch it


def first_of_quarter(month: Month) -> Month:
    """Give the month that the calendar quarter of a month begins with."""
    return Month(month.year, month.month - (month.month - 1) % QUARTER_MONTHS, month.zone)


def settle_groups(
    candidates: Sequence[Candidate],
    around: Sequence[SettledQuarter] = (),
    named: AbstractSet[int] = frozenset(),
    withdrew: AbstractSet[int] = frozenset(),
    last_group: Group = frozenset(),
) -> SettledQuarter:
    """Choose a quarter's groups: the largest that tells of nobody; newcomers wait rather than old members.

    `around` are the quarters around it. `named` are named just now, `withdrew` were since the last quarter
    was settled: whose figures are known is in no group, since it would only make it look larger.
    """
    shown = [group for one in around for group in one.shown]
    before = {one for quarter in around for one in quarter.those(Standing.WITHDRAWN)}
    wishing, told = _may_be_named(candidates, shown, frozenset(named) | withdrew | before)
    rest = [one for one in candidates if _unnamed(one) and one.enterprise_id not in told]
    rest.sort(key=lambda one: (one.enterprise_id not in last_group, one.enterprise_id))
    group = _largest([one.enterprise_id for one in rest], shown, told, last_group)
    small = _small_part(rest, group, [*shown, group], told)
    standings = {one.enterprise_id: Standing.WAITING for one in candidates if _unnamed(one)}
    standings |= dict.fromkeys(withdrew, Standing.WITHDRAWN)
    standings |= dict.fromkeys(wishing, Standing.NAMED) | dict.fromkeys(group, Standing.GROUPED)
    return SettledQuarter(dict(sorted(standings.items())), small)


def _unnamed(one: Candidate) -> bool:
    return one.unnamed_before or not one.agrees


def _may_be_named(
    candidates: Sequence[Candidate], shown: Sequence[Group], known: Group
) -> tuple[Group, Group]:
    """Name those who agreed one after the other, as long as that tells of nobody; and give all known."""
    told = known | {one.enterprise_id for one in candidates if not _unnamed(one)}
    named: Group = frozenset()
    for one in candidates:
        wishes = one.agrees and one.unnamed_before
        if wishes and not exposed(shown, told | {one.enterprise_id}):
            named |= {one.enterprise_id}
            told |= {one.enterprise_id}
    return named, told


MOST_LEFT_OUT = 2  # are tried besides; a longer search finds little


def _largest(ids: Sequence[int], shown: Sequence[Group], told: Group, last_group: Group) -> Group:
    for group in _tries(ids, last_group):
        if len(group) >= SMALLEST_GROUP and not exposed([*shown, group], told):
            return group
    return frozenset()


def _tries(ids: Sequence[int], last_group: Group) -> Iterator[Group]:
    """Give the groups to try, the fewest left out first and the newest of them; then that of last quarter."""
    for left_out in range(MOST_LEFT_OUT + 1):
        for without in combinations(reversed(ids), left_out):
            yield frozenset(ids).difference(without)
    if last_group <= frozenset(ids):
        yield last_group


def _small_part(rest: Sequence[Candidate], group: Group, shown: Sequence[Group], told: Group) -> Group:
    """Give the small and micro of a group, where neither they nor the others are too few to be shown."""
    small = group & {one.enterprise_id for one in rest if one.small}
    others = group - small
    enough = len(small) >= SMALLEST_GROUP and (not others or len(others) >= SMALLEST_GROUP)
    return small if enough and not exposed([*shown, small], told) else frozenset()


@dataclass(frozen=True, slots=True)
class Tellable:
    """Of whom a figure may be told: of each of `named` by itself, of `group` only as one sum."""

    named: Group = frozenset()
    group: Group = frozenset()


def tellable(about: Group, named: Group, known: Group, groups: Iterable[Group]) -> Tellable:
    """Say of whom a figure may be told whose total, over everybody, is told exactly elsewhere.

    `about` have a part in it; `known` are the named and whose figures were open before; `groups` are those of
    the quarters that it touches. What the named leave of the total is the others' together: fewer than three
    whose figures are unknown, and nobody is told of. The group is told of where it was the same all the time,
    each of it has a part (a part of it one day and all of it the next would tell the difference), and the
    others beside it are not one alone.
    """
    rest = about - named
    if rest and len(rest - known) < SMALLEST_GROUP:
        return Tellable()
    settled = frozenset(groups)
    group = next(iter(settled)) if len(settled) == 1 else frozenset()
    whole = group <= about and len(group - known) >= SMALLEST_GROUP and not group & named
    return Tellable(about & named, group if whole and not exposed([rest, group], known) else frozenset())


def exposed(shown: Iterable[Group], known: AbstractSet[int]) -> Group:
    """Name whose figure sums and differences of the groups give, where those of `known` are known.

    A vector of one enterprise is in the span exactly where it is a row of the reduced echelon form.
    """
    unknown = [group - known for group in shown]
    columns = sorted(frozenset().union(*unknown))
    rows = [[Fraction(int(one in group)) for one in columns] for group in dict.fromkeys(unknown) if group]
    single = []
    for row in _reduced(rows):
        held = [column for column, value in zip(columns, row, strict=True) if value]
        if len(held) == 1:
            single += held
    return frozenset(single)


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Bring rows to their reduced echelon form, exactly."""
    done: list[list[Fraction]] = []
    for given in rows:
        row = given
        for other in done:
            row = _without(row, other)
        if any(row):
            first = next(value for value in row if value)
            row = [value / first for value in row]
            done = [_without(other, row) for other in done] + [row]
    return done


def _without(row: list[Fraction], other: list[Fraction]) -> list[Fraction]:
    """Take so much of another row away that nothing is left where that one begins."""
    place = next(column for column, value in enumerate(other) if value)
    times = row[place]
    if not times:
        return row
    return [value - times * taken for value, taken in zip(row, other, strict=True)]
