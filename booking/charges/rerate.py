"""Keep free minutes and the daily cap in the order that the rules name, whatever order charges came in.

A stay that ends out of turn, or is corrected, changes what the others of its enterprise, kind and month were
left. Those are priced again by their own copies of the tariff's figures, never by anything newer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.charges.models import Charge, Dispute, MonthClose
from booking.charges.pricing import PricedLine
from booking.charges.queries import LIVE_USE
from booking.charges.terms import Granted, MovedBy, MoveReason, UseTerms
from booking.people.models import Enterprise
from booking.tariffs.in_force import snapshot_of
from booking.tariffs.models import Tariff
from booking.tariffs.rating import MeasuredStay, OnTerms, Placed, month_key, rate_in_order
from booking.usage.models import Stay
from booking.values import Money, Month


class KeptDays(dict[date, bool]):
    """Which days were working days when a stay was priced, as its lines say."""

    def is_working_day(self, day: date) -> bool:
        """Tell what the line of that day says."""
        return self.get(day, False)


class Slice(NamedTuple):
    """What tells the lines of a stay apart."""

    day: date
    band: str
    factor: Fraction


OTHERS = select(Charge).where(
    *LIVE_USE,
    Charge.month_key.in_(bindparam("months", expanding=True)),
    Charge.space_kind == bindparam("kind"),
    Charge.stay_id != bindparam("stay_id"),
)
"""The live lines of use of the same enterprise and kind, the stay's own apart."""

OUT_OF_TURN = (
    OTHERS.with_only_columns(Charge.id)
    .where(
        or_(
            Charge.used_ends_at >= bindparam("ended_at"),
            (Charge.space_id == bindparam("space_id")) & (Charge.billed_ends_at > bindparam("started_at")),
        )
    )
    .limit(1)
)


def ends_out_of_turn(session: Session, stay: Stay, lines: Sequence[PricedLine], zone: ZoneInfo) -> bool:
    """Tell whether something charged before has to come after this stay by the rules' order."""
    times = {"space_id": stay.space_id, "started_at": stay.started_at, "ended_at": stay.ended_at}
    months = {Month.containing(line.day, zone).key for line in lines}
    return session.scalar(OUT_OF_TURN, _asked(stay, months) | times) is not None


def _asked(stay: Stay, months: Collection[int]) -> dict[str, Any]:
    """Fill in what OTHERS asks for."""
    return {
        "enterprise_id": stay.enterprise_id,
        "months": sorted(months),
        "kind": stay.space_kind,
        "stay_id": stay.id,
    }


def rerate(
    session: Session,
    stay: Stay,
    lines: Sequence[PricedLine],
    months: Iterable[Month],
    zone: ZoneInfo,
    *,
    why: MoveReason,
    by: Actor,
    now: datetime,
) -> list[PricedLine]:
    """Give the stay's lines as its place in the order makes them, and move the others' that follow.

    Call it while the enterprise is locked and the stay has no live lines. A closed month stays as it is. A
    line that moves leaves the old one superseded; its new one says which stay it made way for. What was asked
    or granted about it goes with it.
    """
    open_months = _open_of(session, stay.park_id, months)
    in_order = OTHERS.order_by(Charge.stay_id, Charge.day, Charge.id)
    others = session.scalars(in_order, _asked(stay, open_months)).all()
    of_stay = {key: list(kept) for key, kept in groupby(others, lambda line: line.stay_id)}
    uses = [_kept_use(session, kept, stay.enterprise) for kept in of_stay.values()]
    mine = [_own_use(stay, lines)] if lines else []
    placed = _by_stay(rate_in_order([*uses, *mine], zone), open_months)
    day = stay.started_at.astimezone(zone).date()
    cause = MovedBy(stay.id, stay.space.name, stay.space.name_en, day, why)
    for stay_id, kept in of_stay.items():
        if stay_id is not None:
            _move(session, stay_id, kept, placed[stay_id], cause, by=by, now=now)
    return [_in_place(line, placed.get(stay.id, {})) for line in lines]


def _open_of(session: Session, park_id: int, months: Iterable[Month]) -> set[int]:
    keys = {month.key for month in months}
    closed = select(MonthClose.month_key).where(MonthClose.park_id == park_id, MonthClose.month_key.in_(keys))
    return keys - set(session.scalars(closed))


def _by_stay(placed: Iterable[Placed], months: Collection[int]) -> dict[int | str, dict[Slice, Placed]]:
    found: dict[int | str, dict[Slice, Placed]] = {}
    for one in placed:
        line = one.line
        if month_key(line.day) in months:
            found.setdefault(line.stay, {})[Slice(line.day, line.band, line.factor)] = one
    return found


def _own_use(stay: Stay, lines: Sequence[PricedLine]) -> OnTerms:
    snapshot, ended_at = lines[0].snapshot, stay.ended_at or stay.started_at
    measured = MeasuredStay(stay.id, stay.space_id, stay.started_at, ended_at)
    days = KeptDays({line.day: line.working for line in lines})
    return OnTerms(measured, snapshot.terms, days, snapshot.allowances.get(stay.enterprise.size, 0))


