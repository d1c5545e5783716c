"""What happened to a reservation, step by step, and in the audit trail; and letters on what others did to it.

Whoever a booking is for gets one letter for one act.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.audit.actions import Action, Actor
from booking.audit.trail import entry_beside, record
from booking.db import lock_row
from booking.db.rows import Follower
from booking.mail.outbox import LetterText, write_letter
from booking.people.models import Member
from booking.reservations.models import Reservation, ReservationChange, ReservationState, UntoldChange
from booking.reservations.refusals import CannotChange, OutOfDate
from booking.spaces.models import Space


class ReservationSnapshot(NamedTuple):
    """Where and when a reservation is, and its state, as they were at one moment."""

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


def first_step(facts: Mapping[str, Any], *, by: Actor, now: datetime) -> Sequence[Follower]:
    """Give the first step of a reservation that is being made, and the trail's entry, to go with it.

    Nothing where a letter is to tell of it: that takes `log_change`.
    """
    if by.wants_copies or by.member_id != facts["member_id"]:
        return ()
    new = ReservationSnapshot(facts["space_id"], facts["starts_at"], facts["ends_at"], facts["state"].value)
    made = Action.RESERVATION_MADE
    step = step_row(0, made, None, new, by=by, now=now)
    del step["reservation_id"]
    told = {"by": by, "now": now, "after": _facts(new), "park_id": facts["park_id"]}
    return Follower(STEPS, "reservation_id", step), entry_beside(made, "reservation", **told)


def keep_untold(session: Session, reservation: Reservation, change_id: int) -> None:
    """Remember that a letter is to tell of a step."""
    session.execute(
        _UNTOLD,
        {"change_id": change_id, "reservation_id": reservation.id, "member_id": reservation.member_id},
    )


def log_told_step(
    session: Session, reservation: Reservation, action: Action, *, by: Actor, now: datetime
) -> None:
    """Write a step of its use that others took, and let a letter tell of it; the trail has it by itself."""
    was = ReservationSnapshot.by(reservation)
    step = step_row(reservation.id, action, was, was, by=by, now=now)
    keep_untold(session, reservation, session.scalars(_NUMBERED_STEP, step).one())


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
    space_id, starts_at, ends_at = (None, None, None) if snapshot is None else snapshot[:3]
    return {f"{when}_space_id": space_id, f"{when}_starts_at": starts_at, f"{when}_ends_at": ends_at}


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


ToldChange = tuple[ReservationChange, Reservation]
OthersTold = Callable[[Session, Member, Sequence[ToldChange]], None]
ChangesLetter = Callable[[Member, Sequence[ToldChange]], LetterText]
"""Words the letter on one act: its steps, each with the reservation as it stands now."""


OTHERS_DID = "changes:"
"""What the keys of letters on what others did begin with."""
COPY_OF = "copies:"
"""What the keys of letters on one's own acts begin with, for who asked for copies."""


def members_to_tell(session: Session, now: datetime) -> Sequence[int]:  # noqa: ARG001 - as jobs ask
    """Name the members who have yet to hear of something."""
    return session.scalars(select(UntoldChange.member_id).distinct().order_by(UntoldChange.member_id)).all()


def tell_changes(
    session: Session,
    member_id: int,
    *,
    letter: ChangesLetter,
    others: OthersTold | None = None,
    now: datetime,
) -> bool:
    """Tell them of all there is, a letter for each act; tells whether there was anything. Safe twice.

    An act is what one person, or one job, did at one instant. Whoever is no longer there is told nothing.
    `others` tells whoever else hears of an act, in the same transaction.
    """
    untold = session.scalars(
        select(UntoldChange)
        .where(UntoldChange.member_id == member_id)
        .order_by(UntoldChange.change_id)
        .options(
            joinedload(UntoldChange.change).options(
                selectinload(ReservationChange.old_space), selectinload(ReservationChange.new_space)
            ),
            joinedload(UntoldChange.reservation).joinedload(Reservation.space).joinedload(Space.area),
        )
        .with_for_update(of=UntoldChange)
        .execution_options(populate_existing=True)
    ).all()
    if not untold:
        return False
    member = session.get_one(Member, member_id)
    steps = [(one.change, one.reservation) for one in untold]
    for _, told in groupby(sorted(steps, key=_act_then_start), key=lambda one: _act(one[0])):
        of_act = list(told)
        theirs = of_act[0][0].actor_id == member_id
        key = f"{COPY_OF if theirs else OTHERS_DID}{min(change.id for change, _ in of_act)}"
        if member.active:
            write_letter(session, member.park_id, key, member.email, letter(member, of_act), now=now)
        if others is not None:
            others(session, member, of_act)
    session.execute(delete(UntoldChange).where(UntoldChange.change_id.in_([one.id for one, _ in steps])))
    return True


def _act(change: ReservationChange) -> tuple[datetime, int, str]:
    return change.at, change.actor_id or 0, change.actor_name


def _act_then_start(step: ToldChange) -> tuple[tuple[datetime, int, str], datetime, int]:
    change, reservation = step
    return _act(change), reservation.starts_at, change.id


def heard_of(session: Session, reservation_ids: Collection[int], member_id: int) -> None:
    """Forget what somebody was to be told of reservations, where another letter tells them how they stand."""
    told = (UntoldChange.member_id == member_id, UntoldChange.reservation_id.in_(reservation_ids))
    session.execute(delete(UntoldChange).where(*told))
