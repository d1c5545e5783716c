"""The months of the report, twelve at a time, and which report an address asks for."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.session import my_park
from booking.blueprints.savings.chain import twelve_months, twelve_months_in_words
from booking.blueprints.savings.checking import waiting_for_me
from booking.db import db
from booking.people.models import Role
from booking.savings.disclosure import months_later
from booking.savings.models import SavingsReport
from booking.savings.queries import versions_of_report
from booking.savings.report_data import tells_its_groups
from booking.savings.rules import EARLIEST_YEAR
from booking.savings.visible import ReportSources, read_sources, visible_months
from booking.savings.visible_month import VisibleMonth
from booking.values.month import Month

blueprint = Blueprint("report", __name__, url_prefix="/report")


@dataclass(frozen=True, slots=True)
class AskedReport:
    """A month's report as it was asked for: signed, or as it stands now. `row` is None of a draft."""

    month: Month
    sources: ReportSources
    shown: VisibleMonth
    row: SavingsReport | None

    @property
    def newest(self) -> SavingsReport | None:
        """The newest signed version of the month."""
        return self.sources.signed.get(self.month.key)

    @property
    def keeps_its_papers(self) -> bool:
        """Tell whether its files may be handed out as they were kept; older ones told too much."""
        return self.row is not None and tells_its_groups(self.row)


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


def report_asked_for(text: str, version: int | None = None) -> AskedReport:
    """Find the report of a month of my park: the newest, or a signed version of it."""
    month, park = month_or_404(text), my_park()
    sources = read_sources(db.session(), park, month, month, now=clock.now())
    row = sources.signed.get(month.key)
    if version is not None and (row is None or row.version != version):
        versions = versions_of_report(db.session(), park.id, month)
        row = next((one for one in versions if one.version == version), None) or abort(404)
    shown = sources.shown_as_signed(row, month) if row else sources.visible(month)
    return AskedReport(month, sources, shown, row)


MONTHS = 12


@blueprint.get("")
@allow(Role.BRANCH, Role.ADMIN)
def index() -> str:
    """List twelve months, the newest first, with what was saved in each."""
    last = month_or_404(request.args["to"]) if request.args.get("to") else this_month()
    first = months_later(last, 1 - MONTHS)
    months = visible_months(db.session(), my_park(), first, last, now=clock.now())
    shown = [month for month in months if month.count or month.left_out]
    drawn = [(one.month, one.total.figures if one.count else None) for one in months]
    newest = next((one for one in reversed(shown) if one.signed), shown[-1] if shown else None)
    return render_template(
        "report/index.html",
        unchecked=waiting_for_me(),
        months=list(reversed(shown)),
        newest=newest,
        run=twelve_months(drawn),
        run_in_words=twelve_months_in_words(drawn),
        span=(first, last),
        older=url_for("report.index", to=str(first.previous)),
        newer=url_for("report.index", to=str(min(months_later(last, MONTHS), this_month())))
        if last < this_month()
        else "",
    )
