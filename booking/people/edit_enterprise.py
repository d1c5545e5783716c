"""Change an enterprise's particulars."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.changing import change
from booking.audit.record import record
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.people.rules import MAILED_NAMES, UsccTaken, check_uscc
from booking.values.plain_name import check_names


def edit_enterprise(
    session: Session, enterprise: Enterprise, facts: Mapping[str, Any], *, by: Actor, now: datetime
) -> bool:
    """Keep the facts (named as the columns) and tell whether anything changed; issued invoices keep theirs.

    Raises NameHoldsAddress, BadUscc or UsccTaken.
    """
    wanted = dict(facts)
    check_names(wanted, MAILED_NAMES, enterprise)
    if "uscc" in wanted:
        wanted["uscc"] = free_uscc(session, enterprise.park_id, wanted["uscc"], enterprise.id)
    before, after = change(enterprise, wanted)
    if after:
        record(
            session,
            "enterprise.edited",
            "enterprise",
            enterprise.id,
            by=by,
            now=now,
            before=before,
            after=after,
        )
    return bool(after)


def free_uscc(session: Session, park_id: int, code: str, own_id: int | None = None) -> str:
    """Give the code in its normal form where no other enterprise of the park has it."""
    normal = check_uscc(code)
    session.get_one(Park, park_id, with_for_update={"key_share": True})  # one at a time
    taken = select(Enterprise.id).where(Enterprise.park_id == park_id, Enterprise.uscc == normal)
    if session.scalar(taken) not in {None, own_id}:
        raise UsccTaken(normal)
    return normal