def _kept_use(session: Session, lines: Sequence[Charge], enterprise: Enterprise) -> OnTerms:
    """Read from a stay's own lines what it was priced by."""
    first = lines[0]
    if first.stay_id is None or first.used_starts_at is None or first.used_ends_at is None:
        msg = f"charge {first.id} is of no use"
        raise ValueError(msg)
    terms = [_use_terms(line) for line in lines]
    days = KeptDays({line.day: kept.working_day for line, kept in zip(lines, terms, strict=True)})
    measured = MeasuredStay(first.stay_id, first.space_id, first.used_starts_at, first.used_ends_at)
    return OnTerms(measured, terms[0].terms, days, _allowance(session, first, terms[0], enterprise))


def _use_terms(line: Charge) -> UseTerms:
    terms = line.terms
    if not isinstance(terms, UseTerms):
        msg = f"charge {line.id} does not keep the terms of a use"
        raise TypeError(msg)
    return terms


def _allowance(session: Session, line: Charge, terms: UseTerms, enterprise: Enterprise) -> int:
    """Give the month's free minutes as the line keeps them; older lines name only their tariff."""
    if terms.allowance_minutes is not None or line.tariff_id is None:
        return terms.allowance_minutes or 0
    return snapshot_of(session.get_one(Tariff, line.tariff_id)).allowances.get(enterprise.size, 0)


def _in_place(line: PricedLine, placed: Mapping[Slice, Placed]) -> PricedLine:
    found = placed.get(Slice(line.day, line.band, Fraction(line.factor)))
    if found is None:  # of a month that is closed
        return line
    return line._replace(
        free_minutes=found.line.free_minutes,
        amount=found.line.amount,
        uncapped=found.line.uncapped,
        allowance_left=found.allowance_left,
        spent=found.spent,
    )


def _move(
    session: Session,
    stay_id: int,
    lines: Sequence[Charge],
    placed: Mapping[Slice, Placed],
    cause: MovedBy,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Supersede the days of another stay on which something moved: all their lines, to keep their order."""
    pairs = [(line, placed[Slice(line.day, line.band, Fraction(line.factor))]) for line in lines]
    days = {line.day for line, found in pairs if _differs(line, found)}
    moving = [(line, found) for line, found in pairs if line.day in days]
    if not moving:
        return
    for line, _ in moving:
        line.superseded_at = now
    session.flush()
    for line, found in moving:
        _succeed(session, line, _successor(line, found, cause, now), now)
    before = {"total_fen": sum(line.amount.fen for line, _ in moving)}
    after = {"total_fen": sum(found.line.amount.fen for _, found in moving), "after_stay": cause.stay_id}
    record(session, Action.CHARGE_CORRECTED, "stay", stay_id, by=by, now=now, before=before, after=after)


def _differs(line: Charge, found: Placed) -> bool:
    now = (found.line.free_minutes, found.line.amount, found.line.uncapped)
    return (line.free_minutes, line.amount, line.uncapped) != now


COPIED = (
    "park_id", "enterprise_id", "month_key", "kind", "stay_id", "reservation_id", "space_id", "space_kind",
    "space_name", "day", "band", "factor", "minutes", "days", "reserved_starts_at", "reserved_ends_at",
    "used_starts_at", "used_ends_at", "billed_starts_at", "billed_ends_at", "tariff_id", "vat_permille",
)  # fmt: skip


def _successor(line: Charge, found: Placed, cause: MovedBy, now: datetime) -> Charge:
    """Write the line again with what it is left now; it says what made it move, where it did."""
    before = _use_terms(line)
    terms = replace(
        before,
        allowance_left_minutes=found.allowance_left,
        spent_fen=found.spent.fen,
        moved_by=cause if _differs(line, found) else before.moved_by,
    )
    return Charge(
        **{name: getattr(line, name) for name in COPIED},
        free_minutes=found.line.free_minutes,
        amount=found.line.amount,
        uncapped=found.line.uncapped,
        terms=terms,
        created_at=now,
    )


def _succeed(session: Session, old: Charge, new: Charge, now: datetime) -> None:
    """Put the new line in the old one's place: what was asked about it, and what was given back of it."""
    session.add(new)
    session.flush()
    question = session.scalar(select(Dispute).where(Dispute.charge_id == old.id))
    if question is not None:
        question.charge_id = new.id
    back = session.scalar(select(Charge).where(Charge.adjusts_id == old.id, Charge.superseded_at.is_(None)))
    if back is not None:
        back.superseded_at = now
        session.add(_given_back(old, new, back, now))
        session.flush()


def _given_back(old: Charge, new: Charge, back: Charge, now: datetime) -> Charge:
    """Give back of the new line what was granted of the first one: all of it, or so much, up to the line.

    What was granted is kept, also where the line has become too small for it: it may grow again.
    """
    terms = _use_terms(back)
    granted = terms.granted or Granted(-back.amount.fen, whole=-back.amount == old.amount)
    amount = new.amount if granted.whole else min(Money(granted.fen), new.amount)
    return Charge(
        **{name: getattr(back, name) for name in COPIED},
        adjusts_id=new.id,
        amount=-amount,
        uncapped=-amount,
        terms=replace(terms, granted=granted),
        note=back.note,
        created_at=now,
    )
