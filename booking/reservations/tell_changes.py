"""Write to whoever a booking is for of what others did to it: one letter for one act."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.mail.outbox import LetterText, write_letter
from booking.people.models import Member
from booking.reservations.models import Reservation, ReservationChange, UntoldChange
from booking.spaces.models import Space

ToldChange = tuple[ReservationChange, Reservation]
Told = Callable[[Session, Member, Sequence[ToldChange]], None]
ChangesLetter = Callable[[Member, Sequence[ToldChange]], LetterText]
"""Words the letter on one act: its steps, each with the reservation as it stands now."""


OTHERS_DID = "changes:"
"""What the keys of these letters begin with; one's own acts are among them for who asked for copies."""


def members_to_tell(session: Session, now: datetime) -> Sequence[int]:  # noqa: ARG001 - as jobs ask
    """Name the members who have yet to hear of something."""
    return session.scalars(select(UntoldChange.member_id).distinct().order_by(UntoldChange.member_id)).all()


def tell_changes(
    session: Session, member_id: int, *, letter: ChangesLetter, others: Told | None = None, now: datetime
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
        key = f"{OTHERS_DID}{min(change.id for change, _ in of_act)}"
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


def heard_of(session: Session, reservation_ids: Collection[int]) -> None:
    """Forget what was to be told of reservations, where another letter tells how they stand."""
    session.execute(delete(UntoldChange).where(UntoldChange.reservation_id.in_(reservation_ids)))
