"""Write to whoever something is held for: one letter, however much one act freed for them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.mail.outbox import LetterText, write_letter
from booking.people.models import Member
from booking.reservations.waiting.models import HELD, Wait

HoldLetter = Callable[[Member, Sequence[Wait]], LetterText]
"""Words the letter on all that is held for somebody and they do not know of."""


def holders_to_tell(session: Session, now: datetime) -> Sequence[int]:
    """Name the members for whom something is held that no letter told them of."""
    untold = select(Wait.member_id).where(HELD, Wait.told_at.is_(None), Wait.held_until > now)
    return sorted(set(session.scalars(untold)))


def tell_held(session: Session, member_id: int, *, letter: HoldLetter, now: datetime) -> bool:
    """Tell them of all of it; tells whether there was anything. Safe twice: each is told once."""
    held = session.scalars(
        select(Wait)
        .where(Wait.member_id == member_id, HELD, Wait.told_at.is_(None), Wait.held_until > now)
        .options(joinedload(Wait.offered_space))
        .order_by(Wait.held_until, Wait.id)
        .with_for_update(key_share=True, of=Wait)
        .execution_options(populate_existing=True)
    ).all()
    if not held:
        return False
    for one in held:
        one.told_at = now
    session.flush()
    member = session.get_one(Member, member_id)
    key = f"waiting:{held[0].id}:{held[0].offered_at:%Y%m%d%H%M%S}"  # what was put back may be held anew
    write_letter(session, member.park_id, key, member.email, letter(member, held), now=now)
    return True
