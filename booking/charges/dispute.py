"""Question a line of the statement."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.charges.charge_stay import one_at_a_time
from booking.charges.meter import refuse_closed
from booking.charges.models import Charge, ChargeKind, Dispute
from booking.charges.rules import DisputedBefore, LineNotOpen, WordsMissing
from booking.db import TO_CHANGE
from booking.parks.models import Park
from booking.values.month import Month


def dispute(session: Session, charge_id: int, words: str, *, by: Actor, now: datetime) -> Dispute:
    """Question a line in the tenant's words; until it is answered it is left out of the month's invoice.

    Raises WordsMissing, LineNotOpen (superseded, invoiced, or an adjustment), DisputedBefore, MonthClosed.
    """
    if not words.strip():
        raise WordsMissing
    one_at_a_time(session, session.get_one(Charge, charge_id).enterprise_id)
    line = session.get_one(Charge, charge_id, with_for_update=TO_CHANGE, populate_existing=True)
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
