"""Set the baseline of an enterprise from a month on: the office it gave up, what it keeps, the evidence."""

import warnings
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.documents.store import store
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.models import Baseline, Evidence, SavingsReport
from booking.savings.report_data import data_of
from booking.savings.rules import (
    LONGEST_EVIDENCE,
    MOST_PIXELS,
    BaselineInReport,
    BaselineTerms,
    EvidenceTooLarge,
    EvidenceUnreadable,
    check_terms,
    check_valid_from,
)
from booking.values.file_name import file_name
from booking.values.month import Month, local_day


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
    terms: BaselineTerms,
    *,
    by: Actor,
    now: datetime,
    paper: EvidenceFile | None = None,
    paper_of: Baseline | None = None,
    note: str = "",
) -> Baseline:
    """Add a version valid from a 1st on, or set the one of that day right while no report counts on it.

    With a rental contract on file (`paper`, or the one of another version) it is documented, else declared.
    Raises BadArea, BadPrice, NotFirstOfMonth, BaselineOutOfTime, and BaselineInReport where a published
    report counts the enterprise in that month or a later one. A second press changes nothing.
    """
    park = session.get_one(Park, enterprise.park_id)
    check_terms(terms)
    check_valid_from(valid_from, local_day(now, park.zone))
    # Two presses of one button wait for each other here, the second then finds the row of the first.
    session.scalars(
        select(Enterprise.id).where(Enterprise.id == enterprise.id).with_for_update(key_share=True)
    ).one()
    _refuse_what_is_reported(session, park, enterprise, valid_from)
    document_id = paper_of.document_id if paper_of else None
    if paper is not None:
        document_id = store(session, park.id, paper.name, paper.media_type, paper.content, now=now).id
    baseline = _version_of(session, enterprise, valid_from)
    before = facts_of(baseline) if baseline.id else None
    _fill(baseline, terms, note)
    baseline.document_id = document_id
    baseline.evidence = Evidence.DOCUMENTED if baseline.document_id else Evidence.DECLARED
    baseline.created_at, baseline.created_by_id = now, by.member_id
    session.flush()
    record(
        session, Action.BASELINE_SET, "baseline", baseline.id, park_id=park.id,
        by=by, now=now, before=before, after=facts_of(baseline),
    )  # fmt: skip
    return baseline


def _refuse_what_is_reported(session: Session, park: Park, enterprise: Enterprise, valid_from: date) -> None:
    first = Month.containing(valid_from, park.zone)
    reports = session.scalars(
        select(SavingsReport)
        .where(SavingsReport.park_id == park.id, SavingsReport.month_key >= first.key)
        .order_by(SavingsReport.month_key.desc())
    )
    for report in reports:
        if data_of(report).counts(enterprise.id):
            raise BaselineInReport(valid_from, Month.from_key(report.month_key, park.zone))


def _version_of(session: Session, enterprise: Enterprise, valid_from: date) -> Baseline:
    found = session.scalar(
        select(Baseline).where(Baseline.enterprise_id == enterprise.id, Baseline.valid_from == valid_from)
    )
    if found is None:
        found = Baseline(park_id=enterprise.park_id, enterprise_id=enterprise.id, valid_from=valid_from)
        session.add(found)
    return found


def _fill(baseline: Baseline, terms: BaselineTerms, note: str) -> None:
    baseline.area_hundredths, baseline.price = terms.area, terms.price
    baseline.own_area_hundredths, baseline.own_price = terms.own_area, terms.own_price
    baseline.note = note.strip()


def facts_of(baseline: Baseline) -> dict[str, Any]:
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
    if len(content) > LONGEST_EVIDENCE:
        raise EvidenceTooLarge
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
                if picture.width * picture.height > MOST_PIXELS:
                    raise EvidenceTooLarge
                picture.verify()
                return PICTURES[str(picture.format)]
        except Image.DecompressionBombError as error:
            raise EvidenceTooLarge from error
        except (OSError, SyntaxError, ValueError) as error:
            raise EvidenceUnreadable from error


LONGEST_NAME = 80


def _plain_name(name: str) -> str:
    """Keep the readable part of a file's name, without its folder and its ending."""
    own = file_name(name.replace("\\", "/").rpartition("/")[2], "evidence")
    return PurePosixPath(own).stem[:LONGEST_NAME]
