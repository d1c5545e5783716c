"""The months of the report, twelve at a time, which report an address asks for, and signing it.

The report of a closed month is signed from the draft that was read; a corrected version of it with a reason.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import month_text
from booking.blueprints.kit.forms.validators import status_of, tidy_text
from booking.blueprints.kit.http import safe_redirect
from booking.blueprints.kit.month_sheet.agenda import waiting_for_me
from booking.blueprints.kit.month_sheet.board import signed_pdf
from booking.blueprints.kit.month_sheet.savings import twelve_months, twelve_months_label
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, month_or_404, my_park, this_month
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.letters.branch import report_signed
from booking.people.models import Role
from booking.ports import ports
from booking.savings.models import SavingsReport
from booking.savings.periods import PeriodKind, PeriodSum, periods_of
from booking.savings.queries import opening_month, versions_of_report
from booking.savings.report import ReportSources, read_sources, visible_months
from booking.savings.report_data import EnterpriseSaving, tells_its_groups
from booking.savings.rules import SignedBefore
from booking.savings.sign_report import SigningPorts, differs, mark_of_draft, sign_report
from booking.savings.visible_month import ReportState, VisibleMonth, disclose
from booking.values import Month, PrintFailed, Refusal

blueprint = Blueprint("report", __name__, url_prefix="/report")
MONTHS = 12
log = logging.getLogger(__name__)


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


@blueprint.post("/<month>/sign")
@allow(Role.BRANCH)
def sign(month: str) -> ResponseReturnValue:
    """Freeze the draft that the page was drawn from, and mail it; pressing twice signs once."""
    chosen = month_or_404(month)
    try:
        _sign(chosen, request.form.get("drawn_from", ""))
    except SignedBefore as refusal:
        flash(wording(refusal), "info")
    except Refusal as refusal:
        flash(wording(refusal), "danger")
    except PrintFailed as failure:
        _not_printed(chosen, failure)
    else:
        _say_signed()
    return safe_redirect(request.form.get("next", ""), url_for("report.show", month=month))


def _sign(month: Month, drawn_from: str, reason: str = "") -> SavingsReport:
    with transaction() as session:
        park, now = my_park(), clock.now()
        return sign_report(
            session,
            park,
            month,
            drawn_from,
            SigningPorts(
                signed_pdf(session, park, ports().report_printer, now=now),
                partial(report_signed, park=park),
                current_app.config["BASE_URL"],
            ),
            by=actor(),
            now=now,
            reason=reason,
        )


def _say_signed() -> None:
    mailed = bool(my_park().branch_email)
    said = gettext("报告已签发，并会发到党支部的邮箱。") if mailed else gettext("报告已签发。")
    flash(said, "success")


def _not_printed(month: Month, failure: PrintFailed) -> None:
    log.error("report not printed", exc_info=failure, extra={"month": str(month)})
    flash(gettext("PDF 没有生成，报告还没有签发，请稍后再试。"), "danger")


class CorrectReportForm(FlaskForm):
    """Why a corrected version is signed; `drawn_from` is the mark of the draft that was read."""

    drawn_from = HiddenField("")
    reason = TextAreaField(
        _("更正说明"),
        [
            DataRequired(_("请写明为什么更正。")),
            Length(max=500, message=_("最多 %(max)d 个字。")),
        ],
        [tidy_text],
        description=_("会写在新版报告上，例如：九月的贷记单签发后才开出。"),
    )


@blueprint.route("/<month>/correct", methods=["GET", "POST"])
@allow(Role.BRANCH)
@takes(_("更正报告"), CorrectReportForm)
def correct(month: str) -> ResponseReturnValue:
    """Show what a new version would say beside the signed one; sign it with a reason."""
    chosen, form = month_or_404(month), CorrectReportForm()
    if form.validate_on_submit():
        try:
            _sign(chosen, form.drawn_from.data or "", form.reason.data or "")
        except Refusal as refusal:
            put_beside(form, refusal)
        except PrintFailed as failure:
            _not_printed(chosen, failure)
        else:
            _say_signed()
            return redirect(url_for("report.show", month=month))
    return _correction_page(month, form)


def _correction_page(month: str, form: CorrectReportForm) -> ResponseReturnValue:
    asked = report_asked_for(month)
    if asked.row is None:
        return redirect(url_for("report.show", month=month))
    form.drawn_from.data = mark_of_draft(asked.sources, asked.month)
    was, now_ = asked.shown, disclose(asked.sources.fresh(asked.month))
    page = render_template(
        "report/correct.html",
        asked=asked,
        was=was,
        now_=now_,
        changed=list(_changed(was.named, now_.named)),
        differs=differs(asked.sources, asked.month),
        form=form,
    )
    return page, status_of(form)


@dataclass(frozen=True, slots=True)
class ChangedFirm:
    """A named enterprise whose figures are not those signed; one that joined or left has one side."""

    name: str
    was: EnterpriseSaving | None
    now: EnterpriseSaving | None


def _changed(was: Iterable[EnterpriseSaving], now: Iterable[EnterpriseSaving]) -> Iterator[ChangedFirm]:
    before, after = ({one.enterprise_id: one for one in entries} for entries in (was, now))
    for number in dict.fromkeys([*before, *after]):
        old, new = before.get(number), after.get(number)
        firm = new or old
        if firm is not None and (old is None or new is None or old.saving != new.saving):
            yield ChangedFirm(firm.name, old, new)
