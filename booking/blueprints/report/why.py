"""Where a figure of the report comes from, part by part with its paper; and who is in no figure."""

from collections.abc import Iterator
from typing import Any

from flask import abort, request, url_for

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import comma_list, money, month_text
from booking.blueprints.kit.labels.reservations import way_to
from booking.blueprints.kit.month_sheet.agenda import disputes_note
from booking.blueprints.kit.month_sheet.savings import amount_text
from booking.blueprints.kit.session import month_or_404, my_park
from booking.blueprints.kit.why import (
    Explanation,
    Figure,
    FigurePart,
    Paper,
    explain_figure,
    way_from_the_wall,
)
from booking.blueprints.report import parts
from booking.blueprints.report.months import (
    AskedReport,
    all_months,
    blueprint,
    report_asked_for,
    report_period_name,
)
from booking.db import db
from booking.language import gettext
from booking.savings.models import BaselineState
from booking.savings.periods import PeriodKind, PeriodSum, periods_of
from booking.savings.queries import MissingBaseline, missing_baselines
from booking.savings.report_data import EnterpriseSaving
from booking.savings.rules import Source
from booking.savings.standings import shown_enterprises
from booking.savings.visible_month import VisibleMonth, VisibleSaving, exactly
from booking.values.chinese_order import in_chinese_order


def _figure_or_404(text: str) -> Figure:
    try:
        return Figure(text)
    except ValueError:
        abort(404)


def _asked(month: str) -> AskedReport:
    return report_asked_for(month, request.args.get("version", type=int))


def _way(shown: VisibleMonth) -> list[tuple[str, str]]:
    version = request.args.get("version", type=int)
    here = (
        url_for("report.version", month=shown.month, version=version)
        if version
        else url_for("report.show", month=shown.month)
    )
    usual = [(gettext("节省报告"), url_for("report.index")), (month_text(shown.month), here)]
    return [*way_from_the_wall(shown.month, usual)]


@blueprint.get("/<month>/why/<figure>")
@allow(*STAFF)
def why(month: str, figure: str) -> str:
    """Take a figure of all that is shown apart."""
    wanted, shown = _figure_or_404(figure), _asked(month).shown
    if not shown.count:
        abort(404)
    whole = parts.whole_of(shown, wanted)
    return explain_figure(
        Explanation(
            title=gettext(
                "%(month)s %(figure)s", month=month_text(shown.month), figure=parts.figure_name(wanted)
            ),
            value=parts.figure_text(whole, wanted),
            rule=parts.rule_text(wanted),
            parts=list(_parts(shown, whole, wanted)),
            way=_way(shown),
            notes=[*_notes(shown, whole), *(disputes_note(shown.month) if wanted is Figure.SHARED else ())],
        )
    )


def _parts(shown: VisibleMonth, whole: VisibleSaving, wanted: Figure) -> Iterator[FigurePart]:
    """Give the parts and their sum; of a share its two sums first, then what these are made of."""
    if wanted in {Figure.SHARE, Figure.SMALL_SHARE}:
        yield from parts.share_parts(whole.figures, exact=whole.exact)
        yield parts.result(whole, wanted)
    yield from parts.parts_of(shown, wanted)
    if wanted not in {Figure.SHARE, Figure.SMALL_SHARE}:
        yield parts.result(whole, wanted)
    if wanted is Figure.DOCUMENTED:
        yield parts.part_of_the_saving(shown.total)
    if wanted is Figure.COUNT:
        yield from not_counted(shown)


def _notes(shown: VisibleMonth, whole: VisibleSaving) -> list[str]:
    notes = []
    if not whole.exact:
        notes.append(
            gettext("未具名企业只列合计：面积取整到 50 m²，金额取整到 1,000 元；含它们的合计同样取整。")
        )
    if shown.left_out:
        left_out = gettext(
            "另有 %(count)s 家未具名企业不在任何数字里：不足三家，或待下个季度。", count=shown.left_out
        )
        notes.append(left_out)
    return notes


@blueprint.get("/<month>/enterprise/<int:enterprise_id>/why/<figure>")
@allow(*STAFF)
def enterprise_why(month: str, enterprise_id: int, figure: str) -> str:
    """Take a figure of a named enterprise apart; any other enterprise is not found."""
    wanted, asked = _figure_or_404(figure), _asked(month)
    entry = asked.shown.of(enterprise_id)
    if entry is None or wanted in parts.OF_ALL_ALONE:
        abort(404)
    return explain_figure(_explained(asked.shown, entry, wanted))


def _explained(shown: VisibleMonth, entry: EnterpriseSaving, wanted: Figure) -> Explanation:
    whole, name = exactly([entry]), entry.short_name or entry.name
    here: dict[str, Any] = {"month": shown.month, "enterprise_id": entry.enterprise_id}
    here["version"] = request.args.get("version", type=int)
    told = [*parts.parts_of_enterprise(entry, wanted), parts.result(whole, wanted)]
    if wanted is Figure.SHARE:
        told = [*parts.share_parts(whole.figures, exact=True), told[-1], *told[:-1]]
    return Explanation(
        title=gettext("%(name)s %(figure)s", name=name, figure=parts.figure_name(wanted)),
        value=parts.figure_text(whole, wanted),
        rule=parts.rule_text(wanted),
        parts=told,
        way=[*_way(shown), (name, url_for("report.enterprise", **here))],
        doubt=gettext("自报") if entry.baseline.source is Source.DECLARED else "",
    )


