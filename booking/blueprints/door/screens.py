"""What hangs at a door: a tablet for a room, a screen for a hall, each known by the secret in its address."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, g, jsonify, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.activities.models import Activity, Audience
from booking.activities.rules import OPENS_BEFORE
from booking.blueprints.kit.access import View, anyone
from booking.blueprints.kit.filters import (
    clock as clock_text,
    clock_span,
    day,
    duration,
    moment,
    money,
    span_text,
)
from booking.blueprints.kit.http import NO_REFERRER
from booking.blueprints.kit.labels.prices import leave_early_label
from booking.blueprints.kit.labels.spaces import code_squares
from booking.blueprints.kit.static_files import gather
from booking.charges.quote_each import least_charged, list_price
from booking.db import db, transaction
from booking.language import CHINESE, LANGUAGES, force_locale, gettext
from booking.spaces.models import Kind, Space
from booking.tariffs.rules import NoTariff
from booking.usage.door.at_the_door import AHEAD, activities_at, door_day
from booking.usage.door.devices import device_with, is_to_note, note_seen
from booking.usage.door.rules import DoorLook, DoorMoment
from booking.usage.models import DoorDevice
from booking.values import Span, local_day

blueprint = Blueprint("door", __name__, url_prefix="/door")


class DoorSaid(NamedTuple):
    """What a door says from a moment on, finished; `code` names the picture to scan."""

    at: str
    look: str
    head: str
    line: str
    hint: str
    code: str
    following: list[str]
    half_hour: bool = False  # so much can still be had, and has a price


NOT_FOUND = 404


def for_device(view: View) -> View:
    """Let in who knows a device's secret, and speak its language; others read that it shows nothing."""

    @wraps(view)
    def known(door_key: str) -> ResponseReturnValue:
        device = device_with(db.session(), door_key)
        if device is None:
            answer = make_response(render_template("door/unknown.html"), NOT_FOUND)
        else:
            g.park_at_hand, g.zone = device.space.park, device.space.park.zone
            with force_locale(LANGUAGES.get(device.language, CHINESE)):
                answer = make_response(view(device, door_key))
        answer.headers["Referrer-Policy"] = NO_REFERRER
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return known  # type: ignore[return-value]  # it takes the address, and gives the view the device


