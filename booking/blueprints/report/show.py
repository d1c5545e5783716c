"""The report of a month on screen, on paper and as a workbook; the chain of a named enterprise."""

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.http import send_bytes, send_document
from booking.blueprints.kit.month_sheet import savings
from booking.blueprints.kit.month_sheet.agenda import left_undecided
from booking.blueprints.kit.month_sheet.board import first_sheet
from booking.blueprints.kit.session import me, my_park, this_month
from booking.blueprints.report.months import MONTHS, AskedReport, blueprint, report_asked_for
from booking.db import db
from booking.documents.models import Document
from booking.language import gettext
from booking.people.models import Role
from booking.ports import ports
from booking.rhythm.board import MonthBoard
from booking.savings.models import SavingsReport
from booking.savings.papers.report_paper import ReportPaper
from booking.savings.papers.workbook import MEDIA_TYPE, workbook_of
from booking.savings.papers.write_report import report_paper
from booking.savings.periods import change_per_day
from booking.savings.queries import versions_of_report
from booking.savings.report import recompute_report
from booking.savings.sign_report import differs, mark_of_draft, report_file_name
from booking.savings.visible_month import ReportState, VisibleMonth
from booking.values import Month, PrintFailed, Share, local_day


@blueprint.get("/<month>")
@allow(*STAFF)
def show(month: str) -> str:
    """Show the report of a month: the newest version, or the draft."""
    return _page(report_asked_for(month))


@blueprint.get("/<month>/v/<int:version>")
@allow(*STAFF)
def version(month: str, version: int) -> str:
    """Show a signed version of a month's report; all of them stay readable."""
    return _page(report_asked_for(month, version))


def _page(asked: AskedReport) -> str:
    shown = asked.shown
    facts = {"asked": asked, "shown": shown, **_steps_in_time(asked.month)}
    if not shown.count:
        return render_template("report/nobody.html", **facts)
    total, exact, mark = shown.total.figures, shown.total.exact, _mark(asked)
    return render_template(
        "report/show.html",
        drawing=savings.before_now(total, exact=exact),
        picture_text=savings.before_now_label(total, exact=exact),
        steps=savings.steps_of_total(shown, _how(shown)),
        named=shown.named,
        papers=_papers(asked),
        versions=_versions(asked),
        mark=mark,
        undecided=left_undecided(asked.month) if mark else (),
        may_correct=_may_correct(asked),
        proved=_proved(asked),
        changes=_changes(asked),
        **facts,
    )


@blueprint.get("/<month>/enterprise/<int:enterprise_id>")
@allow(*STAFF)
def enterprise(month: str, enterprise_id: int) -> str:
    """Show the chain of an enterprise that agreed to be named; any other is not found."""
    asked = report_asked_for(month, request.args.get("version", type=int))
    entry = asked.shown.of(enterprise_id) or abort(404)
    return render_template(
        "report/enterprise.html",
        asked=asked,
        shown=asked.shown,
        entry=entry,
        saving=entry.saving,
        drawing=savings.before_now(entry.saving),
        picture_text=savings.before_now_label(entry.saving),
        steps=savings.saving_steps(entry),
        tags=savings.all_tags(),
        effects=[effect for effect in asked.shown.effects if effect.enterprise_id == enterprise_id],
    )


def _steps_in_time(month: Month) -> dict[str, str]:
    following = month.next
    return {
        "previous_url": url_for("report.show", month=month.previous),
        "next_url": url_for("report.show", month=following) if following <= this_month() else "",
    }


def _how(shown: VisibleMonth) -> str:
    """Say what the shared spend comes from: bills of named enterprises, and the group's."""
    if shown.state is ReportState.OPEN:
        return gettext("截至目前 %(days)s 天的对账单", days=shown.days)
    bills = sum(entry.spend.invoice is not None for entry in shown.named)
    credited = sum(len(entry.spend.credits) for entry in shown.named)
    said = gettext("具名企业 %(bills)s 份账单", bills=bills)
    if credited:
        said += gettext("，减去 %(credits)s 份贷记单", credits=credited)
    return said + (gettext("，加上未具名企业的合计") if shown.group else "")


