"""The enterprise's reservations: what is to come, and what was."""

from typing import NamedTuple

from flask import render_template, request, url_for

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.labels.costs import Cost, cost_of
from booking.blueprints.kit.labels.reservations import state_name, state_tone, times
from booking.blueprints.kit.pagination import Pager, this_page
from booking.blueprints.kit.session import me, my_enterprise_id
from booking.blueprints.reservations import blueprint
from booking.blueprints.reservations.new import TENANTS
from booking.charges.billed_of import billed_of
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.queries import BookedRow, reservations_of


class Entry(NamedTuple):
    """A line of the list, in words."""

    url: str
    name: str
    when: str
    detail: str
    cost: Cost
    state: str
    tone: str


PAGE = 30
KNOWS = ("tab", "who")


@blueprint.get("")
@allow(*TENANTS)
def index() -> str:
    """List the reader's own reservations, or all of their enterprise."""
    past = request.args.get("tab") == "past"
    everybody = request.args.get("who") == "all"
    pager, session, now = Pager.of_request(PAGE, *KNOWS), db.session(), clock.now()
    found = reservations_of(
        session,
        my_enterprise_id(),
        past=past,
        now=now,
        limit=PAGE + 1,
        offset=pager.before,
        member_id=None if everybody else me().id,
    )
    rows = pager.cut(found)
    billed = billed_of(session, [row.id for row in rows])
    return render_template(
        "reservations/index.html",
        entries=[entry(row, cost_of(row, billed.get(row.id), now)) for row in rows],
        tabs=[
            (gettext("将来"), this_page(*KNOWS, tab=None), not past),
            (gettext("过去"), this_page(*KNOWS, tab="past"), past),
        ],
        whose=[
            (gettext("我的"), this_page(*KNOWS, who=None), not everybody),
            (gettext("全公司"), this_page(*KNOWS, who="all"), everybody),
        ],
        past=past,
        pager=pager,
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
