"""Who looks after which enterprise, how they are reached, and who answers which needs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor
from booking.audit.trail import change_row, record
from booking.db import NO_KEY_UPDATE
from booking.documents.store import store
from booking.needs.models import ContactCard, Liaison, NeedOwner
from booking.needs.rules import NeedKind, NobodyAnswers, NotOurPeople, SameDeputy, check_phone
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member, Role
from booking.spaces.pictures import MEDIA_TYPE
from booking.values.chinese_order import in_chinese_order


def owner_of(
    session: Session, park_id: int, kind: NeedKind, *, area_id: int | None, enterprise_id: int | None
) -> Member:
    """Give who answers it, with an open account; raises NobodyAnswers where the park has nobody at all.

    Whoever looks after a place hears of it first, then whoever has the kind, then the enterprise's liaison
    or the deputy, then the administrator who was there first.
    """
    staff = _staff(session, park_id)
    if not staff:
        raise NobodyAnswers
    here = [member_id for member_id in _named(session, park_id, kind, area_id) if member_id in staff]
    here += [one for one in _liaisons(session, enterprise_id) if one in staff]
    return staff[here[0]] if here else next(iter(staff.values()))


def _staff(session: Session, park_id: int) -> dict[int, Member]:
    """Give the park's own people with an open account, administrators first."""
    ours = (Member.park_id == park_id, Member.enterprise_id.is_(None), Member.active)
    wanted = select(Member).where(*ours).order_by(Member.role != Role.ADMIN, Member.id)
    return {member.id: member for member in session.scalars(wanted)}


def _named(session: Session, park_id: int, kind: NeedKind, area_id: int | None) -> list[int]:
    of_kind = NeedOwner.kind == kind
    theirs = of_kind if area_id is None else of_kind | (NeedOwner.area_id == area_id)
    wanted = select(NeedOwner.area_id, NeedOwner.member_id).where(NeedOwner.park_id == park_id, theirs)
    rows = session.execute(wanted.order_by(NeedOwner.id)).all()
    return [row.member_id for row in sorted(rows, key=lambda row: row.area_id is None)]


def _liaisons(session: Session, enterprise_id: int | None) -> list[int]:
    if enterprise_id is None:
        return []
    wanted = select(ContactCard.liaison_id, ContactCard.deputy_id)
    row = session.execute(wanted.where(ContactCard.enterprise_id == enterprise_id)).first()
    return [one for one in row if one is not None] if row else []


def our_person(session: Session, park_id: int, member_id: int) -> Member:
    """Find one of the park's own people with an open account; raises NotOurPeople."""
    member = session.get(Member, member_id)
    if member is None or member.park_id != park_id or member.enterprise_id is not None or not member.active:
        raise NotOurPeople
    return member


WITH_FACES = (
    joinedload(ContactCard.enterprise),
    joinedload(ContactCard.liaison),
    joinedload(ContactCard.deputy),
)


def card_of(session: Session, park_id: int, enterprise_id: int) -> ContactCard | None:
    """Find the contact card of an enterprise of the park."""
    wanted = select(ContactCard).join(Enterprise, Enterprise.id == ContactCard.enterprise_id)
    here = (ContactCard.enterprise_id == enterprise_id, Enterprise.park_id == park_id)
    return session.scalar(wanted.where(*here).options(*WITH_FACES))


def card_by_code(session: Session, card_code: str) -> ContactCard | None:
    """Find the contact card whose code was scanned, of whichever park."""
    return session.scalar(select(ContactCard).where(ContactCard.card_code == card_code).options(*WITH_FACES))


def cards_in(session: Session, park_id: int) -> Mapping[int, ContactCard]:
    """Give the contact cards of a park by enterprise."""
    wanted = select(ContactCard).join(Enterprise, Enterprise.id == ContactCard.enterprise_id)
    rows = session.scalars(wanted.where(Enterprise.park_id == park_id).order_by(ContactCard.enterprise_id))
    return {card.enterprise_id: card for card in rows}


def looked_after(session: Session, park_id: int) -> Sequence[Enterprise]:
    """Give the enterprises of a park that have not left, by name."""
    here = (Enterprise.park_id == park_id, Enterprise.left_on.is_(None))
    found = session.scalars(select(Enterprise).where(*here).order_by(Enterprise.id))
    return in_chinese_order(found, lambda one: one.short_name)


def faces_of(session: Session, member_ids: Iterable[int]) -> Mapping[int, Liaison]:
    """Give how liaisons are reached, by member."""
    wanted = select(Liaison).where(Liaison.member_id.in_(list(member_ids)))
    return {one.member_id: one for one in session.scalars(wanted.order_by(Liaison.member_id))}


def owners_in(session: Session, park_id: int) -> Sequence[NeedOwner]:
    """Give who answers the needs of a kind or a place in a park."""
    return session.scalars(select(NeedOwner).where(NeedOwner.park_id == park_id).order_by(NeedOwner.id)).all()


def is_face(session: Session, park_id: int, document_id: int) -> bool:
    """Tell whether this is the photograph of a liaison of the park."""
    ours = (Member.park_id == park_id, Liaison.picture_id == document_id)
    wanted = select(Liaison.member_id).join(Member, Member.id == Liaison.member_id).where(*ours)
    return session.scalar(wanted.limit(1)) is not None


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
    named = [
        our_person(session, enterprise.park_id, one) for one in (liaison_id, deputy_id) if one is not None
    ]
    if card is None:
        card = ContactCard(enterprise_id=enterprise.id, card_code=code())
        session.add(card)
    card.liaison_id, card.deputy_id = liaison_id, deputy_id
    session.flush()
    after = {"liaison": named[0].name, "deputy": named[1].name if deputy_id is not None else ""}
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
