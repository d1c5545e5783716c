"""What is asked about people and enterprises, also by the name that somebody typed."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.people.models import Enterprise, Member, Role
from booking.values.chinese_order import in_chinese_order
from booking.values.names import plain


def demo_accounts(session: Session) -> Sequence[Member]:
    """Give the first active member of each role, for the demo's sign-in page."""
    first = select(func.min(Member.id)).where(Member.active).group_by(Member.role)
    return session.scalars(select(Member).where(Member.id.in_(first)).order_by(Member.id)).all()


def other_managers(session: Session, member: Member) -> int:
    """Count the other active managers of a member's enterprise."""
    others = select(func.count()).select_from(Member).where(Member.id != member.id, Member.active)
    mine = others.where(Member.enterprise_id == member.enterprise_id, Member.role == Role.MANAGER)
    return session.scalar(mine) or 0


def members_of(session: Session, enterprise_id: int) -> Sequence[Member]:
    """Give an enterprise's members, closed accounts last, by name."""
    mine = select(Member).where(Member.enterprise_id == enterprise_id)
    return session.scalars(mine.order_by(Member.active.desc(), Member.name, Member.id)).all()


def managers_of(session: Session, enterprise_id: int) -> Sequence[Member]:
    """Give an enterprise's active managers who have set a password: those who get its letters."""
    theirs = (Member.enterprise_id == enterprise_id, Member.role == Role.MANAGER, Member.active)
    reached = select(Member).where(*theirs, Member.password_hash.is_not(None))
    return session.scalars(reached.order_by(Member.id)).all()


def staff_of(session: Session, park_id: int) -> Sequence[Member]:
    """Give the park's own people: administrators and the branch, closed accounts last."""
    ours = select(Member).where(Member.park_id == park_id, Member.enterprise_id.is_(None))
    return session.scalars(ours.order_by(Member.active.desc(), Member.role, Member.name, Member.id)).all()


def administrators_of(session: Session, park_id: int) -> Sequence[Member]:
    """Give a park's active administrators who have set a password: those who get its letters."""
    ours = (Member.park_id == park_id, Member.role == Role.ADMIN, Member.active)
    reached = select(Member).where(*ours, Member.password_hash.is_not(None))
    return session.scalars(reached.order_by(Member.id)).all()


def colleague(session: Session, park_id: int, enterprise_id: int | None, member_id: int) -> Member | None:
    """Find a member of an enterprise of the park, or (None) one of the park's own people."""
    whose = (Member.park_id == park_id, Member.enterprise_id == enterprise_id)
    return session.scalar(select(Member).where(Member.id == member_id, *whose))


def enterprise_of(session: Session, park_id: int, enterprise_id: int) -> Enterprise | None:
    """Find an enterprise of the park."""
    wanted = select(Enterprise).where(Enterprise.id == enterprise_id, Enterprise.park_id == park_id)
    return session.scalar(wanted)


PAGE = 50


def enterprises_of(
    session: Session, park_id: int, text: str, *, gone: bool, offset: int
) -> list[tuple[Enterprise, int]]:
    """Give a page of the park's enterprises by name, with the number of their open accounts.

    `text` is looked for in names and codes; `gone` asks for those that left. One more than a page is
    given where there is a next one.
    """
    open_accounts = (
        select(func.count())
        .where(Member.enterprise_id == Enterprise.id, Member.active)
        .correlate(Enterprise)
        .scalar_subquery()
    )
    found = select(Enterprise.id, Enterprise.name).where(Enterprise.park_id == park_id)
    found = found.where(Enterprise.left_on.is_not(None) if gone else Enterprise.left_on.is_(None))
    if text:
        places = (Enterprise.name, Enterprise.short_name, Enterprise.uscc)
        found = found.where(or_(*(place.contains(text, autoescape=True) for place in places)))
    by_name = in_chinese_order(session.execute(found.order_by(Enterprise.id)), lambda row: row.name)
    page = [row.id for row in by_name[offset : offset + PAGE + 1]]
    shown = select(Enterprise, open_accounts).where(Enterprise.id.in_(page)).order_by(Enterprise.id)
    rows = {enterprise.id: (enterprise, count) for enterprise, count in session.execute(shown)}
    return [rows[enterprise_id] for enterprise_id in page]


def enterprises_there(session: Session, park_id: int) -> Sequence[Enterprise]:
    """Give the enterprises that have not left the park, by short name."""
    here = select(Enterprise).where(Enterprise.park_id == park_id, Enterprise.left_on.is_(None))
    return in_chinese_order(session.scalars(here.order_by(Enterprise.id)), lambda one: one.short_name)


def find_firm(session: Session, park_id: int, typed: str) -> Enterprise | None:
    """Find the park's enterprise that somebody means: by its name or short name, however it is typed."""
    here = select(Enterprise).where(Enterprise.park_id == park_id, Enterprise.left_on.is_(None))
    wanted = plain(typed)
    for one in session.scalars(here.order_by(Enterprise.id)):
        if wanted in {plain(one.name), plain(one.short_name)}:
            return one
    return None
