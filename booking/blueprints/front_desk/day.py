"""The day at the front desk: what needs attention, who is in, all reservations and stays; and one stay.

Of a stay: both versions of what was recorded, corrections, checking out for somebody.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired

from booking import clock
from booking.activities.queries import activities_on
from booking.blueprints.front_desk.requests import waiting_requests
from booking.blueprints.front_desk.reservations import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import local_day_of, parse_end, parse_instant, whole
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import LocalTimeField
from booking.blueprints.kit.forms.validators import REASON, UNPROCESSABLE
from booking.blueprints.kit.labels.needs import activity_reader
from booking.blueprints.kit.labels.reservations import StateBadge, state_mark
from booking.blueprints.kit.labels.spaces import kind_name, made_of
from booking.blueprints.kit.pagination import Pager, this_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.kit.stays import fresh_check_out, price_of_stay, undone
from booking.blueprints.messages import put_beside, wording
from booking.charges.charge_stay import TariffCharger
from booking.charges.queries import open_since
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.needs.rules import Escalation
from booking.needs.work_queries import overdue_of, waiting_in
from booking.people.models import Role
from booking.reservations.guests.invite import expected_on
from booking.reservations.models import ReservationState
from booking.savings.queries import count_pending
from booking.spaces.models import Kind
from booking.usage import front_desk_queries, queries
from booking.usage.check_out import check_out
from booking.usage.correct_stay import correct_stay
from booking.usage.front_desk_queries import WALK_IN, ReservationFilter
from booking.usage.models import Stay
from booking.usage.queries import stay_in_park
from booking.values import Refusal, Span

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
        then=() if day == today else activities_on(db.session(), activity_reader(), span),
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
        "activities": activities_on(session, activity_reader(), today),
        "unchecked": count_pending(session, park.id),
        "needs": waiting_in(session, park.id, now),
        "late_needs": overdue_of(session, park, now, Escalation.ADMIN, me().id)[:MOST_LATE],
        **waiting_requests(now),
        "to_review": queries.stays_to_review(session, park.id, since=open_since(session, park))[
            :LONGEST_LIST
        ],
        "expected": expected_on(session, park.id, today),
        "opened": request.args.get("party", type=whole),
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


MINUTES = ["%Y-%m-%dT%H:%M"]


WHEN = InputRequired(_("请填写日期和时间。"))


class CorrectionForm(EditForm):
    """When somebody really came and left, on the park's clock, and why the record is changed."""

    started_at = LocalTimeField(_("实际到达时间"), [WHEN], format=MINUTES)
    ended_at = LocalTimeField(_("实际离开时间"), [WHEN], format=MINUTES)
    reason = StringField(_("更正原因"), [InputRequired(_("请写明更正的原因。")), REASON])

    def instants(self, stay: Stay, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Give what was typed as instants; only after it was found valid, and the stay to be as it was shown.

        A field that was left alone keeps the seconds that it does not show.
        """
        came, left = self.started_at.data, self.ended_at.data
        assert came is not None and left is not None  # noqa: S101, PT018 - both are required
        start = parse_instant(came, stay.started_at, zone)
        return start, parse_end(left, stay.ended_at, start, zone)


@blueprint.get("/stays/<int:stay_id>")
@allow(Role.ADMIN)
def stay(stay_id: int) -> str:
    """Show one stay of the park with its charge and all its versions."""
    found = stay_or_404(stay_id)
    return _page(found, _form(found))


@blueprint.post("/stays/<int:stay_id>/check-out")
@allow(Role.ADMIN)
def check_out_for(stay_id: int) -> ResponseReturnValue:
    """Check out for somebody who left without doing so."""
    stay_or_404(stay_id)
    try:
        with transaction() as session:
            found = check_out(session, stay_id, charger=TariffCharger(), by=actor(), now=clock.now())
            asked = found.needs_review
    except Refusal as refusal:
        flash(wording(refusal), "info")
        return redirect(url_for(".stay", stay_id=stay_id))
    said = gettext("已代为签退，费用先计到预订结束；请按门禁或本人说明核对离开时间。")
    flash(said if asked else gettext("已代为签退。"), "info" if asked else "success")
    return redirect(url_for(".stay", stay_id=stay_id, _anchor="correct" if asked else None))


@blueprint.post("/stays/<int:stay_id>/check-out/undo")
@allow(Role.ADMIN)
def undo(stay_id: int) -> ResponseReturnValue:
    """Take a fresh check-out of the park back; the second press finds it done."""
    stay_or_404(stay_id)
    undone(stay_id)
    return redirect(url_for(".stay", stay_id=stay_id))


@blueprint.post("/stays/<int:stay_id>/correct")
@allow(Role.ADMIN)
@takes(_("更正时间"), CorrectionForm)
def correct(stay_id: int) -> ResponseReturnValue:
    """Set the true times of a stay, keep the old ones, and charge it anew."""
    found = stay_or_404(stay_id)
    form = _form(found)
    if not form.validate():
        return _page(found, form), UNPROCESSABLE
    try:
        _correct(stay_id, form)
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(stay_or_404(stay_id), form), UNPROCESSABLE
    flash(gettext("已更正并重新计费，原来的记录保留在下面。"), "success")
    return redirect(url_for(".stay", stay_id=stay_id))


def _correct(stay_id: int, form: CorrectionForm) -> None:
    with transaction() as session:
        form.check(session)
        correct_stay(
            session,
            stay_id,
            *form.instants(session.get_one(Stay, stay_id), my_park().zone),
            form.reason.data or "",
            charger=TariffCharger(),
            by=actor(),
            now=clock.now(),
        )


def _form(found: Stay) -> CorrectionForm:
    stay_id, zone = found.id, my_park().zone

    def shown() -> dict[str, Any]:
        stay = stay_or_404(stay_id)
        ended_at = stay.ended_at and stay.ended_at.astimezone(zone)
        return {"data": {"started_at": stay.started_at.astimezone(zone), "ended_at": ended_at}}

    thing = EditedRecord("stay", stay_id, ((Stay, stay_id),), fields=("started_at", "ended_at"))
    return CorrectionForm.of(thing, shown)


def _page(found: Stay, form: CorrectionForm) -> str:
    undo = fresh_check_out(found, clock.now())
    return render_template(
        "front_desk/stay.html",
        stay=found,
        form=form,
        price=price_of_stay(found),
        undo=undo,
        made_of=made_of(found.space_id),
    )


def stay_or_404(stay_id: int) -> Stay:
    """Find a stay of my park; another park's is not found."""
    return stay_in_park(db.session(), my_park().id, stay_id) or abort(404)
