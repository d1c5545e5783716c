"""The page behind the code on a space: the one thing that makes sense there now, and walking in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import clock
from booking.activities.invited import is_invited
from booking.activities.models import Activity
from booking.activities.queries import running_at
from booking.blueprints.kit.access import SIGNED_IN, TENANTS, allow, anyone, unauthorized
from booking.blueprints.kit.conflicts import count_turned_away
from booking.blueprints.kit.converters import exact_or_none, whole
from booking.blueprints.kit.filters import clock as clock_text
from booking.blueprints.kit.free_time.longer import longer_ends
from booking.blueprints.kit.labels.needs import remembered_sign_ups
from booking.blueprints.kit.labels.people import judged_for_me
from booking.blueprints.kit.labels.prices import leave_early_label
from booking.blueprints.kit.labels.quotas import quota_left_label
from booking.blueprints.kit.labels.reservations import place_name
from booking.blueprints.kit.labels.spaces import closed_label, made_of, through
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.charges.charge_stay import TariffCharger
from booking.charges.pricing import PricedUse, Quote, price_many, quote, running_costs
from booking.db import db, transaction
from booking.language import gettext
from booking.needs.work_queries import fault_of
from booking.reservations.approval.agree import ToJudge
from booking.reservations.approval.rules import why_ask
from booking.reservations.quotas.quotas import quotas_left
from booking.reservations.quotas.rules import Left, check_left
from booking.reservations.refusals import Taken
from booking.reservations.space_queries import SpaceRow
from booking.spaces.models import Kind, Space
from booking.tariffs.rules import NoTariff
from booking.usage.check_in import walk_in
from booking.usage.door.at_the_door import Door, at_the_door, free_now, space_by_code, space_by_scan_code
from booking.usage.queries import open_stay_at
from booking.usage.rules import SHORTEST_WALK_IN, StillInUse, end_choices
from booking.values import Money, Refusal, Span, local_day

blueprint = Blueprint("scan", __name__, url_prefix="/s")


def scanned(scan_code: str) -> Space | None:
    """Find the space whose code was scanned; another park's is as good as none."""
    space = space_by_scan_code(db.session(), scan_code)
    return space if space is not None and space.park_id == my_park().id else None


@dataclass(frozen=True, slots=True)
class WalkIn:
    """One choice of how long to stay, with what that costs if used as said."""

    minutes: int
    end: datetime
    price: Money | None
    asks: bool = False  # more than the reader may use without their manager
    left: Sequence[Left] = ()  # what the quotas leave of it

    @property
    def over(self) -> bool:
        """Tell whether a quota refuses it."""
        return any(one.is_refused for one in self.left)


NOT_FOUND = 404


@blueprint.get("")
@allow(*SIGNED_IN)
def find() -> ResponseReturnValue:
    """Go to the space whose code on the door was typed; ask for one first, and again where it is wrong."""
    code = normalize("NFKC", request.args.get("code", "")).strip()
    if not code:
        return render_template("scan/enter_code.html", typed="", wrong="")
    space = space_by_code(db.session(), my_park().id, code)
    if space is None:
        wrong = gettext("没有编号为“%(code)s”的空间，请对照门上的编号再输一次。", code=code)
        return render_template("scan/enter_code.html", typed=code, wrong=wrong), NOT_FOUND
    return redirect(url_for(".show", scan_code=space.scan_code))


@blueprint.get("/<scan_code>")
@anyone  # whoever stands before it can say what they need, and come to what goes on
def show(scan_code: str) -> ResponseReturnValue:
    """Show the one thing that makes sense here now, for the reader."""
    now = clock.now()
    if not current_user.is_authenticated:
        return _anonymous(scan_code, now)
    space = scanned(scan_code)
    if space is None:
        return render_template("scan/unknown.html"), NOT_FOUND
    door = at_the_door(db.session(), my_park(), space, me().enterprise_id, now)
    what = _what(space, door)
    offered = _choices(space, door, now) if what == "free" else ()
    alone = [one for one in offered if not one.asks]
    choices = [one for one in alone if not one.over]
    if offered and not choices:
        what = "quota" if alone else "manager"
    asked = request.args.get("minutes", type=whole)  # a tablet at the door names half an hour
    unpriced = bool(choices) and all(choice.price is None for choice in choices)
    quote = _running_cost(door, now) if what == "mine" else None
    return render_template(
        "scan/show.html",
        space=space,
        made_of=made_of(space.id),
        door=door,
        what="closed" if unpriced else what,
        now=now,
        cost=quote.total if quote else None,
        ends=longer_ends(door.stay, now) if door.stay and what == "mine" else None,
        choices=choices,
        early=leave_early_label(my_park(), space, now) if choices else "",
        usual=next((one for one in choices if one.minutes == asked), choices[0] if choices else None),
        instead=_instead(space, now) if what in {"busy", "retired", "approval", "manager", "closed"} else (),
        why=_over(alone[0]) if what == "quota" else _why(space, door, now, unpriced=unpriced),
        quota=quota_left_label(choices[-1].left) if len(choices) < len(alone) and choices else "",
        by_whole=through(door.taken_by, space.id) if door.taken_by else "",
        activity=_running(space, now),
        fault=fault_of(db.session(), space),
    )


