"""Questions about savings: versions of a baseline, what enterprises say, signed reports.

And what area checked baselines say was given back that the register of idle places does not know yet.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.charges.models import MonthClose
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.jumps import Jump, jumps_of
from booking.savings.models import Baseline, BaselineState, DeclaredEffect, SavingsReport
from booking.savings.rules import version_in_force
from booking.savings.standings import held_enterprises
from booking.spaces.models import IdlePlace
from booking.values import Month, local_day


def versions_of(session: Session, enterprise_id: int) -> Sequence[Baseline]:
    """Give the versions of an enterprise's baseline, newest first, without those that were withdrawn."""
    return session.scalars(
        select(Baseline)
        .where(Baseline.enterprise_id == enterprise_id, Baseline.state != BaselineState.WITHDRAWN)
        .options(*WITH_ALL)
        .order_by(Baseline.valid_from.desc(), Baseline.id.desc())
    ).all()


WITH_ALL = (
    joinedload(Baseline.enterprise),
    joinedload(Baseline.document),
    joinedload(Baseline.created_by),
    joinedload(Baseline.decided_by),
)


def baseline_in(session: Session, park_id: int, baseline_id: int) -> Baseline | None:
    """Find a version of the park."""
    return session.scalar(
        select(Baseline).where(Baseline.id == baseline_id, Baseline.park_id == park_id).options(*WITH_ALL)
    )


def pending_baselines(session: Session, park_id: int, *, shown_only: bool = False) -> Sequence[Baseline]:
    """Give what waits to be checked, oldest first; `shown_only` of enterprises that the branch may see."""
    query = _pending(session, select(Baseline), park_id, shown_only=shown_only)
    return session.scalars(query.options(*WITH_ALL).order_by(Baseline.created_at, Baseline.id)).all()


def count_pending(session: Session, park_id: int, *, shown_only: bool = False) -> int:
    """Count what waits to be checked."""
    query = _pending(session, select(func.count(Baseline.id)), park_id, shown_only=shown_only)
    return session.scalar(query) or 0


def _pending(session: Session, query: Select[Any], park_id: int, *, shown_only: bool) -> Select[Any]:
    query = query.where(Baseline.park_id == park_id, Baseline.state == BaselineState.PENDING)
    if shown_only:
        query = query.join(Enterprise, Enterprise.id == Baseline.enterprise_id)
        query = query.where(Enterprise.may_be_named)
        query = query.where(Enterprise.id.not_in(held_enterprises(session, park_id)))
    return query


def version_before(session: Session, stated: Baseline, zone: ZoneInfo) -> Baseline | None:
    """Give the version that counts in the first month of another, were that one not there."""
    others = [one for one in versions_of(session, stated.enterprise_id) if one.id != stated.id]
    return version_in_force(others, Month.containing(stated.valid_from, zone))


def jumps_against(before: Baseline | None, stated: Baseline) -> tuple[Jump, ...]:
    """Name the figures of a version that lie far from those of the one before."""
    return jumps_of(stated.terms, before.terms if before else None)


def jumps_waiting(
    session: Session, pending: Sequence[Baseline], zone: ZoneInfo
) -> dict[int, tuple[Jump, ...]]:
    """Name the figures that jump in what waits to be checked, by version, with one query for all of them."""
    checked: dict[int, list[Baseline]] = defaultdict(list)
    of_them = Baseline.enterprise_id.in_({one.enterprise_id for one in pending})
    known = select(Baseline).where(of_them, Baseline.state == BaselineState.CHECKED)
    for row in session.scalars(known.order_by(Baseline.valid_from.desc(), Baseline.id.desc())):
        checked[row.enterprise_id].append(row)
    return {
        one.id: jumps_against(
            version_in_force(checked[one.enterprise_id], Month.containing(one.valid_from, zone)), one
        )
        for one in pending
    }


@dataclass(frozen=True, slots=True)
class MissingBaseline:
    """A tenant in no figure of a month: it stated no baseline for it, or `waiting` was not checked yet."""

    enterprise: Enterprise
    waiting: Baseline | None


def missing_baselines(
    session: Session, park_id: int, month: Month, *, until: datetime
) -> list[MissingBaseline]:
    """Give the tenants of a month without a checked baseline, as was known at an instant; two queries."""
    versions: dict[int, list[Baseline]] = defaultdict(list)
    known = (Baseline.park_id == park_id, Baseline.created_at <= until)
    for row in session.scalars(select(Baseline).where(*known).order_by(Baseline.id)):
        if row.valid_from <= month.first_day:
            versions[row.enterprise_id].append(row)
    there = (Enterprise.joined_on <= month.last_day, Enterprise.park_id == park_id)
    stays = or_(Enterprise.left_on.is_(None), Enterprise.left_on >= month.first_day)
    found = []
    for firm in session.scalars(select(Enterprise).where(*there, stays).order_by(Enterprise.id)):
        theirs = versions[firm.id]
        if any(one.checked_at is not None and one.checked_at <= until for one in theirs):
            continue
        waits = [one for one in theirs if one.decided_at is None or one.decided_at > until]
        found.append(MissingBaseline(firm, waits[-1] if waits else None))
    return found


