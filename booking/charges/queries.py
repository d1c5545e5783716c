"""Questions about charges: what a month or a reservation came to, free minutes used, open disputes.

And over longer times: what enterprises paid less because they used places at cheaper times (off-peak 错时 and
extended 延时), and what spaces earned since they were put to use, of whom.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, exists, func, select, type_coerce
from sqlalchemy.orm import Session, contains_eager

from booking.charges.models import Charge, ChargeKind, Dispute, MonthClose
from booking.parks.models import Park
from booking.people.models import Enterprise, Member
from booking.reservations.models import Reservation
from booking.spaces.models import Kind, Space
from booking.usage.models import Stay
from booking.values import Money, Month, round_half_up


def in_question(line: Charge) -> bool:
    """Tell whether somebody waits for an answer about a line; its question must be loaded."""
    return line.dispute is not None and line.dispute.answered_at is None


def counts(line: Charge) -> bool:
    """Say of one line what COUNTS says of all; its question must be loaded."""
    return line.superseded_at is None and not in_question(line)


IN_QUESTION = exists().where(Dispute.charge_id == Charge.id, Dispute.answered_at.is_(None))
COUNTS = and_(Charge.superseded_at.is_(None), ~IN_QUESTION)
"""Which lines are in a sum of what was billed so far: what was corrected and what is in question is not."""


MONTH_TO_DATE = select(func.sum(type_coerce(Charge.amount, BigInteger))).where(
    Charge.enterprise_id == bindparam("enterprise_id"), Charge.month_key == bindparam("month_key"), COUNTS
)
MINE_TO_DATE = (
    MONTH_TO_DATE.outerjoin(Stay, Stay.id == Charge.stay_id)
    .outerjoin(Reservation, Reservation.id == Charge.reservation_id)
    .where(func.coalesce(Stay.member_id, Reservation.member_id) == bindparam("member_id"))
)


def month_to_date(
    session: Session, enterprise_id: int, month: Month, *, member_id: int | None = None
) -> Money:
    """Sum the lines of a local month that count, all or one member's, without what is still running."""
    wanted = MONTH_TO_DATE if member_id is None else MINE_TO_DATE
    asked = {"enterprise_id": enterprise_id, "month_key": month.key}
    fen = (
        session.connection()
        .execute(wanted, asked if member_id is None else asked | {"member_id": member_id})
        .scalar()
    )
    return Money(int(fen or 0))


def open_since(session: Session, park: Park) -> datetime | None:
    """Tell when the first month after the last closed one began; None while none was closed."""
    key = session.scalar(select(func.max(MonthClose.month_key)).where(MonthClose.park_id == park.id))
    return None if key is None else Month.from_key(key, park.zone).span.end


@dataclass(frozen=True, slots=True)
class BilledReservation:
    """What a reservation came to so far, and where that stands."""

    amount: Money  # without what is in question
    in_question: Money
    month_key: int  # of the latest line
    stay_id: int | None  # None: a fee
    member_id: int  # on whose statement it is: who was there, or who had reserved


def billed_by_reservation(session: Session, reservation_ids: Collection[int]) -> dict[int, BilledReservation]:
    """Sum the lines that count by reservation, in one query; what has none is left out."""
    rows = session.execute(
        select(
            Charge.reservation_id,
            Charge.amount,
            IN_QUESTION.label("asked"),
            Charge.month_key,
            Charge.stay_id,
            func.coalesce(Stay.member_id, Reservation.member_id).label("member_id"),
        )
        .join(Reservation, Reservation.id == Charge.reservation_id)
        .outerjoin(Stay, Stay.id == Charge.stay_id)
        .where(Charge.reservation_id.in_(reservation_ids), Charge.superseded_at.is_(None))
        .order_by(Charge.reservation_id, Charge.id)
    )
    found: dict[int, BilledReservation] = {}
    for row in rows:
        before = found.get(row.reservation_id)
        amount, asked = (Money.zero(), row.amount) if row.asked else (row.amount, Money.zero())
        found[row.reservation_id] = BilledReservation(
            amount=before.amount + amount if before else amount,
            in_question=before.in_question + asked if before else asked,
            month_key=max(before.month_key, row.month_key) if before else row.month_key,
            stay_id=row.stay_id,
            member_id=row.member_id,
        )
    return found


