"""Calendar feeds: the reader's own, to subscribe to and to revoke, and the addresses that programs ask."""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from booking import clock
from booking.activities.models import ActivityState
from booking.activities.queries import ActivityReader, activities_to_come
from booking.blueprints.kit.access import TENANTS, allow, anyone
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.session import me, my_park
from booking.db import db, transaction
from booking.language import CHINESE, LANGUAGES, force_locale, gettext, local_name
from booking.letters.calendar_entry import FeedTold, feed_file
from booking.reservations import calendar_feeds
from booking.reservations.guests.invite import along_to
from booking.reservations.models import CalendarFeed, FeedKind
from booking.spaces.models import Space
from booking.spaces.queries import space_in_park

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds")


class ShownFeed(NamedTuple):
    """A feed as its owner sees it: its name, what it tells, and, once opened, its addresses."""

    kind: FeedKind
    name: str
    tells: str
    feed: CalendarFeed | None
    address: str = ""
    subscribe: str = ""


@blueprint.get("")
@allow(*TENANTS)
def index() -> str:
    """List what can be subscribed to, and the addresses there are."""
    mine = calendar_feeds.feeds_of(db.session(), me().id)
    of_kind = {feed.kind: feed for feed in mine if feed.kind is not FeedKind.SPACE}
    shown = [_shown(kind, of_kind.get(kind)) for kind in FeedKind if kind is not FeedKind.SPACE]
    spaces = [_shown(feed.kind, feed) for feed in mine if feed.kind is FeedKind.SPACE]
    return render_template("feeds/index.html", feeds=shown + spaces)


def _shown(kind: FeedKind, feed: CalendarFeed | None) -> ShownFeed:
    name, tells = _name(kind, feed.space if feed else None), _tells(kind)
    if feed is None:
        return ShownFeed(kind, name, tells, None)
    address = current_app.config["BASE_URL"] + url_for(".file", key=feed_key(feed))
    return ShownFeed(kind, name, tells, feed, address, "webcal:" + address.partition(":")[2])


def _name(kind: FeedKind, space: Space | None) -> str:
    if space is not None:
        return local_name(space.name, space.name_en)
    names = {
        FeedKind.OWN: gettext("我的预订"),
        FeedKind.ENTERPRISE: gettext("本企业的预订"),
        FeedKind.ACTIVITIES: gettext("园区活动"),
    }
    return names[kind]


def _tells(kind: FeedKind) -> str:
    tells = {
        FeedKind.OWN: gettext("你订的，随改随变"),
        FeedKind.ENTERPRISE: gettext("同事订的也在，写着是谁"),
        FeedKind.ACTIVITIES: gettext("你能参加的活动"),
        FeedKind.SPACE: gettext("本企业的写明，别家的只写已占用"),
    }
    return tells[kind]


@blueprint.post("/open")
@allow(*TENANTS)
def make() -> ResponseReturnValue:
    """Make an address for one's own bookings, the enterprise's, the activities, or a space of the park."""
    kind = request.form.get("kind", "")
    if kind not in set(FeedKind):
        abort(400)
    with transaction() as session:
        space = space_in_park(session, my_park().id, request.form.get("space", 0, type=whole))
        if (kind == FeedKind.SPACE) != (space is not None):
            abort(404)
        feed = calendar_feeds.open_feed(session, me(), FeedKind(kind), space, now=clock.now())
        made = f"feed-{feed.id}"
    flash(gettext("订阅地址已生成，可以用日历订阅，或复制到日历里。"), "success")
    return redirect(url_for(".index", _anchor=made))  # the focus goes to the address


@blueprint.post("/revoke")
@allow(*TENANTS)
def revoke() -> ResponseReturnValue:
    """Let one of one's own addresses open nothing any more; a second time finds it so."""
    with transaction() as session:
        revoked = calendar_feeds.revoke_feed(
            session, me().id, request.form.get("feed", 0, type=whole), now=clock.now()
        )
    if revoked:
        flash(gettext("这个地址已停用，订阅它的日历不再更新。"), "success")
    return redirect(url_for(".index"))


def feed_key(feed: CalendarFeed) -> str:
    """Make the secret part of a feed's address: nobody can guess it, and no table has it."""
    return str(_signer().dumps([feed.id, feed.nonce]))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="calendar feed")


def _feed_or_404(key: str) -> CalendarFeed:
    try:
        number, nonce = _signer().loads(key)
    except (BadData, TypeError, ValueError):
        abort(404)
    feed = calendar_feeds.open_feed_with(db.session(), number)
    return feed if feed is not None and feed.nonce == nonce else abort(404)


@blueprint.get("/<key>.ics")
@anyone  # a calendar program has no session: the secret in the address lets it in
def file(key: str) -> ResponseReturnValue:
    """Give what the feed tells; a revoked, misspelt or made-up address is not found."""
    feed = _feed_or_404(key)
    with force_locale(LANGUAGES.get(feed.member.language or "zh", CHINESE)):
        made = feed_file(feed, _told(feed, clock.now()))
    answer = send_bytes(made.content, made.name, made.media_type, look=True)
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.add_etag()
    return answer.make_conditional(request)


def _told(feed: CalendarFeed, now: datetime) -> FeedTold:
    session, park = db.session(), feed.member.park
    title = f"{local_name(park.name, park.name_en)} · {_name(feed.kind, feed.space)}"
    if feed.kind is FeedKind.ACTIVITIES:
        reader = ActivityReader(feed.park_id, feed.member_id, feed.member.enterprise)
        coming = activities_to_come(session, reader, now)
        held = [row.activity for row in coming if row.activity.state is ActivityState.PUBLISHED]
        return FeedTold(title, activities=held)
    found = calendar_feeds.reservations_in_feed(session, feed, now=now)
    taken = calendar_feeds.taken_by_others(session, feed, now=now) if feed.kind is FeedKind.SPACE else ()
    changed = calendar_feeds.changed_at(session, [one.id for one in found])
    own = [one.id for one in found if feed.kind is FeedKind.OWN and one.member_id == feed.member_id]
    along = along_to(session, own)
    return FeedTold(title, found, changed, taken, by_whom=feed.kind is not FeedKind.OWN, along=along)
