"""Let a series go on until a later day: until when, what would become of each day, and the act."""

from collections import Counter
from datetime import date, datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import comma_list, day
from booking.blueprints.kit.forms.fields import DayField
from booking.blueprints.kit.forms.reservation import apply_refusal
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.labels.series import series_rule
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor
from booking.blueprints.series.forms import chosen_in
from booking.blueprints.series.new import EDIT, LOOK, done, pressed_step, preview_page
from booking.blueprints.series.outlook import seen_of, totals_of
from booking.blueprints.series.show import blueprint, series_or_404
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.letters import series as letters
from booking.reservations.models import ReservationState
from booking.reservations.series.extend_series import extend_series, foresee_longer
from booking.reservations.series.models import Series
from booking.reservations.series.queries import booked_of, goes_on_as, last_day_of, wished_of
from booking.reservations.series.recurrence import as_many_again, last_allowed, read_rule
from booking.reservations.series.rules import planned_day
from booking.values import Refusal


class SeriesEndForm(FlaskForm):
    """Until when a series goes on."""

    until = DayField(_("到哪一天"), [InputRequired(_("请选择最后一天。"))])


@blueprint.get("/<int:series_id>/extend")
@allow(*TENANTS)
def extend(series_id: int) -> str:
    """Ask until when it is to go on; proposed is as many times again."""
    series = series_or_404(series_id)
    last, latest = last_day_of(db.session(), series), last_allowed(series.first_day)
    again = as_many_again(read_rule(series.rule, series.first_day), series.first_day, last)
    until = min(again, latest) if again > last else None
    return _page(SeriesEndForm(None, data={"until": until}), series)


@blueprint.post("/<int:series_id>/extend")
@allow(*TENANTS)
@takes(_("延长重复预订"), SeriesEndForm)
def extended(series_id: int) -> ResponseReturnValue:
    """Show what would become of the days that come with it; from there book what is free of them."""
    series, form, now = series_or_404(series_id), SeriesEndForm(), clock.now()
    if not form.validate():
        return _page(form, series), UNPROCESSABLE
    until = form.until.data
    assert until is not None  # noqa: S101 - the field is required
    step = pressed_step(request.form)
    if step == EDIT:
        return _page(form, series)
    try:
        if step == LOOK:
            return _preview_of_more(series, until, now)
        last = last_day_of(db.session(), series)
        _carry_out(series_id, until, now)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return _page(form, series_or_404(series_id)), status
    more = [
        one
        for one in booked_of(db.session(), series_id)
        if one.recurrence_id and planned_day(one.recurrence_id) > last
    ]
    count = sum(one.state is ReservationState.BOOKED for one in more)
    words = gettext("又订上 %(count)s 次。", count=count) if count else ""
    wished = wished_of(db.session(), series_id, now)
    kept = [one for one in wished if planned_day(one.recurrence_id) > last]
    waits = Counter(one.answerer for one in more if one.state is ReservationState.REQUESTED)
    return done(series, words, now, waits=waits, kept=kept)


def _preview_of_more(series: Series, until: date, now: datetime) -> str:
    longer = foresee_longer(db.session(), series, until, now=now)
    seen = seen_of(series.space, longer.outlook, series.people, now, chosen_in(request.form))
    seen = seen._replace(others=comma_list(day(one) for one in longer.elsewhere), goes_on=True)
    name = local_name(series.space.name, series.space.name_en)
    back = url_for("series.show", series_id=series.id)
    way = [(gettext("我的预订"), url_for("reservations.index")), (name, back), (gettext("延长系列"), "")]
    lead = gettext("%(rule)s，延长到 %(day)s", rule=series_rule(series), day=day(until))
    return preview_page(
        gettext("延长重复预订"), lead, way, seen, url_for("series.extended", series_id=series.id)
    )


def _carry_out(series_id: int, until: date, now: datetime) -> None:
    by = actor()
    with transaction() as session:
        extend_series(
            session,
            series_id,
            until,
            price=totals_of,
            letter=letters.series_changed,
            by=by,
            now=now,
            instead=chosen_in(request.form),
        )


def _page(form: SeriesEndForm, series: Series) -> str:
    return render_template(
        "series/extend.html",
        form=form,
        name=local_name(series.space.name, series.space.name_en),
        rule=series_rule(series),
        last=last_day_of(db.session(), series),
        latest=last_allowed(series.first_day),
        goes_on=goes_on_as(db.session(), series),
        back_url=url_for("series.show", series_id=series.id),
    )
