"""The bookings of an enterprise as its people list them: a line each, those of a series that come as one."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from booking.people.models import Member
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.queries import STILL_COMING
from booking.spaces.models import Area, Kind, Space
from booking.values import Money


class BookedRow(NamedTuple):
    """A reservation in a list."""

    id: int
    starts_at: datetime
    ends_at: datetime
    state: ReservationState
    purpose: str
    people: int
    quote: Money
    member_id: int
    member: str
    space_id: int
    space: str
    space_en: str | None
    kind: Kind
    area: str
    area_en: str | None
    series_id: int | None
    answer_by: datetime | None
    answerer: Answerer


BOOKED_COLUMNS = (
    Reservation.id, Reservation.starts_at, Reservation.ends_at, Reservation.state, Reservation.purpose,
    Reservation.people, Reservation.quote, Reservation.member_id, Member.name, Reservation.space_id,
    Space.name, Space.name_en, Space.kind, Area.name, Area.name_en, Reservation.series_id,
    Reservation.answer_by, Reservation.answerer,
)  # fmt: skip


ROWS = (
    select(*BOOKED_COLUMNS)
    .join(Space, Space.id == Reservation.space_id)
    .join(Area, Area.id == Space.area_id)
    .join(Member, Member.id == Reservation.member_id)
)


class WhoseList(NamedTuple):
    """Whose bookings are listed: an enterprise's, or one member's and (`also`) others'."""

    enterprise_id: int
    member_id: int | None = None
    also: ColumnElement[bool] | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """SQL condition on the reservation of the row."""
        ours = Reservation.enterprise_id == self.enterprise_id
        if self.member_id is None:
            return ours
        mine = Reservation.member_id == self.member_id
        return and_(ours, mine if self.also is None else or_(mine, self.also))


IN_ORDER = (Reservation.starts_at, Reservation.id)


def past_of(
    session: Session, whose: WhoseList, now: datetime, *, limit: int, offset: int = 0
) -> list[BookedRow]:
    """List what is over, the last first; what was called off ahead of its time only once that is over."""
    ahead = and_(CALLED_OFF, Reservation.starts_at > now)
    return _last_first(session, and_(whose.condition, not_(_to_come(now)), not_(ahead)), limit, offset)


CALLED_OFF = Reservation.state.in_((ReservationState.CANCELLED, ReservationState.DECLINED))


def called_off_of(session: Session, whose: WhoseList, *, limit: int, offset: int = 0) -> list[BookedRow]:
    """List what was cancelled or declined, of whatever day, the last day first."""
    return _last_first(session, and_(whose.condition, CALLED_OFF), limit, offset)


def _last_first(session: Session, wanted: ColumnElement[bool], limit: int, offset: int) -> list[BookedRow]:
    rows = ROWS.where(wanted).order_by(*(one.desc() for one in IN_ORDER))
    return [BookedRow._make(row) for row in session.execute(rows.limit(limit).offset(offset))]


def coming_of(
    session: Session, whose: WhoseList, now: datetime, *, limit: int, offset: int = 0
) -> list[list[BookedRow]]:
    """List what is to come by lines, nearest first: all of one series is one line, where its next stands."""
    wanted = and_(whose.condition, _to_come(now))
    line = func.coalesce(Reservation.series_id, -Reservation.id).label("line")
    first = func.row_number().over(partition_by=line, order_by=IN_ORDER).label("turn")
    ranked = select(line, *IN_ORDER, first).where(wanted).subquery().c
    found = select(ranked.line).where(ranked.turn == 1).order_by(ranked.starts_at, ranked.id)
    lines = session.scalars(found.limit(limit).offset(offset)).all()
    alone, series = [-one for one in lines if one < 0], [one for one in lines if one > 0]
    there = or_(Reservation.id.in_(alone), Reservation.series_id.in_(series))
    by_line: defaultdict[int, list[BookedRow]] = defaultdict(list)
    for row in map(BookedRow._make, session.execute(ROWS.where(wanted, there).order_by(*IN_ORDER))):
        by_line[row.series_id or -row.id].append(row)
    return [by_line[one] for one in lines if one in by_line]


def _to_come(now: datetime) -> ColumnElement[bool]:
    return and_(Reservation.ends_at > now, STILL_COMING)
