"""The week page: one space, Monday to Sunday.

And the price beside what somebody picks on a timeline or types, before anything is sent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from flask import Response, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.calendar.day import blueprint
from booking.blueprints.kit import occupancy
from booking.blueprints.kit.access import TENANTS, allow, in_background
from booking.blueprints.kit.availability import Criteria
from booking.blueprints.kit.converters import day_or, instant_or_none, whole
from booking.blueprints.kit.filters import day as day_text, moment, money
from booking.blueprints.kit.forms.booking import Priced, priced, unpriced
from booking.blueprints.kit.forms.reservation import DayForm, StoreForm, span_of
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.http import asked_in_place, safe_redirect
from booking.blueprints.kit.labels.spaces import about, extended_label, photo_of
from booking.blueprints.kit.session import actor, favourites, me, my_enterprise_id, my_park
from booking.blueprints.kit.timeline import Axis, Claim
from booking.charges.quote_each import list_price
from booking.db import db, transaction
from booking.language import gettext, local_name
from booking.needs.work_queries import fault_of
from booking.parks.queries import provisional_years
from booking.people.models import Role
from booking.reservations.habits.habits import star as mark, unstar as unmark
from booking.reservations.models import Reservation
from booking.reservations.queries import ClaimRow, claims_between, parts_of_wholes, reservation_in
from booking.reservations.reserve import booking_context
from booking.reservations.rules import BookingContext, local_instant, next_full_hour, span_between
from booking.reservations.space_queries import SpaceRow, space_rows, space_to_book, spaces_by_id
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for, space_in_park
from booking.spaces.rules import Opening
from booking.tariffs.rules import NoTariff
from booking.values import Refusal, Span, local_day

WEEK = timedelta(days=7)


@blueprint.get("/spaces/<int:space_id>")
@allow(*Role)
def week(space_id: int) -> ResponseReturnValue:
    """Show a week of one space, with what it is and what it offers."""
    now, park = clock.now(), my_park()
    space = space_to_book(db.session(), park.id, space_id) or abort(404)
    today = now.astimezone(park.zone).date()
    day = day_or(request.args.get("day"), today)
    monday = day - timedelta(days=day.weekday())
    claims = claims_between(db.session(), space, looked_at(space, monday, now))
    opening, wish = rule_for(db.session(), space, since=monday), Criteria.of_request()
    return render_template(
        "calendar/week.html",
        space=space,
        tenant=me().enterprise_id is not None,
        starred=space_id in favourites(),
        unstarred="unstarred" in request.args and space_id not in favourites(),
        name=local_name(space.name, space.name_en),
        about=[*about(opening, *_row_and_parts(space)), *_price_now(space, opening, now)],
        photo_url=photo_of(space.picture_id),
        shown=None
        if space.kind is Kind.STORAGE
        else week_timeline(space, claims, opening, monday, now, wish),
        fault=_fault_of(space),
        closed=occupancy.closures_told(claims, space_id, now),
        extended=[extended_label(one) for one in opening.extended if one.day < monday + WEEK],
        unseen=occupancy.unseen_label(monday) if space.kind is not Kind.STORAGE else "",
        monday=monday,
        sunday=monday + timedelta(days=6),
        **ways(space, day, today, wish),
        new_url=url_for("reservations.new", space=space_id, **wish.args(day=max(day, today)))
        if books(space, now)
        else "",
        wait_url=wait_url(space, opening, max(day, today), now),
        provisional=provisional_years(db.session(), park.id, monday, monday + WEEK),
    )


@blueprint.post("/spaces/<int:space_id>/star")
@allow(*TENANTS)
def star(space_id: int) -> ResponseReturnValue:
    """Mark the space as one of the reader's favourites."""
    by, now, park_id = actor(), clock.now(), my_park().id
    with transaction() as session:
        mark(session, space_to_book(session, park_id, space_id) or abort(404), by=by, now=now)
    return _after(space_id, starred=True)


FOUND = 302


def _after(space_id: int, *, starred: bool) -> ResponseReturnValue:
    """Show the star where it was pressed: in place, on the page it came from, or on that of the space."""
    back = request.form.get("back", "")
    if asked_in_place():
        path = url_for("calendar.week", space_id=space_id)
        return render_template("calendar/star.html", path=path, starred=starred)
    there = url_for("calendar.week", space_id=space_id, unstarred=None if starred else 1)
    return safe_redirect(back, there, FOUND)


