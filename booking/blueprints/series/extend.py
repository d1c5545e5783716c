"""Let a series go on until a later day."""

from datetime import date, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.forms.fields import DayField
from booking.blueprints.kit.forms.responses import UNPROCESSABLE
from booking.blueprints.kit.labels.series import series_rule
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor
from booking.blueprints.reservations.forms import apply_refusal
from booking.blueprints.series import blueprint
from booking.blueprints.series.outlook import totals_of
from booking.blueprints.series.show import series_or_404
from booking.db import db, transaction
from booking.language import gettext, local_name
from booking.language import lazy_gettext as _
from booking.letters import series as letters
from booking.reservations.series.extend_series import Extended, extend_series
from booking.reservations.series.models import Series
from booking.reservations.series.queries import last_day_of
from booking.reservations.series.recurrence import last_allowed
from booking.values.refusal import Refusal


class SeriesEndForm(FlaskForm):
    """Until when a series goes on."""

    until = DayField(_("最后一天"), [InputRequired(_("请选择最后一天。"))])


@blueprint.get("/<int:series_id>/extend")
@allow(*TENANTS)
def extend(series_id: int) -> str:
    """Ask until when it is to go on."""
    return _page(SeriesEndForm(None), series_or_404(series_id))


@blueprint.post("/<int:series_id>/extend")
@allow(*TENANTS)
@takes(_("延长重复预订"), SeriesEndForm)
def extended(series_id: int) -> ResponseReturnValue:
    """Book what is free of the days that come with it, or say why not."""
    series, form, now = series_or_404(series_id), SeriesEndForm(), clock.now()
    if not form.validate():
        return _page(form, series), UNPROCESSABLE
    until = form.until.data
    assert until is not None  # noqa: S101 - the field is required
    try:
        added = _carry_out(series_id, until, now)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return _page(form, series_or_404(series_id)), status
    flash(gettext("又订上 %(count)s 次。", count=added.booked), "success")
    if added.wished:
        flash(gettext("%(count)s 次先替你记着。", count=added.wished), "info")
    return redirect(url_for("series.show", series_id=series_id))


def _carry_out(series_id: int, until: date, now: datetime) -> Extended:
    doer = actor()
    with transaction() as session:
        return extend_series(
            session, series_id, until, price=totals_of, letter=letters.changed, by=doer, now=now
        )


def _page(form: SeriesEndForm, series: Series) -> str:
    return render_template(
        "series/extend.html",
        form=form,
        name=local_name(series.space.name, series.space.name_en),
        rule=series_rule(series),
        last=last_day_of(db.session(), series),
        latest=last_allowed(series.first_day),
        back_url=url_for("series.show", series_id=series.id),
    )
