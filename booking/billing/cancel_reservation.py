"""Cancel a reservation, and charge what cancelling late costs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from booking.billing.charge_fee import charge_fee
from booking.billing.models import ChargeKind
from booking.billing.rules import NoTariff, share_of_quote
from booking.billing.tariff_in_force import tariff_in_force
from booking.parks.models import Park
from booking.reservations.cancel import cancel
from booking.reservations.models import Reservation, ReservationState
from booking.values.money import Money
from booking.values.month import local_day

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
    from booking.billing.figures import Figures


def cancel_reservation(
    session: Session,
    reservation_id: int,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    reason: str | None = None,
) -> Reservation:
    """Cancel it, and where the tariff of its day says so, charge a share of its quote, once.

    A request that nobody had approved costs nothing. Raises CannotChange, OutOfDate.
    """
    before = session.get_one(Reservation, reservation_id, with_for_update=True, populate_existing=True)
    fee = late_fee(session, before, now)
    reservation = cancel(session, reservation_id, by=by, now=now, version=version, reason=reason)
    if fee:
        figures = _figures(session, reservation)
        if figures is not None:
            permille = figures.late_cancel_permille
            charge_fee(session, reservation, ChargeKind.LATE_CANCEL, permille, figures, now=now)
    return reservation


def late_fee(session: Session, reservation: Reservation, now: datetime) -> Money:
    """Tell what cancelling now would cost; nothing before the limit that the tariff names."""
    if reservation.state is not ReservationState.BOOKED:
        return Money.zero()
    figures = _figures(session, reservation)
    if figures is None:
        return Money.zero()
    limit = reservation.starts_at - timedelta(minutes=figures.late_cancel_minutes)
    late = now > limit
    return share_of_quote(reservation.quote, figures.late_cancel_permille) if late else Money.zero()


def _figures(session: Session, reservation: Reservation) -> Figures | None:
    zone = session.get_one(Park, reservation.park_id).zone
    try:
        return tariff_in_force(session, reservation.space, local_day(reservation.starts_at, zone))
    except NoTariff:
        return None
