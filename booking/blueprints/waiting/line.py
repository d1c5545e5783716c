"""The line of a space, for the park's administrators."""

from typing import NamedTuple

from flask import render_template, url_for

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.forms.reservation import wanted_space
from booking.blueprints.kit.labels.reservations import place_name, times
from booking.blueprints.kit.labels.waiting import any_space_label, wait_state, wait_tone
from booking.blueprints.kit.session import my_park
from booking.blueprints.waiting.show import blueprint
from booking.db import db
from booking.people.models import Role
from booking.reservations.waiting.line import before_in_line
from booking.reservations.waiting.models import Wait
from booking.reservations.waiting.queries import line_of


class LineRow(NamedTuple):
    """Somebody in the line, in words."""

    when: str
    who: str
    wants: str
    since: str
    state: str
    tone: str


@blueprint.get("/line/<int:space_id>")
@allow(Role.ADMIN)
def line(space_id: int) -> str:
    """List who waits for a space, or for any of its kind, in order of the time wanted and of asking."""
    space = wanted_space(space_id)
    waits = line_of(db.session(), my_park().id, space, clock.now())
    before = before_in_line(db.session(), waits)
    return render_template(
        "waiting/line.html",
        name=place_name(space),
        rows=[_row(one, before.get(one.id, 0)) for one in waits],
        week_url=url_for("calendar.week", space_id=space.id),
    )


def _row(wait: Wait, before: int) -> LineRow:
    return LineRow(
        times(wait.starts_at, wait.ends_at, wait.kind),
        f"{wait.member.name} · {wait.enterprise.short_name}",
        any_space_label(wait.kind, wait.equipment) if wait.space_id is None else "",
        moment(wait.created_at),
        wait_state(wait, before, to_them=False),
        wait_tone(wait.state),
    )
