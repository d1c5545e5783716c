"""What my day offers: the first thing to do, what is to be paid, a list to open, the reader's usual.

And what can be checked in to, and what the month has come to until now.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy.orm import Session

from booking.blueprints.kit.availability import Offer, offers
from booking.blueprints.kit.converters import local_day_of
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.waiting import HeldForMe, Proposed
from booking.blueprints.kit.session import (
    favourites,
    me,
    my_enterprise,
    my_enterprise_id,
    my_park,
    park_today,
)
from booking.charges.pricing import Quote
from booking.charges.queries import month_to_date
from booking.parks.queries import park_calendar
from booking.payments.balance import InvoiceFilter, InvoicesShown, is_owing, list_invoices
from booking.people.models import Role
from booking.reservations.alternatives import Asker, free_and_allowed
from booking.reservations.habits.habits import PastRow, uses_of
from booking.reservations.habits.rules import Habit, habits_of, next_time
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.rules import grace_ends
from booking.reservations.space_queries import SpaceFilter, SpaceRow, spaces_in_service
from booking.rhythm.cycle_letters import has_list, is_opened
from booking.spaces.models import Kind
from booking.usage.models import Stay
from booking.usage.rules import check_in_opens
from booking.values import Money, Month, Span, local_day
from booking.values.writing import minute_clock


@dataclass(frozen=True, slots=True)
class Next:
    """A reservation one will check in to."""

    reservation: Reservation
    opens_at: datetime
    open: bool
    today: bool  # one can check in today
    late: bool  # it has begun
    released_at: datetime


def next_check_ins(
    coming: Sequence[Reservation], staying: Collection[int], now: datetime
) -> tuple[Sequence[Next], Next | None]:
    """List what of one's own can be checked in to now, in order; where nothing can, give what can next.

    `staying` names the spaces one is in: what comes there next begins when it does, not before.
    """
    own = (row for row in coming if row.member_id == me().id and row.state is ReservationState.BOOKED)
    turns = [_next(row, staying, now) for row in own if row.space.kind is not Kind.STORAGE]
    entering = [one for one in turns if one.open]
    return entering, None if entering else next(iter(turns), None)


def _next(row: Reservation, staying: Collection[int], now: datetime) -> Next:
    early = check_in_opens(row.starts_at, my_park().early_minutes)
    opens_at = row.starts_at if row.space_id in staying else early
    released = grace_ends(row.starts_at, my_park().grace_minutes)
    today = opens_at < local_day_of(now, my_park().zone, 0).end
    return Next(row, opens_at, now >= opens_at, today, now >= row.starts_at, released)


class Lead(StrEnum):
    """What comes first on my day, and has its one large button."""

    LEAVE = "leave"
    ENTER = "enter"
    TAKE = "take"  # what is held for who waited, before it lapses
    CONSENT = "consent"  # to what a colleague asks their manager for
    COME = "come"  # to what was released since nobody came, while its time goes on
    AGREE = "agree"  # to what the park proposes, or not
    PAY = "pay"
    BOOK = "book"


@dataclass(frozen=True, slots=True)
class ToPay:
    """What the enterprise has still to pay; `url` leads to the invoice, or to all where there are several."""

    count: int
    owed: Money
    due_on: date
    overdue: bool
    url: str


def first_thing(
    here: bool,  # noqa: FBT001 - whether somebody is there
    entering: Sequence[Next],
    held: Sequence[HeldForMe],
    missed: Sequence[Reservation],
    owed: ToPay | None,
    asked: Sequence[Reservation],
    now: datetime,
    proposals: Sequence[Proposed] = (),
) -> Lead:
    """Say what is to be done first; what cannot be done yet is not it."""
    released = any(row.state is ReservationState.NO_SHOW and row.ends_at > now for row in missed)
    in_turn = (
        (Lead.ENTER, any(one.late for one in entering)),  # it is released soon, and may cost
        (Lead.LEAVE, here),
        (Lead.ENTER, entering),
        (Lead.TAKE, held),
        (Lead.CONSENT, asked),
        (Lead.COME, released),
        (Lead.AGREE, proposals),
        (Lead.PAY, owed is not None and owed.overdue),
    )
    return next((lead for lead, is_there in in_turn if is_there), Lead.BOOK)


MOST_BILLS = 12


def to_pay(session: Session) -> ToPay | None:
    """Sum what the enterprise owes by invoices, for its manager."""
    if me().role is not Role.MANAGER or not is_owing(session, my_enterprise_id()):
        return None
    today = park_today()
    wanted = InvoiceFilter(my_park().id, today, my_enterprise_id(), show=InvoicesShown.DUE)
    due = list_invoices(session, wanted, limit=MOST_BILLS)
    several, last = len(due) > 1, due[-1].invoice
    url = url_for("invoices.index") if several else url_for("invoices.show", invoice_id=last.id)
    owed, due_on = Money.total(one.balance.owed for one in due), min(one.balance.due_on for one in due)
    return ToPay(len(due), owed, due_on, due_on < today, url)


def unopened_list(session: Session, now: datetime) -> Month | None:
    """Give the month whose list nobody of the enterprise has opened yet."""
    month = Month.of(now, my_park().zone)
    unread = has_list(my_enterprise(), month) and not is_opened(session, my_enterprise_id(), month)
    return month if unread else None


CAME_TO_NOTHING = (ReservationState.NO_SHOW, ReservationState.DECLINED)


MOST_FAVOURITES = 6


def favourite_places(session: Session, now: datetime) -> list[SpaceRow]:
    """List what the reader marked with a star and can still have, kind by kind."""
    starred, park = favourites(), my_park()
    if not starred:
        return []
    rows = (row for kind in Kind for row in spaces_in_service(session, park.id, kind, now))
    return [row for row in rows if row.id in starred][:MOST_FAVOURITES]


class Usual(NamedTuple):
    """What somebody has at this time most weeks, free the next time; `fields` book it with one press."""

    offer: Offer
    when: str
    weeks: int
    fields: Mapping[str, Any]


MOST_TRIED = 3


def habit_offer(
    session: Session, past: Sequence[PastRow], taken: Sequence[Reservation], now: datetime
) -> Usual | None:
    """Offer the soonest of the reader's habits that is free, where they have nothing else at that time.

    It asks the database only where there is a habit.
    """
    park = my_park()
    habits = habits_of(uses_of(past, park), park_today())
    calendar = park_calendar(session, park.id) if habits else None
    if calendar is None:
        return None
    nexts = [(next_time(one, now, park.zone, calendar), one) for one in habits[:MOST_TRIED]]
    times_own = [Span(one.starts_at, one.ends_at) for one in taken]
    ahead = [(span, one) for span, one in nexts if span and not any(own.overlaps(span) for own in times_own)]
    for span, habit in sorted(ahead, key=lambda pair: pair[0]):
        kind = Kind(habit.kind)
        found = free_and_allowed(session, park, kind, span, now, SpaceFilter(), Asker(at_once=True))
        free = {row.id: row for row in found}
        places = [free[one] for one in habit.space_ids if one in free]
        if places:
            return _usual(places[0], span, habit)
    return None


def _usual(place: SpaceRow, span: Span, habit: Habit) -> Usual:
    day = local_day(span.start, my_park().zone)
    fields = {
        "space": place.id,
        "day": day,
        "starts": minute_clock(habit.starts),
        "ends": minute_clock(habit.starts + habit.minutes),
        "people": min(habit.people, place.capacity),
        "idempotency_key": secrets.token_urlsafe(12),
    }
    when = times(span.start, span.end, place.kind)
    return Usual(offers([place], span)[0], when, habit.weeks, fields)


@dataclass(frozen=True, slots=True)
class MonthToDate:
    """What the month has come to, with what is running: the manager's whole enterprise, or one's own use."""

    month: Month
    cost: Money
    budget: Money | None
    over: bool
    whole: bool


def own_month(
    session: Session, open_stays: Sequence[Stay], costs: Mapping[int, Quote], now: datetime
) -> MonthToDate:
    """Sum the lines that count, and what each stay that goes on would add if it ended now."""
    month = Month.of(now, my_park().zone)
    whole = me().role is Role.MANAGER
    cost = month_to_date(session, my_enterprise_id(), month, member_id=None if whole else me().id)
    lines = (line for quote in _mine(open_stays, costs) for line in quote.lines)
    cost = Money.total([cost, *(line.amount for line in lines if line.day >= month.first_day)])
    budget = my_enterprise().monthly_budget if whole else None
    return MonthToDate(month, cost, budget, budget is not None and cost > budget, whole)


def _mine(open_stays: Sequence[Stay], costs: Mapping[int, Quote]) -> list[Quote]:
    """Choose what counts in the month shown: everybody's for the manager, else one's own."""
    whole = me().role is Role.MANAGER
    counted = [stay.id for stay in open_stays if whole or stay.member_id == me().id]
    return [costs[stay_id] for stay_id in counted if stay_id in costs]
