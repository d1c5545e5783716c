"""How each wants to be reminded: what they chose, or what holds for who chose nothing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from booking.notifications.models import ReminderChoices
from booking.notifications.rules import QUIET_UNLESS_CHOSEN, UNLESS_CHOSEN


def choices_of(session: Session, member_id: int) -> ReminderChoices:
    """Give what somebody chose, or what holds for who chose nothing; that is not kept."""
    return session.get(ReminderChoices, member_id) or usual_choices(member_id)


def usual_choices(member_id: int) -> ReminderChoices:
    """Give what holds for who chose nothing."""
    plans = {
        f"{occasion.value}_{name}": value
        for occasion, plan in UNLESS_CHOSEN.items()
        for name, value in plan._asdict().items()
    }
    quiet_from, quiet_to = QUIET_UNLESS_CHOSEN
    return ReminderChoices(member_id=member_id, quiet_from=quiet_from, quiet_to=quiet_to, **plans)


def choose_reminders(session: Session, member_id: int, chosen: Mapping[str, Any]) -> ReminderChoices:
    """Keep what somebody chose, by the columns' names, and the rest as it is; the same twice changes nothing.

    Reminders that are written stay as they are; those to come follow it.
    """
    choices = session.get(ReminderChoices, member_id)
    if choices is None:
        choices = usual_choices(member_id)
        session.add(choices)
    for name in chosen.keys() & CHOSEN:
        setattr(choices, name, chosen[name])
    session.flush()
    return choices


CHOSEN = {
    "start_way",
    "start_minutes",
    "end_way",
    "end_minutes",
    "missed_way",
    "missed_minutes",
    "quiet_from",
    "quiet_to",
}