class CameAfterAll(NamedTuple):
    """What became of a no-show that was taken back: its use, and what is not charged for not coming."""

    started_at: datetime
    ended_at: datetime | None
    withdrawn: Money


def came_after_all(session: Session, reservation_ids: Collection[int]) -> dict[int, CameAfterAll]:
    """Tell it by reservation, in one query; asks nothing for none."""
    if not reservation_ids:
        return {}
    fee = and_(
        Charge.reservation_id == Stay.reservation_id,
        Charge.stay_id.is_(None),
        Charge.superseded_at.is_not(None),
    )
    rows = session.execute(
        select(Reservation.id, Stay.started_at, Stay.ended_at, Charge.amount)
        .join(Stay, Stay.reservation_id == Reservation.id)
        .outerjoin(Charge, fee)
        .where(Reservation.id.in_(reservation_ids))
    )
    found: dict[int, CameAfterAll] = {}
    for key, started_at, ended_at, amount in rows:
        before = found[key].withdrawn if key in found else Money.zero()
        found[key] = CameAfterAll(started_at, ended_at, before + (amount or Money.zero()))
    return found


class DisputeRow(NamedTuple):
    """A question with its line, and who asks."""

    dispute: Dispute
    enterprise: str
    member: str


def open_disputes(session: Session, park_id: int) -> Sequence[DisputeRow]:
    """Give the park's unanswered questions, oldest first."""
    return _asked(session, park_id, answered=False, most=200)


def count_open_disputes(session: Session, park_id: int, month: Month) -> int:
    """Count the unanswered questions about lines of a month and of those before it."""
    asked = (Dispute.park_id == park_id, Dispute.answered_at.is_(None), Charge.month_key <= month.key)
    return session.scalar(select(func.count(Dispute.id)).join(Dispute.charge).where(*asked)) or 0


def answered_disputes(session: Session, park_id: int, most: int = 50) -> Sequence[DisputeRow]:
    """Give the latest answered ones."""
    return _asked(session, park_id, answered=True, most=most)


def dispute_in_park(session: Session, park_id: int, dispute_id: int) -> Dispute | None:
    """Give a question of the park with its line; another park's is as good as none."""
    return session.scalar(
        select(Dispute)
        .join(Dispute.charge)
        .options(contains_eager(Dispute.charge))
        .where(Dispute.id == dispute_id, Dispute.park_id == park_id)
    )


def _asked(session: Session, park_id: int, *, answered: bool, most: int) -> list[DisputeRow]:
    order = Dispute.answered_at.desc() if answered else Dispute.opened_at
    rows = session.execute(
        select(Dispute, Enterprise.short_name, Member.name)
        .join(Dispute.charge)
        .join(Enterprise, Enterprise.id == Charge.enterprise_id)
        .join(Member, Member.id == Dispute.opened_by_id)
        .options(contains_eager(Dispute.charge).joinedload(Charge.space, innerjoin=True))
        .where(
            Dispute.park_id == park_id,
            Dispute.answered_at.is_not(None) if answered else Dispute.answered_at.is_(None),
        )
        .order_by(order, Dispute.id)
        .limit(most)
    )
    return [DisputeRow(*row) for row in rows]


LIVE_USE = (
    Charge.enterprise_id == bindparam("enterprise_id"),
    Charge.kind == ChargeKind.USE,
    Charge.superseded_at.is_(None),
)
"""The lines of use of an enterprise that stand."""
FREE_MINUTES = (
    select(Charge.space_kind, Charge.month_key, func.sum(Charge.free_minutes))
    .where(*LIVE_USE, Charge.month_key.in_(bindparam("months", expanding=True)))
    .group_by(Charge.space_kind, Charge.month_key)
    .order_by(Charge.space_kind, Charge.month_key)
)


