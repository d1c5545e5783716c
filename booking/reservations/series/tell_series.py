"""Tell whose series it is what an act did to it: one letter, however many bookings it touched."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Actor
from booking.db import lock_row
from booking.mail.outbox import LetterText, write_letter
from booking.mail.queries import has_letter
from booking.people.models import Member
from booking.reservations.history import heard_of
from booking.reservations.models import OPEN_STATES, Reservation, ReservationChange
from booking.reservations.series.foresee import doubtful_of, unsettled_years
from booking.reservations.series.instead import Missed, WhoAsks, free_places_now
from booking.reservations.series.models import OPEN_WISH, Series, WishedOccurrence
from booking.spaces.models import Space
from booking.values import Span


class SeriesBefore(NamedTuple):
    """What a series said before it got another rule."""

    space: Space
    rule: str
    first_day: date
    starts_minute: int
    ends_minute: int
    working_days_only: bool

    @classmethod
    def of(cls, series: Series) -> "SeriesBefore":
        """Keep what it says now."""
        return cls(*(getattr(series, name) for name in cls._fields))


class LeftOver(NamedTuple):
    """What another rule had no day for: the series it was of, as it was, and what was given back of it."""

    before: SeriesBefore
    reservations: Sequence[Reservation]


class SeriesNews(NamedTuple):
    """A series after an act: what was booked of it, when more is only wished for, the steps of the act."""

    series: Series
    reservations: Sequence[Reservation]
    wished: Sequence[datetime]  # their starts
    over: Sequence[datetime] = ()  # of which those are that nobody has, and a quota refuses
    steps: Sequence[ReservationChange] = ()
    left_over: LeftOver | None = None
    stayed: Collection[int] = ()  # what was to be changed and could not be, by the ids of the reservations
    later: Sequence[datetime] = ()  # the starts of what lies too far ahead, and books itself
    doubtful: Sequence[
        datetime
    ] = ()  # those of what books itself only if its closed day is made a working day
    years: Sequence[int] = ()  # in which something of it lies, and whose working days are not published yet

    @property
    def touched(self) -> Sequence[Reservation]:
        """All that the act may have touched, what was given back first."""
        return [*(self.left_over.reservations if self.left_over else ()), *self.reservations]


SeriesLetter = Callable[[SeriesNews], LetterText]
"""Words a letter on a series."""


def write_series_letter(
    session: Session,
    series: Series,
    letter: SeriesLetter,
    *,
    now: datetime,
    by: Actor | None = None,
    untold: bool = True,
    begun: bool = False,
    left_over: LeftOver | None = None,
    stayed: Collection[int] = (),
) -> bool:
    """Write one letter on the series as it stands, however many bookings an act touched; tells if so.

    Once a version, and not to who has left, nor to who did it themselves (`by`) and wants no copies.

    It tells of every step there was, so whose series it is gets no letter on one of its bookings; a colleague
    who booked one of them does. Not `untold` where none is to be told by another letter; one that is just
    `begun` was nothing before, and its steps are not told. What was `left_over` for it stays with the series
    it was of, and is told here; so is what was to be changed and `stayed`.
    """
    if by is not None and by.member_id == series.member_id and not by.wants_copies:
        return False
    reservations = session.scalars(
        select(Reservation)
        .where(Reservation.series_id == series.id)
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()
    gone = [one.id for one in left_over.reservations] if left_over else []
    if untold:
        heard_of(session, [*gone, *(one.id for one in reservations)], series.member_id)
    member = session.get_one(Member, series.member_id)
    if not member.active:  # who has left hears no more of their enterprise
        return False
    key = f"series:{series.id}:{series.version}"
    steps = () if begun else _steps(session, series, gone, now)
    news = SeriesNews(series, reservations, (), steps=steps, left_over=left_over, stayed=stayed)
    news = _with_wishes(news, session, now)
    content = letter(news)
    return write_letter(session, series.park_id, key, member.email, content, now=now)


def _with_wishes(news: SeriesNews, session: Session, now: datetime) -> SeriesNews:
    """Add what is only wished for: what may come free, and what books itself, surely or perhaps."""
    series, begins = news.series, WishedOccurrence.starts_at
    open_wish = WishedOccurrence.series_id == series.id, OPEN_WISH, begins > now
    kept = session.scalars(select(WishedOccurrence).where(*open_wish).order_by(begins)).all()
    later = [one for one in kept if one.opens_on is not None]
    doubtful = doubtful_of(session, series.space, later, now=now)
    to_come = [one.starts_at for one in news.reservations if one.state in OPEN_STATES and one.ends_at > now]
    wished = [one for one in kept if one.opens_on is None]
    return news._replace(
        wished=[one.starts_at for one in wished],
        over=_beyond_quota(session, series, wished, now),
        later=[one.starts_at for one in later if one not in doubtful],
        doubtful=[one.starts_at for one in doubtful],
        years=unsettled_years(session, series.space, [*to_come, *(one.starts_at for one in kept)]),
    )


def _beyond_quota(
    session: Session, series: Series, wished: Sequence[WishedOccurrence], now: datetime
) -> list[datetime]:
    """List when those begin that nobody has, and a quota refuses who made the series."""
    if not wished:
        return []
    missed = [Missed(f"{one.id}", one.space_id, Span(one.starts_at, one.ends_at)) for one in wished]
    who = WhoAsks(series.enterprise_id, series.member_id)
    there = free_places_now(session, series.park_id, {series.space.kind: missed}, who, now=now)
    return [one.span.start for one in missed if there.get(one.key) is not None]


NOT_NEWS = timedelta(days=7)  # what no job told in all that time is seen on the page


def series_to_tell(session: Session, now: datetime) -> Sequence[int]:
    """List what was begun lately and whose letter is not written yet, nor is told of by a later letter.

    Who begins a series does it themselves: only those who want copies of what they do are told.
    """
    written = has_letter("series:", Series.id, ":1")
    begun = Series.version == 1, Series.created_at > now - NOT_NEWS
    told = Member.active, Member.wants_copies
    return session.scalars(select(Series.id).where(*begun, *told, ~written).join(Series.member)).all()


def tell_begun(session: Session, series_id: int, *, letter: SeriesLetter, now: datetime) -> bool:
    """Write whose series it is what was begun; once, by the key of its letter.

    Not where it was changed meanwhile, as that was told, or they have left, or want no copies.
    """
    series = lock_row(session, Series, series_id)
    if series.version != 1 or not session.get_one(Member, series.member_id).wants_copies:
        return False
    return write_series_letter(session, series, letter, now=now, untold=False, begun=True)


def _steps(
    session: Session, series: Series, gone: Collection[int], now: datetime
) -> Sequence[ReservationChange]:
    """List what was done just now to what is booked of it, and to what is gone, in the order it was done."""
    mine = ReservationChange.reservation_id == Reservation.id
    done = select(ReservationChange).join(Reservation, mine).options(joinedload(ReservationChange.old_space))
    there = or_(Reservation.series_id == series.id, Reservation.id.in_(gone))
    just_now = done.where(there, ReservationChange.at == now)
    return session.scalars(just_now.order_by(ReservationChange.id)).all()
