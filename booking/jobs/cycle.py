"""The jobs of a park's month: the cycle 11530, and savings.

Lists on the 1st, on the 15th what was used so far, needs chased and ended; each quarter's groups settled, and
the branch told that a closed month's draft is ready.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from booking.jobs.job import Job
from booking.letters.branch import budget_warning, draft_ready, follow_up, monthly_list, needs_chased
from booking.needs.steps import end_uncontradicted, uncontradicted_needs
from booking.parks.models import Park
from booking.parks.queries import all_parks
from booking.rhythm import send_letters
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import ids_to_write
from booking.savings.sign_report import announce_draft, drafts_to_announce
from booking.savings.standings import quarters_to_settle, settle_quarter
from booking.values import Month


def _lists_due(session: Session, now: datetime) -> list[int]:
    return ids_to_write(session, all_parks(session), CycleStep.LIST, now)


def _send_list(session: Session, enterprise_id: int, now: datetime) -> bool:
    return send_letters.send_list(session, enterprise_id, monthly_list, now=now)


EVERY_TEN_MINUTES = 600

SEND_LISTS = Job("send-lists", EVERY_TEN_MINUTES, _lists_due, _send_list)


def _follow_ups_due(session: Session, now: datetime) -> list[int]:
    return send_letters.follow_ups_due(session, all_parks(session), now)


def _follow_up(session: Session, enterprise_id: int, now: datetime) -> bool:
    return send_letters.send_follow_up(session, enterprise_id, follow_up, now=now)


SEND_FOLLOW_UPS = Job("send-follow-ups", EVERY_TEN_MINUTES, _follow_ups_due, _follow_up)


def _warn(session: Session, enterprise_id: int, now: datetime) -> bool:
    return send_letters.warn_budget(session, enterprise_id, budget_warning, now=now)


WARN_BUDGETS = Job("warn-budgets", EVERY_TEN_MINUTES, send_letters.budgets_to_watch, _warn)


def _owners_to_chase(session: Session, now: datetime) -> list[int]:
    return send_letters.owners_to_chase(session, all_parks(session), now)


def _chase(session: Session, owner_id: int, now: datetime) -> bool:
    return send_letters.chase_needs(session, owner_id, needs_chased, now=now)


CHASE_NEEDS = Job("chase-needs", EVERY_TEN_MINUTES, _owners_to_chase, _chase)
END_NEEDS = Job("end-needs", EVERY_TEN_MINUTES, uncontradicted_needs, end_uncontradicted)


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
