"""本月清单: what an enterprise gets on the 1st, made of its own last month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.activities.invited import invites
from booking.activities.models import Activity, ActivityState
from booking.charges.statement import FreeMinutes, Statement, statement
from booking.invoices.models import Invoice
from booking.invoices.queries import invoice_of_month
from booking.needs.models import SPEAKS_FOR_FIRM, ContactCard, Liaison, Need, NeedState
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.parks.queries import provisional_years
from booking.people.models import Enterprise
from booking.rhythm.own_uses import saves_most
from booking.rhythm.what_saves import CheaperStore, CheaperTime, PaidForNothing, SavesMost, SmallerRoom
from booking.spaces.models import Space
from booking.values.money import Money
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class OwnInvoice:
    """Last month's bill: of its invoice, or (None) the statement as it stands while the month is open."""

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
    bill: OwnInvoice
    unused: tuple[FreeMinutes, ...]  # kinds with free minutes that were not used up
    saves: SavesMost | None
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
        bill=_own_invoice(found, invoice),
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


def _spaces(session: Session, saves: SavesMost | None) -> dict[int, Space]:
    ids = space_ids(saves)
    if not ids:
        return {}
    rows = session.scalars(select(Space).where(Space.id.in_(ids)).order_by(Space.id))
    return {space.id: space for space in rows}


def space_ids(saves: SavesMost | None) -> Sequence[int]:
    """Name the spaces that what saves most speaks of."""
    match saves:
        case CheaperTime():
            return (saves.space_id,)
        case SmallerRoom():
            return (saves.space_id, saves.smaller_id)
        case CheaperStore():
            return (saves.space_id, saves.other_id)
        case PaidForNothing() | None:
            return ()
