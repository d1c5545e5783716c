"""State the baseline of an enterprise from a month on, with its evidence; withdraw it; check it.

Who checks it accepts it as documented or as declared, or sends it back with a reason.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.charges.models import MonthClose
from booking.db import lock_row
from booking.documents.store import store
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import Park
from booking.people.enterprises import lock_enterprise
from booking.people.models import Enterprise, Member
from booking.people.queries import managers_of
from booking.savings import rules
from booking.savings.jumps import check_jumps
from booking.savings.models import Baseline, BaselineState, Evidence, SavingsReport
from booking.savings.queries import jumps_against, version_before
from booking.savings.report_data import data_of
from booking.values import Month, local_day
from booking.values.names import file_name


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that was looked at: its name, what it really is, its bytes as they came."""

    name: str
    media_type: str
    content: bytes


def set_baseline(
    session: Session,
    enterprise: Enterprise,
    valid_from: date,
    terms: rules.BaselineTerms,
    *,
    by: Actor,
    now: datetime,
    paper: EvidenceFile | None = None,
    paper_of: Baseline | None = None,
    note: str = "",
) -> Baseline:
    """State a version valid from a 1st on, which counts once it is checked (`check_baseline`).

    The paper is a rental contract, `paper` or the one of another version. A version of the same month that
    nobody has checked yet is withdrawn for this one; what was checked stays as it is. Stating the same again
    gives the version that is there. Raises BadArea, BadPrice, NotFirstOfMonth,
    BaselineOutOfTime, and BaselineInReport where a signed report counts the enterprise in that month or a
    later one.
    """
    park = session.get_one(Park, enterprise.park_id)
    rules.check_terms(terms)
    rules.check_valid_from(valid_from, local_day(now, park.zone))
    lock_enterprise(session, enterprise.id)
    refuse_what_is_reported(session, park, enterprise.id, valid_from)
    newest = _newest(session, enterprise.id, valid_from)
    if newest is not None and _says_the_same(newest, terms, note, paper, paper_of):
        return newest
    document_id = paper_of.document_id if paper_of else None
    if paper is not None:
        document_id = store(session, park.id, paper.name, paper.media_type, paper.content, now=now).id
    before = None
    if newest is not None and newest.state is BaselineState.PENDING:
        before = audited_baseline(newest)
        _end(session, newest, by, now)
    baseline = _version(enterprise, valid_from, terms)
    baseline.evidence = Evidence.DOCUMENTED if document_id else Evidence.DECLARED
    baseline.document_id, baseline.note = document_id, note.strip()
    baseline.created_at, baseline.created_by_id = now, by.member_id
    session.add(baseline)
    session.flush()
    record(
        session, Action.BASELINE_SET, "baseline", baseline.id, park_id=park.id,
        by=by, now=now, before=before, after=audited_baseline(baseline),
    )  # fmt: skip
    return baseline


def _version(enterprise: Enterprise, valid_from: date, terms: rules.BaselineTerms) -> Baseline:
    return Baseline(
        park_id=enterprise.park_id,
        enterprise_id=enterprise.id,
        valid_from=valid_from,
        area_hundredths=terms.area,
        price=terms.price,
        own_area_hundredths=terms.own_area,
        own_price=terms.own_price,
    )


def refuse_what_is_reported(session: Session, park: Park, enterprise_id: int, valid_from: date) -> None:
    """Raise BaselineInReport where a signed report counts the enterprise in that month or a later one."""
    # Who publishes a month just now comes before or after.
    session.scalars(
        select(MonthClose.month_key)
        .where(MonthClose.park_id == park.id)
        .where(MonthClose.month_key >= Month.containing(valid_from, park.zone).key)
        .order_by(MonthClose.month_key)
        .with_for_update(read=True)
    ).all()
    reported = reported_month(session, park, enterprise_id, valid_from)
    if reported is not None:
        raise rules.BaselineInReport(valid_from, reported)


def reported_month(session: Session, park: Park, enterprise_id: int, since: date) -> Month | None:
    """Give the newest month from a day on whose signed report counts the enterprise."""
    first = Month.containing(since, park.zone)
    reports = session.scalars(
        select(SavingsReport)
        .where(SavingsReport.park_id == park.id, SavingsReport.month_key >= first.key)
        .order_by(SavingsReport.month_key.desc())
    )
    counting = (report for report in reports if data_of(report).counts(enterprise_id))
    newest = next(counting, None)
    return Month.from_key(newest.month_key, park.zone) if newest else None


