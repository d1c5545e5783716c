"""Extend or shorten: the same space and start, another end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from booking import clock
from booking.blueprints.access import allow
from booking.blueprints.calendar_words import local_name
from booking.blueprints.filters import clock_span, duration
from booking.blueprints.form_fields import options
from booking.blueprints.reservation_words import times
from booking.blueprints.reservations import blueprint
from booking.blueprints.reservations.asked import REFUSED, ours_or_404, price_of, say_no
from booking.blueprints.reservations.forms import EndForm, EndStoreForm
from booking.blueprints.reservations.new import TENANTS
from booking.blueprints.signed_in import actor, my_park
from booking.blueprints.wall_time import exact_or_none
from booking.db import db, transaction
from booking.language import gettext
from booking.reservations.queries import claims_between
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, local_instant, span_between
from booking.spaces.models import Kind
from booking.spaces.queries import rule_for
from booking.usage.change_end import change_end as change_it
from booking.values.refusal import Refusal
from booking.values.span import FAR_FUTURE, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from booking.reservations.models import Reservation

ONE_DAY = timedelta(days=1)


@blueprint.get("/<int:reservation_id>/end")
@allow(*TENANTS)
def change_end(reservation_id: int) -> ResponseReturnValue:
    """Show the ends there are to choose from."""
    reservation = ours_or_404(reservation_id)
    form = EndStoreForm() if reservation.space.kind is Kind.STORAGE else EndForm()
    form.version.data = str(reservation.version)
    if isinstance(form, EndStoreForm) and not reservation.open_ended:
        form.until.data = (reservation.ends_at - MINUTE).astimezone(my_park().zone).date()
    return page(form, reservation)


@blueprint.post("/<int:reservation_id>/end")
@allow(*TENANTS)
def changed_end(reservation_id: int) -> ResponseReturnValue:
    """Change the end, or say why not; refused, it stays what it was."""
    now, reservation = clock.now(), ours_or_404(reservation_id)
    form = EndStoreForm() if reservation.space.kind is Kind.STORAGE else EndForm()
    if not form.validate():
        return page(form, reservation), REFUSED
    try:
        changed = carry_out(form, reservation, now)
    except Refusal as refusal:
        status = say_no(form, refusal)
        return page(form, ours_or_404(reservation_id)), status
    flash(gettext("结束时间已改，费用按实际使用计算。"), "success")
    return redirect(url_for("reservations.show", reservation_id=changed.id))


def carry_out(form: EndForm | EndStoreForm, reservation: Reservation, now: datetime) -> Reservation:
    """Price the new stretch, then change it in one transaction."""
    ends_at = end_of(form, reservation)
    span = span_between(reservation.starts_at, ends_at)
    total, doer, version = price_of(reservation.space, span).total, actor(), form.version_or_none()
    with transaction() as session:
        return change_it(session, reservation.id, ends_at, quote=total, by=doer, now=now, version=version)


def end_of(form: EndForm | EndStoreForm, reservation: Reservation) -> datetime:
    """Read the end that was chosen; nonsense is the end there is, which the verb refuses."""
    if isinstance(form, EndStoreForm):
        day = form.until.data
        return FAR_FUTURE if day is None else local_instant(day + ONE_DAY, 0, my_park().zone)
    return exact_or_none(form.ends.data) or reservation.ends_at


def page(form: EndForm | EndStoreForm, reservation: Reservation) -> str:
    """Draw the form."""
    span = Span(reservation.starts_at, reservation.ends_at)
    if isinstance(form, EndForm):
        form.ends.choices = options((end.isoformat(), label(span, end)) for end in ends(reservation))
        form.ends.data = form.ends.data or reservation.ends_at.isoformat()
    return render_template(
        "reservations/change_end.html",
        form=form,
        reservation=reservation,
        name=local_name(reservation.space.name, reservation.space.name_en),
        when=times(reservation.starts_at, reservation.ends_at, reservation.space.kind),
        back_url=url_for("reservations.show", reservation_id=reservation.id),
        storage=reservation.space.kind is Kind.STORAGE,
    )


def label(span: Span, end: datetime) -> str:
    """Say what an end would mean."""
    when = clock_span(Span(span.start, end))
    if end == span.end:
        return str(gettext("%(when)s（现在）", when=when))
    if end > span.end:
        return str(gettext("%(when)s（延长 %(length)s）", when=when, length=duration(end - span.end)))
    return str(gettext("%(when)s（缩短 %(length)s）", when=when, length=duration(span.end - end)))


def ends(reservation: Reservation) -> Iterator[datetime]:
    """Walk through the ends that the rule allows and that are free now, the present one among them."""
    zone, now = my_park().zone, clock.now()
    opening = rule_for(db.session(), reservation.space)
    day = reservation.starts_at.astimezone(zone).date()
    closes = local_instant(day, min(opening.closes_minute, MINUTES_OF_DAY), zone)
    longest = reservation.starts_at + opening.maximum_minutes * MINUTE
    last = max(min(closes, longest), reservation.ends_at)
    taken = claims_between(db.session(), reservation.space, Span(reservation.starts_at, last + ONE_DAY))
    others = [row.starts_at for row in taken if row.reservation_id != reservation.id]
    buffer = opening.buffer_minutes * MINUTE
    free_until = min([last, *(start - buffer for start in others if start >= reservation.ends_at)])
    end = reservation.starts_at + opening.minimum_minutes * MINUTE
    while end <= free_until:
        if end > now:
            yield end
        end += opening.step_minutes * MINUTE
