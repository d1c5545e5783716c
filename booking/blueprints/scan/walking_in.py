"""Walk in: use a free space without a reservation."""

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import clock as clock_text
from booking.blueprints.kit.labels.reservations import place_name
from booking.blueprints.kit.session import actor, me, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.blueprints.scan.loading import blueprint, scanned
from booking.blueprints.today.loading import my_enterprise, read_instant
from booking.charges.meter import RatingMeter
from booking.charges.quote import quote
from booking.db import db, transaction
from booking.language import gettext
from booking.usage.queries import open_stay_at
from booking.usage.walk_in import walk_in
from booking.values.refusal import Refusal
from booking.values.span import Span

BAD_REQUEST = 400
NOT_FOUND = 404


@blueprint.post("/<scan_code>/walk-in")
@allow(*TENANTS)
def come_in(scan_code: str) -> ResponseReturnValue:
    """Check in without a reservation until the time chosen; the second press finds it done."""
    space = scanned(scan_code) or abort(NOT_FOUND)
    until = read_instant(request.form.get("until")) or abort(BAD_REQUEST)
    try:
        name = _come_in(scan_code, until)
    except Refusal as refusal:
        there = open_stay_at(db.session(), space.id)
        if there is not None and there.enterprise_id == my_enterprise_id():
            flash(gettext("已经签到了，不用再点一次。"), "info")
            return redirect(url_for("today.index"))
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
        walk_in(session, space, me(), until, meter=RatingMeter(), by=actor(), now=now)
        # What has no price could not be charged at its end: NoTariff takes the stay back.
        quote(session, my_park(), my_enterprise(), space, Span(now, until))
        return place_name(space)
