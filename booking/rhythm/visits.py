"""Whom the liaisons called on in a month, and whether they met somebody: visits are needs."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.needs.models import Need, NeedStep
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.values.month import Month

CALLS = (Action.NEED_VISITED.value, Action.NEED_CARD_LEFT.value)


class Call(NamedTuple):
    """A visit to an enterprise in a month: the need that tells of it, and whether somebody was met."""

    need_id: int
    met: bool


def last_visits(session: Session, enterprise_ids: Collection[int]) -> dict[int, int]:
    """Give the need that tells of the latest visit to each enterprise that was visited, in one query."""
    rows = session.execute(
        select(Need.enterprise_id, func.max(Need.id))
        .where(Need.enterprise_id.in_(enterprise_ids), Need.kind == NeedKind.VISIT)
        .group_by(Need.enterprise_id)
    )
    return {enterprise_id: need_id for enterprise_id, need_id in rows if enterprise_id is not None}


def visits_of(session: Session, park: Park, month: Month) -> dict[int, bool]:
    """Tell of each enterprise called on in a month whether somebody was met; else a card was left."""
    return {enterprise_id: call.met for enterprise_id, call in calls_of(session, park, month).items()}


def calls_of(session: Session, park: Park, month: Month) -> dict[int, Call]:
    """Give the call on each enterprise that was called on in a month: the first where somebody was met."""
    rows = session.execute(
        select(Need.enterprise_id, Need.id, NeedStep.action)
        .join(NeedStep, NeedStep.need_id == Need.id)
        .where(Need.park_id == park.id, Need.kind == NeedKind.VISIT, NeedStep.action.in_(CALLS))
        .where(NeedStep.at >= month.span.start, NeedStep.at < month.span.end)
        .order_by(NeedStep.id)
    )
    found: dict[int, Call] = {}
    for enterprise_id, need_id, action in rows:
        if enterprise_id is None:
            continue
        there = found.get(enterprise_id)
        if there is None or not there.met:
            found[enterprise_id] = Call(need_id, action == Action.NEED_VISITED.value)
    return found
