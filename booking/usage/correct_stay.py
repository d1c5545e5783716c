"""Correct what was recorded; the old figures are kept beside the new ones.

And ask by letter for the true end of what nobody checked out of.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.mail.outbox import LetterText, write_letter
from booking.mail.queries import has_letter
from booking.people.models import Member
from booking.reservations.history import OTHERS_DID
from booking.reservations.waiting.give_back import lock_around
from booking.usage import rules
from booking.usage.check_out import Charger, free_after
from booking.usage.models import Stay, StayCorrection
from booking.usage.queries import TO_REVIEW, overlapping_stays
from booking.values import ReasonMissing


def correct_stay(
    session: Session,
    stay_id: int,
    started_at: datetime,
    ended_at: datetime,
    reason: str,
    *,
    charger: Charger,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Stay:
    """Set the true times of an ended stay and charge it anew; an administrator's verb.

    Keeps the old figures, the new ones, who and why; the same correction sent twice is made once. Raises
    ReasonMissing, EndBeforeStart, NotYet, OverlapsAnotherStay, StalePage, NothingToReview (not ended yet),
    NothingToCorrect (nothing changes, nor is in doubt), or the meter's refusal where the month is closed.
    """
    stay = lock_row(session, Stay, stay_id)
    if stay.ended_at is None:
        raise rules.NothingToReview(stay.id)
    if version is not None and version != stay.version:
        raise rules.StalePage(stay.version)
    _check(session, stay, started_at, ended_at, reason, now)
    lock_around(session, stay.park_id, {stay.space_id})  # before the enterprise, as who checks out does
    charger.may_correct(session, stay)
    if (started_at, ended_at) == (stay.started_at, stay.ended_at) and not stay.needs_review:
        _check_sent_before(stay, reason, by)
        return stay
    before = _figures(stay.started_at, stay.ended_at)
    stay.corrections.append(_kept(stay, started_at, ended_at, reason, by=by, now=now))
    stay.started_at, stay.ended_at, stay.measured_to = started_at, ended_at, None
    stay.needs_review = False
    stay.version += 1
    free_after(session, stay, ended_at, now=now)
    session.flush()
    after = _figures(started_at, ended_at)
    record(
        session, Action.STAY_CORRECTED, "stay", stay.id,
        by=by, now=now, before=before, after=after, reason=reason,
    )  # fmt: skip
    charger.corrected(session, stay, by=by, now=now)
    return stay


STATED_LATER = "企业补报离开时间"
"""Why, as corrections and the trail keep it; the words are the reader's language's."""


def state_true_end(
    session: Session, stay_id: int, ended_at: datetime, *, charger: Charger, by: Actor, now: datetime
) -> Stay:
    """Let the tenant state the true end of a stay whose check-out was forgotten, until the month closes."""
    stay = session.get_one(Stay, stay_id)
    if not stay.needs_review:
        raise rules.NothingToReview(stay.id)
    return correct_stay(
        session, stay_id, stay.started_at, ended_at, STATED_LATER, charger=charger, by=by, now=now
    )


def _figures(started_at: datetime, ended_at: datetime) -> dict[str, str]:
    return {"started_at": started_at.isoformat(), "ended_at": ended_at.isoformat()}


def _kept(
    stay: Stay, started_at: datetime, ended_at: datetime, reason: str, *, by: Actor, now: datetime
) -> StayCorrection:
    """Write down both versions, who and why."""
    return StayCorrection(
        at=now,
        actor_id=by.member_id,
        actor_name=by.name,
        reason=reason.strip(),
        old_started_at=stay.started_at,
        old_ended_at=stay.ended_at,
        new_started_at=started_at,
        new_ended_at=ended_at,
    )


def _check_sent_before(stay: Stay, reason: str, by: Actor) -> None:
    """Refuse what changes nothing, unless this very correction made it so: a button pressed twice."""
    last = stay.corrections[-1] if stay.corrections else None
    if last is None or (last.reason, last.actor_id) != (reason.strip(), by.member_id):
        raise rules.NothingToCorrect(stay.started_at, stay.ended_at or stay.started_at)


def _check(
    session: Session, stay: Stay, started_at: datetime, ended_at: datetime, reason: str, now: datetime
) -> None:
    if not reason.strip():
        raise ReasonMissing
    if ended_at < started_at:
        raise rules.EndBeforeStart(started_at)
    if ended_at > now:
        raise rules.NotYet(now)
    for other in overlapping_stays(session, stay, started_at, ended_at):
        raise rules.OverlapsAnotherStay(other.started_at, other.ended_at or other.planned_end)


EndedLetter = Callable[[Stay], LetterText]
"""Words the letter that asks when somebody left."""
ASKED = f"{OTHERS_DID}stay:"
NOT_NEWS = timedelta(days=2)  # what no job told in that time is seen on the page of the day


def ended_to_tell(session: Session, now: datetime) -> Sequence[int]:
    """List what ended by itself lately and nobody was asked about; who ends it late is asked then."""
    by_others = or_(Stay.ended_by_id.is_(None), Stay.ended_by_id != Stay.member_id)
    due = select(Stay.id).join(Stay.member).where(TO_REVIEW, Stay.ended_at > now - NOT_NEWS, by_others)
    return session.scalars(due.where(Member.active, ~has_letter(ASKED, Stay.id)).order_by(Stay.id)).all()


def tell_ended(session: Session, stay_id: int, *, letter: EndedLetter, now: datetime) -> bool:
    """Ask who was there when they left, once; tells whether it was asked."""
    stay = lock_row(session, Stay, stay_id)
    if not stay.needs_review or not stay.member.active:
        return False
    key = f"{ASKED}{stay.id}"
    return write_letter(session, stay.park_id, key, stay.member.email, letter(stay), now=now)
