"""Puts prices on use at the moment it ends: the lines are kept, and never priced again."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.charges.charge_fee import charge_fee
from booking.charges.charge_stay import charge_anew, charge_stay, live_lines, one_at_a_time
from booking.charges.models import Charge, ChargeKind, MonthClose
from booking.charges.rules import MonthClosed
from booking.parks.models import Park
from booking.reservations.models import Reservation
from booking.tariffs.in_force import tariff_in_force
from booking.tariffs.rules import NoTariff
from booking.usage.models import Stay
from booking.values.month import Month, local_day


class RatingMeter:
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
            figures = tariff_in_force(session, reservation.space, local_day(reservation.starts_at, zone))
        except NoTariff as refusal:
            _not_charged(session, "reservation", reservation.id, reservation.park_id, refusal, now=now)
            return
        charge_fee(session, reservation, ChargeKind.NO_SHOW, figures.no_show_permille, figures, now=now)

    def may_correct(self, session: Session, stay: Stay) -> None:
        """Refuse with MonthClosed where a month of the stay, or of one of its lines, is closed."""
        one_at_a_time(session, stay.enterprise_id)
        zone = session.get_one(Park, stay.park_id).zone
        lines = live_lines(session, stay)
        months = {Month.from_key(line.month_key, zone) for line in lines}
        ends = (at for at in (stay.started_at, stay.ended_at) if at is not None)
        refuse_closed(session, stay.park_id, months | {Month.of(at, zone) for at in ends})

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
