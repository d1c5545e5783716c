"""Tell whose series it is what an act did to it: one letter, however many bookings it touched."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from booking.mail.outbox import LetterText, write_letter
from booking.people.models import Member
from booking.reservations.history import heard_of
from booking.reservations.models import Reservation, ReservationChange
from booking.reservations.series.models import OPEN_WISH, Series, WishedOccurrence


class SeriesNews(NamedTuple):
    """A series after an act: what was booked of it, how many are only wished for, the steps of the act."""

    series: Series
    reservations: Sequence[Reservation]
    wished: int
    steps: Sequence[ReservationChange] = ()


SeriesLetter = Callable[[SeriesNews], LetterText]
"""Words a letter on a series."""


def write_series_letter(
    session: Session,
    series: Series,
    letter: SeriesLetter,
    *,
    now: datetime,
    untold: bool = True,
    begun: bool = False,
) -> None:
    """Write one letter on the series as it stands, however many bookings an act touched; once a version.

    It tells of every step there was, so whose series it is gets no letter on one of its bookings; a colleague
    who booked one of them does. Not `untold` where none is to be told by another letter; one that is just
    `begun` was nothing before, and its steps are not told.
    """
    reservations = session.scalars(
        select(Reservation)
        .where(Reservation.series_id == series.id)
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()
    open_wish = WishedOccurrence.series_id == series.id, OPEN_WISH
    wished = session.scalars(select(func.count(WishedOccurrence.id)).where(*open_wish)).one()
    if untold:
        heard_of(session, [one.id for one in reservations], series.member_id)
    member = session.get_one(Member, series.member_id)
    if member.active:  # who has left hears no more of their enterprise
        key = f"series:{series.id}:{series.version}"
        steps = () if begun else _steps(session, series, now)
        content = letter(SeriesNews(series, reservations, wished, steps))
        write_letter(session, series.park_id, key, member.email, content, now=now)


def _steps(session: Session, series: Series, now: datetime) -> Sequence[ReservationChange]:
    """List what was done just now to what is booked of it, in the order it was done."""
    mine = ReservationChange.reservation_id == Reservation.id
    done = select(ReservationChange).join(Reservation, mine).options(joinedload(ReservationChange.old_space))
    there = (Reservation.series_id == series.id, ReservationChange.at == now)
    return session.scalars(done.where(*there).order_by(ReservationChange.id)).all()
