"""Why a reservation that was not used costs nothing: what the tariff of its day says of it."""

from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.reservations.models import Reservation, ReservationState
from booking.tariffs.in_force import tariff_in_force
from booking.tariffs.rules import NoTariff, share_of_quote
from booking.tariffs.snapshot import TariffSnapshot
from booking.values.month import local_day


class Reason(Enum):
    """What keeps it free."""

    NOT_ACCEPTED = auto()
    NOTHING_QUOTED = auto()
    NO_TARIFF = auto()
    NO_FEE_FOR_NOT_COMING = auto()
    NO_FEE_FOR_CANCELLING = auto()
    CANCELLED_IN_TIME = auto()
    WAIVED = auto()  # the tariff names a share, but the park itself cancelled, or it was only asked for


class WhyFree(NamedTuple):
    """The reason, and the tariff that it stands in."""

    reason: Reason
    snapshot: TariffSnapshot | None = None


def why_free(session: Session, reservation: Reservation, cancelled_at: datetime | None) -> WhyFree | None:
    """Say why nothing was charged where nothing was; None for what was, or will be, used."""
    if reservation.state is ReservationState.DECLINED:
        return WhyFree(Reason.NOT_ACCEPTED)
    if reservation.state not in (ReservationState.NO_SHOW, ReservationState.CANCELLED):
        return None
    zone = session.get_one(Park, reservation.park_id).zone
    try:
        snapshot = tariff_in_force(session, reservation.space, local_day(reservation.starts_at, zone))
    except NoTariff:
        return WhyFree(Reason.NO_TARIFF)
    if reservation.state is ReservationState.NO_SHOW:
        return WhyFree(_not_coming(reservation, snapshot), snapshot)
    return WhyFree(_cancelling(reservation, snapshot, cancelled_at), snapshot)


def _not_coming(reservation: Reservation, snapshot: TariffSnapshot) -> Reason:
    if not snapshot.no_show_permille:
        return Reason.NO_FEE_FOR_NOT_COMING
    free = not share_of_quote(reservation.quote, snapshot.no_show_permille)
    return Reason.NOTHING_QUOTED if free else Reason.WAIVED


def _cancelling(reservation: Reservation, snapshot: TariffSnapshot, cancelled_at: datetime | None) -> Reason:
    if not snapshot.late_cancel_permille:
        return Reason.NO_FEE_FOR_CANCELLING
    if cancelled_at is not None and not snapshot.cancels_late(reservation.starts_at, cancelled_at):
        return Reason.CANCELLED_IN_TIME
    free = not share_of_quote(reservation.quote, snapshot.late_cancel_permille)
    return Reason.NOTHING_QUOTED if free else Reason.WAIVED
