"""One wait: its place, what is held, taking it and leaving; the line of a space, for administrators."""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import comma_list, moment, span_text
from booking.blueprints.kit.forms.reservation import wanted_space
from booking.blueprints.kit.forms.validators import carried_out, pressed
from booking.blueprints.kit.labels.passed_over import asked_of_waits, waits_passed_over
from booking.blueprints.kit.labels.people import wait_refused
from booking.blueprints.kit.labels.prices import price_detail, price_text
from booking.blueprints.kit.labels.reservations import place_name, times
from booking.blueprints.kit.labels.spaces import made_of, people_label
from booking.blueprints.kit.labels.waiting import (
    any_space_label,
    wait_state,
    wait_tone,
    waits_for,
)
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.waiting.hold import (
    before_taking,
    by_manager,
    full_price,
    is_held,
    price_of_hold,
    why_not,
)
from booking.blueprints.waiting.ways import again_url, search_url, way_to_free, went_out_of_use
from booking.charges.pricing import quote
from booking.db import db
from booking.language import gettext
from booking.letters import waiting as letters
from booking.people.models import Role
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.waiting.begun import last_let_go, wanted_spans
from booking.reservations.waiting.line import before_in_line, own_before
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.own_waits import ended_with, own_instead
from booking.reservations.waiting.rules import LetGo
from booking.reservations.waiting.take_hold import ask_for_hold, give_up, take_hold
from booking.reservations.waiting.wait_for import line_of, wait_in
from booking.spaces.models import Space
from booking.values import Span

blueprint = Blueprint("waiting", __name__, url_prefix="/waiting")


@blueprint.get("/<int:wait_id>")
@allow(*TENANTS)
def show(wait_id: int) -> str:
    """Show a wait of one's own enterprise."""
    now, wait = clock.now(), wait_or_404(wait_id)
    held = is_held(wait, now)
    price = price_of_hold(wait) if held else None
    full = full_price(wait, price) if price else None
    of_manager = by_manager(wait, price.total, now) if price else None
    before = before_in_line(db.session(), [wait]).get(wait.id, 0)
    let_go, over = _let_go(wait, now), waits_passed_over([wait], now).get(wait.id)
    asked = asked_of_waits([wait], now).get(wait.id)
    return render_template(
        "waiting/show.html",
        wait=wait,
        name=waits_for(wait),
        when=times(wait.starts_at, wait.ends_at, wait.kind),
        state=_state(wait, before, own_before(db.session(), [wait]).get(wait.id), held=held),
        retired=went_out_of_use(wait),
        search_url=search_url(wait, now),
        tone=wait_tone(wait.state),
        held=held,
        open=held or (wait.state is WaitState.WAITING and (wait.starts_at > now or let_go is not None)),
        let_go=let_go,
        over=over.words if over else "",
        free_url=way_to_free(wait, now) if over and over.needs_manager and not asked else "",
        asked_url=url_for("reservations.show", reservation_id=asked.id) if asked else "",
        asks=wait.space is not None and wait_refused(wait.space, wait.span) is not None,
        wanted=wanted_spans(db.session(), [wait]).get(wait.id) if wait.offered_at else None,
        again_url=again_url(wait, now),
        why_over=_why_over(wait, now),
        price=price_text(price, full) if price else "",
        price_detail=price_detail(price, full) if price else "",
        doubtful=full is not None,
        by_manager=of_manager,
        why_not=why_not(wait, price.total, now) if price else "",
        warnings=before_taking(wait, price, now) if price else (),
        facts=_facts(wait),
        mine=wait.member_id == me().id,
    )


def _let_go(wait: Wait, now: datetime) -> LetGo | None:
    """Tell when a time that has begun may still come free, if nobody comes or takes it; None for no more."""
    if wait.state is not WaitState.WAITING or wait.starts_at > now:
        return None
    return last_let_go(db.session(), wait, now)


