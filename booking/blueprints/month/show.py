"""The month page, and its PDF and pictures; its twelve columns drawn, widths in per cent, heights in em."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import month_name
from booking.blueprints.kit.forms.needs import NEXT, MeetingForm, blank_decision, is_decided, next_to_decide
from booking.blueprints.kit.forms.validators import status_of
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.utilisation import knowing, whom_to_call
from booking.blueprints.kit.month_sheet.agenda import left_undecided
from booking.blueprints.kit.month_sheet.board import board_of
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import me, month_or_404, my_park, this_month
from booking.blueprints.month.speech import speech_of
from booking.db import db
from booking.language import gettext, lazy_gettext as _, ngettext
from booking.needs.work_queries import Stage, matter_in, waiting_in
from booking.people.models import Role
from booking.ports import ports
from booking.rhythm.board import MonthColumn
from booking.rhythm.month_facts import MonthFacts, read_month
from booking.values import Month, PrintFailed

log = logging.getLogger(__name__)
blueprint = Blueprint("month", __name__, url_prefix="/month")


ColumnLook = Literal["documented", "declared", "open", "chosen", "negative"]


@dataclass(frozen=True, slots=True)
class ColumnBar:
    """A part of a column."""

    y: str
    height: str
    look: ColumnLook


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A month as it is drawn: parts and figure lead to what these are made of, its label to the month."""

    url: str
    month_url: str
    words: str
    label: str
    figure: str
    chosen: bool
    left: str
    pitch: str
    x: str
    width: str
    middle: str
    figure_y: str
    bars: tuple[ColumnBar, ...]


def drawn_columns(columns: Sequence[MonthColumn]) -> list[DrawnColumn]:
    """Give each month its place, the first at the left."""
    pitch = 100 / len(columns) if columns else 0
    return [_drawn(column, number * pitch, pitch) for number, column in enumerate(columns)]


GROUND, ROOM = 9.5, 7.9  # em from the top to the ground, and of it what the highest column takes
FIGURE_GAP = 0.4
GAP = 24  # per cent of a column's pitch left free


def _drawn(column: MonthColumn, left: float, pitch: float) -> DrawnColumn:
    top = GROUND - ROOM * (column.documented + column.declared) / 1000
    return DrawnColumn(
        url=column.url,
        month_url=column.month_url,
        words=_column_label(column),
        label=column.label,
        figure=column.figure,
        chosen=column.chosen,
        left=f"{left:.3f}%",
        pitch=f"{pitch:.3f}%",
        x=f"{left + pitch * GAP / 200:.3f}%",
        width=f"{pitch * (100 - GAP) / 100:.3f}%",
        middle=f"{left + pitch / 2:.3f}%",
        figure_y=f"{top - FIGURE_GAP:.2f}em",
        bars=tuple(_bars(column)),
    )


def _bars(column: MonthColumn) -> Iterator[ColumnBar]:
    documented, declared = ROOM * column.documented / 1000, ROOM * column.declared / 1000
    if column.open:
        yield ColumnBar(f"{GROUND - documented - declared:.2f}em", f"{documented + declared:.2f}em", "open")
        return
    solid: ColumnLook = "negative" if column.negative else "chosen" if column.chosen else "documented"
    if column.documented:
        yield ColumnBar(f"{GROUND - documented:.2f}em", f"{documented:.2f}em", solid)
    if column.declared:
        yield ColumnBar(f"{GROUND - documented - declared:.2f}em", f"{declared:.2f}em", "declared")


def _column_label(column: MonthColumn) -> str:
    facts = {"month": column.label, "amount": column.figure}
    if column.open:
        return gettext("%(month)s：到现在 %(amount)s 万元", **facts)
    return gettext("%(month)s：%(amount)s 万元", **facts)


@blueprint.get("")
@allow(*STAFF)
def index() -> str:
    """Show the month that the next meeting is about: the last whole one."""
    return month_page(this_month().previous)


@blueprint.get("/<month>")
@allow(*STAFF)
def show(month: str) -> str:
    """Show a month; with `?projector` the page alone."""
    return month_page(month_or_404(month))


@dataclass(frozen=True, slots=True)
class RefusedDecision:
    """What was sent to be decided of a matter, and could not be."""

    matter_id: int
    form: MeetingForm


