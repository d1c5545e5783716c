"""What my day offers: the first thing to do, what is to be paid, the month's list that nobody has opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask import url_for
from sqlalchemy.orm import Session

from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park, park_today
from booking.blueprints.waiting.show import HeldForMe
from booking.payments.balance import InvoiceFilter, InvoicesShown, list_invoices
from booking.people.models import Role
from booking.reservations.models import Reservation, ReservationState
from booking.rhythm.open_list import has_list, is_opened
from booking.values.money import Money
from booking.values.month import Month


class Lead(StrEnum):
    """What comes first on my day, and has its one large button."""

    LEAVE = "leave"
    ENTER = "enter"
    TAKE = "take"  # what is held for who waited, before it lapses
    COME = "come"  # to what was released since nobody came, while its time goes on
    PAY = "pay"
    BOOK = "book"


@dataclass(frozen=True, slots=True)
class ToPay:
    """What the enterprise has still to pay; `url` leads to the bill, or to all where there are several."""

    count: int
    owed: Money
    due_on: date
    overdue: bool
    url: str


def first_thing(
    here: bool,  # noqa: FBT001 - whether somebody is there
    open_now: Reservation | None,
    held: Sequence[HeldForMe],
    missed: Sequence[Reservation],
    bills: ToPay | None,
    now: datetime,
) -> Lead:
    """Say what is to be done first; what cannot be done yet is not it."""
    if here:
        return Lead.LEAVE
    if open_now is not None:
        return Lead.ENTER
    if held:
        return Lead.TAKE
    if any(row.state is ReservationState.NO_SHOW and row.ends_at > now for row in missed):
        return Lead.COME
    return Lead.PAY if bills is not None and bills.overdue else Lead.BOOK


MOST_BILLS = 12


def to_pay(session: Session) -> ToPay | None:
    """Sum what the enterprise owes by bills, for its manager."""
    if me().role is not Role.MANAGER:
        return None
    today = park_today()
    wanted = InvoiceFilter(my_park().id, today, my_enterprise_id(), show=InvoicesShown.DUE)
    due = list_invoices(session, wanted, limit=MOST_BILLS)
    if not due:
        return None
    several, last = len(due) > 1, due[-1].invoice
    url = url_for("invoices.index") if several else url_for("invoices.show", invoice_id=last.id)
    owed, due_on = Money.total(one.balance.owed for one in due), min(one.balance.due_on for one in due)
    return ToPay(len(due), owed, due_on, due_on < today, url)


def unopened_list(session: Session, now: datetime) -> Month | None:
    """Give the month whose list nobody of the enterprise has opened yet."""
    month = Month.of(now, my_park().zone)
    unread = has_list(my_enterprise(), month) and not is_opened(session, my_enterprise_id(), month)
    return month if unread else None