def _why_over(wait: Wait, now: datetime) -> str:
    """Say how it ended."""
    over = wait.settled_at or now
    if wait.state is WaitState.WITHDRAWN:
        return gettext("已退出候补。")
    if wait.held_until is not None and wait.held_until <= over:
        return gettext("为你保留到 %(until)s，没有接受，已经放出。", until=moment(wait.held_until))
    if wait.held_until is None and wait.starts_at <= over:
        return gettext("到开始也没有空出来，这次候补结束了。")
    if own := own_instead(db.session(), wait) if wait.state is WaitState.LAPSED else None:
        span = Span(own.starts_at, own.ends_at)
        return gettext("你自己已订下 %(when)s，这次候补就结束了。", when=span_text(span))
    return gettext("这次候补已经结束。")


def _state(wait: Wait, before: int, own: Span | None, *, held: bool) -> str:
    if went_out_of_use(wait):
        return str(gettext("已结束"))
    return (
        wait_state(wait, before, own=own)
        if held or wait.state is not WaitState.OFFERED
        else gettext("已过期")
    )


def _facts(wait: Wait) -> list[tuple[str, str]]:
    told = [
        (gettext("时间"), times(wait.starts_at, wait.ends_at, wait.kind)),
        *made_of(wait.offered_space_id or wait.space_id or 0),
        (gettext("人数"), people_label(wait.people)),
        (gettext("候补人"), wait.member.name),
    ]
    return [*told, (gettext("用途"), wait.purpose)] if wait.purpose else told


@blueprint.post("/<int:wait_id>/take")
@allow(*TENANTS)
def take(wait_id: int) -> ResponseReturnValue:
    """Book what is held, at the price in force; the second press finds it booked."""
    wait, by, now = wait_or_404(wait_id), actor(), clock.now()
    park, enterprise, span, space_id = my_park(), my_enterprise(), wait.span, wait.offered_space_id
    made: list[int] = []
    over: list[str] = []

    def do(session: Session) -> None:
        space = session.get(Space, space_id) if space_id else None
        if space is None:
            abort(404)
        price = quote(session, park, enterprise, space, span).total
        row = take_hold(session, wait_id, quote=price, letter=letters.wait_settled, by=by, now=now)
        made.append(row.id)
        over.extend(span_text(one.span) for one in ended_with(session, row))

    def said(_: None) -> str:
        also = gettext("你在这里 %(when)s 的候补也就结束了。", when=comma_list(over)) if over else ""
        return gettext("订好了。") + also

    if carried_out(do, said):
        return redirect(url_for("reservations.show", reservation_id=made[0]))
    return redirect(url_for("waiting.show", wait_id=wait_id))


@blueprint.post("/<int:wait_id>/ask")
@allow(*TENANTS)
def ask(wait_id: int) -> ResponseReturnValue:
    """Ask the manager for what is held and may not be taken alone; it stays held as long as it was."""
    wait, by, now = wait_or_404(wait_id), actor(), clock.now()
    park, enterprise, span, space_id = my_park(), my_enterprise(), wait.span, wait.offered_space_id

    def do(session: Session) -> Reservation:
        space = session.get(Space, space_id) if space_id else None
        if space is None:
            abort(404)
        price = quote(session, park, enterprise, space, span).total
        return ask_for_hold(session, wait_id, quote=price, by=by, now=now)

    def said(made: Reservation) -> str:
        return (
            gettext("已请负责人批准。") if made.state is ReservationState.REQUESTED else gettext("订好了。")
        )

    return pressed(do, said, url_for("waiting.show", wait_id=wait_id))


@blueprint.post("/<int:wait_id>/withdraw")
@allow(*TENANTS)
def withdraw(wait_id: int) -> ResponseReturnValue:
    """Leave the line; what is held goes to the next."""
    by, now = actor(), clock.now()
    wait_or_404(wait_id)
    return pressed(
        lambda session: give_up(session, wait_id, letter=letters.wait_settled, by=by, now=now),
        lambda _: gettext("已退出候补。"),
        url_for("reservations.index"),
    )


def wait_or_404(wait_id: int) -> Wait:
    """Find a wait of the reader's enterprise."""
    found = wait_in(db.session(), my_park().id, wait_id)
    if found is None or found.enterprise_id != my_enterprise_id():
        abort(404)
    return found


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