def _papers(asked: AskedReport) -> list[Document]:
    """Give both files of a signed report, without their bytes; those of before the rule are made anew."""
    row = asked.row
    if row is None or not asked.keeps_its_papers:
        return []
    return [db.session().get_one(Document, one) for one in (row.pdf_id, row.xlsx_id)]


def _versions(asked: AskedReport) -> list[SavingsReport]:
    newest = asked.newest
    if newest is None or newest.version == 1:
        return [newest] if newest else []
    return list(versions_of_report(db.session(), my_park().id, asked.month))


def _mark(asked: AskedReport) -> str:
    """Give the mark of a draft that the reader may sign; "" where there is nothing to sign."""
    if asked.shown.state is not ReportState.DRAFT or me().role is not Role.BRANCH:
        return ""
    return mark_of_draft(asked.sources, asked.month)


def _may_correct(asked: AskedReport) -> bool:
    if asked.row is None or asked.row is not asked.newest or me().role is not Role.BRANCH:
        return False
    return differs(asked.sources, asked.month)


def _proved(asked: AskedReport) -> bool | None:
    """Compute a signed report again where that is asked for, and tell whether it comes out the same."""
    if asked.row is None or "again" not in request.args:
        return None
    return recompute_report(db.session(), my_park(), asked.row).same


def _changes(asked: AskedReport) -> list[tuple[str, Share]]:
    """Say how a day's saving changed against the month before and the same month of last year."""
    compared = {
        gettext("比上月"): asked.month.previous,
        gettext("比去年同月"): asked.month.later(-MONTHS),
    }
    found = [
        (said, change_per_day(asked.shown, asked.sources.visible(month))) for said, month in compared.items()
    ]
    return [(said, change) for said, change in found if change is not None]


PDF = "application/pdf"


@blueprint.get("/<month>.pdf")
@allow(*STAFF)
def pdf(month: str) -> ResponseReturnValue:
    """Give the PDF, of the newest version or of `?version=`."""
    asked = report_asked_for(month, request.args.get("version", type=int))
    if asked.row is not None and asked.keeps_its_papers:
        return _frozen(asked.row.pdf_id)
    try:
        content = ports().report_printer.report(_sheet(asked), _month_page(asked))
    except PrintFailed:
        flash(gettext("PDF 没有生成，请稍后再试。"), "danger")
        return redirect(url_for("report.show", month=month))
    return send_bytes(content, f"{_name(asked)}.pdf", PDF)


@blueprint.get("/<month>.xlsx")
@allow(*STAFF)
def xlsx(month: str) -> ResponseReturnValue:
    """Give the workbook, of the newest version or of `?version=`."""
    asked = report_asked_for(month, request.args.get("version", type=int))
    if asked.row is not None and asked.keeps_its_papers:
        return _frozen(asked.row.xlsx_id)
    return send_bytes(workbook_of(_sheet(asked)), f"{_name(asked)}.xlsx", MEDIA_TYPE)


def _month_page(asked: AskedReport) -> MonthBoard | None:
    """Give it where it shows the same figures: it is of the newest version."""
    if asked.row is not asked.newest:
        return None
    return first_sheet(db.session(), my_park(), asked.month, now=clock.now())


def _name(asked: AskedReport) -> str:
    return report_file_name(asked.month) + ("" if asked.shown.signed else "-provisional")


def _sheet(asked: AskedReport) -> ReportPaper:
    if not asked.shown.count:
        abort(404)
    park, signing = my_park(), asked.shown.signing
    dated = local_day(signing.at if signing else clock.now(), park.zone)
    return report_paper(asked.shown, park, dated, current_app.config["BASE_URL"])


def _frozen(document_id: int) -> Response:
    return send_document(db.session.get_one(Document, document_id), plain="savings-report")
