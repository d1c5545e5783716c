"""Cancel a series from one of its occurrences on: what it would come to, and the act."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.converters import fee_shown
from booking.blueprints.kit.filters import day, money
from booking.blueprints.kit.labels.along import all_hear_it_is_off
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.series import series_rule
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import wording
from booking.blueprints.series.show import blueprint, series_or_404
from booking.charges.charge_fee import late_fees_taken
from booking.charges.series import cancel_series, late_cancel_fees, to_cancel
from booking.db import db, transaction
from booking.language import gettext, local_name
from booking.letters import series as letters
from booking.reservations.models import Reservation
from booking.reservations.series.models import Series
from booking.reservations.series.queries import keys_of, wished_of
from booking.reservations.series.rules import planned_day
from booking.values import Money, Refusal, local_day


@blueprint.get("/<int:series_id>/cancel")
@allow(*TENANTS)
def cancel(series_id: int) -> str:
    """Show what would be given back from an occurrence on, and what that costs."""
    now, series = clock.now(), series_or_404(series_id)
    since = since_of(request.args.get("since"), series)
    rows = to_cancel(db.session(), series_id, since, now)
    fees = late_cancel_fees(db.session(), my_park(), rows, now)
    wished = [one for one in wished_of(db.session(), series_id, now) if one.recurrence_id >= since]
    return render_template(
        "series/cancel.html",
        **about_series(series, since),
        lines=with_fees(series, sorted(rows, key=lambda one: one.starts_at), fees),
        wished=len(wished),
        hears=all_hear_it_is_off(rows),
        fee=Money.total(fees.values()),
    )


@blueprint.post("/<int:series_id>/cancel")
@allow(*TENANTS)
def cancelled(series_id: int) -> ResponseReturnValue:
    """Cancel them at the fee that was shown; a second press finds nothing left."""
    series, by, now = series_or_404(series_id), actor(), clock.now()
    since = since_of(request.form.get("since"), series)
    shown = fee_shown()
    try:
        with transaction() as session:
            hears = all_hear_it_is_off(to_cancel(session, series_id, since, now))
            rows = cancel_series(
                session, series_id, since=since, letter=letters.series_cancelled, by=by, now=now, shown=shown
            )
            fee = late_fees_taken(session, [one.id for one in rows])
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for("series.cancel", series_id=series_id, since=since))
    words = gettext("已取消 %(count)s 次，时间已释放。", count=len(rows))
    late = gettext("按价目收取迟取消费 %(fee)s。", fee=money(fee)) if fee else ""
    flash(f"{words}{late}{hears}", "success")
    return redirect(url_for("series.show", series_id=series_id))


class GoneLine(NamedTuple):
    """What would be given back, in words; `place` where that is not the place of its series, `cost` or ""."""

    when: str
    place: str
    cost: str


def with_fees(series: Series, rows: Sequence[Reservation], fees: Mapping[int, Money]) -> list[GoneLine]:
    """Say when each is that would be given back, where it was moved to alone, and what that costs."""
    return [
        GoneLine(
            times(one.starts_at, one.ends_at, one.space.kind),
            local_name(one.space.name, one.space.name_en) if one.space_id != series.space_id else "",
            money(fees[one.id]) if fees.get(one.id) else "",
        )
        for one in rows
    ]


def about_series(series: Series, since: str) -> dict[str, object]:
    """Give what stands above the pages that change or cancel it."""
    return {
        "series": series,
        "name": local_name(series.space.name, series.space.name_en),
        "rule": series_rule(series),
        "since": since,
        "since_day": day(planned_day(_first(series, since))),
        "back_url": url_for("series.show", series_id=series.id),
    }


def _first(series: Series, since: str) -> str:
    """Name the first occurrence that is meant: of those to come, from the one that was said on."""
    today = f"{local_day(clock.now(), my_park().zone)}"
    coming = (key for key in keys_of(db.session(), series.id) if key >= max(since, today))
    return min(coming, default=since or today)


def since_of(said: str | None, series: Series) -> str:
    """Read from which occurrence on; what cannot be read is the first day, which means all of it."""
    try:
        datetime.fromisoformat(said or "")
    except ValueError:
        return series.first_day.isoformat()
    return (said or "")[:16]
