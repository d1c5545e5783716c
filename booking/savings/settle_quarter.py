"""Settle a quarter once: who is named, who counts in the group of the unnamed, who waits."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.db import NO_KEY_UPDATE
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.disclosure import (
    QUARTER_MONTHS,
    QUARTERS_AROUND,
    Candidate,
    Group,
    SettledQuarter,
    first_of_quarter,
    settle_groups,
)
from booking.savings.models import Baseline, BaselineState, DisclosureQuarter, EnterpriseStanding
from booking.savings.savings_data import SMALL, read_savings_data
from booking.savings.standings import Standings, standings_of
from booking.values.month import Month


def settle_quarter(session: Session, park: Park, quarter: Month, *, now: datetime) -> bool:
    """Settle the quarter that begins with a month, from who counts in that month; tells whether it was open.

    A quarter is settled once: afterwards this changes nothing.
    """
    session.get_one(Park, park.id, with_for_update=NO_KEY_UPDATE)
    standings = standings_of(session, park.id)
    if quarter.key in standings.quarters:
        return False
    data = read_savings_data(session, park, (quarter, quarter), now=now)
    candidates = [
        Candidate(
            one.id, agrees=one.may_be_named, small=one.size in SMALL, unnamed_before=standings.holds(one.id)
        )
        for one in sorted(data.present(quarter), key=lambda one: one.id)
        if data.entry(one, quarter) is not None
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
