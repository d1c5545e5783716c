"""Remind whoever booked: before the start, before the end, and while a missed check-in can still be made.

And what is asked for it: what is due, and whether one is still true.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.audit.actions import Actor
from booking.charges.charge_fee import no_show_fee
from booking.charges.pricing import PricedUse, price_many
from booking.db import lock_row
from booking.db.rows import insert_into
from booking.mail.models import Channel, Letter
from booking.mail.outbox import LetterText, write_letter
from booking.notifications.choices import choices_of
from booking.notifications.models import Reminder, ReminderChoices
from booking.notifications.rules import (
    A_MINUTE,
    LEADS,
    UNLESS_CHOSEN,
    Occasion,
    Way,
    is_told,
    reminder_due,
    way_at,
)
from booking.parks.models import Park
from booking.people.models import Member
from booking.reservations.models import Reservation, ReservationChange, ReservationState
from booking.reservations.rules import grace_ends
from booking.spaces.models import Kind, Space
from booking.usage.door.at_the_door import latest_stay_end
from booking.usage.models import Stay
from booking.usage.queries import OPEN, PLANNED_END
from booking.usage.rules import check_in_opens
from booking.usage.stay_longer import latest_allowed
from booking.values import Money, Span


class StayOn(NamedTuple):
    """What staying on would mean: until when at the longest, and what a while of it costs more."""

    longest: datetime
    until: datetime
    more: Money | None  # None without a tariff


NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """What a reminder tells, and to whom."""

    occasion: Occasion
    reader: Member
    space: Space
    span: Span  # as it is planned
    subject_id: int  # of the reservation, or (END) the stay
    now: datetime
    turn: datetime  # when check-in opens, the end comes, the place is released
    fee: Money = NOTHING  # of not coming
    stay_on: StayOn | None = None  # None where one cannot


ReminderLetter = Callable[[ReminderFacts], LetterText]
"""Words the letter."""


class _Turn(NamedTuple):
    """What there is to be reminded of, whose it is, until when that is of use, and since when they know."""

    of: Reservation | Stay
    for_at: datetime
    until: datetime
    known_since: datetime


def remind(
    session: Session, occasion: Occasion, subject_id: int, *, letter: ReminderLetter, now: datetime
) -> bool:
    """Remind of a reservation, or (END) of a stay, if it is due; tells whether a letter was written.

    Who booked, moved or checked in after it was due is told at once, or not any more (`is_told`). Safe twice:
    for one time of one thing it is decided once.
    """
    turn = _turn(session, occasion, subject_id)
    if turn is None or now >= turn.until:
        return False
    member, choices = turn.of.member, choices_of(session, turn.of.member_id)
    plan = choices.plan(occasion)
    due = reminder_due(occasion, turn.for_at, turn.until, plan.minutes)
    if plan.way is Way.OFF or now < due:
        return False
    reminder_id = _decide(session, occasion, turn, now)
    told = is_told(occasion, due, turn.known_since, turn.until, now)
    if reminder_id is None or not told or not member.active:
        return False
    hour = now.astimezone(member.park.zone).hour
    way = way_at(plan, occasion, hour, (choices.quiet_from, choices.quiet_to))
    key, content = f"reminder:{reminder_id}", letter(_facts(session, occasion, turn, now))
    write_letter(session, member.park_id, key, member.email, content, now=now, way=(Channel(way.value), None))
    written = session.scalar(select(Letter.id).where(Letter.key == key))
    session.get_one(Reminder, reminder_id).letter_id = written
    return True


def _turn(session: Session, occasion: Occasion, subject_id: int) -> _Turn | None:
    """Lock what it is of, and give its times as they are now; None where there is nothing to remind of."""
    if occasion is Occasion.END:
        stay = lock_row(session, Stay, subject_id)
        if stay.ended_at is not None or stay.space_kind is Kind.STORAGE:
            return None
        since = max(stay.started_at, _changed(session, stay.reservation_id) or stay.started_at)
        return _Turn(stay, stay.planned_end, stay.planned_end, since)
    reservation = lock_row(session, Reservation, subject_id)
    if reservation.state is not ReservationState.BOOKED or reservation.space.kind is Kind.STORAGE:
        return None
    start = reservation.starts_at
    until = start if occasion is Occasion.START else grace_ends(start, reservation.space.park.grace_minutes)
    since = _changed(session, reservation.id) or reservation.created_at
    return _Turn(reservation, start, until, since)


def _changed(session: Session, reservation_id: int | None) -> datetime | None:
    last = select(func.max(ReservationChange.at)).where(ReservationChange.reservation_id == reservation_id)
    return session.scalar(last)


def _decide(session: Session, occasion: Occasion, turn: _Turn, now: datetime) -> int | None:
    """Write down that it is decided; None where it was before."""
    whose = "stay_id" if occasion is Occasion.END else "reservation_id"
    facts = {whose: turn.of.id, "occasion": occasion, "for_at": turn.for_at, "decided_at": now}
    once = insert_into(session, Reminder).values(**facts)
    once = once.on_conflict_do_nothing(index_elements=[whose, "occasion", "for_at"])
    return session.scalar(once.returning(Reminder.id))


def _facts(session: Session, occasion: Occasion, turn: _Turn, now: datetime) -> ReminderFacts:
    of, park = turn.of, turn.of.space.park
    told = ReminderFacts(occasion, of.member, of.space, _planned(of), of.id, now, turn.until)
    match of:
        case Stay():
            return replace(told, stay_on=stay_on(session, of, now))
        case Reservation() if occasion is Occasion.MISSED:
            return replace(told, fee=no_show_fee(session, of))
        case _:
            return replace(told, turn=check_in_opens(turn.for_at, park.early_minutes))


def _planned(of: Reservation | Stay) -> Span:
    if isinstance(of, Stay):
        return Span(of.reservation.starts_at if of.reservation else of.started_at, of.planned_end)
    return Span(of.starts_at, of.ends_at)


A_WHILE = timedelta(minutes=30)


def stay_on(session: Session, stay: Stay, now: datetime) -> StayOn | None:
    """Tell what half an hour more would cost, or what is left of it; None where they may not stay."""
    end, latest = stay.planned_end, latest_stay_end(session, stay, now)
    if latest is None or latest <= end:
        return None
    longest, _ = latest_allowed(
        session, stay, latest, partial(_prices, session, stay), by=_themselves(stay.member), now=now
    )
    if longest is None:
        return None
    until = min(end + A_WHILE, longest)
    uses = [PricedUse(key, stay.space, stay.started_at, to) for key, to in enumerate((end, until))]
    priced = price_many(session, stay.space.park, stay.enterprise, uses)
    return StayOn(longest, until, priced[1].total - priced[0].total if len(priced) == len(uses) else None)


def _prices(session: Session, stay: Stay, ends: Sequence[datetime]) -> dict[datetime, Money]:
    start = stay.reservation.starts_at if stay.reservation else stay.started_at
    uses = [PricedUse(number, stay.space, start, end) for number, end in enumerate(ends)]
    priced = price_many(session, stay.space.park, stay.enterprise, uses)
    return {ends[number]: one.total for number, one in priced.items()}


def _themselves(member: Member) -> Actor:
    """Give whoever is there as who would ask to stay."""
    return Actor(member.name, member.id, member.park_id, member.enterprise_id, rights=member.rights)


def due_starts(session: Session, now: datetime) -> Sequence[int]:
    """Name the reservations that begin soon enough for whoever booked them, and nobody was reminded of."""
    begins, way, minutes = Reservation.starts_at, ReminderChoices.start_way, ReminderChoices.start_minutes
    due = (
        select(Reservation.id)
        .join(Space, Space.id == Reservation.space_id)
        .outerjoin(ReminderChoices, ReminderChoices.member_id == Reservation.member_id)
        .where(BOOKED, begins > now, begins <= now + LEADS[Occasion.START][-1] * A_MINUTE)
        .where(Space.kind != Kind.STORAGE, _wanted(way), _soon(begins, minutes, Occasion.START, now))
        .where(~_decided(Occasion.START, Reminder.reservation_id == Reservation.id, begins))
    )
    return session.scalars(due.order_by(begins, Reservation.id)).all()


BOOKED = text("reservation.state = 'booked'")


def due_missed(session: Session, now: datetime) -> Sequence[int]:
    """Name the reservations that have begun, nobody checked in to, and nobody was asked about.

    They are few: each is released when its park's grace ends. How long before that, `remind` judges.
    """
    rows = session.execute(
        select(Reservation.id, Reservation.starts_at, Park.grace_minutes)
        .join(Park, Park.id == Reservation.park_id)
        .join(Space, Space.id == Reservation.space_id)
        .outerjoin(ReminderChoices, ReminderChoices.member_id == Reservation.member_id)
        .where(BOOKED, Reservation.starts_at <= now, Space.kind != Kind.STORAGE)
        .where(_wanted(ReminderChoices.missed_way))
        .where(~_decided(Occasion.MISSED, Reminder.reservation_id == Reservation.id, Reservation.starts_at))
        .order_by(Reservation.starts_at, Reservation.id)
    )
    return [number for number, begins, grace in rows if now < grace_ends(begins, grace)]


def due_ends(session: Session, now: datetime) -> Sequence[int]:
    """Name the stays whose planned end is near enough for whoever is there, and nobody was reminded of."""
    way, minutes = ReminderChoices.end_way, ReminderChoices.end_minutes
    due = (
        select(Stay.id)
        .outerjoin(Reservation, Reservation.id == Stay.reservation_id)
        .outerjoin(ReminderChoices, ReminderChoices.member_id == Stay.member_id)
        .where(OPEN, PLANNED_END > now, Stay.space_kind != Kind.STORAGE)  # noqa: SIM300 - no constant
        .where(_wanted(way), _soon(PLANNED_END, minutes, Occasion.END, now))
        .where(~_decided(Occasion.END, Reminder.stay_id == Stay.id, PLANNED_END))
    )
    return session.scalars(due.order_by(PLANNED_END, Stay.id)).all()


def _wanted(way: InstrumentedAttribute[Way]) -> ColumnElement[bool]:
    return way.is_distinct_from(Way.OFF)


def _soon(
    instant: ColumnElement[datetime] | InstrumentedAttribute[datetime],
    minutes: InstrumentedAttribute[int],
    occasion: Occasion,
    now: datetime,
) -> ColumnElement[bool]:
    """SQL condition: no further ahead than somebody chose to hear of it."""
    chosen = func.coalesce(minutes, UNLESS_CHOSEN[occasion].minutes)
    return or_(*(and_(chosen == lead, instant <= now + lead * A_MINUTE) for lead in LEADS[occasion]))


def _decided(
    occasion: Occasion,
    of_it: ColumnElement[bool],
    at: ColumnElement[datetime] | InstrumentedAttribute[datetime],
) -> ColumnElement[bool]:
    return exists().where(of_it, Reminder.occasion == occasion, Reminder.for_at == at)


A_DAY = timedelta(days=1)


def useful_for(session: Session, letter_id: int, now: datetime) -> timedelta | None:
    """Tell for how long what a letter says holds; None where it does not any more.

    What is no reminder holds, and as a push for a day.
    """
    reminder = session.scalar(select(Reminder).where(Reminder.letter_id == letter_id))
    if reminder is None:
        return A_DAY
    stay, reservation = reminder.stay, reminder.reservation
    until = reminder.for_at
    if stay is not None:
        holds = stay.ended_at is None and stay.planned_end == reminder.for_at
    else:
        assert reservation is not None  # noqa: S101 - the table sees to it
        holds = reservation.state is ReservationState.BOOKED and reservation.starts_at == reminder.for_at
        if reminder.occasion is Occasion.MISSED:
            until = grace_ends(until, reservation.space.park.grace_minutes)
    return until - now if holds and now < until else None
