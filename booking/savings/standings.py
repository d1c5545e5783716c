"""How enterprises stood in each settled quarter, and settling one: once, by `disclosure.py`.

Settling says who is named, who counts in the group of the unnamed, and who waits.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.db import lock_row
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.disclosure import (
    QUARTER_MONTHS,
    QUARTERS_AROUND,
    Candidate,
    Group,
    SettledQuarter,
    Standing,
    first_of_quarter,
    settle_groups,
)
from booking.savings.models import Baseline, BaselineState, DisclosureQuarter, EnterpriseStanding
from booking.savings.savings_data import SMALL, read_savings_data
from booking.values import Month


@dataclass(frozen=True, slots=True)
class Standings:
    """The settled quarters, by the key of their first month, and how each enterprise stands last."""

    quarters: Mapping[int, SettledQuarter] = field(default_factory=dict)
    last: Mapping[int, Standing] = field(default_factory=dict)
    settled_at: datetime | None = None  # the last of them

    def of(self, month: Month) -> SettledQuarter:
        """Give the quarter of a month; of one that is not settled, one that shows no group."""
        return self.quarters.get(first_of_quarter(month).key, SettledQuarter())

    def holds(self, enterprise_id: int) -> bool:
        """Tell whether an enterprise that agreed has to wait for the next quarter to be named."""
        return self.last.get(enterprise_id, Standing.NAMED) is not Standing.NAMED

    def names(self, enterprise_id: int, month: Month) -> bool:
        """Tell whether an enterprise that agreed is named in a month: nothing holds it, now or in that month.

        Its quarters of before stay unnamed: what was told of others beside it could be taken from it else.
        """
        then = self.of(month).standings.get(enterprise_id, Standing.NAMED)
        return then is Standing.NAMED and not self.holds(enterprise_id)

    def unnamed_then(self) -> frozenset[tuple[int, int]]:
        """Give the enterprises that are no longer held, with the keys of the months that held them."""
        return frozenset(
            (enterprise_id, key + later)
            for key, settled in self.quarters.items()
            for enterprise_id, standing in settled.standings.items()
            if standing is not Standing.NAMED and not self.holds(enterprise_id)
            for later in range(QUARTER_MONTHS)
        )


def held_enterprises(session: Session, park_id: int) -> frozenset[int]:
    """Name those who are not named before the next quarter, even if they agree."""
    standings = standings_of(session, park_id)
    return frozenset(one for one in standings.last if standings.holds(one))


def shown_enterprises(session: Session, park_id: int) -> frozenset[int]:
    """Name those whose figures the branch may see: they agreed, and nothing holds them. Three queries."""
    agreed = select(Enterprise.id).where(Enterprise.park_id == park_id, Enterprise.may_be_named)
    return frozenset(session.scalars(agreed)) - held_enterprises(session, park_id)


def named_since(session: Session, park: Park, day: date) -> frozenset[int]:
    """Name those of them who were named in each month from a local day's on."""
    key = Month.containing(day, park.zone).key
    unnamed = standings_of(session, park.id).unnamed_then()
    return shown_enterprises(session, park.id) - {one for one, then in unnamed if then >= key}


@dataclass(frozen=True, slots=True)
class Known:
    """Whose use the branch may know: of `shown` all but of the months in which they were `unnamed_then`.

    Of who withdrew it is known what they used `before`, so that they hide nobody beside them.
    """

    shown: frozenset[int]
    before: frozenset[int]
    unnamed_then: frozenset[tuple[int, int]]  # enterprise, month's key


def known_to_branch(session: Session, park_id: int) -> Known:
    """Read whose figures the branch may know by now, in three queries."""
    standings = standings_of(session, park_id)
    withdrew = Enterprise.naming_withdrawn_at.is_not(None)
    rows = session.execute(
        select(Enterprise.id, Enterprise.may_be_named, withdrew)
        .where(Enterprise.park_id == park_id, or_(Enterprise.may_be_named, withdrew))
        .order_by(Enterprise.id)
    ).all()
    return Known(
        frozenset(one for one, agrees, _ in rows if agrees and not standings.holds(one)),
        frozenset(one for one, _, once in rows if once),
        standings.unnamed_then(),
    )


def shown_before(session: Session, park_id: int) -> frozenset[int]:
    """Name those who agreed once and withdrew: what they used then is known, and hides nobody beside them."""
    withdrew = Enterprise.naming_withdrawn_at.is_not(None)
    return frozenset(session.scalars(select(Enterprise.id).where(Enterprise.park_id == park_id, withdrew)))


def may_be_shown_in(session: Session, enterprise: Enterprise, month: Month) -> bool:
    """Tell whether the branch may see an enterprise's papers of a month: it agreed, and is named in it."""
    standings = standings_of(session, enterprise.park_id)
    return enterprise.may_be_named and standings.names(enterprise.id, month)


