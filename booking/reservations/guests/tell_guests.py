"""Write to who is asked along, that it moved or is off, and to the host who came; and forget them again."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, blank_letters, write_letter
from booking.mail.transport import GUESTS
from booking.people.models import Member
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.rules import KEPT, LETTERS_WITHIN, MOST_LETTERS, Visit, is_news
from booking.reservations.models import Reservation, ReservationChange, ReservationState
from booking.reservations.series.models import Series
from booking.spaces.models import Space
from booking.values.mailbox import bare_address


class GuestNews(Enum):
    """What a letter tells of a booking."""

    ASKED = auto()
    MOVED = auto()
    OFF = auto()
    RELEASED = auto()  # since nobody checked in; nobody called it off
    GOES_ON = auto()  # since somebody had come in time, as a door told after it was released
    CAME = auto()  # to the host


class ToldGuest(NamedTuple):
    """Somebody on a booking, and what there is to tell of it."""

    guest: BookingGuest
    news: GuestNews
    act: ReservationChange | None = None  # what last moved or ended the booking; None where only the list did


GuestLetter = Callable[[Sequence[ToldGuest]], LetterText]
"""Words the letter to one of them on all there is to tell, or on one of them to the host."""

STANDS = (ReservationState.BOOKED, ReservationState.IN_USE)
EXPECTED = (*STANDS, ReservationState.NO_SHOW)
"""Of which guests may stand at the front desk: of what was released too: nobody told them to stay away."""
OFF = (ReservationState.CANCELLED, ReservationState.DECLINED, ReservationState.NO_SHOW)


def guests_to_tell(session: Session, now: datetime) -> Sequence[int]:
    """Name the bookings of which somebody has to hear something; of a series one, which stands for all."""
    due = select(func.min(BookingGuest.reservation_id)).join(BookingGuest.reservation)
    found = due.outerjoin(BookingGuest.member).where(or_(_to_ask(now), _to_take_back(now), _to_announce(now)))
    one_act = func.coalesce(Reservation.series_id, -Reservation.id)
    return sorted(session.scalars(found.group_by(one_act)))


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
    return and_(come, Reservation.state.in_(EXPECTED), Reservation.ends_at > now)


def tell_guests(session: Session, reservation_id: int, *, letter: GuestLetter, now: datetime) -> bool:
    """Write to each who has to hear of a booking, and to its host who has come; tells whether there was news.

    Of all bookings of a series, and of the one it goes on as, each hears in one letter. Safe twice: what was
    told is kept beside each of them, in the same transaction. Who has left the enterprise is told nothing, a
    guest who got MOST_LETTERS lately is told later.
    """
    guests = _guests_with(session, reservation_id)
    announced = [_announce(session, one, letter, now) for one in guests]
    to_tell: defaultdict[Hashable, list[ToldGuest]] = defaultdict(list)
    changed = _of_whom_to_write(session, [one for one in guests if _is_news(one, now)], now)
    known = {one.reservation_id for one in changed if (one.told or one.letters) and not one.removed_at}
    acts = _acts_on(session, known)
    for one in changed:
        if one.mailbox:
            act = None if one.removed_at else acts.get(one.reservation_id)
            to_tell[_person(one)].append(ToldGuest(one, _news_of(one, act), act))
    for told in to_tell.values():
        in_time = sorted(told, key=_when)
        _write(session, in_time[0].guest, in_time[0].guest.mailbox, letter(in_time), now)
    for one in changed:
        one.told_space_id, one.told_starts_at, one.told_ends_at = _coming(one) or (None, None, None)
    for one in guests:
        if one.removed_at is not None and not one.letters:
            session.delete(one)
    return bool(changed) or any(announced)


def _person(one: BookingGuest) -> tuple[int | None, str, str]:
    """Tell who it is: of all bookings that somebody is on they hear in one letter."""
    return one.member_id, one.name, bare_address(one.email)


def _of_whom_to_write(session: Session, news: Sequence[BookingGuest], now: datetime) -> list[BookingGuest]:
    """Leave out whose mailbox has had its letters for now, those of this turn among them.

    Several names may share a mailbox, and each of them gets a letter.
    """
    people: defaultdict[tuple[int | None, str, str], list[BookingGuest]] = defaultdict(list)
    for one in news:
        people[_person(one)].append(one)
    written = _written_lately(session, {one.email for one in news} - {""}, now)
    found = []
    for (_, _, mailbox), theirs in people.items():
        if not mailbox or written[mailbox] < MOST_LETTERS:
            written[mailbox] += 1
            found += theirs
    return found


def _written_lately(session: Session, mailboxes: Collection[str], now: datetime) -> Counter[str]:
    """Count the letters that these mailboxes got as guests' lately; asks nothing where there is none."""
    if not mailboxes:
        return Counter()
    lately = Letter.created_at > now - LETTERS_WITHIN, Letter.key.startswith(GUESTS)
    either = {*mailboxes, *(bare_address(one) for one in mailboxes)}
    rows = session.execute(
        select(Letter.to, func.count(Letter.id)).where(Letter.to.in_(either), *lately).group_by(Letter.to)
    )
    written: Counter[str] = Counter()
    for mailbox, count in rows:
        written[bare_address(mailbox)] += count
    return written


