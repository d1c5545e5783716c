"""The blueprint of needs, and their lists: for who works on them by what is due, for who said them by when.

Beside them the numbers by kind and month, with what the branch declares of the years before.
"""

import re
from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from booking import clock
from booking.blueprints.kit.access import STAFF, TENANTS, allow
from booking.blueprints.kit.charts import StackedColumn, stacked_columns
from booking.blueprints.kit.converters import LONGEST_WORDS, whole
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.needs import KINDS
from booking.blueprints.kit.forms.validators import at_most, between, must, status_of, tidy_line
from booking.blueprints.kit.http import send_document
from booking.blueprints.kit.labels.needs import need_kind
from booking.blueprints.kit.labels.resubmitted import handed_in
from booking.blueprints.kit.pagination import Pager, this_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext, lazy_gettext as _
from booking.needs.earlier_figures import counts_by_month, declare_figure, figure_in, figures_of
from booking.needs.models import Need
from booking.needs.rules import NeedKind
from booking.needs.work_queries import PAGE, Stage, WorkFilter, need_for, needs_of_member, waiting_in, work_of
from booking.people.models import Member, Role
from booking.people.queries import staff_of
from booking.savings.set_baseline import read_evidence
from booking.values import YEARS, Month, Refusal

blueprint = Blueprint("needs", __name__)
NOT_FOUND = 404


def needs_tabs() -> list[tuple[str, str, bool]]:
    """Give the sisters of the pages about needs, for the park's own people."""
    places = (
        (".index", gettext("诉求")),
        (".matters", gettext("议题")),
        (".trend", gettext("诉求走势")),
        (".visits", gettext("走访")),
        (".liaisons", gettext("联络员")),
    )
    return [(label, url_for(page), request.endpoint == f"needs{page}") for page, label in places]


@blueprint.context_processor
def _tabs() -> dict[str, Callable[[], list[tuple[str, str, bool]]]]:
    return {"needs_tabs": needs_tabs}


def need_or_404(need_id: int) -> Need:
    """Find a need that the reader may see; another's is not there."""
    return need_for(db.session(), me(), need_id) or abort(NOT_FOUND)


def is_staff() -> bool:
    """Tell whether the reader is one of the park's own people."""
    return me().role in STAFF


def reader_or_none() -> Member | None:
    """Give the signed-in member, or None on a page for everybody."""
    return me() if current_user.is_authenticated else None


FILTERS = ("stage", "kind", "owner", "q")


@blueprint.get("/needs")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    """List needs by what is due, overdue ones first."""
    session, park, now = db.session(), my_park(), clock.now()
    asked, pager = _asked(), Pager.of_request(PAGE, *FILTERS)
    lines = pager.cut(work_of(session, park, asked, now, pager.before))
    return render_template(
        "needs/index.html",
        lines=lines,
        asked=asked,
        pager=pager,
        stages=_stages(asked.stage),
        kinds=[(kind.value, need_kind(kind)) for kind in NeedKind],
        owners=[(one.id, one.name) for one in staff_of(session, park.id)],
        waiting=waiting_in(session, park.id, now),
        mine=waiting_in(session, park.id, now, me().id),
    )


def _asked() -> WorkFilter:
    stage, kind = request.args.get("stage", ""), request.args.get("kind", "")
    return WorkFilter(
        stage=Stage(stage) if stage in set(Stage) else Stage.OPEN,
        kind=NeedKind(kind) if kind in set(NeedKind) else None,
        owner_id=request.args.get("owner", type=whole),
        words=request.args.get("q", "").strip()[:LONGEST_WORDS],
    )


def _stages(chosen: Stage) -> list[tuple[str, str, bool]]:
    names = {
        Stage.OPEN: gettext("办理中"),
        Stage.OVERDUE: gettext("已逾期"),
        Stage.ANSWERED: gettext("已答复"),
        Stage.DONE: gettext("已办结"),
        Stage.ALL: gettext("全部"),
    }
    kept = [name for name in FILTERS if name != "stage"]
    return [(name, this_page(*kept, stage=stage.value), stage is chosen) for stage, name in names.items()]


@blueprint.get("/needs/mine")
@allow(*TENANTS)
def mine() -> ResponseReturnValue:
    """List what the reader said, or their enterprise, with where each stands."""
    pager = Pager.of_request(PAGE)
    rows = pager.cut(needs_of_member(db.session(), me(), pager.before))
    return render_template("needs/mine.html", needs=rows, pager=pager)


@blueprint.get("/needs/all")
@allow(*TENANTS, *STAFF)
def own() -> ResponseReturnValue:
    """Go to the reader's own list of needs."""
    return redirect(url_for(".mine" if me().role in TENANTS else ".index"))


class EarlierForm(FlaskForm):
    """A figure of before, with its source."""

    kind = SelectField(_("类型"), choices=options(KINDS[1:]), default=NeedKind.COMPLAINT.value)
    month = StringField(
        _("哪一年或哪个月"), [must()], [tidy_line], description=_("整年写 2025，某个月写 2025-10。")
    )
    number = IntegerField(_("件数"), [InputRequired(_("请填写件数。")), between(0, 100_000)])
    source = StringField(
        _("来源"), [at_most(120)], [tidy_line], description=_("例如“物业投诉登记簿，2025 年”。")
    )
    document = FileField(
        _("来源的扫描件"), [Optional()], description=_("PDF 或图片，最多 10 MB；从每月数字的来历可以打开。")
    )


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
