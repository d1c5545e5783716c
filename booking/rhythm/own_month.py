"""本月清单: what an enterprise gets on the 1st, made of its own last month.

And what it did in that month, and what is to be had today, read for `what_saves`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from booking.activities.invited import invites
from booking.activities.models import Activity, ActivityState
from booking.charges.models import Charge, ChargeKind
from booking.charges.queries import COUNTS
from booking.charges.statement import FreeMinutes, Statement, statement
from booking.invoices.models import Invoice
from booking.invoices.queries import invoice_of_month
from booking.needs.models import SPEAKS_FOR_FIRM, ContactCard, Liaison, Need, NeedState
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.parks.queries import park_calendar, provisional_years
from booking.people.models import Enterprise
from booking.reservations.models import Occupancy, Reservation
from booking.rhythm import what_saves
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rules_for
from booking.tariffs.in_force import TariffSnapshot, tariffs_in_force
from booking.tariffs.queries import spaces_to_price
from booking.usage.models import Stay
from booking.values import Money, Month, local_day


@dataclass(frozen=True, slots=True)
class OwnInvoice:
    """What last month costs: by its invoice, or (None) the statement as it stands while the month is open."""

    total: Money
    invoice: Invoice | None
    closed: bool
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OwnList:
    """The list of an enterprise for a month; `about` is the month before, which it is made of."""

    park: Park
    enterprise: Enterprise
    month: Month
    about: Month
    now: datetime
    owed: OwnInvoice
    unused: tuple[FreeMinutes, ...]  # kinds with free minutes that were not used up
    saves: what_saves.SavesMost | None
    spaces: Mapping[int, Space]  # those that `saves` speaks of
    activities: tuple[Activity, ...]  # to come, that it is invited to
    needs: tuple[Need, ...]  # open ones
    card: ContactCard | None
    phone: str  # of the liaison on the card
    provisional: tuple[int, ...]  # years without a published calendar

    def is_overdue(self, need: Need) -> bool:
        """Tell whether one of the needs ought to have its answer by now."""
        return need.due_at <= self.now


def own_list(session: Session, park: Park, enterprise: Enterprise, month: Month, *, now: datetime) -> OwnList:
    """Make the list of a month, in a number of queries that does not grow with what was used."""
    about = month.previous
    found = statement(session, park, enterprise, about, now=now)
    invoice = invoice_of_month(session, enterprise.id, about)
    card = _card(session, enterprise)
    saves = saves_most(session, park, enterprise, about, now=now)
    return OwnList(
        park=park,
        enterprise=enterprise,
        month=month,
        about=about,
        now=now,
        owed=_own_invoice(found, invoice),
        unused=tuple(one for one in found.free if one.left),
        saves=saves,
        spaces=_spaces(session, saves),
        activities=_activities(session, enterprise, now),
        needs=_needs(session, enterprise),
        card=card,
        phone=_phone(session, card),
        provisional=provisional_years(session, park.id, month.first_day, month.last_day),
    )


MOST = 5
"""Activities, and needs, that the list names; there are pages of all of them."""


def _activities(session: Session, enterprise: Enterprise, now: datetime) -> tuple[Activity, ...]:
    wanted = (
        select(Activity)
        .join(Enterprise, Enterprise.id == enterprise.id)
        .options(joinedload(Activity.space))
        .where(Activity.park_id == enterprise.park_id, Activity.state == ActivityState.PUBLISHED)
        .where(Activity.starts_at > now, invites(Enterprise.id, Enterprise.size))
    )
    return tuple(session.scalars(wanted.order_by(Activity.starts_at, Activity.id).limit(MOST)))


def _needs(session: Session, enterprise: Enterprise) -> tuple[Need, ...]:
    """Give what it asked for and waits for; visits are the park's own."""
    wanted = (
        select(Need)
        .where(Need.enterprise_id == enterprise.id, Need.state == NeedState.OPEN, Need.kind != NeedKind.VISIT)
        .where(SPEAKS_FOR_FIRM)
    )
    with_owner = wanted.options(joinedload(Need.owner))
    return tuple(session.scalars(with_owner.order_by(Need.due_at, Need.id).limit(MOST)))


def _card(session: Session, enterprise: Enterprise) -> ContactCard | None:
    with_people = (joinedload(ContactCard.liaison), joinedload(ContactCard.deputy))
    return session.get(ContactCard, enterprise.id, options=with_people)