@blueprint.post("/spaces/<int:space_id>/unstar")
@allow(*TENANTS)
def unstar(space_id: int) -> ResponseReturnValue:
    """Take the star away; the page that follows offers to put it back."""
    by, park_id = actor(), my_park().id
    with transaction() as session:
        unmark(session, space_to_book(session, park_id, space_id) or abort(404), by=by)
    return _after(space_id, starred=False)


def wait_url(space: Space, opening: Opening, day: date, now: datetime) -> str:
    """Lead tenants to the waiting list, and the park to who stands in it; "" where there is none."""
    if space.kind in SPACES_WITHOUT_LINE or opening.needs_approval:
        return ""
    if me().role is Role.ADMIN:
        return url_for("waiting.line", space_id=space.id)
    return url_for("waiting.new", space=space.id, day=day) if books(space, now) else ""


AN_HOUR = timedelta(hours=1)


def _price_now(space: Space, opening: Opening, now: datetime) -> list[tuple[str, str]]:
    """Say what an hour of it costs whoever has no free minutes left: now, or when it opens next.

    Nothing of what has no tariff, or does not open within two weeks.
    """
    if me().enterprise_id is None or space.kind is Kind.STORAGE:
        return []
    at = booking_context(db.session(), my_park(), space.kind, opening, now)
    today = at.open_on(local_day(now, at.zone))
    is_open = today is not None and today.contains(now)
    start = now if is_open else _opens(at)
    if start is None:
        return []
    try:
        price = money(list_price(db.session(), my_park(), space, Span(start, start + AN_HOUR)))
    except NoTariff:
        return []
    said = gettext("现在一小时 %(price)s，不算免费额度", price=price)
    if not is_open:
        said = gettext("%(when)s 起一小时 %(price)s，不算免费额度", when=moment(start), price=price)
    return [(gettext("价格"), said)]


def _opens(at: BookingContext) -> datetime | None:
    """Tell when it opens next."""
    first = next_full_hour(at)
    return first and local_instant(*first, at.zone)


def _fault_of(space: Space) -> tuple[str, str] | None:
    """Say that somebody reported a fault that has no end yet; what was said is for the park's own people."""
    need = fault_of(db.session(), space)
    if need is None:
        return None
    if me().enterprise_id is not None:
        return gettext("报修中"), ""
    return gettext("报修中：%(words)s", words=need.words), url_for("needs.show", need_id=need.id)


LOOK_AHEAD = timedelta(days=366)
"""How far ahead the page of a store tells of closures; it shows no week."""


def looked_at(space: Space, monday: date, now: datetime) -> Span:
    """Give the time whose claims the page tells of."""
    return Span(now, now + LOOK_AHEAD) if space.kind is Kind.STORAGE else week_of(monday)


def _row_and_parts(space: Space) -> tuple[SpaceRow, Sequence[Space]]:
    """Give what is kept of a space, and what it is made of."""
    session = db.session()
    (row,) = space_rows(session, space.park_id, space.kind, {space.id})
    parts = parts_of_wholes(session, space.park_id).get(space.id, ())
    return row, spaces_by_id(session, parts) if parts else ()


def week_of(monday: date) -> Span:
    """Give the park's week that begins on a Monday."""
    zone = my_park().zone
    return Span(local_instant(monday, 0, zone), local_instant(monday + WEEK, 0, zone))


def ways(space: Space, day: date, today: date, wish: Criteria) -> dict[str, str]:
    """Lead to the weeks beside this one, and back to the day page; what is looked for goes along."""

    def url_of(shown: date) -> str:
        return url_for("calendar.week", space_id=space.id, **wish.args(day=shown))

    monday = day - timedelta(days=day.weekday())
    return {
        "previous_url": url_of(monday - WEEK),
        "next_url": url_of(monday + WEEK),
        "today_url": "" if monday <= today < monday + WEEK else url_of(today),
        "day_url": url_for("calendar.day", **wish.args(kind=space.kind.value, day=day)),
        "reserve_url": url_for("reservations.new", **wish.args()),
    }


