"""Publish the Party branch's report of a closed month: frozen figures, PDF, workbook and a letter."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.charges.models import MonthClose
from booking.documents.store import store
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import Park
from booking.savings.models import SavingsReport
from booking.savings.queries import report_of
from booking.savings.report import read_report
from booking.savings.report_data import Report, data_of, stored_data
from booking.savings.report_paper import ReportPrinter, report_paper
from booking.savings.rules import MonthStillOpen, NobodyToReport, PublishedBefore
from booking.savings.workbook import MEDIA_TYPE, workbook_of
from booking.values.month import Month, local_day
from booking.values.stored import to_stored


def publish_report(
    session: Session,
    park: Park,
    month: Month,
    *,
    printer: ReportPrinter,
    letter: Callable[[Report], LetterText],
    by: Actor,
    now: datetime,
) -> SavingsReport:
    """Freeze the report and post it to the branch.

    Raises MonthStillOpen until all invoices of the month are out, PublishedBefore the second time,
    NobodyToReport where no enterprise has a baseline, and PrintFailed, after which nothing is published
    and trying again is safe.
    """
    closed = session.scalar(
        select(MonthClose)
        .where(MonthClose.park_id == park.id, MonthClose.month_key == month.key)
        .with_for_update()
    )
    if closed is None or closed.finished_at is None:
        raise MonthStillOpen(month)
    published = report_of(session, park.id, month)
    if published is not None:
        raise PublishedBefore(month, published.published_at)
    report = read_report(session, park, month, until=now)
    if report.provisional:  # never freeze what may still change
        raise MonthStillOpen(month)
    if not report.entries:
        raise NobodyToReport(month)
    row = _frozen(session, park, report, printer, now)
    _post(session, park, row, letter(report), now)
    record(
        session, Action.REPORT_PUBLISHED, "savings_report", row.id,
        by=by, now=now, after={"month": str(month), **to_stored(data_of(row).total)}, park_id=park.id,
    )  # fmt: skip
    return row


def _frozen(
    session: Session, park: Park, report: Report, printer: ReportPrinter, now: datetime
) -> SavingsReport:
    paper = report_paper(report, park, local_day(now, park.zone))
    name = file_name(report.month)
    pdf = store(session, park.id, f"{name}.pdf", "application/pdf", printer.report(paper), now=now)
    xlsx = store(session, park.id, f"{name}.xlsx", MEDIA_TYPE, workbook_of(paper), now=now)
    row = SavingsReport(
        park_id=park.id,
        month_key=report.month.key,
        published_at=now,
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
    name = f"节省报告-{data_of(row).month}"
    write_letter(
        session, park.id, f"savings-report:{row.id}", park.branch_email, content,
        now=now, enclosures=[(row.pdf_id, f"{name}.pdf"), (row.xlsx_id, f"{name}.xlsx")],
    )  # fmt: skip


def file_name(month: Month) -> str:
    """Name the report's files, without an ending."""
    return f"savings-report-{month}"
