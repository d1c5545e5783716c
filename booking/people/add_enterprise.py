"""Take an enterprise into the park, with the manager who will run it here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.changing import plain
from booking.audit.record import record
from booking.people.edit_enterprise import free_uscc
from booking.people.invite import invite
from booking.people.issue_ticket import NewTicket
from booking.people.models import Enterprise, Role
from booking.people.rules import MAILED_NAMES
from booking.values.plain_name import check_name, check_names


@dataclass(frozen=True, slots=True)
class FirstManager:
    """Who will run the enterprise here, and the invitation for them."""

    email: str
    name: str
    ticket: NewTicket


def add_enterprise(
    session: Session,
    park_id: int,
    facts: Mapping[str, Any],
    manager: FirstManager,
    *,
    by: Actor,
    now: datetime,
) -> Enterprise:
    """Add it (facts named as the columns) and invite its manager.

    Raises NameHoldsAddress, BadUscc or UsccTaken, and what `invite` raises.
    """
    check_names(facts, MAILED_NAMES)
    check_name(manager.name, "manager_name")
    kept = dict(facts) | {"uscc": free_uscc(session, park_id, facts["uscc"])}
    enterprise = Enterprise(park_id=park_id, **kept)
    session.add(enterprise)
    session.flush()
    after = {name: plain(value) for name, value in kept.items()}
    record(session, "enterprise.added", "enterprise", enterprise.id, by=by, now=now, after=after)
    invite(
        session,
        enterprise,
        email=manager.email,
        name=manager.name,
        role=Role.MANAGER,
        ticket=manager.ticket,
        by=by,
        now=now,
    )
    return enterprise
