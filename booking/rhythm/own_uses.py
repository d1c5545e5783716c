"""What an enterprise did in a month, and what is to be had today, read for `what_saves`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from booking.charges.models import Charge, ChargeKind
from booking.charges.queries import COUNTS
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Enterprise
from booking.reservations.models import Occupancy, Reservation
from booking.rhythm.what_saves import OwnStore, OwnUse, OwnUses, PricedPlace, SavesMost, what_saves_most
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rules_for
from booking.tariffs.in_force import spaces_to_price, tariffs_in_force
from booking.tariffs.snapshot import TariffSnapshot
from booking.usage.models import Stay
from booking.values.money import Money
from booking.values.month import Month, local_day


def saves_most(
    session: Session, park: Park, enterprise: Enterprise, month: Month, *, now: datetime
) -> SavesMost | None:
    """Tell what would have saved an enterprise most in a month that is over, at today's prices."""
    own = own_uses(session, park, enterprise, month, now=now)
    calendar = park_calendar(session, park.id)
    return what_saves_most(own, calendar, park.zone)


def own_uses(session: Session, park: Park, enterprise: Enterprise, month: Month, *, now: datetime) -> OwnUses:
    """Read them, in a number of queries that does not grow."""
    today = local_day(now, park.zone)
    spaces = spaces_to_price(session, park.id)
    tariffs = tariffs_in_force(session, [(space, today) for space in spaces])
    priced = {space.id: tariffs[space.id, today] for space in spaces if (space.id, today) in tariffs}
    places = _places(session, park, enterprise, spaces, priced)
    stores = {one.id: one for one in spaces if one.kind is Kind.STORAGE and one.id in priced}
    return OwnUses(
        uses=_uses(session, enterprise, month, places),
        places=list(places.values()),
        stores=_stores(session, enterprise, month, stores, priced, now),
        free_stores=_free_stores(session, park, month, stores, priced, now),
        unused=_fees(session, enterprise, month),
    )


def _places(
    session: Session,
    park: Park,
    enterprise: Enterprise,
    spaces: Iterable[Space],
    priced: Mapping[int, TariffSnapshot],
) -> dict[int, PricedPlace]:
    rules = rules_for(session, park.id, since=None)
    metered = [space for space in spaces if space.kind is not Kind.STORAGE and space.id in priced]
    found = {}
    for space in metered:
        snapshot, opening = priced[space.id], rules.of(space.id, space.kind)
        found[space.id] = PricedPlace(
            space.id,
            space.kind.value,
            space.capacity,
            snapshot.terms,
            snapshot.allowances.get(enterprise.size, 0),
            opening.opens_minute,
            opening.closes_minute,
        )
    return found


def _uses(
    session: Session, enterprise: Enterprise, month: Month, places: Mapping[int, PricedPlace]
) -> list[OwnUse]:
    rows = session.execute(
        select(Stay.id, Stay.space_id, Stay.started_at, Stay.ended_at, Reservation.people)
        .outerjoin(Reservation, Reservation.id == Stay.reservation_id)
        .where(Stay.enterprise_id == enterprise.id, Stay.space_kind != Kind.STORAGE)
        .where(Stay.started_at >= month.span.start, Stay.started_at < month.span.end)
        .where(Stay.ended_at.is_not(None))
        .order_by(Stay.id)
    )
    return [
        OwnUse(row.id, places[row.space_id], row.started_at, row.ended_at, row.people)
        for row in rows
        if row.space_id in places
    ]


def _stores(
    session: Session,
    enterprise: Enterprise,
    month: Month,
    stores: Mapping[int, Space],
    priced: Mapping[int, TariffSnapshot],
    now: datetime,
) -> list[OwnStore]:
    """Give the stores that it has now and had all of the month."""
    mine = session.scalars(
        select(Stay.space_id)
        .where(Stay.enterprise_id == enterprise.id, Stay.space_kind == Kind.STORAGE)
        .where(Stay.started_at <= month.span.start, Stay.ended_at.is_(None), Stay.held_until > now)
        .order_by(Stay.id)
    )
    return [_store(stores[one], priced, month) for one in mine if one in stores]


def _store(space: Space, priced: Mapping[int, TariffSnapshot], month: Month) -> OwnStore:
    terms = priced[space.id].storage_terms(space.area_hundredths)
    return OwnStore(space.id, space.area_hundredths, terms.price(month.day_count))


def _free_stores(
    session: Session,
    park: Park,
    month: Month,
    stores: Mapping[int, Space],
    priced: Mapping[int, TariffSnapshot],
    now: datetime,
) -> list[OwnStore]:
    """Give those that nobody has, and nobody has reserved."""
    taken = exists().where(Occupancy.space_id == Space.id, Occupancy.ends_at > now)
    here = (Space.park_id == park.id, Space.kind == Kind.STORAGE, Space.retired_at.is_(None))
    free = session.scalars(select(Space.id).where(*here, ~taken).order_by(Space.id))
    return [_store(stores[one], priced, month) for one in free if one in stores]


def _fees(session: Session, enterprise: Enterprise, month: Month) -> Sequence[Money]:
    return session.scalars(
        select(Charge.amount)
        .where(Charge.enterprise_id == enterprise.id, Charge.month_key == month.key, COUNTS)
        .where(Charge.kind.in_((ChargeKind.NO_SHOW, ChargeKind.LATE_CANCEL)), _something(Charge.amount))
        .order_by(Charge.id)
    ).all()


def _something(amount: Any) -> Any:  # noqa: ANN401 - a column, and a condition on it
    return amount > Money.zero()
