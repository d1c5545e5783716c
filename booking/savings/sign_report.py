"""Sign the Party branch's report of a closed month: frozen figures, PDF, workbook and a letter.

Before that one letter tells the branch that the draft is ready to be signed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.charges.models import MonthClose
from booking.documents.store import store
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.models import SavingsReport
from booking.savings.papers.report_paper import ReportPaper
from booking.savings.papers.workbook import MEDIA_TYPE, workbook_of
from booking.savings.papers.write_report import report_paper
from booking.savings.queries import months_to_sign
from booking.savings.report import ReportSources, read_sources, visible_month
from booking.savings.report_data import Report, stored_data
from booking.savings.rules import MonthStillOpen, NobodyToReport, NothingCorrected, ReportMoved, SignedBefore
from booking.savings.visible_month import Signing, VisibleMonth, disclose
from booking.values import Month, local_day


@dataclass(frozen=True, slots=True)
class SigningPorts:
    """What a signed report goes out through: its PDF, its letter, and where the product is reached.

    `print_pdf` sets a version that is about to be signed and, as nothing is kept yet, is told of the signing.
    It raises PrintFailed.
    """

    print_pdf: Callable[[ReportPaper, Signing], bytes]
    letter: Callable[[VisibleMonth], LetterText]
    address: str


def sign_report(
    session: Session,
    park: Park,
    month: Month,
    drawn_from: str,
    ports: SigningPorts,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> SavingsReport:
    """Freeze the draft and post it to the branch; with a `reason`, a corrected version of what was signed.

    `drawn_from` is the mark of the draft that the signer read. Raises MonthStillOpen until all invoices of
    the month are out, SignedBefore where that version is signed, ReportMoved where the draft is another by
    now, NothingCorrected where a new version would say the same, NobodyToReport where nothing may be shown,
    and PrintFailed, after which nothing is signed and trying again is safe.
    """
    _hold(session, park, month)
    sources = read_sources(session, park, month, month, now=now)
    newest = sources.signed.get(month.key)
    if newest is not None and (not reason.strip() or _version_in(drawn_from) != newest.version):
        by_whom = newest.signed_by.name if newest.signed_by else ""
        raise SignedBefore(month, newest.version, newest.signed_at, by_whom)
    report = sources.fresh(month)
    if report.provisional:  # never freeze what may still change
        raise MonthStillOpen(month)
    if not disclose(report).count:
        raise NobodyToReport(month)
    if mark_of_draft(sources, month) != drawn_from:
        raise ReportMoved(month)
    if newest is not None and not differs(sources, month):
        raise NothingCorrected(month)
    version = newest.version + 1 if newest else 1
    signing = Signing(0, version, now, by.name, reason.strip())
    paper = report_paper(disclose(report, signing), park, local_day(now, park.zone), ports.address)
    row = _frozen(session, park, report, signing, by, (ports.print_pdf(paper, signing), workbook_of(paper)))
    _post(session, park, row, ports.letter(disclose(report, signing_of(row, by.name))), now)
    shown = disclose(report).total.figures
    record(
        session, Action.REPORT_SIGNED, "savings_report", row.id, park_id=park.id, by=by, now=now,
        after={"month": str(month), "version": version, "saving_fen": shown.saving.fen},
        reason=reason.strip() or None,
    )  # fmt: skip
    return row


def _hold(session: Session, park: Park, month: Month) -> None:
    """Lock the enterprises and the month's close, so that neither changes; raises MonthStillOpen."""
    tenants = select(Enterprise.id).where(Enterprise.park_id == park.id).order_by(Enterprise.id)
    session.scalars(tenants.with_for_update(read=True)).all()
    closed = session.scalar(
        select(MonthClose)
        .where(MonthClose.park_id == park.id, MonthClose.month_key == month.key)
        .with_for_update()
    )
    if closed is None or closed.finished_at is None:
        raise MonthStillOpen(month)


def mark_of_draft(sources: ReportSources, month: Month) -> str:
    """Give a mark of what a draft shows and of the version that it would follow, for a form to carry."""
    newest = sources.signed.get(month.key)
    shown = disclose(sources.fresh(month))
    return f"{newest.version if newest else 0}:{sha256(repr(shown).encode()).hexdigest()}"


def _version_in(mark: str) -> int:
    number = mark.partition(":")[0]
    return int(number) if number.isdecimal() else 0


def differs(sources: ReportSources, month: Month) -> bool:
    """Tell whether a corrected version of a signed month would show anything else."""
    signed = sources.visible(month)
    return disclose(sources.fresh(month), signed.signing) != signed


def signing_of(row: SavingsReport, by: str) -> Signing:
    """Say who signed a version."""
    return Signing(row.id, row.version, row.signed_at, by, row.reason)


def _frozen(
    session: Session, park: Park, report: Report, signing: Signing, by: Actor, files: tuple[bytes, bytes]
) -> SavingsReport:
    now = signing.at
    name = report_file_name(report.month, signing.version)
    pdf = store(session, park.id, f"{name}.pdf", "application/pdf", files[0], now=now)
    xlsx = store(session, park.id, f"{name}.xlsx", MEDIA_TYPE, files[1], now=now)
    row = SavingsReport(
        park_id=park.id,
        month_key=report.month.key,
        version=signing.version,
        signed_at=now,
        signed_by_id=by.member_id,
        reason=signing.reason,
        stored_data=stored_data(report),
        pdf_id=pdf.id,
        xlsx_id=xlsx.id,
    )
    session.add(row)
    session.flush()
    return row


def _post(session: Session, park: Park, row: SavingsReport, content: LetterText, now: datetime) -> None:
    if not park.branch_email:
        return
    month = Month.from_key(row.month_key, park.zone)
    name = f"节省报告-{month}" + (f"-第{row.version}版" if row.version > 1 else "")
    write_letter(
        session, park.id, f"savings-report:{row.id}", park.branch_email, content,
        now=now, enclosures=[(row.pdf_id, f"{name}.pdf"), (row.xlsx_id, f"{name}.xlsx")],
    )  # fmt: skip


def report_file_name(month: Month, version: int = 1) -> str:
    """Name the report's files, without an ending."""
    return f"savings-report-{month}" + (f"-v{version}" if version > 1 else "")


def announce_draft(
    session: Session,
    park: Park,
    month: Month,
    letter: Callable[[Park, VisibleMonth], LetterText],
    *,
    now: datetime,
) -> bool:
    """Write the letter; tells whether it is new. Twice is once, and a month without figures has none."""
    shown = visible_month(session, park, month, now=now)
    if shown.signed or not shown.count or not park.branch_email:
        return False
    return write_letter(
        session, park.id, draft_letter_key(park, month), park.branch_email, letter(park, shown), now=now
    )


def draft_letter_key(park: Park, month: Month) -> str:
    """Name the letter of a month."""
    return f"report-draft:{park.id}:{month}"


def drafts_to_announce(session: Session, park: Park) -> list[Month]:
    """Give the closed months whose report waits to be signed and of which nobody was told."""
    if not park.branch_email:
        return []
    months = {draft_letter_key(park, month): month for month in months_to_sign(session, park)}
    told = session.scalars(select(Letter.key).where(Letter.key.in_(list(months))).order_by(Letter.key))
    for key in told.all():
        del months[key]
    return list(months.values())
