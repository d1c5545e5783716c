"""The months of the report, twelve at a time, and which report an address asks for."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import month_text
from booking.blueprints.kit.session import month_or_404, my_park, this_month
from booking.blueprints.savings.chain import twelve_months, twelve_months_label
from booking.blueprints.savings.checking import waiting_for_me
from booking.db import db
from booking.language import gettext
from booking.savings.models import SavingsReport
from booking.savings.periods import PeriodKind, PeriodSum, periods_of
from booking.savings.queries import opening_month, versions_of_report
from booking.savings.report_data import tells_its_groups
from booking.savings.visible import ReportSources, read_sources, visible_months
from booking.savings.visible_month import ReportState, VisibleMonth
from booking.values.month import Month

blueprint = Blueprint("report", __name__, url_prefix="/report")
MONTHS = 12


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


def report_asked_for(text: str, version: int | None = None) -> AskedReport:
    """Find the report of a month of my park: the newest, or a signed version of it."""
    month, park = month_or_404(text), my_park()
    year_before = month.later(-MONTHS)  # for what changed
    sources = read_sources(db.session(), park, year_before, month, now=clock.now())
    row = sources.signed.get(month.key)
    if version is not None and (row is None or row.version != version):
        versions = versions_of_report(db.session(), park.id, month)
        row = next((one for one in versions if one.version == version), None) or abort(404)
    shown = sources.shown_as_signed(row, month) if row else sources.visible(month)
    return AskedReport(month, sources, shown, row)


@blueprint.get("")
@allow(*STAFF)
def index() -> str:
    """List twelve months, the newest first, with what was saved in each; or quarters, years, all."""
    if kind := _kind():
        return _periods_page(kind)
    last = month_or_404(request.args["to"]) if request.args.get("to") else this_month()
    first = last.later(1 - MONTHS)
    months = visible_months(db.session(), my_park(), first, last, now=clock.now())
    shown = [month for month in months if month.count or month.left_out]
    drawn = [(one.month, one.total.figures if one.count else None) for one in months]
    newest = next((one for one in reversed(shown) if one.signed), shown[-1] if shown else None)
    return render_template(
        "report/index.html",
        unchecked=waiting_for_me(),
        tabs=_tabs(None),
        periods=None,
        months=list(reversed(shown)),
        newest=newest,
        run=twelve_months(drawn, [one.month for one in months if one.state is ReportState.OPEN]),
        run_label=twelve_months_label(drawn, [one.month for one in months if not one.total.exact]),
        span=(first, last),
        older=url_for("report.index", to=str(first.previous)),
        newer=url_for("report.index", to=str(min(last.later(MONTHS), this_month())))
        if last < this_month()
        else "",
    )


def _kind() -> PeriodKind | None:
    wanted = request.args.get("by", "")
    return PeriodKind(wanted) if wanted in set(PeriodKind) else None


def _tabs(current: PeriodKind | None) -> list[tuple[str, str, bool]]:
    labels = {
        None: gettext("按月"),
        PeriodKind.QUARTER: gettext("按季度"),
        PeriodKind.YEAR: gettext("按年"),
        PeriodKind.OPENING: gettext("开园以来"),
    }
    return [
        (label, url_for("report.index", by=kind.value if kind else None), kind is current)
        for kind, label in labels.items()
    ]


def all_months() -> list[VisibleMonth]:
    """Give every month since the opening, as it may be seen."""
    session, park, running = db.session(), my_park(), this_month()
    opening = opening_month(session, park, running)
    return visible_months(session, park, opening, running, now=clock.now())


def _periods_page(kind: PeriodKind) -> str:
    months = all_months()
    periods = periods_of(months, kind)
    return render_template(
        "report/index.html",
        unchecked=waiting_for_me(),
        tabs=_tabs(kind),
        periods=[(one, report_period_name(one)) for one in periods if one.months or one.missing],
        months=[],
        newest=None,
        newer="",
    )


def report_period_name(period: PeriodSum) -> str:
    """Name a period."""
    year = period.first.year
    if period.kind is PeriodKind.QUARTER:
        quarter = (period.first.month + 2) // 3
        return gettext("%(year)s年第%(quarter)s季度", year=year, quarter=quarter)
    if period.kind is PeriodKind.YEAR:
        return gettext("%(year)s年", year=year)
    return gettext("%(first)s以来", first=month_text(period.first))
