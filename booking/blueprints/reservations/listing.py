"""The enterprise's reservations: what is to come, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import render_template, request, url_for

from booking import clock
from booking.billing.billed_of import billed_of
from booking.blueprints.access import allow
from booking.blueprints.billed_words import cost_of
from booking.blueprints.calendar_words import local_name
from booking.blueprints.nonsense import whole
from booking.blueprints.reservation_words import state_name, state_tone, times
from booking.blueprints.reservations import blueprint
from booking.blueprints.reservations.new import TENANTS
from booking.blueprints.signed_in import me, my_enterprise_id
from booking.db import db
from booking.language import gettext
from booking.reservations.queries import reservations_of

if TYPE_CHECKING:
    from booking.blueprints.billed_words import Cost
    from booking.reservations.queries import BookedRow

PAGE = 30


class Entry(NamedTuple):
    """A line of the list, in words."""

    url: str
    name: str
    when: str
    detail: str
    cost: Cost
    state: str
    tone: str


@blueprint.get("")
@allow(*TENANTS)
def index() -> str:
    """List the reader's own reservations, or all of their enterprise."""
    past = request.args.get("tab") == "past"
    everybody = request.args.get("who") == "all"
    page = max(1, request.args.get("page", 1, type=whole))
    session, now = db.session(), clock.now()
    rows = reservations_of(
        session,
        my_enterprise_id(),
        past=past,
        now=now,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
        member_id=None if everybody else me().id,
    )
    billed = billed_of(session, [row.id for row in rows[:PAGE]])
    return render_template(
        "reservations/index.html",
        entries=[entry(row, cost_of(row, billed.get(row.id), now)) for row in rows[:PAGE]],
        tabs=[
            (gettext("将来"), _url(past=False, everybody=everybody), not past),
            (gettext("过去"), _url(past=True, everybody=everybody), past),
        ],
        whose=[
            (gettext("我的"), _url(past=past, everybody=False), not everybody),
            (gettext("全公司"), _url(past=past, everybody=True), everybody),
        ],
        past=past,
        page=page,
        previous_url=_url(past=past, everybody=everybody, page=page - 1) if page > 1 else "",
        next_url=_url(past=past, everybody=everybody, page=page + 1) if len(rows) > PAGE else "",
    )


def entry(row: BookedRow, cost: Cost) -> Entry:
    """Put a row in words."""
    return Entry(
        url_for("reservations.show", reservation_id=row.id),
        local_name(row.space, row.space_en),
        times(row.starts_at, row.ends_at, row.kind),
        " · ".join(part for part in (local_name(row.area, row.area_en), row.member, row.purpose) if part),
        cost,
        state_name(row.state),
        state_tone(row.state),
    )


def _url(*, past: bool, everybody: bool, page: int | None = None) -> str:
    tab, who = "past" if past else None, "all" if everybody else None
    return url_for("reservations.index", tab=tab, who=who, page=page if page != 1 else None)