def _phone(session: Session, card: ContactCard | None) -> str:
    if card is None:
        return ""
    kept = session.get(Liaison, card.liaison_id)
    return (kept.phone if kept else "") or card.liaison.phone


def _own_invoice(found: Statement, invoice: Invoice | None) -> OwnInvoice:
    if invoice is not None:
        return OwnInvoice(invoice.total, invoice, closed=True, due_on=invoice.due_on)
    return OwnInvoice(found.total + found.running_total, None, closed=found.closed, due_on=None)


def _spaces(session: Session, saves: what_saves.SavesMost | None) -> dict[int, Space]:
    ids = space_ids(saves)
    if not ids:
        return {}
    rows = session.scalars(select(Space).where(Space.id.in_(ids)).order_by(Space.id))
    return {space.id: space for space in rows}


def space_ids(saves: what_saves.SavesMost | None) -> Sequence[int]:
    """Name the spaces that what saves most speaks of."""
    match saves:
        case what_saves.CheaperTime():
            return (saves.space_id,)
        case what_saves.SmallerRoom():
            return (saves.space_id, saves.smaller_id)
        case what_saves.CheaperStore():
            return (saves.space_id, saves.other_id)
        case what_saves.PaidForNothing() | None:
            return ()


def saves_most(
    session: Session, park: Park, enterprise: Enterprise, month: Month, *, now: datetime
) -> what_saves.SavesMost | None:
    """Tell what would have saved an enterprise most in a month that is over, at today's prices."""
    own = own_uses(session, park, enterprise, month, now=now)
    calendar = park_calendar(session, park.id)
    return what_saves.what_saves_most(own, calendar, park.zone)


def own_uses(
    session: Session, park: Park, enterprise: Enterprise, month: Month, *, now: datetime
) -> what_saves.OwnUses:
    """Read them, in a number of queries that does not grow."""
    today = local_day(now, park.zone)
    spaces = spaces_to_price(session, park.id)
    tariffs = tariffs_in_force(session, [(space, today) for space in spaces])
    priced = {space.id: tariffs[space.id, today] for space in spaces if (space.id, today) in tariffs}
    places = _places(session, park, enterprise, spaces, priced)
    stores = {one.id: one for one in spaces if one.kind is Kind.STORAGE and one.id in priced}
    return what_saves.OwnUses(
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
) -> dict[int, what_saves.PricedPlace]:
    rules = rules_for(session, park.id, since=None)
    metered = [space for space in spaces if space.kind is not Kind.STORAGE and space.id in priced]
    found = {}
    for space in metered:
        snapshot, opening = priced[space.id], rules.of(space.id, space.kind)
        found[space.id] = what_saves.PricedPlace(
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
    session: Session, enterprise: Enterprise, month: Month, places: Mapping[int, what_saves.PricedPlace]
) -> list[what_saves.OwnUse]:
    rows = session.execute(
        select(Stay.id, Stay.space_id, Stay.started_at, Stay.ended_at, Reservation.people)
        .outerjoin(Reservation, Reservation.id == Stay.reservation_id)
        .where(Stay.enterprise_id == enterprise.id, Stay.space_kind != Kind.STORAGE)
        .where(Stay.started_at >= month.span.start, Stay.started_at < month.span.end)
        .where(Stay.ended_at.is_not(None))
        .order_by(Stay.id)
    )
    return [
        what_saves.OwnUse(row.id, places[row.space_id], row.started_at, row.ended_at, row.people)
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
) -> list[what_saves.OwnStore]:
    """Give the stores that it has now and had all of the month."""
    mine = session.scalars(
        select(Stay.space_id)
        .where(Stay.enterprise_id == enterprise.id, Stay.space_kind == Kind.STORAGE)
        .where(Stay.started_at <= month.span.start, Stay.ended_at.is_(None), Stay.held_until > now)
        .order_by(Stay.id)
    )
    return [_store(stores[one], priced, month) for one in mine if one in stores]


def _store(space: Space, priced: Mapping[int, TariffSnapshot], month: Month) -> what_saves.OwnStore:
    terms = priced[space.id].storage_terms(space.area_hundredths)
    return what_saves.OwnStore(space.id, space.area_hundredths, terms.price(month.day_count))


def _free_stores(
    session: Session,
    park: Park,
    month: Month,
    stores: Mapping[int, Space],
    priced: Mapping[int, TariffSnapshot],
    now: datetime,
) -> list[what_saves.OwnStore]:
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
