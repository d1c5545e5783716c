"""The months of the report, twelve at a time; reading one, and publishing one by hand."""

import logging
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import wording
from booking.blueprints.savings.chain import twelve_months, twelve_months_in_words
from booking.blueprints.savings.checking import waiting_for_me
from booking.db import db, transaction
from booking.language import gettext
from booking.letters.savings import published
from booking.people.models import Role
from booking.ports import ports
from booking.savings.models import SavingsReport
from booking.savings.publish_report import publish_report
from booking.savings.queries import report_of, reports_since
from booking.savings.report import build_report, read_report
from booking.savings.report_data import Report, data_of
from booking.savings.rules import EARLIEST_YEAR, PublishedBefore, SavingOfMonth
from booking.savings.savings_data import read_savings_data
from booking.values.month import Month
from booking.values.paper import PrintFailed
from booking.values.refusal import Refusal

blueprint = Blueprint("report", __name__, url_prefix="/report")


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The report of a month: as it was frozen, or as it stands now where nothing is published."""

    report: Report
    published: SavingsReport | None


def month_or_404(text: str) -> Month:
    """Read a month that has begun; all else is not found."""
    zone = my_park().zone
    try:
        month = Month.parse(text, zone)
    except ValueError:
        abort(404)
    if month.year < EARLIEST_YEAR or month > this_month():
        abort(404)
    return month


def this_month() -> Month:
    """Give the month that it is in my park."""
    return Month.of(clock.now(), my_park().zone)


def report_asked_for(text: str) -> MonthReport:
    """Find the report of a month of my park."""
    month, park = month_or_404(text), my_park()
    published = report_of(db.session(), park.id, month)
    if published is not None:
        return MonthReport(data_of(published).report(park.zone), published)
    return MonthReport(read_report(db.session(), park, month), None)


@dataclass(frozen=True, slots=True)
class ReportMonth:
    """A month of the list."""

    report: Report
    total: SavingOfMonth
    published: SavingsReport | None
    closed: bool

    @property
    def month(self) -> Month:
        """The month."""
        return self.report.month


MONTHS = 12


@blueprint.get("")
@allow(Role.BRANCH, Role.ADMIN)
def index() -> str:
    """List twelve months, the newest first, with what was saved in each."""
    last = month_or_404(request.args["to"]) if request.args.get("to") else this_month()
    months = [last]
    while len(months) < MONTHS:
        months.insert(0, months[0].previous)
    rows = _rows(months)
    shown = [row for row in rows if row.report.entries]
    drawn = [(row.month, row.total if row.report.entries else None) for row in rows]
    newest = next((row for row in reversed(shown) if row.published), shown[-1] if shown else None)
    return render_template(
        "report/index.html",
        unchecked=waiting_for_me(),
        rows=list(reversed(shown)),
        newest=newest,
        run=twelve_months(drawn),
        run_in_words=twelve_months_in_words(drawn),
        span=(months[0], last),
        older=url_for("report.index", to=str(months[0].previous)),
        newer=url_for("report.index", to=str(min(_later(last), this_month()))) if last < this_month() else "",
    )


def _later(month: Month) -> Month:
    for _ in range(MONTHS):
        month = month.next
    return month


def _rows(months: list[Month]) -> list[ReportMonth]:
    """Give each month as it was frozen where it is published, else as it stands now."""
    session, park = db.session(), my_park()
    published = reports_since(session, park.id, months[0])
    data = read_savings_data(session, park, (months[0], months[-1]))
    rows = []
    for month in months:
        frozen = published.get(month.key)
        report = data_of(frozen).report(park.zone) if frozen else build_report(data, month)
        rows.append(ReportMonth(report, report.total, frozen, month.key in data.closed))
    return rows


log = logging.getLogger(__name__)


@blueprint.post("/<month>/publish")
@allow(Role.BRANCH, Role.ADMIN)
def publish(month: str) -> ResponseReturnValue:
    """Freeze the report of a closed month and mail it; pressing twice publishes once."""
    chosen = month_or_404(month)
    try:
        with transaction() as session:
            park = my_park()
            publish_report(
                session,
                park,
                chosen,
                printer=ports().report_printer,
                letter=partial(published, park=park),
                by=actor(),
                now=clock.now(),
            )
            mailed = bool(park.branch_email)
    except PublishedBefore as refusal:
        flash(wording(refusal), "info")
    except Refusal as refusal:
        flash(wording(refusal), "danger")
    except PrintFailed:
        log.exception("report not printed", extra={"month": str(chosen)})
        flash(gettext("PDF 没有生成，报告还没有发布，请稍后再试。"), "danger")
    else:
        said = gettext("报告已发布，并会发到党支部的邮箱。") if mailed else gettext("报告已发布。")
        flash(said, "success")
    return redirect(url_for("report.show", month=month))
