"""What happened to a reservation, step by step, and in the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from booking.audit.record import record
from booking.reservations.models import Reservation, ReservationChange, ReservationState
from booking.reservations.refusals import CannotChange, OutOfDate

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor


class Held(NamedTuple):
    """What a reservation is for, at one moment."""

    space_id: int
    starts_at: datetime
    ends_at: datetime
    state: str

    @classmethod
    def by(cls, reservation: Reservation) -> Held:
        """Copy it down before it changes."""
        return cls(reservation.space_id, reservation.starts_at, reservation.ends_at, reservation.state.value)


def to_change(
    session: Session, reservation_id: int, version: int | None, *states: ReservationState
) -> Reservation:
    """Lock a reservation to change it; raises OutOfDate for a stale page, CannotChange in other states."""
    reservation = session.get_one(Reservation, reservation_id, with_for_update=True, populate_existing=True)
    if version is not None and version != reservation.version:
        raise OutOfDate(reservation.version)
    if reservation.state not in states:
        raise CannotChange(reservation.state.value)
    return reservation


def remember(
    session: Session,
    reservation: Reservation,
    what: str,
    old: Held | None,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Write one step into the reservation's history and the audit trail, and flush."""
    new = Held.by(reservation)
    session.add(
        ReservationChange(
            reservation_id=reservation.id,
            at=now,
            actor_id=by.member_id,
            actor_name=by.name,
            what=what,
            old_space_id=old and old.space_id,
            old_starts_at=old and old.starts_at,
            old_ends_at=old and old.ends_at,
            new_space_id=new.space_id,
            new_starts_at=new.starts_at,
            new_ends_at=new.ends_at,
            reason=reason,
        )
    )
    record(
        session,
        what,
        "reservation",
        reservation.id,
        by=by,
        now=now,
        before=_facts(old) if old else None,
        after=_facts(new),
        reason=reason,
        park_id=reservation.park_id,
    )
    session.flush()


def _facts(held: Held) -> dict[str, object]:
    times = {"starts_at": held.starts_at.isoformat(), "ends_at": held.ends_at.isoformat()}
    return {"space_id": held.space_id, **times, "state": held.state}
