"""What somebody sees who scanned the code on a space, or typed what stands on its door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import SIGNED_IN, TENANTS, allow
from booking.blueprints.kit.labels.spaces import closure_words
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.messages import wording
from booking.blueprints.scan.loading import blueprint, scanned
from booking.charges.pricing import Quote, Use, price_many
from booking.charges.quote import running_costs
from booking.db import db
from booking.language import gettext
from booking.reservations.space_queries import SpaceRow
from booking.spaces.models import Kind, Space
from booking.tariffs.rules import NoTariff
from booking.usage.door_queries import Door, at_the_door, free_now, space_by_code
from booking.usage.rules import SHORTEST_WALK_IN, end_choices
from booking.values.money import Money
from booking.values.month import local_day


@dataclass(frozen=True, slots=True)
class WalkIn:
    """One choice of how long to stay, with what that costs if used as said."""

    minutes: int
    end: datetime
    price: Money | None


NOT_FOUND = 404


@blueprint.get("")
@allow(*SIGNED_IN)
def find() -> ResponseReturnValue:
    """Go to the space whose code on the door was typed; ask for one first, and again where it is wrong."""
    code = normalize("NFKC", request.args.get("code", "")).strip()
    if not code:
        return render_template("scan/typed.html", typed="", wrong="")
    space = space_by_code(db.session(), my_park().id, code)
    if space is None:
        wrong = gettext("没有编号为“%(code)s”的空间，请对照门上的编号再输一次。", code=code)
        return render_template("scan/typed.html", typed=code, wrong=wrong), NOT_FOUND
    return redirect(url_for(".show", scan_code=space.scan_code))


@blueprint.get("/<scan_code>")
@allow(*SIGNED_IN)
def show(scan_code: str) -> ResponseReturnValue:
    """Show the one thing that makes sense here now, for the reader."""
    space, now = scanned(scan_code), clock.now()
    if space is None:
        return render_template("scan/unknown.html"), NOT_FOUND
    door = at_the_door(db.session(), my_park(), space, me().enterprise_id, now)
    what = _what(space, door)
    choices = _choices(space, door, now) if what == "free" else ()
    unpriced = bool(choices) and all(choice.price is None for choice in choices)
    quote = _running(door, now) if what == "mine" else None
    return render_template(
        "scan/show.html",
        space=space,
        door=door,
        what="closed" if unpriced else what,
        now=now,
        cost=quote.total if quote else None,
        choices=choices,
        instead=_instead(space, now) if what in {"busy", "retired", "approval", "closed"} else (),
        why=_why(space, door, now, unpriced=unpriced),
    )


def _why(space: Space, door: Door, now: datetime, *, unpriced: bool) -> str:
    if unpriced:
        return wording(NoTariff(space.kind, local_day(now, my_park().zone)))
    if door.closure is not None:
        return closure_words(door.closure.reason, door.closure.closed_until)
    return wording(door.closed) if door.closed else ""


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


def _running(door: Door, now: datetime) -> Quote | None:
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
    uses = [Use(index, space, now, end) for index, end in enumerate(ends)]
    prices = price_many(db.session(), my_park(), enterprise, uses)
    return [
        WalkIn(
            int((end - start).total_seconds()) // 60, end, prices[index].total if index in prices else None
        )
        for index, end in enumerate(ends)
    ]


def _instead(space: Space, now: datetime) -> Sequence[SpaceRow]:
    return free_now(db.session(), my_park(), space.kind, now, like=space)