def free_minutes_used(
    session: Session, enterprise_id: int, months: Iterable[int]
) -> dict[tuple[Kind, int], int]:
    """Sum the free minutes that live charges took, by kind and month key."""
    rows = session.execute(FREE_MINUTES, {"enterprise_id": enterprise_id, "months": sorted(set(months))})
    return {(kind, month): int(minutes) for kind, month, minutes in rows}


SPENT = (
    select(Charge.space_id, Charge.day, Charge.amount)
    .where(*LIVE_USE, Charge.space_id.in_(bindparam("spaces", expanding=True)))
    .where(Charge.day.between(bindparam("first"), bindparam("last")))
    .order_by(Charge.space_id, Charge.day, Charge.id)
)


def spent_by_day(
    session: Session, enterprise_id: int, spaces: set[int], days: Collection[date]
) -> dict[tuple[int, date], int]:
    """Sum the fen that live charges of use come to, by space and local day."""
    asked = {"enterprise_id": enterprise_id, "spaces": sorted(spaces), "first": min(days), "last": max(days)}
    rows = session.execute(SPENT, asked)
    spent: defaultdict[tuple[int, date], int] = defaultdict(int)
    for space_id, day, amount in rows:
        spent[space_id, day] += amount.fen
    return spent


@dataclass(frozen=True, slots=True)
class Gain:
    """What an enterprise paid less than at the standard price, and for how many billed minutes."""

    enterprise: Enterprise
    minutes: int
    gained: Money


def gains(session: Session, park_id: int, kind: Kind, first: date, last: date) -> list[Gain]:
    """Compare what lines in cheaper bands came to with the standard price, the largest gain first.

    `amount ÷ factor − amount`, rounded once for each enterprise and factor; free minutes gain nothing.
    """
    rows = session.execute(
        select(Charge.enterprise_id, Charge.factor, func.sum(Charge.amount), func.sum(Charge.minutes))
        .where(
            Charge.park_id == park_id,
            Charge.space_kind == kind,
            Charge.kind == ChargeKind.USE,
            Charge.day.between(first, last),
            Charge.superseded_at.is_(None),
            Charge.factor < 1,
            Charge.factor > 0,
        )
        .group_by(Charge.enterprise_id, Charge.factor)
    ).all()
    fen: defaultdict[int, int] = defaultdict(int)
    minutes: defaultdict[int, int] = defaultdict(int)
    for enterprise_id, factor, amount, count in rows:
        less = amount.fen * (1 / Fraction(factor) - 1)
        fen[enterprise_id] += round_half_up(less.numerator, less.denominator)
        minutes[enterprise_id] += int(count)
    found = session.scalars(select(Enterprise).where(Enterprise.id.in_(fen)).order_by(Enterprise.id))
    listed = [Gain(one, minutes[one.id], Money(fen[one.id])) for one in found]
    return sorted(listed, key=lambda one: (-one.gained.fen, one.enterprise.id))


def earned_since(session: Session, space_ids: Collection[int], since: date) -> dict[int, Money]:
    """Sum what each enterprise was charged from a day on, VAT included, by its id.

    It counts the spaces, and combined ones made wholly of them. Whoever reads it to somebody who may not know
    an enterprise's figures leaves that one out: spaces and day are chosen by the reader, so that no sum,
    however rounded, hides anybody.
    """
    wholes = select(Space).where(Space.parts.any(Space.id.in_(space_ids))).order_by(Space.id)
    mine = {*space_ids}
    mine |= {whole.id for whole in session.scalars(wholes) if {part.id for part in whole.parts} <= mine}
    rows = session.execute(
        select(Charge.enterprise_id, func.sum(Charge.amount))
        .where(Charge.space_id.in_(mine), Charge.day >= since, Charge.superseded_at.is_(None))
        .group_by(Charge.enterprise_id)
        .order_by(Charge.enterprise_id)
    ).all()
    return {row[0]: row[1] for row in rows}
