"""Quotas: set by the park, looked at before booking, and kept on every path by which a time is taken.

Most parks have none, and then nothing is asked. Where there are, an enterprise's bookings of a kind queue up
behind one lock, so that of two at once the second counts what the first took. It is taken before a space is.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import Executable, bindparam, func, select, text, union_all
from sqlalchemy.orm import Session

from booking.audit.actions import Actor, BookingRights
from booking.db.base import Instant
from booking.db.transaction import facts_of_transaction
from booking.parks.queries import kept, park_at_hand, park_calendar
from booking.reservations.models import STAY, Reservation, ReservationState
from booking.reservations.quotas import rules
from booking.reservations.quotas.models import Quota
from booking.spaces.models import Kind, Space
from booking.values import Refusal, Span


def limits_for(session: Session, park_id: int, enterprise_id: int, kind: Kind) -> tuple[rules.Limit, ...]:
    """Give what holds for an enterprise and kind, from memory: its own limits, and those for all besides."""
    rows = kept(session, park_id, "quotas", lambda: _quotas(session, park_id))
    mine = [row for row in rows if row[1] is kind and row[0] in (None, enterprise_id)]
    found = {row[2:6]: row[6] for row in sorted(mine, key=lambda row: row[0] is not None)}
    return tuple(rules.Limit(*of, minutes) for of, minutes in found.items() if minutes is not None)


QuotaRow = tuple[int | None, Kind, rules.Per, rules.QuotaPeriod, int, int, int | None]


def _quotas(session: Session, park_id: int) -> tuple[QuotaRow, ...]:
    columns = (
        Quota.enterprise_id, Quota.kind, Quota.per, Quota.period, Quota.from_minute, Quota.until_minute,
        Quota.minutes,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(Quota.park_id == park_id).order_by(Quota.id))
    return tuple((*row,) for row in rows)


class Counted(Protocol):
    """What a quota asks of a place, or of who waits for one: its park and kind."""

    @property
    def park_id(self) -> int: ...  # noqa: D102
    @property
    def kind(self) -> Kind: ...  # noqa: D102


class OfKind(NamedTuple):
    """Any place of a kind."""

    park_id: int
    kind: Kind


def quota_left(
    session: Session,
    space: Counted,
    span: Span,
    enterprise_id: int,
    member_id: int,
    *,
    but: int | None = None,
    besides: Sequence[rules.Had] = (),
) -> list[rules.Left]:
    """Tell what the quotas leave of the periods a span is in, as a booking of it would be judged now.

    Empty where none counts. `but` is the reservation that would be there instead of where it is; `besides`
    is what is not had yet, and counts as if it was.
    """
    return quotas_left(session, space, [span], enterprise_id, member_id, but=but, besides=besides)[span]


def quotas_left(
    session: Session,
    space: Counted,
    spans: Sequence[Span],
    enterprise_id: int,
    member_id: int,
    *,
    but: int | None = None,
    besides: Sequence[rules.Had] = (),
) -> dict[Span, list[rules.Left]]:
    """Tell the same of several spans of which one will be chosen, each as if it alone were booked."""
    asked = {span: rules.Had(member_id, span) for span in spans}
    return quotas_left_each(session, space, asked, enterprise_id, but=but, besides=besides)


Key = TypeVar("Key", bound=Hashable)


def quotas_left_each(
    session: Session,
    space: Counted,
    asked: Mapping[Key, rules.Had],
    enterprise_id: int,
    *,
    but: int | None = None,
    besides: Sequence[rules.Had] = (),
) -> dict[Key, list[rules.Left]]:
    """Tell it by key of what people of an enterprise would have, each as if it alone were booked."""
    limits = limits_for(session, space.park_id, enterprise_id, space.kind)
    if not limits or not asked:
        return {key: [] for key in asked}
    at, spans = _local(session, space.park_id), [one.span for one in asked.values()]
    had = _had(session, enterprise_id, space.kind, rules.days_counted(spans, limits, at.zone), but)
    had += besides
    return {key: rules.what_is_left(one.span, one.member_id, limits, had, at) for key, one in asked.items()}


def check_quota(
    session: Session,
    space: Counted,
    span: Span,
    enterprise_id: int | None,
    member_id: int | None,
    *,
    but: int | None = None,
    hold: bool = True,
    besides: Sequence[rules.Had] = (),
) -> None:
    """Raise OverQuota where a span is more than the quotas leave; who books holds them till the commit.

    Only the park's own people have no enterprise, and no quota.
    """
    if enterprise_id is None or member_id is None:
        return
    if hold:
        hold_quota(session, space.park_id, enterprise_id)
    rules.check_left(quota_left(session, space, span, enterprise_id, member_id, but=but, besides=besides))


NOTHING_HELD: Mapping[str, rules.Had] = MappingProxyType({})


def refused_by_quota(
    session: Session,
    space: Counted,
    spans: dict[str, Span],
    enterprise_id: int,
    member_id: int,
    held: Mapping[str, rules.Had] = NOTHING_HELD,
    *,
    either_or: bool = False,
    gone: Iterable[rules.Had] = (),
) -> dict[str, Refusal]:
    """Judge several spans at once, by their keys, each as if those before it were booked; in two queries.

    Where only one of them would be booked, `either_or`, each is judged by itself. What is `held` under a key
    now is given up for its span, where that may be had; what is `gone` by then counts for nothing.
    """
    limits = limits_for(session, space.park_id, enterprise_id, space.kind)
    if not limits or not spans:
        return {}
    at = _local(session, space.park_id)
    counted = rules.days_counted(list(spans.values()), limits, at.zone)
    had, refused = _had(session, enterprise_id, space.kind, counted, None), {}
    for over in gone:
        if over in had:
            had.remove(over)
    for key, span in sorted(spans.items(), key=lambda pair: pair[1]):
        given_up, others = held.get(key, rules.Had(member_id, span)), list(had)
        whose = given_up.member_id
        if key in held and given_up in others:
            others.remove(given_up)
        try:
            rules.check_left(rules.what_is_left(span, whose, limits, others, at))
        except Refusal as refusal:
            refused[key] = refusal
        else:
            had = had if either_or else [*others, rules.Had(whose, span)]
    return refused


QUOTAS = 74
"""The number of this lock among PostgreSQL's advisory ones."""


