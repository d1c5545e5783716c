"""Charge a stay when it ends, and again when it is corrected; its lines keep the figures they rest on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import asdict
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.charges.charge_fee import charge_fee
from booking.charges.models import Charge, ChargeKind, MonthClose
from booking.charges.pricing import PricedLine, PricedUse, Quote, price_many
from booking.charges.rerate import ends_out_of_turn, rerate
from booking.charges.rules import MonthClosed
from booking.charges.terms import LeaseTerms, LineTerms, MoveReason, UseTerms
from booking.parks.models import Park
from booking.people.enterprises import lock_enterprise
from booking.reservations.models import Reservation
from booking.spaces.models import Kind
from booking.tariffs.in_force import tariff_in_force
from booking.tariffs.rules import NoTariff
from booking.usage.models import Stay
from booking.values import Month, local_day


def charge_stay(session: Session, stay: Stay, *, now: datetime) -> Sequence[Charge]:
    """Charge an ended stay once and give its live lines; raises NoTariff.

    The same pricing as its quote and its running cost. Free minutes and the daily cap go in the order in
    which stays end and lines begin: where the stay ends out of turn, what was charged before makes way for
    it. Storage gets a line for each month that has none yet.
    """
    lock_enterprise(session, stay.enterprise_id)
    lines = live_lines(session, stay)
    if lines and stay.space_kind is not Kind.STORAGE:
        return lines
    park = session.get_one(Park, stay.park_id)
    done = {line.month_key for line in lines}
    priced = _price_ended(session, park, stay)
    new = [line for line in priced if Month.containing(line.day, park.zone).key not in done]
    if stay.space_kind is not Kind.STORAGE and ends_out_of_turn(session, stay, new, park.zone):
        months = {Month.containing(line.day, park.zone) for line in new}
        by = Actor.system("meter", stay.park_id)
        new = rerate(session, stay, new, months, park.zone, why=MoveReason.ENDED, by=by, now=now)
    return [*lines, *write_lines(session, stay, new, park.zone, now=now)]


def charge_anew(session: Session, stay: Stay, *, by: Actor, now: datetime) -> Sequence[Charge]:
    """Supersede a corrected stay's lines and charge its new figures, none where it goes on; raises NoTariff.

    What its former figures left to others, and what its new ones take, moves those of its kind and month.
    """
    lock_enterprise(session, stay.enterprise_id)
    park = session.get_one(Park, stay.park_id)
    old = live_lines(session, stay)
    for line in old:
        line.superseded_at = now
    session.flush()
    new = _price_ended(session, park, stay) if stay.ended_at is not None else ()
    if stay.space_kind is not Kind.STORAGE:
        months = {Month.from_key(line.month_key, park.zone) for line in old}
        months |= {Month.containing(line.day, park.zone) for line in new}
        new = rerate(session, stay, new, months, park.zone, why=MoveReason.CORRECTED, by=by, now=now)
    return write_lines(session, stay, new, park.zone, now=now)


def charge_lease_month(session: Session, stay: Stay, month: Month, *, now: datetime) -> Charge | None:
    """Charge a month of a storage stay that is over; None where it has no days, the same line if it has one.

    Called for leases that go on when a month closes, and safe twice; `charge_stay` skips what is charged.
    """
    if now < month.span.end:
        msg = f"{month} is not over"
        raise ValueError(msg)
    lock_enterprise(session, stay.enterprise_id)
    for line in live_lines(session, stay):
        if line.month_key == month.key:
            return line
    park = session.get_one(Park, stay.park_id)
    until = min(stay.ended_at or stay.planned_end, month.span.end)
    if until < stay.started_at:
        return None
    priced = _price(session, park, stay, until)
    wanted = [line for line in priced.lines if Month.containing(line.day, park.zone) == month]
    return next(iter(write_lines(session, stay, wanted, park.zone, now=now)), None)


LIVE_LINES = (
    select(Charge)
    .where(Charge.stay_id == bindparam("stay_id"), Charge.superseded_at.is_(None))
    .order_by(Charge.day, Charge.id)
)


def live_lines(session: Session, stay: Stay) -> Sequence[Charge]:
    """Give the lines that count for a stay, adjustments among them, by day."""
    return session.scalars(LIVE_LINES, {"stay_id": stay.id}).all()


def write_lines(
    session: Session, stay: Stay, lines: Iterable[PricedLine], zone: ZoneInfo, *, now: datetime
) -> list[Charge]:
    """Keep priced lines as charges; the database refuses a slice of a stay twice."""
    written = [_charge(stay, line, zone, now) for line in lines]
    session.add_all(written)
    session.flush()
    return written


def _price_ended(session: Session, park: Park, stay: Stay) -> Sequence[PricedLine]:
    if stay.ended_at is None:
        msg = f"stay {stay.id} has not ended"
        raise ValueError(msg)
    return _price(session, park, stay, stay.ended_at).lines


def _price(session: Session, park: Park, stay: Stay, ended_at: datetime) -> Quote:
    use = PricedUse(stay.id, stay.space, stay.started_at, ended_at)
    priced = price_many(session, park, stay.enterprise, [use]).get(stay.id)
    if priced is None:
        raise NoTariff(stay.space_kind, local_day(stay.started_at, park.zone))
    return priced


def _charge(stay: Stay, line: PricedLine, zone: ZoneInfo, now: datetime) -> Charge:
    reserved = stay.reservation
    storage = stay.space_kind is Kind.STORAGE
    return Charge(
        park_id=stay.park_id,
        enterprise_id=stay.enterprise_id,
        month_key=Month.containing(line.day, zone).key,
        kind=ChargeKind.STORAGE if storage else ChargeKind.USE,
        stay_id=stay.id,
        reservation_id=stay.reservation_id,
        space_id=stay.space_id,
        space_kind=stay.space_kind,
        space_name=stay.space.name,
        day=line.day,
        band=line.band,
        factor=line.factor,
        minutes=line.minutes,
        free_minutes=line.free_minutes,
        days=line.days,
        amount=line.amount,
        uncapped=line.uncapped,
        reserved_starts_at=reserved.starts_at if reserved else None,
        reserved_ends_at=reserved.ends_at if reserved and not reserved.open_ended else None,
        used_starts_at=stay.started_at,
        used_ends_at=stay.ended_at,
        billed_starts_at=line.billed_from,
        billed_ends_at=line.billed_to,
        tariff_id=line.snapshot.tariff_id,
        terms=_terms(stay, line),
        vat_permille=line.snapshot.vat_permille,
        created_at=now,
    )


def _terms(stay: Stay, line: PricedLine) -> LineTerms:
    """Copy everything needed to compute the line again."""
    snapshot = line.snapshot
    copy = asdict(snapshot.copy())
    if not snapshot.metered:
        terms = snapshot.storage_terms(stay.space.area_hundredths)
        return LeaseTerms(**copy, area_hundredths=terms.area_hundredths)
    return UseTerms(
        **copy,
        working_day=line.working,
        allowance_minutes=snapshot.allowances.get(stay.enterprise.size, 0),
        allowance_left_minutes=line.allowance_left,
        spent_fen=line.spent.fen,
    )


class TariffCharger:
    """What stands behind `usage.meter.Meter`: everything happens in the caller's transaction."""

    def ended(self, session: Session, stay: Stay, *, now: datetime) -> None:
        """Charge a stay that has just ended; a second time changes nothing.

        Nobody begins to use what has no price. Should it happen all the same, leaving stays possible: the
        stay ends, costs nothing, and the trail says so.
        """
        try:
            charge_stay(session, stay, now=now)
        except NoTariff as refusal:
            _not_charged(session, "stay", stay.id, stay.park_id, refusal, now=now)

    def not_used(self, session: Session, reservation: Reservation, *, now: datetime) -> None:
        """Charge the share of the quote that the tariff of its day names for not turning up; safe twice.

        Without a tariff nothing names a share.
        """
        zone = session.get_one(Park, reservation.park_id).zone
        try:
            snapshot = tariff_in_force(session, reservation.space, local_day(reservation.starts_at, zone))
        except NoTariff as refusal:
            _not_charged(session, "reservation", reservation.id, reservation.park_id, refusal, now=now)
            return
        charge_fee(session, reservation, ChargeKind.NO_SHOW, snapshot.no_show_permille, snapshot, now=now)

    def used_after_all(self, session: Session, stay: Stay, *, by: Actor, now: datetime) -> None:
        """Supersede the fee for not turning up to its reservation and what was given back of it. Safe twice.

        Raises MonthClosed where their month is closed, or one that the stay touches, fee or none.
        """
        self.may_correct(session, stay)
        theirs = Charge.reservation_id == stay.reservation_id, Charge.stay_id.is_(None)
        old = session.scalars(select(Charge).where(*theirs, Charge.superseded_at.is_(None))).all()
        if not old:
            return
        zone = session.get_one(Park, stay.park_id).zone
        refuse_closed(session, stay.park_id, {Month.from_key(line.month_key, zone) for line in old})
        for line in old:
            line.superseded_at = now
        session.flush()
        before, after = {"total_fen": _fen(old)}, {"total_fen": 0}
        whose = ("reservation", stay.reservation_id)
        record(session, Action.CHARGE_CORRECTED, *whose, by=by, now=now, before=before, after=after)

    def may_correct(self, session: Session, stay: Stay, ended_at: datetime | None = None) -> None:
        """Refuse with MonthClosed where a month of the stay, or of one of its lines, is closed.

        `ended_at` is the end that it had, where that is being taken back.
        """
        lock_enterprise(session, stay.enterprise_id)
        zone = session.get_one(Park, stay.park_id).zone
        lines = live_lines(session, stay)
        months = {Month.from_key(line.month_key, zone) for line in lines}
        ends = (at for at in (stay.started_at, stay.ended_at, ended_at) if at is not None)
        refuse_closed(session, stay.park_id, months | {Month.of(at, zone) for at in ends})

    def undone(self, session: Session, stay: Stay, *, by: Actor, now: datetime) -> None:
        """Supersede the lines of a stay that goes on again, and give back to others what it had taken."""
        old = live_lines(session, stay)
        charge_anew(session, stay, by=by, now=now)
        if old:
            before, after = {"total_fen": _fen(old)}, {"total_fen": 0}
            record(
                session, Action.CHARGE_CORRECTED, "stay", stay.id, by=by, now=now, before=before, after=after
            )

    def corrected(self, session: Session, stay: Stay, *, by: Actor, now: datetime) -> None:
        """Supersede the stay's lines, charge its new figures, and move those of others that follow from it.

        Raises MonthClosed where the new figures reach into a closed month.
        """
        zone = session.get_one(Park, stay.park_id).zone
        old = live_lines(session, stay)
        new = charge_anew(session, stay, by=by, now=now)
        refuse_closed(session, stay.park_id, {Month.from_key(line.month_key, zone) for line in new})
        before, after = {"total_fen": _fen(old)}, {"total_fen": _fen(new)}
        record(session, Action.CHARGE_CORRECTED, "stay", stay.id, by=by, now=now, before=before, after=after)


def refuse_closed(session: Session, park_id: int, months: Iterable[Month]) -> None:
    """Raise MonthClosed for the earliest of the months that is closed for the park."""
    by_key = {month.key: month for month in months}
    closed = session.scalar(
        select(MonthClose.month_key)
        .where(MonthClose.park_id == park_id, MonthClose.month_key.in_(by_key))
        .order_by(MonthClose.month_key)
        .limit(1)
    )
    if closed is not None:
        raise MonthClosed(by_key[closed])


def _not_charged(
    session: Session, subject: str, subject_id: int, park_id: int, refusal: NoTariff, *, now: datetime
) -> None:
    by, after = Actor.system("meter", park_id), {"kind": refusal.kind, "day": refusal.day.isoformat()}
    record(session, Action.CHARGE_OMITTED, subject, subject_id, by=by, now=now, after=after)


def _fen(lines: Iterable[Charge]) -> int:
    return sum(line.amount.fen for line in lines)
