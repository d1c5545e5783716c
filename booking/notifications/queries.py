"""What is asked about reminders: what is due, whether one is still true."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.notifications.models import Reminder, ReminderChoices
from booking.notifications.rules import A_MINUTE, LEADS, UNLESS_CHOSEN, Occasion, Way
from booking.parks.models import Park
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind, Space
from booking.usage.models import Stay
from booking.usage.queries import OPEN, PLANNED_END
from booking.usage.rules import grace_ends


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
