"""How many minutes the park lets somebody have: set, set anew, taken away."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import Limit, QuotaHoursBackwards, check_not_beyond
from booking.reservations.space_queries import spaces_in_service


def set_quota(session: Session, wanted: Quota, *, by: Actor, now: datetime) -> Quota:
    """Set a quota, or how many minutes the one there is leaves; the same once more changes nothing.

    What is booked already stays. Raises QuotaHoursBackwards, QuotaBeyondTime.
    """
    if wanted.until_minute <= wanted.from_minute:
        raise QuotaHoursBackwards
    if wanted.minutes is not None:
        limit = Limit(wanted.per, wanted.period, wanted.from_minute, wanted.until_minute, wanted.minutes)
        check_not_beyond(limit, len(spaces_in_service(session, wanted.park_id, wanted.kind, now)))
    there = quota_like(session, wanted)
    if there is not None and there.minutes == wanted.minutes:
        return there
    before = _facts(there) if there is not None else None
    if there is None:
        there = wanted
        session.add(there)
    there.minutes = wanted.minutes
    session.flush()
    record(session, Action.QUOTA_SET, "quota", there.id, by=by, now=now, before=before, after=_facts(there))
    return there


SAME = ("park_id", "enterprise_id", "kind", "per", "period", "from_minute", "until_minute")


def quota_like(session: Session, wanted: Quota) -> Quota | None:
    """Find the quota that setting this one would change, and lock it; None where there is none yet."""
    where = [getattr(Quota, name).is_not_distinct_from(getattr(wanted, name)) for name in SAME]
    return session.scalar(select(Quota).where(*where).with_for_update())


def drop_quota(session: Session, quota: Quota, *, by: Actor, now: datetime) -> None:
    """Take a quota away; for one enterprise the one for all then holds again."""
    session.delete(quota)
    session.flush()
    record(session, Action.QUOTA_DROPPED, "quota", quota.id, by=by, now=now, before=_facts(quota))


def _facts(quota: Quota) -> dict[str, Any]:
    told = ("enterprise_id", "kind", "per", "period", "from_minute", "until_minute", "minutes")
    return {name: getattr(quota, name) for name in told}