def books(space: Space, now: datetime) -> bool:
    """Tell whether the reader may book the space."""
    in_service = space.retired_at is None or space.retired_at > now
    return me().enterprise_id is not None and in_service


def week_timeline(
    space: Space, rows: Sequence[ClaimRow], opening: Opening, monday: date, now: datetime, wish: Criteria
) -> occupancy.Timeline:
    """Draw seven days of the space, one a row."""
    session, park = db.session(), my_park()
    at = booking_context(session, park, space.kind, opening, now)
    looks = occupancy.reader(wish) if books(space, now) else replace(occupancy.reader(wish), new_url="")
    parts = tuple({row.space_id for row in rows} - {space.id})
    drawn = occupancy.drawn_claims(rows, {space.id: parts}, looks).get(space.id, [])
    days = [monday + timedelta(days=number) for number in range(7)]
    window = occupancy.window_of([at.opening], days)
    settings = {
        day: occupancy.RowSettings.under(at.opening, day, occupancy.axis_of(day, window, at), at, looks)
        for day in days
    }
    drawn_days = [
        setting.row(space.id, day_text(day), _touching(drawn, setting.axis), past=setting.axis.column(now))
        for day, setting in settings.items()
    ]
    first = settings[monday].axis
    open_at = first.column(local_instant(monday, occupancy.NINE, park.zone))
    label = gettext("%(name)s 一周", name=local_name(space.name, space.name_en))
    return occupancy.Timeline(drawn_days, first.ticks(), first.columns, None, open_at, label)


def _touching(claims: Sequence[Claim], axis: Axis) -> Sequence[Claim]:
    """Keep what touches the day; the axis tells which."""
    return [claim for claim in claims if claim.span.overlaps(axis.window)]


BAD_REQUEST = 400


@blueprint.get("/quote")
@in_background
@allow(Role.MEMBER, Role.MANAGER)
def price() -> ResponseReturnValue:
    """Tell what a stretch would cost: {"text": …, "detail": …, "when": …, "problem": …}.

    It comes as `start` and `end`, or as the fields of a form: `day`, `starts` and `ends`, or `until`.
    `moves` is the reservation that would move there.
    """
    now, moves = clock.now(), request.args.get("moves", 0, type=whole)
    space = space_in_park(db.session(), my_park().id, request.args.get("space", 0, type=whole))
    if space is None:
        return problem(gettext("请选择空间和时间。")), BAD_REQUEST
    try:
        span = span_in_form(space, now) if "day" in request.args else span_picked()
        opening = rule_for(db.session(), space, since=local_day(now, my_park().zone))
        found = priced(space, opening, span, now, moving_reservation(moves) if moves else None)
    except Refusal as refusal:
        found = unpriced(refusal)
    except ValueError as wrong:
        return problem(str(wrong)), UNPROCESSABLE if "day" in request.args else BAD_REQUEST
    return jsonify(found._asdict())


def problem(sentence: str) -> Response:
    """Say why there is no price."""
    return jsonify(Priced(problem=sentence)._asdict())


def span_picked() -> Span:
    """Read what was picked on the timeline; raises ValueError, EndsBeforeItStarts."""
    zone = my_park().zone
    start = instant_or_none(request.args.get("start"), zone)
    end = instant_or_none(request.args.get("end"), zone)
    if start is None or end is None:
        raise ValueError(gettext("请选择空间和时间。"))
    return span_between(start, end)


def span_in_form(space: Space, now: datetime) -> Span:
    """Read what was typed as its form will; raises ValueError with what is wrong, or what `span_of` does."""
    kind = StoreForm if space.kind is Kind.STORAGE else DayForm
    form = kind(request.args, meta={"csrf": False})
    if not form.validate():
        raise ValueError(*[str(error) for errors in form.errors.values() for error in errors][:1])
    return span_of(form, now)


def moving_reservation(reservation_id: int) -> Reservation:
    """Find the reservation that would move; another enterprise's is not found."""
    found = reservation_in(db.session(), my_park().id, reservation_id)
    return found if found and found.enterprise_id == my_enterprise_id() else abort(404)
