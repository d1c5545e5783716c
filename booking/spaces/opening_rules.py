"""Set the opening rule of a kind or a space, or drop a space's own."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.facts import audited_facts
from booking.spaces.models import Kind, OpeningRule, Space
from booking.spaces.queries import opening_of
from booking.spaces.rules import FIGURES, Opening, check_opening


def set_kind_rule(
    session: Session, park_id: int, kind: Kind, opening: Opening, *, by: Actor, now: datetime
) -> bool:
    """Write the rule of a kind and tell whether it changed; raises what `check_opening` raises."""
    return _set(session, park_id, kind, None, opening, by, now)


def set_space_rule(session: Session, space: Space, opening: Opening, *, by: Actor, now: datetime) -> bool:
    """Write the space's own rule, which overrides its kind's whole; as `set_kind_rule`."""
    return _set(session, space.park_id, space.kind, space.id, opening, by, now)


def _set(
    session: Session,
    park_id: int,
    kind: Kind,
    space_id: int | None,
    opening: Opening,
    by: Actor,
    now: datetime,
) -> bool:
    check_opening(opening, by_day=kind is Kind.STORAGE)
    rule = find_rule(session, park_id, kind, space_id)
    before = opening_of(rule) if rule else None
    if before == opening:
        return False
    if rule is None:
        rule = OpeningRule(park_id=park_id, kind=kind, space_id=space_id)
        session.add(rule)
    for figure in FIGURES:
        setattr(rule, figure, getattr(opening, figure))
    session.flush()
    record(
        session,
        Action.RULE_SET,
        "opening_rule",
        rule.id,
        by=by,
        now=now,
        before=audited_facts(before) if before else None,
        after={"kind": kind.value, "space_id": space_id} | audited_facts(opening),
    )
    return True


def find_rule(session: Session, park_id: int, kind: Kind, space_id: int | None) -> OpeningRule | None:
    """Find the row of a kind (no space) or of a space, locked for a change."""
    wanted = select(OpeningRule).where(OpeningRule.park_id == park_id, OpeningRule.kind == kind)
    mine = OpeningRule.space_id.is_(None) if space_id is None else OpeningRule.space_id == space_id
    return session.scalar(wanted.where(mine).order_by(OpeningRule.id).with_for_update())


def drop_rule(
    session: Session, park_id: int, kind: Kind, space_id: int | None, *, by: Actor, now: datetime
) -> None:
    """Remove a space's own rule (its kind's holds again), or a kind's (the park's hours do); safe twice."""
    rule = find_rule(session, park_id, kind, space_id)
    if rule is None:
        return
    before = {"kind": kind.value, "space_id": space_id} | audited_facts(opening_of(rule))
    record(session, Action.RULE_DROPPED, "opening_rule", rule.id, by=by, now=now, before=before)
    session.delete(rule)
    session.flush()
