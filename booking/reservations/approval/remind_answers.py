"""See to it that a promise to answer is kept: remind who answers, and say to who asked that it is late."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.mail.outbox import LetterText, NewLetter, write_letters
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Member
from booking.people.queries import administrators_of
from booking.reservations.alternatives import Alternatives, Asker, alternatives
from booking.reservations.approval.proposals import proposals_of
from booking.reservations.approval.requests import LATE, REMINDED, over_at
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Space
from booking.values import Span, working_time_after


class DueAnswers(NamedTuple):
    """What the park has yet to answer: what is late, and what soon would be; the earliest promise first."""

    late: Sequence[Reservation]
    soon: Sequence[Reservation]


class LateAnswer(NamedTuple):
    """A request that was not answered in time, and what its asker could have at once."""

    reservation: Reservation
    instead: Alternatives


DueLetter = Callable[[Member, DueAnswers], LetterText]
"""Words what an administrator is to answer."""
LateLetter = Callable[[Member, Sequence[LateAnswer]], LetterText]
"""Words what somebody has waited for too long."""


A_DAY = timedelta(days=1)


def parks_that_owe(session: Session, now: datetime) -> Sequence[int]:
    """Name the parks that may have to be reminded; `remind_answers` judges how soon is soon there."""
    owed = select(Reservation.park_id).where(
        Reservation.state == ReservationState.REQUESTED,
        Reservation.starts_at > now - A_DAY,
        Reservation.answer_by.is_not(None),
        Reservation.answer_told < LATE,
    )
    return session.scalars(owed.distinct().order_by(Reservation.park_id)).all()


def remind_answers(
    session: Session, park_id: int, *, due: DueLetter, late: LateLetter, now: datetime
) -> bool:
    """Write to the administrators of a park, and to whoever waits longer than promised; once of each.

    One letter to each of them, however many requests; a job that stood still catches up with one. Safe twice:
    whoever was told is noted with the request, under its lock. Tells whether there was anything.
    """
    park = session.get_one(Park, park_id)
    owed = _owed(session, park, now)
    told = DueAnswers(
        [one for one in owed if _since(one) <= now],
        [one for one in owed if _since(one) > now and one.answer_told < REMINDED],
    )
    if not (told.late or told.soon):
        return False
    for one in (*told.late, *told.soon):
        one.answer_told = LATE if one in told.late else REMINDED
    key = f"answers:{park_id}:{now.isoformat()}"
    letters = [
        NewLetter(f"{key}:{admin.id}", admin.email, due(admin, told))
        for admin in administrators_of(session, park_id)
    ]
    for member, theirs in groupby(
        sorted(told.late, key=lambda one: one.member_id), key=lambda one: one.member
    ):
        if member.active:
            waited = [LateAnswer(one, _instead(session, park, one, now)) for one in theirs]
            letters.append(NewLetter(f"{key}:{member.id}", member.email, late(member, waited)))
    write_letters(session, park_id, letters, now=now)
    return True


REMINDED_BEFORE = 120  # working minutes


def _owed(session: Session, park: Park, now: datetime) -> list[Reservation]:
    """Lock the requests whose promise is, or soon will be, due, and that are not answered by a proposal."""
    soon = working_time_after(park_calendar(session, park.id), park.zone, now, REMINDED_BEFORE)
    rows = session.scalars(
        select(Reservation)
        .where(
            Reservation.park_id == park.id,
            Reservation.state == ReservationState.REQUESTED,
            Reservation.answer_by <= soon,
            Reservation.answer_told < LATE,
        )
        .order_by(Reservation.answer_by, Reservation.id)
        .options(
            joinedload(Reservation.space).joinedload(Space.area),
            selectinload(Reservation.enterprise),
            selectinload(Reservation.member),
        )
        .with_for_update(of=Reservation, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    proposed = proposals_of(session, [one.id for one in rows], now)
    return [one for one in rows if over_at(one) > now and one.id not in proposed]


def _since(request: Reservation) -> datetime:
    assert request.answer_by is not None  # noqa: S101 - who has no promise is not asked for
    return request.answer_by


def _instead(session: Session, park: Park, request: Reservation, now: datetime) -> Alternatives:
    """Look for what can be had without waiting for anybody."""
    span = Span(request.starts_at, request.ends_at)
    return alternatives(session, park, request.space, span, now, Asker(request.people, at_once=True))
