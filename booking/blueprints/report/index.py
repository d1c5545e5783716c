"""The months of the report, twelve at a time."""

from dataclasses import dataclass

from flask import render_template, request, url_for

from booking.blueprints.kit.access import allow
from booking.blueprints.kit.session import my_park
from booking.blueprints.report.loading import blueprint, month_or_404, running
from booking.blueprints.savings.picture import twelve_months, twelve_months_in_words
from booking.db import db
from booking.people.models import Role
from booking.savings.models import SavingsReport
from booking.savings.queries import reports_since
from booking.savings.report import build_report
from booking.savings.report_data import Report, data_of
from booking.savings.rules import SavingOfMonth
from booking.savings.savings_data import read_savings_data
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class Row:
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
    last = month_or_404(request.args["to"]) if request.args.get("to") else running()
    months = [last]
    while len(months) < MONTHS:
        months.insert(0, months[0].previous)
    rows = _rows(months)
    shown = [row for row in rows if row.report.entries]
    drawn = [(row.month, row.total if row.report.entries else None) for row in rows]
    newest = next((row for row in reversed(shown) if row.published), shown[-1] if shown else None)
    return render_template(
        "report/index.html",
        rows=list(reversed(shown)),
        newest=newest,
        run=twelve_months(drawn),
        run_in_words=twelve_months_in_words(drawn),
        span=(months[0], last),
        older=url_for("report.index", to=str(months[0].previous)),
        newer=url_for("report.index", to=str(min(_later(last), running()))) if last < running() else "",
    )


def _later(month: Month) -> Month:
    for _ in range(MONTHS):
        month = month.next
    return month


def _rows(months: list[Month]) -> list[Row]:
    """Give each month as it was frozen where it is published, else as it stands now."""
    session, park = db.session(), my_park()
    published = reports_since(session, park.id, months[0])
    data = read_savings_data(session, park, (months[0], months[-1]))
    rows = []
    for month in months:
        frozen = published.get(month.key)
        report = data_of(frozen).report(park.zone) if frozen else build_report(data, month)
        rows.append(Row(report, report.total, frozen, month.key in data.closed))
    return rows
