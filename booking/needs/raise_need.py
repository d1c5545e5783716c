"""Say a need: it has an owner and a day by which it is answered from the first minute.

A visit to an enterprise is one, too: met, or met nobody and left the card; then it comes back on its day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor
from booking.documents.store import store
from booking.needs.liaisons import owner_of
from booking.needs.models import ContactCard, Need, NeedLink, NeedState, NeedStep
from booking.needs.rules import NeedKind, NothingAsked, check_phone, plain_phone, same_key
from booking.needs.steps import count_days, end, take_step
from booking.parks.models import Park
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member
from booking.people.queries import find_firm
from booking.people.tickets import hash_token
from booking.spaces.models import Area, Space
from booking.spaces.pictures import MEDIA_TYPE
from booking.values import local_day
from booking.values.chinese_order import in_chinese_order
from booking.values.reading import readable


@dataclass(frozen=True, slots=True)
class NeedAsker:
    """Who says a need: a member, or somebody without an account by name, company and telephone."""

    member: Member | None = None
    name: str = ""
    company: str = ""
    phone: str = ""

    @property
    def key(self) -> str:
        """What tells one from another."""
        if self.member is not None:
            return f"member {self.member.id}"
        return f"{self.name} {self.company} {plain_phone(self.phone)}"


@dataclass(frozen=True, slots=True)
class SaidNeed:
    """What is said: words, the place and the enterprise it is about, and a picture as `redrawn` gives it."""

    kind: NeedKind
    words: str
    space: Space | None = None
    area: Area | None = None
    enterprise: Enterprise | None = None
    picture: bytes | None = None


class Raised(NamedTuple):
    """The need, and whether it is new: the same once more is the one that is there.

    `token` is the secret of the asker's own link; "" where it was said by another browser, or by a member.
    """

    need: Need
    is_new: bool
    token: str = ""


TokenOf = Callable[[Need], str]
"""Gives the secret by which one browser, and no other, follows a need: the same one each time."""


def raise_need(
    session: Session,
    park: Park,
    asker: NeedAsker,
    said: SaidNeed,
    *,
    by: Actor,
    now: datetime,
    token_of: TokenOf | None = None,
) -> Raised:
    """Say a need; `token_of` makes the secret of the link by which somebody without an account follows it.

    Who says the same again at the same place, before it has its end, gets the need that is there; its link
    stays with who said it first, since others may know their name and telephone, and the answer is not for
    them. Raises NothingAsked, PhoneUnreadable and NobodyAnswers.
    """
    words = readable(said.words)
    if not words:
        raise NothingAsked
    phone = check_phone(asker.phone) if asker.member is None else ""
    of = said.enterprise.id if said.enterprise else ""
    key = same_key(f"{asker.key} {of}", words, said.space.id if said.space else None)
    need = _same(session, park, key)
    if is_new := need is None:
        if asker.member is None and said.enterprise is None:
            said = replace(said, enterprise=find_firm(session, park.id, asker.company))
        need = _new(park, asker, said, words, now)
        need.asker_phone, need.same_key = phone, key
        _fill(session, park, need, said, now)
        session.add(need)
        take_step(session, need, Action.NEED_RAISED, by=by, now=now)
    return Raised(need, is_new, _link(session, need, token_of(need), is_new=is_new) if token_of else "")


def _link(session: Session, need: Need, token: str, *, is_new: bool) -> str:
    """Give the secret of the link, made with the need; "" for who did not say it first."""
    if is_new:
        session.add(NeedLink(token_hash=hash_token(token), need_id=need.id))
        session.flush()
        return token
    return token if session.get(NeedLink, hash_token(token)) is not None else ""


def _same(session: Session, park: Park, key: str) -> Need | None:
    # Who says one thing at many places at once comes one after the other: the park's row is locked.
    session.execute(select(Park.id).where(Park.id == park.id).with_for_update(key_share=True))
    alike = (Need.park_id == park.id, Need.same_key == key, Need.state != NeedState.DONE)
    return session.scalar(select(Need).where(*alike))


def _new(park: Park, asker: NeedAsker, said: SaidNeed, words: str, now: datetime) -> Need:
    place = said.space.area_id if said.space else None
    if said.area is not None:
        place = said.area.id
    return Need(
        park_id=park.id,
        words=words,
        space_id=said.space.id if said.space else None,
        area_id=place,
        enterprise_id=said.enterprise.id if said.enterprise else None,
        member_id=asker.member.id if asker.member else None,
        asker_name="" if asker.member else asker.name.strip(),
        asker_company="" if asker.member else asker.company.strip(),
        raised_at=now,
        opened_at=now,
        state=NeedState.OPEN,
    )


def _fill(session: Session, park: Park, need: Need, said: SaidNeed, now: datetime) -> None:
    """Set its days, its owner and its picture."""
    count_days(session, need, said.kind, park)
    owner = owner_of(session, park.id, said.kind, area_id=need.area_id, enterprise_id=need.enterprise_id)
    need.owner_id = owner.id
    if said.picture is not None:
        need.picture_id = store(session, park.id, "need.webp", MEDIA_TYPE, said.picture, now=now).id


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
