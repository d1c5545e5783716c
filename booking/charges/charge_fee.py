"""Charge a share of the quote for what was not used: for not coming, and for cancelling late."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import asdict
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.charges.explain import NothingToPay, explain_no_fee
from booking.charges.models import Charge, ChargeKind
from booking.charges.rules import check_was_shown
from booking.charges.terms import FeeTerms, LateCancelTerms, NoShowTerms
from booking.db import lock_row
from booking.parks.models import Park
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.move_or_cancel import cancel
from booking.tariffs.in_force import TariffSnapshot, tariffs_in_force
from booking.tariffs.rules import share_of_quote
from booking.values import Money, Month, local_day

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


def cancel_with_fee(
    session: Session,
    reservation_id: int,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    reason: str | None = None,
    shown: Money | None = None,
    alone: bool = False,
) -> Reservation:
    """Cancel, and charge the tenant the tariff's share of the quote where it is late.

    Late is later than the tariff's limit before the start. Who has only asked, or whose reservation the
    park itself cancels, pays nothing. Raises what `cancel` raises, and FeeNotShown where it costs more than
    the fee `shown` before; cancelling twice charges once.
    """
    reservation = lock_row(session, Reservation, reservation_id)
    was_booked = reservation.state is ReservationState.BOOKED
    snapshot = _snapshot(session, reservation) if was_booked else None
    cancel(session, reservation_id, by=by, now=now, version=version, reason=reason, alone=alone)
    if snapshot is not None and by.enterprise_id == reservation.enterprise_id:
        permille = _share(snapshot, reservation, now)
        check_was_shown(share_of_quote(reservation.quote, permille), shown)
        charge_fee(session, reservation, ChargeKind.LATE_CANCEL, permille, snapshot, now=now)
    return reservation


class CancelTerms(NamedTuple):
    """What the tenant's cancelling costs: nothing until an instant, then the fee."""

    free_until: datetime
    fee: Money

    def fee_at(self, now: datetime) -> Money:
        """Tell what it costs now."""
        return self.fee if now > self.free_until else Money.zero()


def cancel_terms(snapshot: TariffSnapshot, quoted: Money, starts_at: datetime) -> CancelTerms:
    """Tell what cancelling something of this quote and tariff would cost, to say so before it is booked."""
    fee = share_of_quote(quoted, snapshot.late_cancel_permille)
    return CancelTerms(snapshot.free_until(starts_at), fee)


def cancel_terms_of(session: Session, reservation: Reservation) -> CancelTerms | None:
    """Tell what cancelling it would cost; None of what is not booked, or has no tariff."""
    snapshot = _snapshot(session, reservation) if reservation.state is ReservationState.BOOKED else None
    return cancel_terms(snapshot, reservation.quote, reservation.starts_at) if snapshot else None


def late_cancel_fee(session: Session, reservation: Reservation, now: datetime) -> Money:
    """Tell what the tenant's cancelling would cost now, to say so before it is done."""
    terms = cancel_terms_of(session, reservation)
    return terms.fee_at(now) if terms else Money.zero()


def late_fees_taken(session: Session, reservation_ids: Collection[int]) -> Money:
    """Give what cancelling these late was really charged; asks nothing where there are none."""
    if not reservation_ids:
        return Money.zero()
    theirs = Charge.reservation_id.in_(reservation_ids), Charge.kind == ChargeKind.LATE_CANCEL
    standing = Charge.stay_id.is_(None), Charge.superseded_at.is_(None)
    return Money.total(session.scalars(select(Charge.amount).where(*theirs, *standing)))


def no_show_fee(session: Session, reservation: Reservation) -> Money:
    """Tell what not coming to a booked reservation would cost, to say so while it can still be come to."""
    snapshot = _snapshot(session, reservation)
    return share_of_quote(reservation.quote, snapshot.no_show_permille) if snapshot else Money.zero()


def why_no_fee(
    session: Session, reservation: Reservation, cancelled_at: datetime | None
) -> NothingToPay | None:
    """Say why nothing was charged where nothing was; None for what was, or will be, used."""
    unused = reservation.state in (ReservationState.NO_SHOW, ReservationState.CANCELLED)
    snapshot = _snapshot(session, reservation) if unused else None
    return explain_no_fee(reservation, snapshot, cancelled_at)


def _snapshot(session: Session, reservation: Reservation) -> TariffSnapshot | None:
    zone = session.get_one(Park, reservation.park_id).zone
    day = local_day(reservation.starts_at, zone)
    found = tariffs_in_force(session, [(reservation.space, day)])
    return found.get((reservation.space_id, day))


def _share(snapshot: TariffSnapshot, reservation: Reservation, now: datetime) -> int:
    return snapshot.late_cancel_permille if snapshot.cancels_late(reservation.starts_at, now) else 0
