"""The price beside a stretch that somebody picks, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify, request

from booking import clock
from booking.billing.quote import quote
from booking.blueprints.access import allow, fetched
from booking.blueprints.calendar import blueprint
from booking.blueprints.messages import wording
from booking.blueprints.nonsense import whole
from booking.blueprints.price_words import price_detail, price_text
from booking.blueprints.signed_in import my_enterprise, my_park
from booking.blueprints.wall_time import instant_or_none
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.reservations.circumstances import circumstances_for
from booking.reservations.queries import is_free
from booking.reservations.refusals import Taken
from booking.reservations.rules import check_in_service, check_new, span_between
from booking.spaces.queries import space_in_park
from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from booking.billing.pricing import Quote
    from booking.spaces.models import Space
    from booking.values.span import Span


@blueprint.get("/quote")
@fetched
@allow(Role.MEMBER, Role.MANAGER)
def price() -> ResponseReturnValue:
    """Tell what a picked stretch would cost: {"text": …, "detail": …, "problem": …}."""
    zone, now = my_park().zone, clock.now()
    space = space_in_park(db.session(), my_park().id, request.args.get("space", 0, type=whole))
    start = instant_or_none(request.args.get("start"), zone)
    end = instant_or_none(request.args.get("end"), zone)
    if space is None or start is None or end is None:
        return jsonify(text="", detail="", problem=gettext("请选择空间和时间。")), 400
    try:
        quoted = judged(space, span_between(start, end), now)
    except Refusal as refusal:
        return jsonify(text="", detail="", problem=wording(refusal))
    return jsonify(text=price_text(quoted), detail=price_detail(quoted), problem=None)


def judged(space: Space, span: Span, now: datetime) -> Quote:
    """Price what the rules allow and nobody has; raises their refusal, Taken or NoTariff."""
    check_in_service(space.retired_at, space.code, span)
    check_new(span, circumstances_for(db.session(), space, span, now))
    if not is_free(db.session(), space, span):
        raise Taken(space.id, span)
    return quote(db.session(), my_park(), my_enterprise(), space, span)
