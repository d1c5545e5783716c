"""Questions about savings: versions of a baseline, what enterprises say, published reports."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from booking.charges.models import MonthClose
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.models import Baseline, BaselineState, DeclaredEffect, SavingsReport
from booking.savings.rules import version_in_force
from booking.values.month import Month


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


def pending_baselines(session: Session, park_id: int, *, named: bool | None = None) -> Sequence[Baseline]:
    """Give what waits to be checked, oldest first; `named` picks by whether enterprises agreed to be."""
    return session.scalars(
        _pending(select(Baseline), park_id, named=named)
        .options(*WITH_ALL)
        .order_by(Baseline.created_at, Baseline.id)
    ).all()


def count_pending(session: Session, park_id: int, *, named: bool | None = None) -> int:
    """Count what waits to be checked."""
    return session.scalar(_pending(select(func.count(Baseline.id)), park_id, named=named)) or 0


def _pending(query: Select[Any], park_id: int, *, named: bool | None) -> Select[Any]:
    query = query.where(Baseline.park_id == park_id, Baseline.state == BaselineState.PENDING)
    if named is not None:
        query = query.join(Enterprise, Enterprise.id == Baseline.enterprise_id)
        query = query.where(Enterprise.may_be_named == named)
    return query


def version_before(session: Session, stated: Baseline, zone: ZoneInfo) -> Baseline | None:
    """Give the version that counts in the first month of another, were that one not there."""
    others = [one for one in versions_of(session, stated.enterprise_id) if one.id != stated.id]
    return version_in_force(others, Month.containing(stated.valid_from, zone))


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


def report_of(session: Session, park_id: int, month: Month) -> SavingsReport | None:
    """Find the published report of a month."""
    return session.scalar(
        select(SavingsReport).where(SavingsReport.park_id == park_id, SavingsReport.month_key == month.key)
    )


def reports_since(session: Session, park_id: int, first: Month) -> dict[int, SavingsReport]:
    """Give the published reports of a month and all later ones, by the month's key."""
    rows = session.scalars(
        select(SavingsReport)
        .where(SavingsReport.park_id == park_id, SavingsReport.month_key >= first.key)
        .order_by(SavingsReport.month_key)
    )
    return {row.month_key: row for row in rows}


def is_closed(session: Session, park_id: int, month: Month) -> bool:
    """Tell whether the month is closed and all its invoices are out."""
    closed = session.get(MonthClose, (park_id, month.key))
    return closed is not None and closed.finished_at is not None


def months_to_publish(session: Session, park: Park) -> list[Month]:
    """Name the closed months without a report in which somebody had a checked baseline when they were closed.

    A baseline checked afterwards does not make an old report by itself: freezing it while enterprises
    are still entering theirs would freeze half of them. The branch publishes those by hand.
    """
    closed = session.execute(
        select(MonthClose.month_key, MonthClose.finished_at)
        .where(MonthClose.park_id == park.id, MonthClose.finished_at.is_not(None))
        .where(
            ~exists().where(
                SavingsReport.park_id == MonthClose.park_id, SavingsReport.month_key == MonthClose.month_key
            )
        )
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
