"""The report of a month on screen, on paper and as a workbook; the chain of a named enterprise."""

from collections.abc import Sequence

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.http import send_bytes, send_document
from booking.blueprints.kit.session import my_park
from booking.blueprints.report.months import MonthReport, blueprint, report_asked_for, this_month
from booking.blueprints.savings import chain
from booking.db import db
from booking.documents.models import Document
from booking.language import gettext
from booking.people.models import Role
from booking.ports import ports
from booking.savings.publish_report import file_name
from booking.savings.queries import is_closed
from booking.savings.report import Recomputed, recompute_report
from booking.savings.report_data import EnterpriseSaving
from booking.savings.report_paper import ReportPaper, report_paper
from booking.savings.rules import SavingOfMonth, Source, together, weakest
from booking.savings.workbook import MEDIA_TYPE, workbook_of
from booking.values.month import Month, local_day
from booking.values.paper import PrintFailed


@blueprint.get("/<month>")
@allow(Role.BRANCH, Role.ADMIN)
def show(month: str) -> str:
    """Show the report of a month: picture, chain, enterprises, what they say of themselves."""
    asked = report_asked_for(month)
    report = asked.report
    facts = {"asked": asked, "report": report, **_steps_in_time(report.month)}
    if not report.entries:
        return render_template("report/nobody.html", **facts)
    return render_template(
        "report/show.html",
        total=report.total,
        drawing=chain.before_now(report.total),
        in_words=chain.before_now_in_words(report.total),
        steps=chain.steps_of_total(report, _how(report.entries)),
        tags=chain.all_tags(),
        named=[_line(entry) for entry in report.named],
        unnamed=_group(report.unnamed) if report.unnamed_shown else None,
        total_tag=chain.tag(weakest(one.baseline.source for one in report.entries)),
        papers=_papers(asked),
        may_publish=asked.published is None and is_closed(db.session(), my_park().id, report.month),
        proved=_proved(asked),
        **facts,
    )


@blueprint.get("/<month>/enterprise/<int:enterprise_id>")
@allow(Role.BRANCH, Role.ADMIN)
def enterprise(month: str, enterprise_id: int) -> str:
    """Show the chain of an enterprise that agreed to be named; any other is not found."""
    asked = report_asked_for(month)
    found = (entry for entry in asked.report.named if entry.enterprise_id == enterprise_id)
    entry = next(found, None) or abort(404)
    return render_template(
        "report/enterprise.html",
        asked=asked,
        report=asked.report,
        entry=entry,
        saving=entry.saving,
        drawing=chain.before_now(entry.saving),
        in_words=chain.before_now_in_words(entry.saving),
        steps=chain.steps_of(entry),
        tags=chain.all_tags(),
        effects=[effect for effect in asked.report.effects if effect.enterprise_id == enterprise_id],
    )


def _steps_in_time(month: Month) -> dict[str, str]:
    following = month.next
    return {
        "previous_url": url_for("report.show", month=month.previous),
        "next_url": url_for("report.show", month=following) if following <= this_month() else "",
    }


def _how(entries: Sequence[EnterpriseSaving]) -> str:
    bills = sum(entry.spend.invoice is not None for entry in entries)
    credited = sum(len(entry.spend.credits) for entry in entries)
    if not bills:
        return (
            gettext("截至目前的对账单")
            if any(one.spend.provisional for one in entries)
            else gettext("没有账单")
        )
    if credited:
        return gettext("%(bills)s 份账单，减去 %(credits)s 份贷记单", bills=bills, credits=credited)
    return gettext("%(bills)s 份账单合计", bills=bills)


def _line(entry: EnterpriseSaving) -> tuple[EnterpriseSaving, SavingOfMonth, object]:
    return entry, entry.saving, chain.tag(entry.baseline.source)


def _group(entries: Sequence[EnterpriseSaving]) -> tuple[int, SavingOfMonth, object]:
    known: Source = weakest(one.baseline.source for one in entries)
    return len(entries), together([entry.saving for entry in entries]), chain.tag(known)


def _papers(asked: MonthReport) -> list[Document]:
    """Give both files of a published report, without their bytes."""
    if asked.published is None:
        return []
    session = db.session()
    return [
        session.get_one(Document, asked.published.pdf_id),
        session.get_one(Document, asked.published.xlsx_id),
    ]


def _proved(asked: MonthReport) -> Recomputed | None:
    """Compute a published report again where that is asked for."""
    if asked.published is None or "again" not in request.args:
        return None
    return recompute_report(db.session(), my_park(), asked.published)


PDF = "application/pdf"


@blueprint.get("/<month>.pdf")
@allow(Role.BRANCH, Role.ADMIN)
def pdf(month: str) -> ResponseReturnValue:
    """Give the PDF."""
    asked = report_asked_for(month)
    if asked.published is not None:
        return _frozen(asked.published.pdf_id)
    try:
        content = ports().report_printer.report(_sheet(asked))
    except PrintFailed:
        flash(gettext("PDF 没有生成，请稍后再试。"), "danger")
        return redirect(url_for("report.show", month=month))
    return send_bytes(content, f"{file_name(asked.report.month)}-provisional.pdf", PDF)


@blueprint.get("/<month>.xlsx")
@allow(Role.BRANCH, Role.ADMIN)
def xlsx(month: str) -> ResponseReturnValue:
    """Give the workbook."""
    asked = report_asked_for(month)
    if asked.published is not None:
        return _frozen(asked.published.xlsx_id)
    content = workbook_of(_sheet(asked))
    return send_bytes(content, f"{file_name(asked.report.month)}-provisional.xlsx", MEDIA_TYPE)


def _sheet(asked: MonthReport) -> ReportPaper:
    if not asked.report.entries:
        abort(404)
    park = my_park()
    return report_paper(asked.report, park, local_day(clock.now(), park.zone))


def _frozen(document_id: int) -> Response:
    return send_document(db.session.get_one(Document, document_id), plain="savings-report")
