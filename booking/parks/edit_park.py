"""Change a park's particulars."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.changing import change
from booking.audit.record import record
from booking.parks.models import Park
from booking.parks.rules import MAILED_NAMES, check_hours, check_seller, check_zone
from booking.values.plain_name import check_names


def edit_park(session: Session, park: Park, facts: Mapping[str, Any], *, by: Actor, now: datetime) -> bool:
    """Keep the facts (named as the columns) and tell whether anything changed; issued invoices keep theirs.

    Raises NameHoldsAddress, ClosesBeforeItOpens, NoSuchZone or BadSellerUscc.
    """
    wanted = dict(facts)
    check_names(wanted, MAILED_NAMES, park)
    check_hours(wanted["opens"], wanted["closes"])
    check_zone(wanted["zone_name"])
    wanted["seller_uscc"] = check_seller(wanted["seller_uscc"])
    before, after = change(park, wanted)
    if after:
        record(session, "park.edited", "park", park.id, by=by, now=now, before=before, after=after)
    return bool(after)
