"""The price beside what somebody picks or types, before anything is sent."""

from datetime import datetime

from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.calendar.day import blueprint
from booking.blueprints.kit.access import allow, in_background
from booking.blueprints.kit.converters import instant_or_none, whole
from booking.blueprints.kit.forms.price import Priced, priced, unpriced
from booking.blueprints.kit.forms.reservation import DayForm, StoreForm, span_of
from booking.blueprints.kit.forms.responses import UNPROCESSABLE
from booking.blueprints.kit.session import my_enterprise_id, my_park
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.reservations.models import Reservation
from booking.reservations.queries import reservation_in
from booking.reservations.rules import span_between
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for, space_in_park
from booking.values.month import local_day
from booking.values.refusal import Refusal
from booking.values.span import Span

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
