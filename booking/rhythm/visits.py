"""Whom the liaisons called on in a month, and whether they met somebody: visits are needs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.needs.models import Need, NeedStep
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.values.month import Month

CALLS = (Action.NEED_VISITED.value, Action.NEED_CARD_LEFT.value)


def visits_of(session: Session, park: Park, month: Month) -> dict[int, bool]:
    """Tell of each enterprise called on in a month whether somebody was met; else a card was left."""
    rows = session.execute(
        select(Need.enterprise_id, NeedStep.action)
        .join(NeedStep, NeedStep.need_id == Need.id)
        .where(Need.park_id == park.id, Need.kind == NeedKind.VISIT, NeedStep.action.in_(CALLS))
        .where(NeedStep.at >= month.span.start, NeedStep.at < month.span.end)
        .order_by(NeedStep.id)
    )
    found: dict[int, bool] = {}
    for enterprise_id, action in rows:
        if enterprise_id is None:
            continue
        met = action == Action.NEED_VISITED.value
        found[enterprise_id] = met or found.get(enterprise_id, False)
    return found
