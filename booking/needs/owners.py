"""Who answers a need, and who looks after an enterprise."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.needs.models import ContactCard, Liaison, NeedOwner
from booking.needs.rules import NeedKind, NobodyAnswers, NotOurPeople
from booking.people.models import Enterprise, Member, Role
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
