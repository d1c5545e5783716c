"""A park's particulars: set up from the shell, changed by an administrator."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import change_row, record
from booking.parks.calendar import known_years, seed_calendar
from booking.parks.models import Park
from booking.parks.rules import MAILED_NAMES, ParkCodeTaken, check_hours, check_seller, check_zone
from booking.values.plain_name import check_name, check_names


def create_park(session: Session, code: str, name: str, zone_name: str, *, by: Actor, now: datetime) -> Park:
    """Create a park, with the calendars of the years that are known.

    Raises NameHoldsAddress, ParkCodeTaken or NoSuchZone.
    """
    check_name(name)
    check_zone(zone_name)
    if session.scalar(select(Park.id).where(Park.code == code)) is not None:
        raise ParkCodeTaken(code)
    park = Park(code=code, name=name, zone_name=zone_name)
    session.add(park)
    session.flush()
    this_year = now.astimezone(park.zone).year
    for year in known_years():
        if year >= this_year - 1:
            seed_calendar(session, park.id, year, by=by, now=now)
    after = {"code": code, "name": name, "zone_name": zone_name}
    record(session, Action.PARK_CREATED, "park", park.id, by=by, now=now, after=after, park_id=park.id)
    return park


def edit_park(session: Session, park: Park, facts: Mapping[str, Any], *, by: Actor, now: datetime) -> bool:
    """Set the facts (named as the columns); tells whether any changed. Issued invoices keep their own copy.

    Raises NameHoldsAddress, ParkClosesBeforeItOpens, NoSuchZone or BadSellerUscc.
    """
    wanted = dict(facts)
    check_names(wanted, MAILED_NAMES, park)
    check_hours(wanted["opens"], wanted["closes"])
    check_zone(wanted["zone_name"])
    wanted["seller_uscc"] = check_seller(wanted["seller_uscc"])
    before, after = change_row(park, wanted)
    if after:
        record(session, Action.PARK_EDITED, "park", park.id, by=by, now=now, before=before, after=after)
    return bool(after)
