"""What area checked baselines say was given back, and the register of idle places does not know yet."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.models import Baseline, BaselineState
from booking.spaces.idle.models import IdlePlace
from booking.values.month import local_day


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
