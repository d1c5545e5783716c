"""What a stated baseline would change in the park's figures, told before anybody accepts it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.savings.models import Baseline
from booking.savings.report import read_sources
from booking.savings.report_data import EnterpriseSaving
from booking.savings.savings_data import read_savings_data
from booking.savings.visible_month import VisibleSaving, disclose
from booking.values import Month


@dataclass(frozen=True, slots=True)
class MonthChange:
    """A month of the park before and after, as either may be seen."""

    month: Month
    before: VisibleSaving
    after: VisibleSaving


LONGEST_PREVIEW = 12  # months


def changes_if_checked(session: Session, park: Park, stated: Baseline, *, now: datetime) -> list[MonthChange]:
    """Give the park's months that would change, newest first; what is signed stays as it is.

    Of a version that reaches far back the last twelve months are told.
    """
    months = _months(park, stated, now)
    if not months:
        return []
    sources = read_sources(session, park, months[-1], months[0], now=now)
    accepted = replace(sources, data=sources.data.if_checked(stated, now))
    changes = [
        MonthChange(month, sources.visible(month).total, disclose(accepted.fresh(month)).total)
        for month in months
        if month.key not in sources.signed
    ]
    return [change for change in changes if change.before != change.after]


def _months(park: Park, stated: Baseline, now: datetime) -> list[Month]:
    """Give the months a version would count in, from the running one back."""
    months: list[Month] = []
    month = Month.of(now, park.zone)
    while month.first_day >= stated.valid_from and len(months) < LONGEST_PREVIEW:
        months.append(month)
        month = month.previous
    return months


@dataclass(frozen=True, slots=True)
class OwnChange:
    """An enterprise's month as it counts, and as it would; None where nothing is in force."""

    month: Month
    before: EnterpriseSaving | None
    after: EnterpriseSaving


def own_change_if_checked(session: Session, park: Park, stated: Baseline, *, now: datetime) -> OwnChange:
    """Give the running month of the enterprise itself, or the first month of a version that begins later."""
    month = max(Month.of(now, park.zone), Month.containing(stated.valid_from, park.zone))
    data = read_savings_data(session, park, (month, month), now=now, enterprise_id=stated.enterprise_id)
    after = data.if_checked(stated, now).saving_of(stated.enterprise, month)
    assert after is not None  # noqa: S101 - a version valid by then is there
    return OwnChange(month, data.saving_of(stated.enterprise, month), after)
