"""Charge a share of a quote for a reservation that was not used."""

from datetime import datetime
from decimal import Decimal

from msgspec.structs import asdict
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.charges.models import Charge, ChargeKind
from booking.charges.terms import FeeTerms, LateCancelTerms, NoShowTerms
from booking.parks.models import Park
from booking.reservations.models import Reservation
from booking.tariffs.rules import share_of_quote
from booking.tariffs.snapshot import TariffSnapshot
from booking.values.month import Month, local_day

WHOLE = Decimal(1)


def charge_fee(
    session: Session,
    reservation: Reservation,
    kind: ChargeKind,
    permille: int,
    snapshot: TariffSnapshot,
    *,
    now: datetime,
) -> Charge | None:
    """Write one line for that share of the reservation's quote; None where it comes to nothing.

    A reservation is charged a fee of a kind once; the second time gives the line of the first.
    """
    amount = share_of_quote(reservation.quote, permille)
    there = _there(session, reservation, kind)
    if there is not None or not amount:
        return there
    zone = session.get_one(Park, reservation.park_id).zone
    day = local_day(reservation.starts_at, zone)
    fee = Charge(
        park_id=reservation.park_id,
        enterprise_id=reservation.enterprise_id,
        month_key=Month.containing(day, zone).key,
        kind=kind,
        reservation_id=reservation.id,
        space_id=reservation.space_id,
        space_kind=reservation.space.kind,
        space_name=reservation.space.name,
        day=day,
        band="",
        factor=WHOLE,
        amount=amount,
        uncapped=amount,
        reserved_starts_at=reservation.starts_at,
        reserved_ends_at=None if reservation.open_ended else reservation.ends_at,
        tariff_id=snapshot.tariff_id,
        terms=_terms(kind, permille, snapshot, reservation),
        vat_permille=snapshot.vat_permille,
        created_at=now,
    )
    session.add(fee)
    session.flush()
    return fee


def _terms(kind: ChargeKind, permille: int, snapshot: TariffSnapshot, reservation: Reservation) -> FeeTerms:
    copy, quote_fen = asdict(snapshot.copy()), reservation.quote.fen
    if kind is ChargeKind.NO_SHOW:
        return NoShowTerms(**copy, no_show_permille=permille, quote_fen=quote_fen)
    return LateCancelTerms(**copy, late_cancel_permille=permille, quote_fen=quote_fen)


def _there(session: Session, reservation: Reservation, kind: ChargeKind) -> Charge | None:
    return session.scalar(
        select(Charge).where(
            Charge.reservation_id == reservation.id,
            Charge.kind == kind,
            Charge.stay_id.is_(None),
            Charge.superseded_at.is_(None),
        )
    )
