"""Write down what an enterprise says it did or reached, or take it back; never shown as caused by saving."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.models import DeclaredEffect
from booking.savings.rules import EffectInFuture
from booking.values import local_day


def declare_effect(
    session: Session,
    enterprise: Enterprise,
    declared_on: date,
    title: str,
    figure: str,
    *,
    by: Actor,
    now: datetime,
) -> DeclaredEffect:
    """Keep it under its local day; raises EffectInFuture."""
    today = local_day(now, session.get_one(Park, enterprise.park_id).zone)
    if declared_on > today:
        raise EffectInFuture(today)
    effect = DeclaredEffect(
        park_id=enterprise.park_id,
        enterprise_id=enterprise.id,
        declared_on=declared_on,
        title=title.strip(),
        figure=figure.strip(),
        created_by_id=by.member_id,
    )
    session.add(effect)
    session.flush()
    after = {"enterprise_id": enterprise.id, "title": effect.title, "figure": effect.figure}
    record(
        session, Action.EFFECT_DECLARED, "declared_effect", effect.id,
        by=by, now=now, after=after, park_id=enterprise.park_id,
    )  # fmt: skip
    return effect


def withdraw_effect(session: Session, effect: DeclaredEffect, *, by: Actor, now: datetime) -> None:
    """Remove the row; the audit trail keeps what it said."""
    before = {"enterprise_id": effect.enterprise_id, "title": effect.title, "figure": effect.figure}
    record(
        session, Action.EFFECT_WITHDRAWN, "declared_effect", effect.id,
        by=by, now=now, before=before, park_id=effect.park_id,
    )  # fmt: skip
    session.delete(effect)
