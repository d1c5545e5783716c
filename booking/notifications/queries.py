"""What is asked about reminders: what is due, whether one is still true."""

from collections.abc import Sequence
from datetime import datetime

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


def still_true(session: Session, letter_id: int, now: datetime) -> bool:
    """Tell whether what a reminder's letter says still holds; a letter that is none always does."""
    reminder = session.scalar(select(Reminder).where(Reminder.letter_id == letter_id))
    if reminder is None:
        return True
    stay, reservation = reminder.stay, reminder.reservation
    if stay is not None:
        return stay.ended_at is None and stay.planned_end == reminder.for_at and now < reminder.for_at
    assert reservation is not None  # noqa: S101 - the table sees to it
    start, until = reservation.starts_at, reservation.starts_at
    if reminder.occasion is Occasion.MISSED:
        until = grace_ends(start, reservation.space.park.grace_minutes)
    return reservation.state is ReservationState.BOOKED and start == reminder.for_at and now < until
