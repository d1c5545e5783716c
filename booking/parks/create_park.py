"""Set up a park: its particulars, and the calendar of this year and the next."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import Park
from booking.parks.rules import ParkCodeTaken, check_zone
from booking.parks.seed_calendar import known_years, seed_calendar
from booking.values.plain_name import check_name


def create_park(session: Session, code: str, name: str, zone_name: str, *, by: Actor, now: datetime) -> Park:
    """Make the park with the calendars that are known.

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
    record(session, "park.created", "park", park.id, by=by, now=now, after=after, park_id=park.id)
    return park
