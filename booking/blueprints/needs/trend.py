"""Numbers of needs by kind and month, beside what the branch declares of the years before."""

import re
from datetime import date

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.charts import StackedColumn, stacked_columns
from booking.blueprints.kit.forms.field_values import handed_in
from booking.blueprints.kit.forms.responses import status_of
from booking.blueprints.kit.http import send_document
from booking.blueprints.kit.labels.needs import need_kind
from booking.blueprints.kit.pagination import this_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.needs.forms import EarlierForm
from booking.blueprints.needs.loading import blueprint
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.needs.earlier_figures import counts_by_month, declare_figure, figure_in, figures_of
from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.savings.set_baseline import read_evidence
from booking.values.month import YEARS, Month
from booking.values.refusal import Refusal

MONTHS_SHOWN = 12


@blueprint.get("/needs/trend")
@allow(*STAFF)
def trend() -> str:
    """Show twelve months of a kind beside the declared ones of the year before."""
    return _page(EarlierForm(formdata=None))


def _page(form: EarlierForm) -> str:
    session, park = db.session(), my_park()
    asked = request.args.get("kind", "")
    kind = NeedKind(asked) if asked in set(NeedKind) else NeedKind.COMPLAINT
    running = Month.of(clock.now(), park.zone)
    months = list(running.later(1 - MONTHS_SHOWN).through(running))
    counts = counts_by_month(session, park, months[0], months[-1])
    figures = figures_of(session, park.id)
    before = {one.month_key: one.number for one in figures if one.kind is kind}
    rows = [(month, counts.get((kind, month.key), 0), before.get(month.key - 100)) for month in months]
    columns = [StackedColumn(f"{month.month}", [count], str(count)) for month, count, _was in rows]
    return render_template(
        "needs/trend.html",
        kind=kind,
        choices=[(need_kind(one), this_page(kind=one.value), one is kind) for one in NeedKind],
        chart=stacked_columns(columns, tones=("accent",)),
        rows=rows,
        count=sum(count for _month, count, _was in rows),
        before=sum(was or 0 for *_, was in rows) if all(was is not None for *_, was in rows) else 0,
        years=[(key // 100, number) for key, number in before.items() if not key % 100],
        figures=figures,
        form=form,
    )


WHOLE_YEAR = re.compile(r"\d{4}")


@blueprint.post("/needs/trend")
@allow(Role.BRANCH)
@takes(_("诉求走势"), EarlierForm)
def declare() -> ResponseReturnValue:
    """Declare a figure of before."""
    form = EarlierForm()
    key = _key(form.month.data or "")
    if form.validate_on_submit() and key is not None:
        try:
            paper = read_evidence(*sent) if (sent := handed_in(form.document)) else None
            with transaction() as session:
                declare_figure(
                    session,
                    my_park().id,
                    NeedKind(form.kind.data),
                    key,
                    form.number.data or 0,
                    form.source.data or "",
                    by=actor(),
                    now=clock.now(),
                    paper=paper,
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已申报。"), "success")
            return redirect(url_for(".trend", kind=form.kind.data))
    if key is None and not form.month.errors:
        form.month.errors = [gettext("请写 2025 或 2025-10 的样子。")]
    return _page(form), status_of(form)


@blueprint.get("/needs/trend/<int:figure_id>/paper")
@allow(*STAFF)
def figure_paper(figure_id: int) -> Response:
    """Open the scan of where a declared figure was taken from."""
    figure = figure_in(db.session(), my_park().id, figure_id)
    if figure is None or figure.document_id is None:
        abort(404)
    return send_document(db.session.get_one(Document, figure.document_id), plain=f"figure-{figure.id}")


def _key(text: str) -> int | None:
    """Read 2025 or 2025-10 as a month's key; None for anything else."""
    if WHOLE_YEAR.fullmatch(text) and int(text) in YEARS:
        return int(text) * 100
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first.year * 100 + first.month if first.year in YEARS else None
