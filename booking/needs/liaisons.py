"""Who looks after which enterprise, how they are reached, and who answers which needs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import change_row, record
from booking.db import NO_KEY_UPDATE
from booking.documents.store import store
from booking.needs.models import ContactCard, Liaison, NeedOwner
from booking.needs.owners import our_person
from booking.needs.rules import NeedKind, SameDeputy, check_phone
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member
from booking.spaces.pictures import MEDIA_TYPE

Pair = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is to look after an enterprise, liaison and deputy, and who did where this was chosen."""

    enterprise: Enterprise
    wanted: Pair
    was: Pair


def assign_liaisons(
    session: Session, assignments: Iterable[Assignment], *, code: Callable[[], str], by: Actor, now: datetime
) -> list[Enterprise]:
    """Set liaisons and deputies; gives the enterprises that somebody else changed meanwhile, which stay.

    `code` makes the secret of a new card; an old one keeps its own, since it may hang on a wall. Nobody
    chosen leaves the enterprise as it is. Raises NotOurPeople and SameDeputy.
    """
    changed_meanwhile = []
    for one in assignments:
        liaison_id, deputy_id = one.wanted
        if liaison_id is None or one.wanted == one.was:
            continue
        lock_enterprise(session, one.enterprise.id)
        card = session.get(
            ContactCard, one.enterprise.id, with_for_update=NO_KEY_UPDATE, populate_existing=True
        )
        there = (card.liaison_id, card.deputy_id) if card else (None, None)
        if there not in {one.was, one.wanted}:
            changed_meanwhile.append(one.enterprise)
            continue
        _assign(session, one.enterprise, card, liaison_id, deputy_id, code, by, now)
    return changed_meanwhile


def _assign(
    session: Session,
    enterprise: Enterprise,
    card: ContactCard | None,
    liaison_id: int,
    deputy_id: int | None,
    code: Callable[[], str],
    by: Actor,
    now: datetime,
) -> None:
    if deputy_id == liaison_id:
        raise SameDeputy
    named = [our_person(session, enterprise.park_id, one) for one in (liaison_id, deputy_id) if one]
    if card is None:
        card = ContactCard(enterprise_id=enterprise.id, card_code=code())
        session.add(card)
    card.liaison_id, card.deputy_id = liaison_id, deputy_id
    session.flush()
    after = {"liaison": named[0].name, "deputy": named[1].name if deputy_id else ""}
    record(session, Action.LIAISON_SET, "enterprise", enterprise.id, by=by, now=now, after=after)


def edit_liaison(
    session: Session, member: Member, phone: str, drawn: bytes | None, *, by: Actor, now: datetime
) -> Liaison:
    """Set the telephone on the card, and the photograph where one is given; raises PhoneUnreadable."""
    row = session.get(Liaison, member.id) or Liaison(member_id=member.id, phone="")
    session.add(row)
    facts: dict[str, Any] = {"phone": check_phone(phone)}
    if drawn is not None:
        name = f"liaison-{member.id}.webp"
        facts["picture_id"] = store(session, member.park_id, name, MEDIA_TYPE, drawn, now=now).id
    before, after = change_row(row, facts)
    session.flush()
    if after:
        record(
            session, Action.LIAISON_EDITED, "liaison", member.id, park_id=member.park_id,
            by=by, now=now, before=before, after=after,
        )  # fmt: skip
    return row


def set_owner(
    session: Session,
    park_id: int,
    of: NeedKind | int,
    member_id: int | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Set who answers needs of a kind, or of a place (its id); None: nobody in particular. Twice is once."""
    column = NeedOwner.kind if isinstance(of, NeedKind) else NeedOwner.area_id
    wanted = select(NeedOwner).where(NeedOwner.park_id == park_id, column == of)
    row = session.scalar(wanted.with_for_update(key_share=True))
    if member_id == (row.member_id if row else None):
        return
    name = our_person(session, park_id, member_id).name if member_id is not None else ""
    if row is not None and member_id is None:
        session.delete(row)
    elif member_id is not None:
        row = row or NeedOwner(park_id=park_id, **{column.key: of})
        row.member_id = member_id
        session.add(row)
    session.flush()
    kind = {"kind": of.value} if isinstance(of, NeedKind) else {"area_id": of}
    record(
        session, Action.NEED_OWNER_SET, "need_owner", row.id if row else None, park_id=park_id,
        by=by, now=now, after=kind | {"who": name},
    )  # fmt: skip