def said_by(session: Session, enterprise_id: int) -> Sequence[DeclaredEffect]:
    """Give what an enterprise says of itself, newest first."""
    return session.scalars(
        select(DeclaredEffect)
        .where(DeclaredEffect.enterprise_id == enterprise_id)
        .order_by(DeclaredEffect.declared_on.desc(), DeclaredEffect.id.desc())
    ).all()


def effect_in(session: Session, park_id: int, effect_id: int) -> DeclaredEffect | None:
    """Find what an enterprise of the park says."""
    return session.scalar(
        select(DeclaredEffect).where(DeclaredEffect.id == effect_id, DeclaredEffect.park_id == park_id)
    )


def versions_of_report(session: Session, park_id: int, month: Month) -> Sequence[SavingsReport]:
    """Give the signed versions of a month's report, newest first."""
    return session.scalars(
        select(SavingsReport)
        .where(SavingsReport.park_id == park_id, SavingsReport.month_key == month.key)
        .options(joinedload(SavingsReport.signed_by))
        .order_by(SavingsReport.version.desc())
    ).all()


def is_closed(session: Session, park_id: int, month: Month) -> bool:
    """Tell whether the month is closed and all its invoices are out."""
    closed = session.get(MonthClose, (park_id, month.key))
    return closed is not None and closed.finished_at is not None


def opening_month(session: Session, park: Park, running: Month) -> Month:
    """Give the first month whose books were closed; the running one where none is."""
    first = session.scalar(select(func.min(MonthClose.month_key)).where(MonthClose.park_id == park.id))
    return Month.from_key(first, park.zone) if first else running


def months_to_sign(session: Session, park: Park) -> list[Month]:
    """Name the closed months without a signed report in which somebody had a checked baseline when closed.

    A baseline checked afterwards does not bring an old month up by itself: the branch finds it on its page.
    """
    reported = exists().where(
        SavingsReport.park_id == MonthClose.park_id, SavingsReport.month_key == MonthClose.month_key
    )
    closed = session.execute(
        select(MonthClose.month_key, MonthClose.finished_at)
        .where(MonthClose.park_id == park.id, MonthClose.finished_at.is_not(None), ~reported)
        .order_by(MonthClose.month_key)
    )
    months = []
    for key, finished_at in closed.all():
        month = Month.from_key(key, park.zone)
        known = exists().where(
            Baseline.park_id == park.id,
            Baseline.valid_from <= month.first_day,
            Baseline.state == BaselineState.CHECKED,
            Baseline.decided_at <= finished_at,
        )
        if session.scalar(select(known)):
            months.append(month)
    return months


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Area of an enterprise that is on no register, in hundredths of a square metre, and since when."""

    enterprise: Enterprise
    hundredths: int
    since: date


def given_back(session: Session, park: Park, *, now: datetime) -> list[GivenBack]:
    """Compare each enterprise's checked baseline in force with what the register has of it, largest first."""
    registered: dict[int | None, int] = {
        giver: int(area)
        for giver, area in session.execute(
            select(IdlePlace.given_back_by_id, func.sum(IdlePlace.area_hundredths))
            .where(IdlePlace.park_id == park.id)
            .group_by(IdlePlace.given_back_by_id)
        )
    }
    found = []
    for baseline, enterprise in _in_force(session, park, local_day(now, park.zone)):
        left = baseline.area_hundredths - baseline.own_area_hundredths - registered.get(enterprise.id, 0)
        if left > 0:
            found.append(GivenBack(enterprise, left, baseline.valid_from))
    return sorted(found, key=lambda one: (-one.hundredths, one.enterprise.id))


def _in_force(session: Session, park: Park, today: date) -> list[tuple[Baseline, Enterprise]]:
    """Give each enterprise's version in force: of the latest month, what was checked last."""
    rows = session.execute(
        select(Baseline, Enterprise)
        .join(Enterprise, Enterprise.id == Baseline.enterprise_id)
        .where(
            Baseline.park_id == park.id,
            Baseline.state == BaselineState.CHECKED,
            Baseline.valid_from <= today,
            Enterprise.left_on.is_(None),
        )
        .order_by(Baseline.enterprise_id, Baseline.valid_from, Baseline.decided_at, Baseline.id)
    ).all()
    latest = {enterprise.id: (baseline, enterprise) for baseline, enterprise in rows}
    return list(latest.values())