def may_be_shown(session: Session, enterprise: Enterprise) -> bool:
    """Tell whether the branch may see an enterprise's figures and papers: it agreed, and nothing holds it."""
    return enterprise.may_be_named and enterprise.id not in held_enterprises(session, enterprise.park_id)


def standings_of(session: Session, park_id: int) -> Standings:
    """Read them all: two queries."""
    quarters = session.scalars(
        select(DisclosureQuarter)
        .where(DisclosureQuarter.park_id == park_id)
        .order_by(DisclosureQuarter.quarter_key)
    ).all()
    rows = session.scalars(
        select(EnterpriseStanding)
        .join(DisclosureQuarter, DisclosureQuarter.id == EnterpriseStanding.quarter_id)
        .where(DisclosureQuarter.park_id == park_id)
        .order_by(DisclosureQuarter.quarter_key, EnterpriseStanding.enterprise_id)
    )
    found: dict[int, list[EnterpriseStanding]] = defaultdict(list)
    last: dict[int, Standing] = {}
    for row in rows:
        found[row.quarter_id].append(row)
        last[row.enterprise_id] = row.standing
    settled_at = max((one.settled_at for one in quarters), default=None)
    return Standings({one.quarter_key: _settled(found[one.id]) for one in quarters}, last, settled_at)


def _settled(rows: list[EnterpriseStanding]) -> SettledQuarter:
    small = frozenset(row.enterprise_id for row in rows if row.in_small_group)
    return SettledQuarter({row.enterprise_id: row.standing for row in rows}, small)


def settle_quarter(session: Session, park: Park, quarter: Month, *, now: datetime) -> bool:
    """Settle the quarter that begins with a month, from who counts in that month; tells whether it was open.

    A quarter is settled once: afterwards this changes nothing.
    """
    lock_row(session, Park, park.id)
    standings = standings_of(session, park.id)
    if quarter.key in standings.quarters:
        return False
    data = read_savings_data(session, park, (quarter, quarter), now=now)
    candidates = [
        Candidate(
            one.id, agrees=one.may_be_named, small=one.size in SMALL, unnamed_before=standings.holds(one.id)
        )
        for one in sorted(data.present(quarter), key=lambda one: one.id)
        if data.saving_of(one, quarter) is not None
    ]
    settled = settle_groups(
        candidates,
        list(_around(standings, quarter)),
        named=frozenset(
            one.id for one in data.enterprises if one.may_be_named and not standings.holds(one.id)
        ),
        withdrew=_withdrew(data.enterprises, standings),
        last_group=standings.of(quarter.later(-QUARTER_MONTHS)).group,
    )
    _keep(session, park, quarter, settled, now)
    return True


_AROUND = QUARTERS_AROUND * QUARTER_MONTHS


def _around(standings: Standings, quarter: Month) -> Iterator[SettledQuarter]:
    """Walk through the settled quarters so near that twelve months can touch both."""
    first, last = quarter.later(-_AROUND).key, quarter.later(_AROUND).key
    for key, settled in standings.quarters.items():
        if first <= key <= last:
            yield settled


def _withdrew(enterprises: Iterable[Enterprise], standings: Standings) -> Group:
    """Name those who were named after the last quarter was settled, and withdrew."""
    since = standings.settled_at
    return frozenset(
        one.id
        for one in enterprises
        if not one.may_be_named and not standings.holds(one.id)
        if one.naming_withdrawn_at and (since is None or one.naming_withdrawn_at >= since)
    )


def _keep(session: Session, park: Park, quarter: Month, settled: SettledQuarter, now: datetime) -> None:
    row = DisclosureQuarter(park_id=park.id, quarter_key=quarter.key, settled_at=now)
    session.add(row)
    session.flush()
    session.add_all(
        EnterpriseStanding(
            quarter_id=row.id,
            enterprise_id=enterprise_id,
            standing=standing,
            in_small_group=enterprise_id in settled.small,
        )
        for enterprise_id, standing in settled.standings.items()
    )
    session.flush()


def quarters_to_settle(session: Session, park: Park, now: datetime) -> list[Month]:
    """Give the quarters up to the running one that nobody has settled, from the first with a baseline on.

    None that lies before one that is settled: who withdrew since is kept with the latest quarter, and one
    that a baseline of long ago brings up would be taken for it. Its months show no group.
    """
    earliest = session.scalar(
        select(func.min(Baseline.valid_from)).where(
            Baseline.park_id == park.id, Baseline.state == BaselineState.CHECKED
        )
    )
    if earliest is None:
        return []
    founded = session.scalar(select(func.min(Enterprise.joined_on)).where(Enterprise.park_id == park.id))
    quarter = first_of_quarter(Month.containing(max(earliest, founded or earliest), park.zone))
    newest = max(standings_of(session, park.id).quarters, default=0)
    due = []
    while quarter <= Month.of(now, park.zone):
        if quarter.key > newest:
            due.append(quarter)
        quarter = quarter.later(QUARTER_MONTHS)
    return due
