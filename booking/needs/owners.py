"""Who answers a need: its place's, its kind's, the enterprise's liaison, else an administrator."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.needs.models import ContactCard, NeedOwner
from booking.needs.rules import NeedKind, NobodyAnswers, NotOurPeople
from booking.people.models import Member, Role

STAFF = (Role.ADMIN, Role.BRANCH)


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
    if member is None or member.park_id != park_id or member.role not in STAFF or not member.active:
        raise NotOurPeople
    return member
