"""Storage in the demo park: who keeps things there, and since when."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from booking.charges.quote import quote
from booking.demo.diary import METER, SOON, Diary
from booking.demo.tenants import Household
from booking.people.models import Size
from booking.reservations.models import FAR_FUTURE
from booking.reservations.reserve import reserve
from booking.spaces.models import Kind, Space
from booking.usage.begin_lease import begin_lease
from booking.usage.end_forgotten import end_forgotten
from booking.usage.queries import open_stay_at
from booking.values.month import day_span
from booking.values.span import Span

LARGE = (Size.LARGE,)


def plan_leases(diary: Diary, households: Sequence[Household], spaces: Sequence[Space]) -> None:
    """Let each household that stores something take the next unit on the day after it joined."""
    stores = [space for space in spaces if space.kind is Kind.STORAGE]
    units = iter([space for space in stores if "货位" not in space.name])
    floor = iter([space for space in stores if "货位" in space.name])
    for household in households:
        if not household.tenant.stores:
            continue
        large = household.tenant.size in LARGE
        space = next(floor if large else units, None)
        if space is not None:
            _plan(diary, household, space)


SHORT_LEASE = timedelta(days=135)
SHORT = frozenset({"麦浪", "澄泥"})  # they had a unit for a while


def _plan(diary: Diary, household: Household, space: Space) -> None:
    zone = diary.park.zone
    start = datetime.combine(household.since, time(9, 5), tzinfo=zone)
    short = household.tenant.word in SHORT
    end = day_span(household.since + SHORT_LEASE, zone).start if short else FAR_FUTURE

    def take(now: datetime) -> None:
        span = Span(now, end)
        price = quote(diary.session, diary.park, household.enterprise, space, span).total
        by = diary.manager(household)
        purpose = "样品与展具" if short else "物料周转"
        reservation = reserve(diary.session, space, span, quote=price, by=by, now=now, purpose=purpose)
        begin_lease(diary.session, reservation.id, now=now + SOON)
        diary.done["leased"] += 1

    def give_back(now: datetime) -> None:
        for stay_id in open_lease_of(diary, space):
            end_forgotten(diary.session, stay_id, meter=METER, now=now)

    diary.at(start, take)
    if short:
        diary.at(end + SOON, give_back)


def open_lease_of(diary: Diary, space: Space) -> list[int]:
    """Find the lease that goes on at a unit."""
    stay = open_stay_at(diary.session, space.id)
    return [] if stay is None else [stay.id]
