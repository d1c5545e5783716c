"""Take a need over, hand it to a colleague, put its kind right, and what is found out about who asked."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.needs.models import Need
from booking.needs.owners import our_person
from booking.needs.rules import NeedKind, VisitStays
from booking.needs.steps import count_days, lock_need, take_step
from booking.parks.models import Park
from booking.people.models import Enterprise


def hand_over(
    session: Session, need_id: int, to_id: int, *, by: Actor, now: datetime, words: str = ""
) -> Need:
    """Make somebody else its owner, or oneself; the day by which it is answered stays.

    Raises NotOurPeople and NeedOver; who owns it already goes on owning it.
    """
    need = lock_need(session, need_id)
    owner = our_person(session, need.park_id, to_id)
    if need.owner_id != owner.id:
        need.owner_id = owner.id
        action = Action.NEED_TAKEN if owner.id == by.member_id else Action.NEED_HANDED_OVER
        take_step(session, need, action, by=by, now=now, words=words.strip() or owner.name)
    return need


def change_kind(session: Session, need_id: int, kind: NeedKind, *, by: Actor, now: datetime) -> Need:
    """Put its kind right; its days are counted again from when it was said.

    Raises NeedOver, and VisitStays: a visit, which tenants do not read, becomes no other need, nor they one.
    """
    need = lock_need(session, need_id)
    if (need.kind is NeedKind.VISIT) is not (kind is NeedKind.VISIT):
        raise VisitStays
    if need.kind is not kind:
        count_days(session, need, kind, session.get_one(Park, need.park_id))
        take_step(session, need, Action.NEED_KIND_CHANGED, by=by, now=now)
    return need


def check_asker(
    session: Session, need_id: int, enterprise: Enterprise | None, *, by: Actor, now: datetime
) -> Need:
    """Note that who asked by name was called and is real, and of which enterprise; twice is once.

    None: of none in the park, whatever company they named.
    """
    need = lock_need(session, need_id, over=True)
    if need.asker_checked_at is None:
        need.asker_checked_at = now
        need.enterprise_id = enterprise.id if enterprise else None
        words = enterprise.short_name if enterprise else ""
        take_step(session, need, Action.NEED_ASKER_CHECKED, by=by, now=now, words=words)
    return need
