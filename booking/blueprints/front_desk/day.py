"""The day at the front desk: what needs attention, who is in, all reservations and stays."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, request

from booking import clock
from booking.activities.queries import activities_on
from booking.blueprints.activities.loading import reader
from booking.blueprints.front_desk.requests import waiting_requests
from booking.blueprints.front_desk.reservations import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.labels.reservations import StateBadge, state_mark
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.pagination import Pager, this_page
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.today.stays import local_day_of
from booking.charges.queries import open_since
from booking.db import db
from booking.language import gettext
from booking.needs.rules import Escalation
from booking.needs.work_queries import overdue_of, waiting_in
from booking.people.models import Role
from booking.reservations.guests.expected import expected_on
from booking.reservations.models import ReservationState
from booking.savings.queries import count_pending
from booking.spaces.models import Kind
from booking.usage import front_desk_queries, queries
from booking.usage.front_desk_queries import WALK_IN, ReservationFilter
from booking.usage.models import Stay
from booking.values.span import Span

ROWS_A_PAGE = 50
ONE_DAY = timedelta(days=1)
FILTERS = ("day", "kind", "state", "enterprise")


@blueprint.get("")
@allow(Role.ADMIN)
def index() -> str:
    """Show a day of the whole park; what waits for somebody comes first."""
    now = clock.now()
    today = now.astimezone(my_park().zone).date()
    day, wanted, pager = _day_asked(today), _wanted(), Pager.of_request(ROWS_A_PAGE, *FILTERS)
    span = local_day_of(now, my_park().zone, (day - today).days)
    rows, total = front_desk_queries.day_rows(
        db.session(), my_park().id, span, wanted, limit=ROWS_A_PAGE, offset=pager.before
    )
    return render_template(
        "front_desk/index.html",
        day=day,
        is_today=day == today,
        rows=rows,
        pager=pager.count(total),
        previous_url=this_page(*FILTERS, day=day - ONE_DAY),
        next_url=this_page(*FILTERS, day=day + ONE_DAY),
        today_url="" if day == today else this_page(*FILTERS, day=today),
        wanted=wanted,
        walk_in=_walk_in_mark(),
        then=() if day == today else activities_on(db.session(), reader(), span),
        **_choices(),
        **_attention(now, local_day_of(now, my_park().zone)),
    )


A_CENTURY = 36_500


def _day_asked(today: date) -> date:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if abs((day - today).days) < A_CENTURY else today


def _wanted() -> ReservationFilter:
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    return ReservationFilter(
        kind=Kind(kind) if kind in set(Kind) else None,
        state=state if state == WALK_IN or state in set(ReservationState) else "",
        enterprise_id=request.args.get("enterprise", type=whole),
    )


def _walk_in_mark() -> StateBadge:
    return StateBadge(gettext("直接使用"), "")


def _choices() -> dict[str, Any]:
    states = [(state.value, state_mark(state).label) for state in ReservationState]
    return {
        "kinds": [(kind.value, kind_name(kind)) for kind in Kind],
        "states": [*states, (WALK_IN, _walk_in_mark().label)],
        "enterprises": [
            (row.id, row.short_name)
            for row in front_desk_queries.enterprise_choices(db.session(), my_park().id)
        ],
    }


LONGEST_LIST, MOST_LATE = 8, 5


def _attention(now: datetime, today: Span) -> dict[str, Any]:
    """Gather what waits for somebody now, whichever day is shown."""
    session, park = db.session(), my_park()
    inside = front_desk_queries.who_is_in(session, park.id)
    return {
        "now": now,
        "activities": activities_on(session, reader(), today),
        "unchecked": count_pending(session, park.id),
        "needs": waiting_in(session, park.id, now),
        "late_needs": overdue_of(session, park, now, Escalation.ADMIN, me().id)[:MOST_LATE],
        **waiting_requests(now),
        "to_review": queries.stays_to_review(session, park.id, since=open_since(session, park))[
            :LONGEST_LIST
        ],
        "expected": expected_on(session, park.id, today),
        "inside": inside,
        "over": [stay for stay in inside if stay.planned_end < now],
        "no_shows": front_desk_queries.no_shows_of(session, park.id, today),
        "use": _use(inside),
    }


def _use(inside: Sequence[Stay]) -> list[tuple[str, str]]:
    """Say how many spaces of each kind are in use, of how many; storage has its own page."""
    spaces = front_desk_queries.count_spaces(db.session(), my_park().id)
    counted = {kind: sum(stay.space_kind is kind for stay in inside) for kind in Kind}
    return [
        (kind_name(kind), f"{counted[kind]} / {spaces[kind]}")
        for kind in Kind
        if kind in spaces and kind is not Kind.STORAGE
    ]