def _anonymous(scan_code: str, now: datetime) -> ResponseReturnValue:
    """Let who is not signed in say what they need here, or come to what goes on, or sign in."""
    space = space_by_scan_code(db.session(), scan_code)
    if space is None:
        return unauthorized()
    g.park_at_hand = space.park
    activity = running_at(db.session(), space.id, now)
    known = activity and (is_invited(db.session(), activity, None) or remembered_sign_ups(activity.id))
    return render_template("scan/anonymous.html", space=space, activity=activity if known else None)


def _running(space: Space, now: datetime) -> Activity | None:
    """Find what goes on in the hall that the reader may be at."""
    activity = running_at(db.session(), space.id, now) if space.kind is Kind.HALL else None
    return activity if activity and is_invited(db.session(), activity, me().enterprise) else None


def _why(space: Space, door: Door, now: datetime, *, unpriced: bool) -> str:
    if unpriced:
        return wording(NoTariff(space.kind, local_day(now, my_park().zone)))
    if door.closure is not None:
        return closed_label(door.closure, space.id)
    return wording(door.closed) if door.closed else ""


def _over(shortest: WalkIn) -> str:
    try:
        check_left(shortest.left)
    except Refusal as refusal:
        return wording(refusal)
    return ""


def _what(space: Space, door: Door) -> str:
    """Name what is shown; the first that holds."""
    mine = door.stay is not None and door.stay.enterprise_id == me().enterprise_id
    states = (
        ("retired", space.retired_at is not None),
        ("look", me().role not in TENANTS),
        ("storage", space.kind is Kind.STORAGE),
        ("mine", mine),
        ("check_in", door.reservation is not None and door.stay is None),
        ("closed", door.closure is not None and door.stay is None),
        ("busy", door.busy),
        ("closed", door.closed is not None),
        ("approval", door.needs_approval),
        ("free", True),
    )
    return next(name for name, holds in states if holds)


def _running_cost(door: Door, now: datetime) -> Quote | None:
    if door.stay is None:
        return None
    found = running_costs(db.session(), my_park(), door.stay.enterprise, [door.stay], now)
    return found.get(door.stay.id)


def _choices(space: Space, door: Door, now: datetime) -> Sequence[WalkIn]:
    enterprise = me().enterprise
    if door.latest is None or enterprise is None:
        return ()
    start = now.replace(second=0, microsecond=0)
    soonest = min(start + SHORTEST_WALK_IN, door.latest)
    ends = [end for end in end_choices(start, soonest, door.latest) if end > now]
    uses = [PricedUse(index, space, now, end) for index, end in enumerate(ends)]
    prices = price_many(db.session(), my_park(), enterprise, uses)
    totals = {index: one.total for index, one in prices.items()}
    spans = [Span(now, end) for end in ends]
    asked = [ToJudge(space, span, totals.get(nth, Money.zero())) for nth, span in enumerate(spans)]
    left = quotas_left(db.session(), space, spans, enterprise.id, me().id)
    return _paid_anyway(
        [
            WalkIn(
                int((span.end - start).total_seconds()) // 60,
                span.end,
                totals.get(nth),
                why_ask(me().rights, wish) is not None,
                left[span],
            )
            for nth, (span, wish) in enumerate(zip(spans, judged_for_me(asked), strict=True))
        ]
    )


def _paid_anyway(choices: Sequence[WalkIn]) -> Sequence[WalkIn]:
    """Begin with the longest end that costs what the first does: the least that is charged buys so much."""
    first = 0
    while first + 1 < len(choices) and _cost_alike(choices[first], choices[first + 1]):
        first += 1
    return choices[first:]


def _cost_alike(one: WalkIn, longer: WalkIn) -> bool:
    paid = one.price is not None and one.price.fen > 0
    return paid and (one.price, one.asks, one.over) == (longer.price, longer.asks, longer.over)


def _instead(space: Space, now: datetime) -> Sequence[SpaceRow]:
    return free_now(db.session(), my_park(), space.kind, now, like=space)


BAD_REQUEST = 400


@blueprint.post("/<scan_code>/walk-in")
@allow(*TENANTS)
def come_in(scan_code: str) -> ResponseReturnValue:
    """Check in without a reservation until the time chosen; the second press finds it done."""
    space = scanned(scan_code) or abort(NOT_FOUND)
    until = exact_or_none(request.form.get("until")) or abort(BAD_REQUEST)
    try:
        name = _come_in(scan_code, until)
    except Refusal as refusal:
        there = open_stay_at(db.session(), space.id)
        if there is not None and there.enterprise_id == my_enterprise_id():
            flash(gettext("已经签到了，不用再点一次。"), "info")
            return redirect(url_for("today.index"))
        if isinstance(refusal, Taken | StillInUse):
            count_turned_away(space.kind, Span(clock.now(), until), clock.now(), space.id)
        flash(wording(refusal), "warning")
        return redirect(url_for(".show", scan_code=scan_code))
    flash(gettext("已开始使用“%(name)s”，到 %(when)s。", name=name, when=clock_text(until)), "success")
    return redirect(url_for("today.index"))


def _come_in(scan_code: str, until: datetime) -> str:
    now = clock.now()
    with transaction() as session:
        space = scanned(scan_code) or abort(NOT_FOUND)
        if until <= now:
            abort(BAD_REQUEST)
        park, firm, span = my_park(), my_enterprise(), Span(now, until)

        def price() -> Money:  # what has no price could not be charged at its end, and is not begun
            return quote(session, park, firm, space, span).total

        walk_in(session, space, me(), until, charger=TariffCharger(), by=actor(), now=now, quote=price)
        return place_name(space)
