"""Check a stated baseline: accept it as documented or as declared, or send it back with a reason."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import Park
from booking.people.enterprises import lock_enterprise
from booking.people.models import Member
from booking.people.queries import managers_of
from booking.savings.checking.jumps import check_jumps
from booking.savings.models import Baseline, BaselineState, Evidence
from booking.savings.queries import jumps_against, version_before
from booking.savings.rules import BaselineDecision, DecidedBefore, check_decision
from booking.savings.set_baseline import facts_of, refuse_what_is_reported

DecisionWords = Callable[[Baseline, Member], LetterText]


def check_baseline(
    session: Session,
    baseline_id: int,
    decision: BaselineDecision,
    letter: DecisionWords,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    why: str = "",
    seen: str = "",
) -> Baseline:
    """Decide on a version: accepted, it is in force from its month on; sent back, nothing moves.

    `reason` says why it is sent back, `why` why figures that jump are right after all, of the jumps that were
    `seen` (`mark_of`); either is kept. Each manager of the enterprise is written to once, in words that
    `letter` finds. Raises PaperMissing, ReasonMissing, JumpUnconfirmed, DecidedBefore, and BaselineInReport
    where a report signed meanwhile counts on the version before. The same decision twice is one.
    """
    lock_enterprise(session, session.get_one(Baseline, baseline_id).enterprise_id)
    stated = lock_row(session, Baseline, baseline_id)
    sent_back = decision is BaselineDecision.SENT_BACK
    said = (reason if sent_back else why).strip()
    if stated.decided_at is not None:
        if (stated.decision, stated.reason) == (decision, said):
            return stated
        raise DecidedBefore(stated.decided_at, withdrawn=stated.state is BaselineState.WITHDRAWN)
    check_decision(decision, has_paper=stated.document_id is not None, reason=reason)
    if not sent_back:
        park = session.get_one(Park, stated.park_id)
        jumps = jumps_against(version_before(session, stated, park.zone), stated)
        check_jumps(decision, jumps, why=why, seen=seen)
        refuse_what_is_reported(session, park, stated.enterprise_id, stated.valid_from)
        stated.evidence = Evidence(decision.value)
    stated.state = BaselineState.SENT_BACK if sent_back else BaselineState.CHECKED
    stated.decided_at, stated.decided_by_id, stated.reason = now, by.member_id, said
    session.flush()
    action = Action.BASELINE_SENT_BACK if sent_back else Action.BASELINE_CHECKED
    record(
        session, action, "baseline", stated.id, park_id=stated.park_id,
        by=by, now=now, after=facts_of(stated), reason=stated.reason or None,
    )  # fmt: skip
    for manager in managers_of(session, stated.enterprise_id):
        key = f"baseline-check:{stated.id}:{manager.id}"
        write_letter(session, stated.park_id, key, manager.email, letter(stated, manager), now=now)
    return stated
