"""The page of my day, and its buttons: check in, check out, stay longer; each harmless twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.activities.queries import next_activity
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.conflicts import answer_to_stay
from booking.blueprints.kit.converters import local_day_of
from booking.blueprints.kit.filters import clock as clock_text
from booking.blueprints.kit.forms.validators import CONFLICT
from booking.blueprints.kit.free_time.longer import agreed_start, longer_ends
from booking.blueprints.kit.holders import in_the_way
from booking.blueprints.kit.labels.came_free import came_free
from booking.blueprints.kit.labels.needs import activity_reader
from booking.blueprints.kit.labels.prices import leave_early_label
from booking.blueprints.kit.labels.reservations import place_name
from booking.blueprints.kit.labels.waiting import held_for_me, proposals_to_person
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.kit.stays import fresh_check_out
from booking.blueprints.messages import wording
from booking.blueprints.today import offered, stays as stay_pages
from booking.charges.charge_stay import TariffCharger
from booking.charges.dearest import dearest_booked
from booking.charges.pricing import Quote, quote, running_costs
from booking.charges.queries import billed_by_reservation, open_since
from booking.db import db, transaction
from booking.language import gettext
from booking.people.models import Role
from booking.reservations.approval.agree import waiting_for_manager
from booking.reservations.habits.habits import past_weeks, weeks_behind
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import Taken
from booking.spaces.models import Kind, Space
from booking.usage import my_day_queries, queries, rules
from booking.usage.check_in import check_in
from booking.usage.check_out import check_out
from booking.usage.models import Stay
from booking.usage.my_day_queries import InMyDay, in_my_day
from booking.usage.stay_longer import stay_longer
from booking.values import Money, Refusal, Span


@dataclass(frozen=True, slots=True)
class Here:
    """A stay that goes on."""

    stay: Stay
    used: timedelta
    cost: Money | None  # None where there is no tariff
    over: timedelta | None  # how long past the planned end
    forgotten: bool  # so long that it no longer counts as staying over


@stay_pages.blueprint.get("")
@allow(*TENANTS)
def index() -> str:
    """Show what is next, with one large button, then the rest of the day and the week."""
    return day_page(clock.now())


DAYS_AHEAD = 8  # today and the week that follows
MOST_LONGER = 3  # stays of one's own whose later ends are priced here; those of a further one on its page


def day_page(now: datetime, refused: tuple[Stay, Taken] | None = None) -> str:
    """Draw the day, and above it what there is for who wanted to stay on in a taken time."""
    session, enterprise, member = db.session(), my_enterprise_id(), me().id
    until, today = (local_day_of(now, my_park().zone, ahead) for ahead in (DAYS_AHEAD - 1, 0))
    there = in_my_day(session, enterprise, member, now, weeks_behind(today), until.end)
    open_stays = queries.open_stays_of(session, enterprise) if there.goes_on else ()
    costs = running_costs(session, my_park(), my_enterprise(), open_stays, now)
    leases = [stay for stay in open_stays if stay.space_kind is Kind.STORAGE]
    people = [_here(stay, costs, now) for stay in open_stays if stay.space_kind is not Kind.STORAGE]
    here = [one for one in people if one.stay.member_id == member]
    coming = my_day_queries.coming(session, enterprise, member, now, until.end) if there.mine else ()
    entering, following = offered.next_check_ins(coming, {one.stay.space_id for one in here}, now)
    proposals = proposals_to_person(member, now) if there.proposed else ()
    held, to_pay = held_for_me(now) if there.held else (), offered.to_pay(session)
    asked = _asked_of_me(session, there, now)
    past = _my_past(session, there, today, now, here) | _answered_here(session, asked, now)
    usual = offered.habit_offer(session, past.pop("past"), coming, now)
    return render_template(
        "today/index.html",
        usual=usual,
        favourites=offered.favourite_places(session, now),
        lead=offered.first_thing(bool(here), entering, held, past.pop("lost"), to_pay, asked, now, proposals),
        proposals=proposals,
        to_pay=to_pay,
        now=now,
        **_refused_longer(refused, now),
        here=here,
        ends={one.stay.id: longer_ends(one.stay, now) for one in here[:MOST_LONGER]},
        following=following,
        entering=entering,
        coming=[row for row in coming if all(row is not one.reservation for one in entering)],
        activity=next_activity(session, activity_reader(), now),
        month=offered.own_month(session, open_stays, costs, now),
        again=_last_used(session) if there.used and not (here or coming or usual) else None,
        list_month=offered.unopened_list(session, now),
        came_free=came_free(now) if there.wished else (),
        held=held,
        **past,
        **_colleagues(session, there, [one for one in people if one not in here], leases, now, until.end),
    )


def _refused_longer(refused: tuple[Stay, Taken] | None, now: datetime) -> dict[str, object]:
    """Tell which stay could not go on, and what there is instead."""
    if refused is None:
        return {"answer": None, "stays_on": None}
    return {"answer": answer_to_stay(*refused, now), "stays_on": refused[0]}


def _asked_of_me(session: Session, there: InMyDay, now: datetime) -> Sequence[Reservation]:
    return waiting_for_manager(session, my_enterprise_id(), now) if there.asked and _manages() else ()


def _answered_here(session: Session, asked: Sequence[Reservation], now: datetime) -> dict[str, Any]:
    fulls = dearest_booked(session, asked, now)
    return {"asked": asked, "blocked": in_the_way(asked), "fulls": fulls}


def _manages() -> bool:
    return me().role is Role.MANAGER


def _last_used(session: Session) -> Space | None:
    return my_day_queries.last_used_space(session, my_enterprise_id(), me().id)


def _my_past(
    session: Session, there: InMyDay, today: Span, now: datetime, here: Sequence[Here]
) -> dict[str, Any]:
    enterprise, member = my_enterprise_id(), me().id
    past = past_weeks(session, member, today) if there.began else []
    missed = [row.id for row in past if row.state in offered.CAME_TO_NOTHING and row.starts_at >= today.start]
    used = my_day_queries.used_in(session, enterprise, member, today) if there.used else ()
    rows = my_day_queries.reservations_by_id(session, missed)
    walked_in = _walked_in(rows, [*used, *(one.stay for one in here)])
    fresh = filter(None, (fresh_check_out(stay, now) for stay in used))
    return {
        "undo": max(fresh, key=lambda one: one.seconds, default=None),
        "missed_fees": _fees(session, missed),
        "missed": rows,
        "walked_in": walked_in,
        "lost": [row for row in rows if row.id not in walked_in],
        "used": used,
        "to_review": _to_review(session, member) if there.to_review else (),
        "past": past,
        "news": my_day_queries.news_of(session, member, now) if there.news else (),
    }


def _walked_in(missed: Sequence[Reservation], stays: Sequence[Stay]) -> set[int]:
    """Name what was released and then used all the same, by who walked in to it."""
    return {
        row.id
        for row in missed
        for stay in stays
        if stay.space_id == row.space_id and row.starts_at <= stay.started_at < row.ends_at
    }


def _fees(session: Session, missed: Sequence[int]) -> dict[int, Money]:
    return {key: one.amount for key, one in billed_by_reservation(session, missed).items()} if missed else {}


def _colleagues(
    session: Session,
    there: InMyDay,
    others: Sequence[Here],
    leases: Sequence[Stay],
    now: datetime,
    until: datetime,
) -> dict[str, Any]:
    """Gather what only the manager sees: who of the enterprise is where, and what it rents."""
    if not _manages():
        own = [stay for stay in leases if stay.member_id == me().id]
        return {"colleagues": (), "colleagues_coming": (), "leases": own}
    whose = (my_enterprise_id(), me().id)
    coming = my_day_queries.coming(session, *whose, now, until, others=True) if there.colleagues else ()
    return {"colleagues": others, "colleagues_coming": coming, "leases": leases}


def _here(stay: Stay, costs: Mapping[int, Quote], now: datetime) -> Here:
    quote = costs.get(stay.id)
    over = now - stay.planned_end if now > stay.planned_end else None
    forgotten = rules.forgotten_end(stay.planned_end, now) is not None
    used = max(now - stay.started_at, timedelta())
    return Here(stay, used, quote.total if quote else None, over, forgotten)


MOST_FORMS, MOST_LOOKED_AT = 5, 100


def _to_review(session: Session, member_id: int) -> list[tuple[Stay, stay_pages.LeftForm]]:
    """List what waits for its true end: one's own, for the manager the whole enterprise's."""
    stays = queries.stays_to_review(session, my_park().id, my_enterprise_id(), most=MOST_LOOKED_AT)
    since = open_since(session, my_park()) if stays else None  # mostly there are none
    whole = me().role is Role.MANAGER
    still_open = [stay for stay in stays if since is None or stay.started_at >= since]
    shown = [stay for stay in still_open if whole or stay.member_id == member_id][:MOST_FORMS]
    return [(stay, stay_pages.left_form(stay)) for stay in shown]


@stay_pages.blueprint.post("/check-in/<int:reservation_id>")
@allow(*TENANTS)
def enter(reservation_id: int) -> ResponseReturnValue:
    """Check in to a reservation of my enterprise; the second press finds it done."""
    stay_pages.my_reservation_or_404(reservation_id)
    try:
        with transaction() as session:
            stay = check_in(
                session, reservation_id, park=my_park(), charger=TariffCharger(), by=actor(), now=clock.now()
            )
            name, early = place_name(stay.space), leave_early_label(my_park(), stay.space, clock.now())
    except Refusal as refusal:
        twice = isinstance(refusal, rules.NotToCheckIn) and refusal.state is ReservationState.IN_USE
        flash(wording(refusal), "info" if twice else "warning")
    else:
        flash(gettext("已签到“%(name)s”。离开时请签退；%(early)s", name=name, early=early), "success")
    return redirect(url_for(".index"))


@stay_pages.blueprint.post("/check-out/<int:stay_id>")
@allow(*TENANTS)
def leave(stay_id: int) -> ResponseReturnValue:
    """Check out of a stay of my enterprise, and show what it cost; the second press shows the same.

    Where it was forgotten, the page that follows asks first when they really left.
    """
    stay_pages.my_stay_or_404(stay_id)
    try:
        with transaction() as session:
            stay = check_out(session, stay_id, charger=TariffCharger(), by=actor(), now=clock.now())
            asked = stay.needs_review
    except rules.AlreadyOut as refusal:
        flash(wording(refusal), "info")
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for(".index"))
    else:
        # Who leaves too late to be believed is asked on the page that follows, not told that all is done.
        said = gettext("已签退。离预订结束已久，请告诉我们实际离开的时间。")
        flash(said if asked else gettext("已签退，空间马上可以给别人用。"), "info" if asked else "success")
    return redirect(url_for(".stay", stay_id=stay_id))


BAD_REQUEST = 400


@stay_pages.blueprint.post("/longer/<int:stay_id>")
@allow(*TENANTS)
def longer(stay_id: int) -> ResponseReturnValue:
    """Move the planned end of an open stay, or say whose the time is and what there is instead."""
    stay_pages.my_stay_or_404(stay_id)
    until = stay_pages.read_instant(request.form.get("until")) or abort(BAD_REQUEST)
    try:
        _stay_until(stay_id, until)
    except Taken as refusal:
        return day_page(clock.now(), (stay_pages.my_stay_or_404(stay_id), refusal)), CONFLICT
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        said = gettext("已延长到 %(when)s。", when=clock_text(until))
        flash(said + stay_pages.hears_of_later_end(stay_id), "success")
    return redirect(url_for(".index"))


def _stay_until(stay_id: int, until: datetime) -> None:
    with transaction() as session:
        stay = stay_pages.my_stay_or_404(stay_id)
        start = agreed_start(stay)
        if until <= start:
            abort(BAD_REQUEST)
        price = quote(session, my_park(), my_enterprise(), stay.space, Span(start, until))
        stay_longer(session, stay_id, until, quote=price.total, by=actor(), now=clock.now())
