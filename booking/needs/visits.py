"""A visit to an enterprise: met, or met nobody and left the card; then it comes back on its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.needs.end_need import end
from booking.needs.models import ContactCard, Need, NeedState, NeedStep
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.needs.steps import count_days, take_step
from booking.parks.models import Park
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member
from booking.values.chinese_order import in_chinese_order
from booking.values.month import local_day


def visit(
    session: Session,
    enterprise: Enterprise,
    words: str,
    *,
    met: bool,
    visitor: Member,
    by: Actor,
    now: datetime,
) -> Need:
    """Write down a visit; one of the enterprise that waits already is this one.

    Met: it has its end. Nobody met: the card is left, and it is due again as any visit, in three working
    days. The same press twice on one day is one.
    """
    lock_enterprise(session, enterprise.id)
    park = session.get_one(Park, enterprise.park_id)
    action = Action.NEED_VISITED if met else Action.NEED_CARD_LEFT
    last = _last_visit(session, enterprise.id)
    if last is not None and _was_today(session, last, action, park, now):
        return last
    if last is None or last.is_over:
        said = SaidNeed(NeedKind.VISIT, words, enterprise=enterprise)
        last = raise_need(session, park, NeedAsker(visitor), said, by=by, now=now).need
    if met:
        end(session, last, action, by=by, now=now, words=words)
    else:
        last.opened_at = now
        count_days(session, last, NeedKind.VISIT, park)
        take_step(session, last, action, by=by, now=now, words=words)
    return last


def _last_visit(session: Session, enterprise_id: int) -> Need | None:
    theirs = select(Need).where(Need.enterprise_id == enterprise_id, Need.kind == NeedKind.VISIT)
    return session.scalars(theirs.order_by(Need.id.desc()).limit(1)).first()


def _was_today(session: Session, last: Need, action: Action, park: Park, now: datetime) -> bool:
    """Tell whether the last thing that happened to it was this, today."""
    wanted = select(NeedStep).where(NeedStep.need_id == last.id).order_by(NeedStep.id.desc()).limit(1)
    step = session.scalars(wanted).one()
    return step.action == action and local_day(step.at, park.zone) == local_day(now, park.zone)


@dataclass(frozen=True, slots=True)
class Called:
    """An enterprise that somebody looks after, with the last visit, and what waits."""

    card: ContactCard
    last: Need | None

    @property
    def waits(self) -> bool:
        """Tell whether nobody was met: it comes back on its day."""
        return self.last is not None and self.last.state is NeedState.OPEN

    def turn(self, now: datetime) -> tuple[int, float]:
        """Order it among the others: due, never called on, called on; each by when."""
        if self.last is None:
            return 1, 0.0
        if self.waits and self.last.due_at <= now:
            return 0, self.last.due_at.timestamp()
        return 2, (self.last.done_at or self.last.opened_at).timestamp()


def called_on_by(session: Session, park_id: int, member_id: int | None, *, now: datetime) -> Sequence[Called]:
    """List the enterprises of a liaison or deputy, or all, in two queries.

    Visits that are due come first, by their day; then who was never called on, then who was longest ago: a
    card that was left is a call, until its day has come.
    """
    wanted = (
        select(ContactCard)
        .join(Enterprise, Enterprise.id == ContactCard.enterprise_id)
        .where(Enterprise.park_id == park_id, Enterprise.left_on.is_(None))
        .options(joinedload(ContactCard.enterprise), joinedload(ContactCard.liaison))
    )
    if member_id is not None:
        mine = (ContactCard.liaison_id == member_id) | (ContactCard.deputy_id == member_id)
        wanted = wanted.where(mine)
    rows = session.scalars(wanted.order_by(Enterprise.id))
    cards = in_chinese_order(rows, lambda card: card.enterprise.short_name)
    newest = (
        select(func.max(Need.id))
        .where(Need.park_id == park_id, Need.kind == NeedKind.VISIT)
        .group_by(Need.enterprise_id)
    )
    visits = {need.enterprise_id: need for need in session.scalars(select(Need).where(Need.id.in_(newest)))}
    found = [Called(card, visits.get(card.enterprise_id)) for card in cards]
    return sorted(found, key=lambda one: one.turn(now))