def hold_quota(
    session: Session, park_id: int, enterprise_id: int | None, rights: BookingRights | None = None
) -> None:
    """Queue up with everybody of the enterprise who books where quotas count; SQLite has one writer anyway.

    So does, in any park, whose `rights` end at a sum: that goes by what others leave of the month's free
    minutes. Taken before any space is; a second time in a transaction it asks nothing.
    """
    if enterprise_id is None or session.get_bind().dialect.name != "postgresql":
        return
    limited = rights is not None and rights.up_to is not None
    if not limited and not kept(session, park_id, "quotas", lambda: _quotas(session, park_id)):
        return
    connection = session.connection()
    held: set[int] = facts_of_transaction(session, connection).setdefault(_HELD, set())
    if enterprise_id not in held:
        connection.execute(_LOCK, {"of": QUOTAS, "whose": enterprise_id})
        if not connection.in_nested_transaction():  # what is taken back with a savepoint is held no more
            held.add(enterprise_id)


def hold_own_quota(session: Session, by: Actor) -> None:
    """Hold the quotas of whoever's enterprise does something: before any row of its bookings, as all do.

    And what their limit goes by. The park's own people have none.
    """
    if by.park_id is not None:
        hold_quota(session, by.park_id, by.enterprise_id, by.rights)


_HELD: Final = "enterprises whose quotas are held"
_LOCK = text("SELECT pg_advisory_xact_lock(:of, CAST(:whose AS integer))")


def _local(session: Session, park_id: int) -> rules.LocalTime:
    return rules.LocalTime(park_at_hand(session, park_id).zone, park_calendar(session, park_id))


COUNTS = (ReservationState.REQUESTED, ReservationState.BOOKED, ReservationState.IN_USE, ReservationState.DONE)
LONGEST = timedelta(days=1)  # what is had by the hour lasts a day at most


def _had(session: Session, enterprise_id: int, kind: Kind, within: Span, but: int | None) -> list[rules.Had]:
    """Read what is booked and asked for, and what was used instead where that is over; walk-ins too."""
    asked = {"enterprise_id": enterprise_id, "kind": kind, "of_kind": kind.value, "but": but or 0}
    times = {"bound": within.start - LONGEST, "end": within.end}
    rows = session.execute(_HAD, asked | times)
    return [rules.Had(member_id, Span(start, end)) for member_id, start, end in rows if start < end]


def _what_counts() -> Executable:
    ended = STAY.c.ended_at.is_not(None)
    booked = (
        select(
            Reservation.member_id,
            func.coalesce(STAY.c.started_at, Reservation.starts_at, type_=Instant()),
            func.coalesce(STAY.c.ended_at, Reservation.ends_at, type_=Instant()),
        )
        .join(Space, Space.id == Reservation.space_id)
        .outerjoin(STAY, (STAY.c.reservation_id == Reservation.id) & ended)
        .where(
            Reservation.enterprise_id == bindparam("enterprise_id"),
            Reservation.starts_at > bindparam("bound"),
            Reservation.starts_at < bindparam("end"),
            Reservation.state.in_(COUNTS),
            Reservation.id != bindparam("but"),
            Space.kind == bindparam("kind"),
        )
    )
    walked_in = select(
        STAY.c.member_id,
        STAY.c.started_at,
        func.coalesce(STAY.c.ended_at, STAY.c.held_until, type_=Instant()),
    ).where(
        STAY.c.enterprise_id == bindparam("enterprise_id"),
        STAY.c.space_kind == bindparam("of_kind"),
        STAY.c.started_at > bindparam("bound", type_=Instant()),
        STAY.c.started_at < bindparam("end", type_=Instant()),
        STAY.c.reservation_id.is_(None),
    )
    return union_all(booked, walked_in)


_HAD = _what_counts()


def quotas_of(session: Session, park_id: int) -> Sequence[Quota]:
    """List the park's quotas: those for all, then those of single enterprises."""
    mine = select(Quota).where(Quota.park_id == park_id)
    by_whom = (Quota.enterprise_id.is_not(None), Quota.enterprise_id, Quota.kind, Quota.period, Quota.id)
    return session.scalars(mine.order_by(*by_whom)).all()
