"""Jobs of savings: settle each quarter's groups, and tell the branch that a closed month's draft is ready."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from booking.jobs.job import Job
from booking.letters.savings import draft_ready
from booking.parks.models import Park
from booking.parks.queries import all_parks
from booking.savings.announce_draft import announce_draft, drafts_to_announce
from booking.savings.settle_quarter import quarters_to_settle, settle_quarter
from booking.values.month import Month

KEYS = 1_000_000  # an item is park and month in one number: 3_202610


def _items(session: Session, months_of: Callable[[Park], list[Month]]) -> list[int]:
    """Name what is to do in each park."""
    return [park.id * KEYS + month.key for park in all_parks(session) for month in months_of(park)]


def _read(session: Session, item: int) -> tuple[Park, Month]:
    park_id, key = divmod(item, KEYS)
    park = session.get_one(Park, park_id)
    return park, Month.from_key(key, park.zone)


def _quarters(session: Session, now: datetime) -> list[int]:
    return _items(session, lambda park: quarters_to_settle(session, park, now))


def _settle(session: Session, item: int, now: datetime) -> bool:
    park, quarter = _read(session, item)
    return settle_quarter(session, park, quarter, now=now)


def _drafts(session: Session, now: datetime) -> list[int]:
    del now
    return _items(session, lambda park: drafts_to_announce(session, park))


def _announce(session: Session, item: int, now: datetime) -> bool:
    park, month = _read(session, item)
    return announce_draft(session, park, month, draft_ready, now=now)


SETTLE_QUARTERS = Job("settle-quarters", 300, _quarters, _settle)
ANNOUNCE_DRAFTS = Job("announce-drafts", 300, _drafts, _announce)
