"""What happened to a reservation, step by step, and in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.reservations.models import Reservation, ReservationChange, ReservationState, UntoldChange
from booking.reservations.refusals import CannotChange, OutOfDate


class ReservationSnapshot(NamedTuple):
    """What a reservation is for, at one moment."""

    space_id: int
    starts_at: datetime
    ends_at: datetime
    state: str

    @classmethod
    def by(cls, reservation: Reservation) -> ReservationSnapshot:
        """Copy it down before it changes."""
        return cls(reservation.space_id, reservation.starts_at, reservation.ends_at, reservation.state.value)


def lock_for_update(
    session: Session, reservation_id: int, version: int | None, *states: ReservationState
) -> Reservation:
    """Lock a reservation to change it; raises OutOfDate for a stale page, CannotChange in other states."""
    reservation = lock_row(session, Reservation, reservation_id)
    if version is not None and version != reservation.version:
        raise OutOfDate(reservation.version)
    if reservation.state not in states:
        raise CannotChange(reservation.state.value)
    return reservation


STEPS = cast("Table", ReservationChange.__table__)
STEP = insert(STEPS)


def log_change(
    session: Session,
    reservation: Reservation,
    action: Action,
    old: ReservationSnapshot | None,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    new: ReservationSnapshot | None = None,
) -> None:
    """Flush, then write one step into the reservation's history and the audit trail.

    What it is for now comes after the step, unless `new` says that the step was about something else.

    Whoever it is for hears of it by letter, if somebody else did it or they want copies (`tell_changes`).
    """
    new = new or ReservationSnapshot.by(reservation)
    session.flush()
    step = step_row(reservation.id, action, old, new, by=by, now=now, reason=reason)
    quiet = by.member_id == reservation.member_id and not by.wants_copies
    if not quiet:
        keep_untold(session, reservation, session.scalars(_NUMBERED_STEP, step).one())
    record(
        session,
        action,
        "reservation",
        reservation.id,
        by=by,
        now=now,
        before=_facts(old) if old else None,
        after=_facts(new),
        reason=reason,
        park_id=reservation.park_id,
        beside=(STEPS, step) if quiet else None,
    )


def keep_untold(session: Session, reservation: Reservation, change_id: int) -> None:
    """Remember that a letter is to tell of a step."""
    session.execute(
        _UNTOLD,
        {"change_id": change_id, "reservation_id": reservation.id, "member_id": reservation.member_id},
    )


_NUMBERED_STEP = STEP.returning(ReservationChange.id)
_UNTOLD = insert(cast("Table", UntoldChange.__table__))


def step_row(
    reservation_id: int,
    action: Action,
    old: ReservationSnapshot | None,
    new: ReservationSnapshot,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> dict[str, object]:
    """Write one step as a row of the history, for STEP."""
    who_and_when = {"at": now, "actor_id": by.member_id, "actor_name": by.name}
    what_happened = {"reservation_id": reservation_id, "what": action.value, "reason": reason}
    return {**who_and_when, **what_happened, **_columns("old", old), **_columns("new", new)}


def _columns(when: str, snapshot: ReservationSnapshot | None) -> dict[str, object]:
    facts = snapshot._asdict() if snapshot else dict.fromkeys(ReservationSnapshot._fields)
    return {f"{when}_{name}": facts[name] for name in ("space_id", "starts_at", "ends_at")}


def _facts(snapshot: ReservationSnapshot) -> dict[str, object]:
    times = {"starts_at": snapshot.starts_at.isoformat(), "ends_at": snapshot.ends_at.isoformat()}
    return {"space_id": snapshot.space_id, **times, "state": snapshot.state}


def changes_of(session: Session, reservation_id: int) -> Sequence[ReservationChange]:
    """Tell the history of a reservation, step by step."""
    return session.scalars(
        select(ReservationChange)
        .where(ReservationChange.reservation_id == reservation_id)
        .order_by(ReservationChange.at, ReservationChange.id)
    ).all()
