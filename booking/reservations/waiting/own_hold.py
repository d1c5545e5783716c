"""Who books otherwise what is held for them is not in their own way."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.reservations.claim import release
from booking.reservations.waiting.models import HELD, Wait


def let_go_of_hold(session: Session, wished_id: int) -> None:
    """Free what is held for a wish of a series, for its own booking in the same transaction."""
    wait = session.scalar(
        select(Wait).where(Wait.wished_id == wished_id, HELD).with_for_update(key_share=True)
    )
    if wait is not None:
        release(session, wait)