def _guests_with(session: Session, reservation_id: int) -> Sequence[BookingGuest]:
    """Lock who comes along to a booking, and to all of its series, and of what that was before or became."""
    of = select(Reservation.series_id, Reservation.enterprise_id).where(Reservation.id == reservation_id)
    series_id, enterprise_id = session.execute(of).one()
    alike = select(Reservation.id).where(Reservation.series_id.in_(_one_act(series_id, enterprise_id)))
    mine = BookingGuest.reservation_id
    return session.scalars(
        select(BookingGuest)
        .where(mine == reservation_id if series_id is None else mine.in_(alike))
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


def _one_act(series_id: int | None, enterprise_id: int) -> CompoundSelect[tuple[int]]:
    """Ask for a series, the one it was split from, and those that were split from it.

    What another rule gives back stays with the series it was of, and who came to it hears of both at once.
    """
    before = select(Series.split_from_id).where(Series.id == series_id, Series.split_from_id.is_not(None))
    theirs = Series.enterprise_id == enterprise_id  # by the index
    after = select(Series.id).where(theirs, or_(Series.id == series_id, Series.split_from_id == series_id))
    return union_all(after, before)


ACTS = (
    Action.RESERVATION_MOVED,
    Action.RESERVATION_AGREED,
    Action.RESERVATION_EXTENDED,
    Action.RESERVATION_SHORTENED,
    Action.RESERVATION_CANCELLED,
    Action.RESERVATION_RELEASED,
    Action.RESERVATION_REINSTATED,
)
"""What moves or ends a booking that guests know of."""


def _acts_on(session: Session, reservation_ids: Collection[int]) -> Mapping[int, ReservationChange]:
    """Give the last act on each that guests notice, by its id: who did it, and why; asks nothing for none."""
    if not reservation_ids:
        return {}
    theirs = ReservationChange.reservation_id.in_(reservation_ids)
    steps = select(ReservationChange).where(theirs, ReservationChange.what.in_(ACTS))
    steps = steps.options(joinedload(ReservationChange.actor))
    in_time = session.scalars(steps.order_by(ReservationChange.at, ReservationChange.id))
    return {one.reservation_id: one for one in in_time}


def _news_of(one: BookingGuest, act: ReservationChange | None) -> GuestNews:
    if _coming(one) is not None:
        taken_back = act is not None and act.action is Action.RESERVATION_REINSTATED
        anew = GuestNews.GOES_ON if taken_back and one.letters else GuestNews.ASKED
        return GuestNews.MOVED if one.told else anew
    released = one.removed_at is None and one.reservation.state is ReservationState.NO_SHOW
    return GuestNews.RELEASED if released else GuestNews.OFF


def _is_news(one: BookingGuest, now: datetime) -> bool:
    told, coming = one.told, _coming(one)
    latest = coming or told
    return is_news(told, coming) and latest is not None and latest.ends_at > now


def _when(told: ToldGuest) -> tuple[bool, datetime, int]:
    """Tell what stands first, in order of time; what is off comes last."""
    return told.news in (GuestNews.OFF, GuestNews.RELEASED), told.guest.reservation.starts_at, told.guest.id


def _coming(one: BookingGuest) -> Visit | None:
    """Give where they are expected as things stand; None where nowhere."""
    booked = one.reservation
    if one.removed_at is not None or booked.state not in STANDS:
        return None
    return Visit(booked.space_id, booked.starts_at, booked.ends_at)


def _announce(session: Session, one: BookingGuest, letter: GuestLetter, now: datetime) -> bool:
    host, booked = one.reservation.member, one.reservation
    waited_for = booked.state in EXPECTED and booked.ends_at > now and one.removed_at is None
    if one.arrived_at is None or one.host_told_at is not None or not waited_for:
        return False
    one.host_told_at = now
    if host.active and one.here_since is not None:
        _write(session, one, host.email, letter([ToldGuest(one, GuestNews.CAME)]), now)
    return True


def _write(session: Session, one: BookingGuest, to: str, text: LetterText, now: datetime) -> None:
    one.letters += 1
    write_letter(session, one.reservation.park_id, guest_letter_key(one, one.letters), to, text, now=now)


def guest_letter_key(one: BookingGuest, number: int) -> str:
    """Name the reason of a letter: the so-manyeth on one guest; a forgotten one's id may come again."""
    return f"{GUESTS}{one.reservation_id}:{one.id}:{number}"


def guests_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Name the bookings that are over for so long, but still say who was asked along."""
    over = or_(Reservation.ends_at < now - KEPT, Reservation.cancelled_at < now - KEPT)
    due = select(BookingGuest.reservation_id).join(BookingGuest.reservation).where(over).distinct()
    return session.scalars(due.order_by(BookingGuest.reservation_id)).all()


def forget_guests(session: Session, reservation_id: int, now: datetime) -> bool:
    """Forget them, and blank the letters to them and about them; tells whether there were any. Safe twice."""
    mine = select(BookingGuest).where(BookingGuest.reservation_id == reservation_id)
    guests = session.scalars(mine.order_by(BookingGuest.id).with_for_update(of=BookingGuest)).all()
    keys = [guest_letter_key(one, number) for one in guests for number in range(1, one.letters + 1)]
    blank_letters(session, keys, now=now)
    for one in guests:
        session.delete(one)
    return bool(guests)