@blueprint.get("/sums/<kind>/<month>/why")
@allow(*STAFF)
def period_why(kind: str, month: str) -> str:
    """Take the saving of a quarter, a year or of all months apart: its signed months, and corrections."""
    if kind not in set(PeriodKind):
        abort(404)
    first = month_or_404(month)
    periods = periods_of(all_months(), PeriodKind(kind))
    return _period_page(next((one for one in periods if one.first == first), None))


@blueprint.get("/sums/why")
@allow(*STAFF)
def opening_why() -> str:
    """Take what was saved since the opening apart."""
    return _period_page(next(iter(periods_of(all_months(), PeriodKind.OPENING)), None))


def _period_page(period: PeriodSum | None) -> str:
    if period is None or not period.months:
        abort(404)
    exact = period.total.exact
    whole = FigurePart(gettext("净节省"), amount_text(period.saving, exact=exact), "", "=")
    return explain_figure(
        Explanation(
            title=gettext("%(period)s 净节省", period=report_period_name(period)),
            value=amount_text(period.saving, exact=exact),
            rule=gettext("已签发各月的净节省相加，加上签发之后的更正。"),
            parts=[*_months_of(period), *_corrections_of(period), whole],
            way=[(gettext("节省报告"), url_for("report.index", by=period.kind.value))],
            notes=_missing(period),
        )
    )


def _months_of(period: PeriodSum) -> Iterator[FigurePart]:
    for one in period.months:
        version = one.signing.version if one.signing else 1
        paper = url_for("report.pdf", month=one.month, version=version)
        yield FigurePart(
            month_text(one.month),
            parts.figure_text(one.total, Figure.SAVING),
            gettext("已签发的报告，第 %(version)s 版", version=version),
            "+",
            url_for("report.why", month=one.month, figure=Figure.SAVING.value),
            gettext("各企业"),
            also=[Paper(gettext("签发的报告"), paper)],
        )


def _corrections_of(period: PeriodSum) -> Iterator[FigurePart]:
    for one in period.corrections:
        url = way_to("invoices.credit_pdf", note_id=one.note_id) if one.note_id else ""
        how = gettext("属于 %(month)s，贷记单 %(number)s", month=one.month, number=one.number)
        yield FigurePart(one.name, money(one.amount), how, "+", url, gettext("贷记单") if url else "")


def _missing(period: PeriodSum) -> list[str]:
    notes = []
    if period.missing:
        names = comma_list(month_text(one) for one in period.missing)
        notes.append(gettext("还没有签发、不在其中：%(months)s", months=names))
    if not period.total.exact:
        notes.append(gettext("含未具名企业，相加后取整"))
    return notes


def not_counted(shown: VisibleMonth) -> list[FigurePart]:
    """Give the enterprises in no figure, those without a baseline apart from those whose waits."""
    return [*_without_baseline(shown), *_too_few(shown)]


def _without_baseline(shown: VisibleMonth) -> Iterator[FigurePart]:
    if not shown.without_baseline:
        return
    session, park = db.session(), my_park()
    until = shown.signing.at if shown.signing else clock.now()
    missing = missing_baselines(session, park.id, shown.month, until=until)[: shown.without_baseline]
    named = shown_enterprises(session, park.id)
    told = [one for one in missing if one.enterprise.id in named]
    for one in in_chinese_order(told, lambda one: one.enterprise.short_name):
        yield _named(one)
    hidden = [one for one in missing if one.enterprise.id not in named]
    waiting = sum(one.waiting is not None for one in hidden)
    unknown = shown.without_baseline - len(told) - waiting  # a signed month keeps its count
    yield from _counted(unknown, gettext("没有基线"))
    yield from _counted(waiting, gettext("待核"))


def _named(one: MissingBaseline) -> FigurePart:
    label = gettext("不在数内：%(name)s", name=one.enterprise.short_name)
    if one.waiting is not None:
        readable = one.waiting.state in {BaselineState.PENDING, BaselineState.CHECKED}
        url = url_for("savings.check", baseline_id=one.waiting.id) if readable else ""
        how = gettext("基线已申报，核对以后才计入")
        return FigurePart(label, gettext("待核"), how, url=url, paper=gettext("核对基线"))
    how = gettext("没有为这个月申报原租赁基线")
    theirs = way_to("savings.of_enterprise", enterprise_id=one.enterprise.id)
    if theirs:
        return FigurePart(label, gettext("没有基线"), how, url=theirs, paper=gettext("看这家"))
    return FigurePart(
        label, gettext("没有基线"), how, url=url_for("needs.visits", all=1), paper=gettext("走访")
    )


def _counted(count: int, why: str) -> Iterator[FigurePart]:
    if count:
        label = gettext("不在数内：未具名企业，%(why)s", why=why)
        yield FigurePart(label, gettext("%(count)s 家", count=count), gettext("没有同意具名，不列名"))


def _too_few(shown: VisibleMonth) -> Iterator[FigurePart]:
    if shown.left_out:
        yield FigurePart(
            gettext("不在数内：未具名"),
            gettext("%(count)s 家", count=shown.left_out),
            gettext("不足三家，或待下个季度才能合为一组；不列名，没有可以打开的凭证"),
        )