@blueprint.get("/worker.js")
@anyone  # a script; it holds nothing of anybody
def worker() -> Response:
    """Give the script that keeps a door's page for when there is no network; its reach is this path."""
    answer = Response(gather().content["js/door-worker.js"], mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/<door_key>")
@anyone  # a tablet has no session: the secret in the address lets it in
@for_device
def show(device: DoorDevice, door_key: str) -> ResponseReturnValue:
    """Show what is on, what comes next, and the code by which a phone does the rest."""
    told = _told(device, clock.now())
    page = "door/hall.html" if device.space.kind is Kind.HALL else "door/room.html"
    return render_template(page, space=device.space, told=told, first=told["moments"][0], door_key=door_key)


@blueprint.get("/<door_key>/day.json")
@anyone  # the page itself asks
@for_device
def told(device: DoorDevice, door_key: str) -> ResponseReturnValue:  # noqa: ARG001 - as the address names it
    """Tell the same as data, and note now and then that the device is there."""
    now = clock.now()
    if is_to_note(device, now):
        with transaction() as session:
            note_seen(session, device.id, now=now)
    return jsonify(_told(device, now))


def _told(device: DoorDevice, now: datetime) -> dict[str, Any]:
    space = device.space
    activities = activities_at(db.session(), space, now) if space.kind is Kind.HALL else []
    moments = door_day(db.session(), space.park, space, now).moments(now, now + AHEAD)
    base = current_app.config["BASE_URL"]
    codes = {"door": _code(f"{base}{url_for('scan.show', scan_code=space.scan_code, minutes=30)}")}
    for one in activities:
        address = url_for("activity_guests.show", activity_code=one.code)
        codes[f"a{one.id}"] = _code(f"{base}{address}")
    said = _hall_says(moments, activities, now) if space.kind is Kind.HALL else map(_room_says, moments)
    return {
        "now": now.isoformat(),
        "clock": clock_text(now),
        "until": (now + AHEAD).isoformat(),
        "zone": space.park.zone.key,
        "version": gather().fingerprint,
        "today": day(now),
        "days": _days_ahead(now),
        "price": _price(space, now),
        "moments": [one._asdict() for one in said],
        "codes": codes,
    }


def _days_ahead(now: datetime) -> dict[str, str]:
    """Write the days that a door is told of, for when midnight comes without a network."""
    first, last = (local_day(one, g.zone) for one in (now, now + AHEAD))
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    return {one.isoformat(): day(one) for one in days}


def _code(address: str) -> dict[str, Any]:
    size, path = code_squares(address)
    return {"size": size, "path": path}


HALF_AN_HOUR = 30


def _price(space: Space, now: datetime) -> str:
    """Say what half an hour, or the least one pays for, costs whoever has no free minutes.

    Whose it will be, a door does not know.
    """
    session, park = db.session(), space.park
    try:
        least = least_charged(session, park, space, now)
        length = timedelta(minutes=max(HALF_AN_HOUR, least))
        price = money(list_price(session, park, space, Span(now, now + length)))
    except NoTariff:
        return ""
    if least > HALF_AN_HOUR:
        return gettext("用一会儿也按 %(least)s 计，%(price)s", least=duration(least), price=price)
    early = leave_early_label(park, space, now)
    return gettext("用半小时 %(price)s；%(early)s", price=price, early=early)


def _when(instant: datetime, now: datetime) -> str:
    """Write the time, with the day where that is another one."""
    same = local_day(instant, g.zone) == local_day(now, g.zone)
    return clock_text(instant) if same else moment(instant)


def _room_says(one: DoorMoment) -> DoorSaid:
    following = [gettext("%(when)s 已预订", when=_span(span, one.at)) for span in one.following]
    head, line, hint = _said_at_door(one)
    at = one.at.isoformat()
    return DoorSaid(at, one.look.value, head, line, hint, "door", following, one.half_hour)


def _span(span: Span, now: datetime) -> str:
    return clock_span(span) if local_day(span.start, g.zone) == local_day(now, g.zone) else span_text(span)


def _said_at_door(one: DoorMoment) -> tuple[str, str, str]:
    until = _when(one.until, one.at) if one.until else ""
    plan = _span(one.plan, one.at) if one.plan else ""
    return {
        DoorLook.FREE: (
            gettext("空闲"),
            gettext("空到 %(when)s", when=until),
            gettext("手机扫码，登录后一点就能用，费用记到你的企业。"),
        ),
        DoorLook.SOON: (
            gettext("马上有人用"),
            gettext("%(when)s 起有人用", when=until),
            gettext("现在来不及用了，扫码看别的空间。"),
        ),
        DoorLook.EXPECTED: (
            gettext("还没签到"),
            gettext("%(when)s 已预订", when=plan),
            gettext("预订的人请用手机扫码签到；%(when)s 还没人签到就放出来。", when=until),
        ),
        DoorLook.LAPSED: (
            gettext("没人签到"),
            gettext("%(when)s 没人签到，正在放出来", when=plan),
            gettext("请稍等，放出来以后扫码就能用。"),
        ),
        DoorLook.BUSY: (
            gettext("正在使用"),
            gettext("到 %(when)s", when=until) if until else gettext("还没离开"),
            gettext("在用的人扫码签退或延长。"),
        ),
        DoorLook.TIDY: (
            gettext("正在整理"),
            gettext("到 %(when)s", when=until),
            gettext("里面没有人，整理好以后就能用。"),
        ),
        DoorLook.CLOSED: (
            gettext("现在不开放"),
            gettext("%(when)s 开放", when=until) if until else "",
            gettext("扫码看别的空间。"),
        ),
    }[one.look]


def _hall_says(
    moments: Sequence[DoorMoment], activities: Sequence[Activity], now: datetime
) -> Iterator[DoorSaid]:
    """Tell of a hall what happens in it; while nothing does, what a room would tell, and what comes."""
    changes = {one.at for one in moments}
    for one in activities:
        changes |= {one.starts_at - OPENS_BEFORE, one.starts_at, one.ends_at}
    for at in sorted(change for change in changes if now <= change < now + AHEAD):
        coming = [one for one in activities if one.starts_at - OPENS_BEFORE > at]
        following = [f"{_span(Span(one.starts_at, one.ends_at), at)} {_title(one)}" for one in coming]
        on = next((one for one in activities if one.starts_at - OPENS_BEFORE <= at < one.ends_at), None)
        if on is not None:
            yield _activity_says(on, at, following)
            continue
        room = _room_says(max((one for one in moments if one.at <= at), key=lambda one: one.at))
        joins = next((one for one in coming if one.audience is Audience.ALL), None)
        room = room._replace(at=at.isoformat(), following=following or room.following)
        yield (
            room
            if joins is None
            else room._replace(hint=gettext("扫码报名：%(title)s", title=joins.title), code=f"a{joins.id}")
        )


def _activity_says(on: Activity, at: datetime, following: list[str]) -> DoorSaid:
    if at < on.starts_at:
        line = gettext("%(when)s 开始", when=_when(on.starts_at, at))
    else:
        line = gettext("正在进行，到 %(when)s", when=_when(on.ends_at, at))
    return DoorSaid(
        at.isoformat(), "activity", _title(on), line, gettext("到了请用手机扫码签到。"), "door", following
    )


def _title(activity: Activity) -> str:
    """Name what everybody may come to; of the rest a screen says no more than that."""
    return activity.title if activity.audience is Audience.ALL else gettext("园区活动")
