"""Say a need: it has an owner and a day by which it is answered from the first minute."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.documents.store import store
from booking.needs.models import Need, NeedLink, NeedState
from booking.needs.owners import owner_of
from booking.needs.rules import NeedKind, NothingAsked, check_phone, plain_phone, same_key
from booking.needs.steps import count_days, take_step
from booking.parks.models import Park
from booking.people.find_firm import find_firm
from booking.people.models import Enterprise, Member
from booking.people.tickets import hash_token
from booking.spaces.models import Area, Space
from booking.spaces.pictures import MEDIA_TYPE
from booking.values.readable import readable


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
