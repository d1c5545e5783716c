"""The jobs of the cycle 11530: lists on the 1st, on the 15th what was used so far; needs chased and ended."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.jobs.job import Job
from booking.letters.cycle import budget_warning, follow_up, monthly_list, needs_chased
from booking.needs.end_need import end_uncontradicted, uncontradicted_needs
from booking.parks.queries import all_parks
from booking.rhythm.chase_needs import chase_needs, owners_to_chase
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import ids_to_write
from booking.rhythm.send_follow_up import budgets_to_watch, follow_ups_due, send_follow_up, warn_budget
from booking.rhythm.send_list import send_list


def _lists_due(session: Session, now: datetime) -> list[int]:
    return ids_to_write(session, all_parks(session), CycleStep.LIST, now)


def _send_list(session: Session, enterprise_id: int, now: datetime) -> bool:
    return send_list(session, enterprise_id, monthly_list, now=now)


EVERY_TEN_MINUTES = 600

SEND_LISTS = Job("send-lists", EVERY_TEN_MINUTES, _lists_due, _send_list)


def _follow_ups_due(session: Session, now: datetime) -> list[int]:
    return follow_ups_due(session, all_parks(session), now)


def _follow_up(session: Session, enterprise_id: int, now: datetime) -> bool:
    return send_follow_up(session, enterprise_id, follow_up, now=now)


SEND_FOLLOW_UPS = Job("send-follow-ups", EVERY_TEN_MINUTES, _follow_ups_due, _follow_up)


def _warn(session: Session, enterprise_id: int, now: datetime) -> bool:
    return warn_budget(session, enterprise_id, budget_warning, now=now)


WARN_BUDGETS = Job("warn-budgets", EVERY_TEN_MINUTES, budgets_to_watch, _warn)


def _owners_to_chase(session: Session, now: datetime) -> list[int]:
    return owners_to_chase(session, all_parks(session), now)


def _chase(session: Session, owner_id: int, now: datetime) -> bool:
    return chase_needs(session, owner_id, needs_chased, now=now)


CHASE_NEEDS = Job("chase-needs", EVERY_TEN_MINUTES, _owners_to_chase, _chase)
END_NEEDS = Job("end-needs", EVERY_TEN_MINUTES, uncontradicted_needs, end_uncontradicted)