def _newest(session: Session, enterprise_id: int, valid_from: date) -> Baseline | None:
    """Give what stands for a month: what is pending, else what was checked last."""
    standing = session.scalars(
        select(Baseline)
        .where(Baseline.enterprise_id == enterprise_id, Baseline.valid_from == valid_from)
        .where(Baseline.state.in_([BaselineState.PENDING, BaselineState.CHECKED]))
        .order_by(Baseline.id)
        .execution_options(populate_existing=True)
    ).all()
    pending = (one for one in standing if one.state is BaselineState.PENDING)
    return next(pending, standing[-1] if standing else None)


def _says_the_same(
    known: Baseline,
    terms: rules.BaselineTerms,
    note: str,
    paper: EvidenceFile | None,
    paper_of: Baseline | None,
) -> bool:
    if (known.terms, known.note) != (terms, note.strip()):
        return False
    if paper is not None:
        return known.document is not None and known.document.sha256 == sha256(paper.content).hexdigest()
    return known.document_id == (paper_of.document_id if paper_of else None)


def withdraw_baseline(session: Session, baseline_id: int, *, by: Actor, now: datetime) -> Baseline:
    """Take back what nobody has checked yet; the row stays. Raises DecidedBefore; twice is once."""
    lock_enterprise(session, session.get_one(Baseline, baseline_id).enterprise_id)
    baseline = lock_row(session, Baseline, baseline_id)
    if baseline.state is BaselineState.WITHDRAWN:
        return baseline
    if baseline.decided_at is not None:
        raise rules.DecidedBefore(baseline.decided_at, withdrawn=False)
    _end(session, baseline, by, now)
    record(
        session, Action.BASELINE_WITHDRAWN, "baseline", baseline.id, park_id=baseline.park_id,
        by=by, now=now, before=audited_baseline(baseline),
    )  # fmt: skip
    return baseline


def _end(session: Session, baseline: Baseline, by: Actor, now: datetime) -> None:
    baseline.state = BaselineState.WITHDRAWN
    baseline.decided_at, baseline.decided_by_id = now, by.member_id
    session.flush()  # before another takes its place


def audited_baseline(baseline: Baseline) -> dict[str, Any]:
    """Give a version as the audit trail keeps it."""
    return {
        "enterprise_id": baseline.enterprise_id,
        "valid_from": baseline.valid_from.isoformat(),
        "area": baseline.area_hundredths,
        "price_fen": baseline.price.fen,
        "own_area": baseline.own_area_hundredths,
        "own_price_fen": baseline.own_price.fen,
        "evidence": baseline.evidence.value,
        "document_id": baseline.document_id,
        "note": baseline.note,
    }


def read_evidence(name: str, content: bytes) -> EvidenceFile:
    """Tell what the bytes are, whatever the name says; raises EvidenceTooLarge and EvidenceUnreadable.

    The bytes are kept as they came, since a scan made smaller may no longer prove anything.
    """
    if len(content) > rules.LONGEST_EVIDENCE:
        raise rules.EvidenceTooLarge
    media_type, suffix = _media_type(content)
    return EvidenceFile(_plain_name(name) + suffix, media_type, content)


PDF = "application/pdf"
PICTURES = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}


def _media_type(content: bytes) -> tuple[str, str]:
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF, ".pdf"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the pixels are counted here
        try:
            with Image.open(BytesIO(content), formats=tuple(PICTURES)) as picture:
                if picture.width * picture.height > rules.MOST_PIXELS:
                    raise rules.EvidenceTooLarge
                picture.verify()
                return PICTURES[str(picture.format)]
        except Image.DecompressionBombError as error:
            raise rules.EvidenceTooLarge from error
        except (OSError, SyntaxError, ValueError) as error:
            raise rules.EvidenceUnreadable from error


LONGEST_NAME = 80


def _plain_name(name: str) -> str:
    """Keep the readable part of a file's name, without its folder and its ending."""
    own = file_name(name.replace("\\", "/").rpartition("/")[2], "evidence")
    return PurePosixPath(own).stem[:LONGEST_NAME]


BaselineLetter = Callable[[Baseline, Member], LetterText]


def check_baseline(
    session: Session,
    baseline_id: int,
    decision: rules.BaselineDecision,
    letter: BaselineLetter,
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
    sent_back = decision is rules.BaselineDecision.SENT_BACK
    said = (reason if sent_back else why).strip()
    if stated.decided_at is not None:
        if (stated.decision, stated.reason) == (decision, said):
            return stated
        raise rules.DecidedBefore(stated.decided_at, withdrawn=stated.state is BaselineState.WITHDRAWN)
    rules.check_decision(decision, has_paper=stated.document_id is not None, reason=reason)
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
        by=by, now=now, after=audited_baseline(stated), reason=stated.reason or None,
    )  # fmt: skip
    for manager in managers_of(session, stated.enterprise_id):
        key = f"baseline-check:{stated.id}:{manager.id}"
        write_letter(session, stated.park_id, key, manager.email, letter(stated, manager), now=now)
    return stated
