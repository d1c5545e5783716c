"""Send an enterprise, in the middle of the month, what it used and owes so far; once."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from booking.mail.outbox import LetterText, write_letters
from booking.parks.models import Park
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member
from booking.people.queries import managers_of
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import find_due, letters_to, still_to_write
from booking.rhythm.own_so_far import OwnSoFar, own_so_far, used_or_planned

FollowUpWords = Callable[[OwnSoFar, Member], LetterText]


def follow_ups_due(session: Session, parks: Iterable[Park], now: datetime) -> list[int]:
    """Name the enterprises with use or a budget that are still to be written to, park by park."""
    found: list[int] = []
    for park in parks:
        days = find_due(session, park, CycleStep.FOLLOW_UP, now)
        if days is not None:
            found += session.scalars(still_to_write(park, days, now).where(used_or_planned(days.month)))
    return found


def send_follow_up(session: Session, enterprise_id: int, words: FollowUpWords, *, now: datetime) -> bool:
    """Write it to the managers, in words that `words` finds; tells whether there was one to write.

    Who comes second writes nothing, as with the list.
    """
    lock_enterprise(session, enterprise_id)
    enterprise = session.get_one(Enterprise, enterprise_id)
    park = session.get_one(Park, enterprise.park_id)
    days = find_due(session, park, CycleStep.FOLLOW_UP, now)
    if days is None:
        return False
    wanted = still_to_write(park, days, now).where(
        Enterprise.id == enterprise_id, used_or_planned(days.month)
    )
    if session.scalar(wanted) is None:
        return False
    found = own_so_far(session, park, enterprise, days.month, now=now)
    readers = [(one, words(found, one)) for one in managers_of(session, enterprise_id)]
    letters = letters_to(CycleStep.FOLLOW_UP, days.month, enterprise_id, readers)
    return bool(write_letters(session, park.id, letters, now=now))