def month_page(month: Month, refused: RefusedDecision | None = None) -> str:
    """Draw the page; what was refused stands again beside its matter, or on top where that is decided."""
    facts = _facts(month)
    board = board_of(facts, _server())
    projected = "projector" in request.args
    links = _links(facts, projected=projected)
    at_hand = month >= this_month().previous
    undecided = left_undecided(month, len(facts.matters.to_decide)) if links["sign"] or at_hand else []
    to_decide = {item.matter_id for item in board.agenda if item.open}
    return render_template(
        "month/show.html",
        month=month,
        board=board,
        columns=drawn_columns(board.columns),
        speech=speech_of(board),
        projected=projected,
        draft=facts.draft,
        undecided=undecided,
        waits=_what_waits(undecided) if at_hand and not projected else (),
        decision=blank_decision(month) if at_hand else None,
        refused=refused,
        overtaken=refused.form if refused and refused.matter_id not in to_decide else None,
        next_to_decide=next((item.matter_id for item in board.agenda if item.open), None),
        all_decided=bool(facts.matters.decided) and not to_decide,
        next_place=NEXT,
        previous_label=month_name(month.previous),
        next_label=month_name(month.next),
        links=links,
    )


def _what_waits(undecided: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Word each with its address: what is undecided in a month, needs that are late, whom to call on."""
    return [*undecided, *_at_all_times()]


def _at_all_times() -> Iterator[tuple[str, str]]:
    if late := waiting_in(db.session(), my_park().id, clock.now()).overdue:
        said = ngettext("%(num)s 件诉求逾期", "%(num)s 件诉求逾期", late)
        yield said, url_for("needs.index", stage=Stage.OVERDUE.value)
    if calls := len(whom_to_call()):
        yield ngettext("%(num)s 家要走访", "%(num)s 家要走访", calls), url_for("cycle.calls")


def _links(facts: MonthFacts, *, projected: bool) -> dict[str, str]:
    """Give where the page leads; nowhere is ""."""
    month = facts.month
    return {
        "previous": _address(month.previous, projected=projected),
        "next": _address(month.next, projected=projected) if month < this_month() else "",
        "plain": _address(month, projected=False),
        "projector": _address(month, projected=True),
        "sign": url_for("report.sign", month=month) if facts.draft and me().role is Role.BRANCH else "",
        "here": _address(month, projected=projected),
        "decided": next_to_decide(_address(month, projected=projected)),
        "report": url_for("report.show", month=month),
        "pdf": url_for("month.paper", month=month, form="pdf"),
        "png": url_for("month.paper", month=month, form="png", download=""),
        "svg": url_for("month.paper", month=month, form="svg"),
    }


@blueprint.post("/<month>/matters/<int:matter_id>/decide")
@allow(*STAFF)
@takes(_("例会"), MeetingForm)
def decide(month: str, matter_id: int) -> ResponseReturnValue:
    """Write down what the meeting decides, and go on to the next; what cannot be stands there as typed."""
    chosen = month_or_404(month)
    found, form = matter_in(db.session(), my_park().id, matter_id) or abort(404), MeetingForm()
    if is_decided(found, form):
        return redirect(url_for("month.show", month=chosen, _anchor=NEXT))
    return month_page(chosen, RefusedDecision(matter_id, form)), status_of(form)


def _facts(month: Month) -> MonthFacts:
    return read_month(db.session(), my_park(), month, now=clock.now(), knowing=knowing())


def _server() -> str:
    return str(current_app.config["BASE_URL"])


def _address(month: Month, *, projected: bool) -> str:
    if projected:
        return url_for("month.show", month=month, projector="")
    return url_for("month.show", month=month, projector=None)


@blueprint.get("/<month>.<form>")
@allow(*STAFF)
def paper(month: str, form: str) -> ResponseReturnValue:
    """Give the page on A4 across, or as a picture: to look at, or (`?download`) to send."""
    chosen = month_or_404(month)
    if form not in FORMS:
        abort(404)
    board, printer = board_of(_facts(chosen), _server()), ports().month_printer
    try:
        if form == "pdf":
            content = printer.month_page(board)
        else:
            content = printer.month_picture(board, vector=form == "svg")
    except PrintFailed:
        log.exception("month page not drawn", extra={"month": month})
        flash(gettext("文件没有生成，请稍后再试。"), "danger")
        return redirect(url_for("month.show", month=month))
    return send_bytes(content, f"month-{chosen}.{form}", FORMS[form], look="download" not in request.args)


FORMS = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}
