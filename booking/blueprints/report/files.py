"""The report on paper and as a workbook: as it was frozen, or as it stands now."""

from flask import Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.http import hand_out, hand_out_document
from booking.blueprints.kit.session import my_park
from booking.blueprints.report.loading import Asked, asked_for, blueprint
from booking.db import db
from booking.documents.models import Document
from booking.language import gettext
from booking.people.models import Role
from booking.ports import ports
from booking.savings.publish_report import file_name
from booking.savings.report_paper import ReportPaper, report_paper
from booking.savings.workbook import MEDIA_TYPE, workbook_of
from booking.values.month import local_day
from booking.values.paper import PrintFailed

PDF = "application/pdf"


@blueprint.get("/<month>.pdf")
@allow(Role.BRANCH, Role.ADMIN)
def pdf(month: str) -> ResponseReturnValue:
    """Give the PDF."""
    asked = asked_for(month)
    if asked.published is not None:
        return _frozen(asked.published.pdf_id)
    try:
        content = ports().report_printer.report(_sheet(asked))
    except PrintFailed:
        flash(gettext("PDF 没有生成，请稍后再试。"), "danger")
        return redirect(url_for("report.show", month=month))
    return hand_out(content, f"{file_name(asked.report.month)}-provisional.pdf", PDF)


@blueprint.get("/<month>.xlsx")
@allow(Role.BRANCH, Role.ADMIN)
def xlsx(month: str) -> ResponseReturnValue:
    """Give the workbook."""
    asked = asked_for(month)
    if asked.published is not None:
        return _frozen(asked.published.xlsx_id)
    content = workbook_of(_sheet(asked))
    return hand_out(content, f"{file_name(asked.report.month)}-provisional.xlsx", MEDIA_TYPE)


def _sheet(asked: Asked) -> ReportPaper:
    if not asked.report.entries:
        abort(404)
    park = my_park()
    return report_paper(asked.report, park, local_day(clock.now(), park.zone))


def _frozen(document_id: int) -> Response:
    return hand_out_document(db.session.get_one(Document, document_id), plain="savings-report")
