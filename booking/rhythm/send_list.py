"""Send an enterprise its list of the month: to each of its managers, once."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from booking.mail.outbox import LetterText, write_letters
from booking.parks.models import Park
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member
from booking.people.queries import managers_of
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import find_due, step_letters_to, still_to_write
from booking.rhythm.own_month import OwnList, own_list

ListWords = Callable[[OwnList, Member], LetterText]


def send_list(session: Session, enterprise_id: int, words: ListWords, *, now: datetime) -> bool:
    """Write the list to the managers, in words that `words` finds; tells whether there was one to write.

    Who comes second, or later than the step is worth catching up, writes nothing: the first letter's key says
    that it is done, and is unique.
    """
    lock_enterprise(session, enterprise_id)
    enterprise = session.get_one(Enterprise, enterprise_id)
    park = session.get_one(Park, enterprise.park_id)
    days = find_due(session, park, CycleStep.LIST, now)
    if days is None:
        return False
    wanted = still_to_write(park, days, now).where(Enterprise.id == enterprise_id)
    if session.scalar(wanted) is None:
        return False
    found = own_list(session, park, enterprise, days.month, now=now)
    readers = [(one, words(found, one)) for one in managers_of(session, enterprise_id)]
    letters = step_letters_to(CycleStep.LIST, days.month, enterprise_id, readers)
    return bool(write_letters(session, park.id, letters, now=now))
