"""Settle what was decided: it is done, or it is carried on to the next meeting."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.needs.answer_need import closing_time
from booking.needs.decide_matter import DecisionLetter, needs_in, write_to_concerned
from booking.needs.models import Decision, DecisionOutcome, NeedState
from booking.needs.rules import MatterOver, NothingDecided
from booking.needs.steps import lock_matter, standing_decision
from booking.parks.models import Park


def settle_matter(
    session: Session,
    matter_id: int,
    outcome: DecisionOutcome,
    letter: DecisionLetter,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
) -> Decision:
    """Say what became of the decision that stands.

    Done: the enterprises hear of it once, and their needs end five working days later where nobody
    contradicts. Carried on: the matter stands first on the next meeting's page, and its needs do not end
    meanwhile. Raises NothingDecided, and MatterOver once it is done.
    """
    matter = lock_matter(session, matter_id, over=True)
    decision = standing_decision(session, matter.id)
    if decision is None:
        raise MatterOver(matter.done_at) if matter.done_at else NothingDecided
    decision.outcome, decision.settled_at, decision.settled_by_id = outcome, now, by.member_id
    decision.note = note.strip()
    done = outcome is DecisionOutcome.DONE
    matter.done_at = now if done else None
    closes_at = closing_time(session, session.get_one(Park, matter.park_id), now) if done else None
    for need in needs_in(session, matter.id):
        if need.state is NeedState.ANSWERED:
            need.closes_at = closes_at
    session.flush()
    action = Action.MATTER_FINISHED if done else Action.MATTER_CARRIED_ON
    after = {"what": decision.what}
    record(
        session, action, "matter", matter.id, park_id=matter.park_id,
        by=by, now=now, after=after, reason=decision.note or None,
    )  # fmt: skip
    if done:
        write_to_concerned(session, matter, decision, f"decision-done:{decision.id}", letter, now=now)
    return decision
