"""Write to who is asked along, that it moved or is off, and to the host who came; and forget them again."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.mail.outbox import LetterText, blank_letters, write_letter
from booking.people.models import Member
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.rules import KEPT, Visit, is_news
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Space


class GuestNews(Enum):
    """What a letter tells of a booking."""

    ASKED = auto()
    MOVED = auto()
    OFF = auto()
    CAME = auto()  # to the host


GuestLetter = Callable[[BookingGuest, GuestNews], LetterText]
"""Words the letter to one of them, or on one of them to the host."""

STANDS = (ReservationState.BOOKED, ReservationState.IN_USE)
OFF = (ReservationState.CANCELLED, ReservationState.DECLINED, ReservationState.NO_SHOW)


def guests_to_tell(session: Session, now: datetime) -> Sequence[int]:
    """Name the bookings of which somebody has to hear something."""
    due = select(BookingGuest.reservation_id).join(BookingGuest.reservation).outerjoin(BookingGuest.member)
    found = due.where(or_(_to_ask(now), _to_take_back(now), _to_announce(now))).distinct()
    return session.scalars(found.order_by(BookingGuest.reservation_id)).all()


def _to_ask(now: datetime) -> ColumnElement[bool]:
    otherwise = or_(
        BookingGuest.told_space_id.is_(None),
        BookingGuest.told_space_id != Reservation.space_id,
        BookingGuest.told_starts_at != Reservation.starts_at,
        BookingGuest.told_ends_at != Reservation.ends_at,
    )
    reached = or_(BookingGuest.email != "", Member.active)
    there = and_(Reservation.state.in_(STANDS), BookingGuest.removed_at.is_(None), reached)
    return and_(there, Reservation.ends_at > now, otherwise)


def _to_take_back(now: datetime) -> ColumnElement[bool]:
    gone = or_(BookingGuest.removed_at.is_not(None), Reservation.state.in_(OFF))
    return and_(BookingGuest.told_space_id.is_not(None), BookingGuest.told_ends_at > now, gone)


def _to_announce(now: datetime) -> ColumnElement[bool]:
    come = and_(BookingGuest.arrived_at.is_not(None), BookingGuest.host_told_at.is_(None))
    return and_(come, Reservation.state.in_(STANDS), Reservation.ends_at > now)


def tell_guests(session: Session, reservation_id: int, *, letter: GuestLetter, now: datetime) -> bool:
    """Write to each who has to hear of a booking, and to its host who has come; tells whether there was news.

    Safe twice: what was told is kept beside each of them, in the same transaction. Who has left the
    enterprise is told nothing.
    """
    guests = session.scalars(
        select(BookingGuest)
        .where(BookingGuest.reservation_id == reservation_id)
        .order_by(BookingGuest.id)
        .options(
            joinedload(BookingGuest.reservation).options(
                joinedload(Reservation.space).joinedload(Space.area),
                joinedload(Reservation.member),
                joinedload(Reservation.enterprise),
            ),
            joinedload(BookingGuest.member),
            joinedload(BookingGuest.told_space),
        )
        .with_for_update(of=BookingGuest)
        .execution_options(populate_existing=True)
    ).all()
    return sum(_tell(session, one, letter, now) for one in guests) > 0


def _tell(session: Session, one: BookingGuest, letter: GuestLetter, now: datetime) -> bool:
    announced = _announce(session, one, letter, now)
    told, coming = one.told, _coming(one)
    latest = coming or told
    news = is_news(told, coming) and latest is not None and latest.ends_at > now
    if news and one.mailbox:
        what = GuestNews.OFF if coming is None else GuestNews.MOVED if told else GuestNews.ASKED
        _write(session, one, one.mailbox, letter(one, what), now)
    if one.removed_at is not None and not one.letters:
        session.delete(one)
    elif news:
        one.told_space_id, one.told_starts_at, one.told_ends_at = coming or (None, None, None)
    return news or announced


def _coming(one: BookingGuest) -> Visit | None:
    """Give where they are expected as things stand; None where nowhere."""
    booked = one.reservation
    if one.removed_at is not None or booked.state not in STANDS:
        return None
    return Visit(booked.space_id, booked.starts_at, booked.ends_at)


def _announce(session: Session, one: BookingGuest, letter: GuestLetter, now: datetime) -> bool:
    host, booked = one.reservation.member, one.reservation
    waited_for = booked.state in STANDS and booked.ends_at > now and one.removed_at is None
    if one.arrived_at is None or one.host_told_at is not None or not waited_for:
        return False
    one.host_told_at = now
    if host.active:
        _write(session, one, host.email, letter(one, GuestNews.CAME), now)
    return True


def _write(session: Session, one: BookingGuest, to: str, text: LetterText, now: datetime) -> None:
    one.letters += 1
    write_letter(session, one.reservation.park_id, letter_key(one, one.letters), to, text, now=now)


def letter_key(one: BookingGuest, number: int) -> str:
    """Name the reason of a letter: the so-manyeth on one guest; a forgotten one's id may come again."""
    return f"guest:{one.reservation_id}:{one.id}:{number}"


def guests_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Name the bookings that are over for so long, but still say who was asked along."""
    over = or_(Reservation.ends_at < now - KEPT, Reservation.cancelled_at < now - KEPT)
    due = select(BookingGuest.reservation_id).join(BookingGuest.reservation).where(over).distinct()
    return session.scalars(due.order_by(BookingGuest.reservation_id)).all()


def forget_guests(session: Session, reservation_id: int, now: datetime) -> bool:
    """Forget them, and blank the letters to them and about them; tells whether there were any. Safe twice."""
    mine = select(BookingGuest).where(BookingGuest.reservation_id == reservation_id)
    guests = session.scalars(mine.order_by(BookingGuest.id).with_for_update(of=BookingGuest)).all()
    keys = [letter_key(one, number) for one in guests for number in range(1, one.letters + 1)]
    blank_letters(session, keys, now=now)
    for one in guests:
        session.delete(one)
    return bool(guests)
