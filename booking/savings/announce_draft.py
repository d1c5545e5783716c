"""Tell the branch by one letter that the draft of a closed month's report is ready to be signed."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.mail.models import Letter
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import Park
from booking.savings.queries import months_to_sign
from booking.savings.visible import visible_month
from booking.savings.visible_month import VisibleMonth
from booking.values.month import Month


def announce_draft(
    session: Session,
    park: Park,
    month: Month,
    letter: Callable[[Park, VisibleMonth], LetterText],
    *,
    now: datetime,
) -> bool:
    """Write the letter; tells whether it is new. Twice is once, and a month without figures has none."""
    shown = visible_month(session, park, month, now=now)
    if shown.signed or not shown.count or not park.branch_email:
        return False
    return write_letter(
        session, park.id, draft_letter_key(park, month), park.branch_email, letter(park, shown), now=now
    )


def draft_letter_key(park: Park, month: Month) -> str:
    """Name the letter of a month."""
    return f"report-draft:{park.id}:{month}"


def drafts_to_announce(session: Session, park: Park) -> list[Month]:
    """Give the closed months whose report waits to be signed and of which nobody was told."""
    if not park.branch_email:
        return []
    months = {draft_letter_key(park, month): month for month in months_to_sign(session, park)}
    told = session.scalars(select(Letter.key).where(Letter.key.in_(list(months))).order_by(Letter.key))
    for key in told.all():
        del months[key]
    return list(months.values())
