"""Question a line of the statement, and answer; granting gives back the line, or part of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.charges.charge_stay import refuse_closed
from booking.charges.models import Charge, ChargeKind, Dispute, Outcome
from booking.charges.rules import AnsweredBefore, DisputedBefore, LineNotOpen, WordsMissing, check_gives_back
from booking.db import lock_row
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import Park
from booking.people.enterprises import lock_enterprise
from booking.people.models import Member
from booking.people.queries import managers_of
from booking.spaces.models import Space
from booking.values import Money, Month


def dispute(session: Session, charge_id: int, words: str, *, by: Actor, now: datetime) -> Dispute:
    """Question a line in the tenant's words; until it is answered it is left out of the month's invoice.

    Raises WordsMissing, LineNotOpen (superseded, invoiced, or an adjustment), DisputedBefore, MonthClosed.
    """
    if not words.strip():
        raise WordsMissing
    lock_enterprise(session, session.get_one(Charge, charge_id).enterprise_id)
    line = lock_row(session, Charge, charge_id)
    zone = session.get_one(Park, line.park_id).zone
    refuse_closed(session, line.park_id, [Month.from_key(line.month_key, zone)])
    settled = line.superseded_at is not None or line.invoice_id is not None
    if settled or line.kind is ChargeKind.ADJUSTMENT or not line.amount:
        raise LineNotOpen(line.id)
    if session.scalar(select(Dispute.id).where(Dispute.charge_id == line.id)) is not None:
        raise DisputedBefore(line.id)
    question = Dispute(
        charge_id=line.id, park_id=line.park_id, opened_at=now, opened_by_id=by.member_id, words=words.strip()
    )
    session.add(question)
    session.flush()
    record(session, Action.CHARGE_DISPUTED, "charge", line.id, by=by, now=now, reason=question.words)
    return question


@dataclass(frozen=True, slots=True)
class Answered:
    """An answered question, its line, where that was, and what it gives back; None where that is nothing."""

    dispute: Dispute
    line: Charge
    space: Space
    back: Money | None


DisputeLetter = Callable[["Answered", Member], LetterText]


def answer_dispute(
    session: Session,
    dispute_id: int,
    outcome: Outcome,
    words: str,
    letter: DisputeLetter,
    *,
    by: Actor,
    now: datetime,
    amount: Money | None = None,
) -> Dispute:
    """Answer with a reason. `amount` is what granting gives back; None is the whole line.

    The line stays as it is; an adjustment of its month stands beside it. A line that a correction has
    superseded meanwhile counts no more, so granting it gives nothing back. Each manager of the enterprise
    is written to once, in words that `letter` finds. Raises WordsMissing, AnsweredBefore, GivesBackTooMuch.
    """
    if not words.strip():
        raise WordsMissing
    # Who corrects the line just now comes before or after, or both the old line and what it gives back count.
    # The enterprise first: whoever moves a line moves the question about it.
    lock_enterprise(session, session.get_one(Dispute, dispute_id).charge.enterprise_id)
    question = lock_row(session, Dispute, dispute_id)
    if question.answered_at is not None:
        raise AnsweredBefore(question.id)
    line = lock_row(session, Charge, question.charge_id)
    question.answered_at, question.answered_by_id = now, by.member_id
    question.outcome, question.answer = outcome, words.strip()
    after: dict[str, object] = {"outcome": outcome.value, "charge_id": line.id}
    back: Money | None = None
    if outcome is Outcome.GRANTED and line.superseded_at is None:
        back = line.amount if amount is None else amount
        check_gives_back(back, line.amount)
        session.add(_adjustment(line, back, question.answer, now))
        after["gives_back_fen"] = back.fen
    session.flush()
    record(
        session, Action.DISPUTE_ANSWERED, "dispute", question.id,
        by=by, now=now, after=after, reason=question.answer,
    )  # fmt: skip
    space = session.get_one(Space, line.space_id)
    _tell(session, Answered(question, line, space, back), letter, now)
    return question


def _tell(session: Session, answered: Answered, letter: DisputeLetter, now: datetime) -> None:
    line = answered.line
    for manager in managers_of(session, line.enterprise_id):
        key = f"dispute-answer:{answered.dispute.id}:{manager.id}"
        write_letter(session, line.park_id, key, manager.email, letter(answered, manager), now=now)


def _adjustment(line: Charge, back: Money, reason: str, now: datetime) -> Charge:
    return Charge(
        park_id=line.park_id,
        enterprise_id=line.enterprise_id,
        month_key=line.month_key,
        kind=ChargeKind.ADJUSTMENT,
        stay_id=line.stay_id,
        reservation_id=line.reservation_id,
        adjusts_id=line.id,
        space_id=line.space_id,
        space_kind=line.space_kind,
        space_name=line.space_name,
        day=line.day,
        band=line.band,
        factor=line.factor,
        amount=-back,
        uncapped=-back,
        tariff_id=line.tariff_id,
        terms=line.terms,
        vat_permille=line.vat_permille,
        note=reason[:300],
        created_at=now,
    )
