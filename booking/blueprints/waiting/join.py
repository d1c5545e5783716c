"""Join the waiting list: the form that says what it means, and the act."""

from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.availability import Criteria
from booking.blueprints.kit.forms.reservation import apply_refusal, span_of
from booking.blueprints.kit.forms.responses import UNPROCESSABLE
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_enterprise, my_park
from booking.blueprints.waiting.forms import WaitForm, Wanted, fill, wait_form, wanted_of_request
from booking.blueprints.waiting.show import blueprint
from booking.charges.pricing import quote_many
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.reservations.space_queries import fitting_rows, space_to_book
from booking.reservations.waiting.models import Wait
from booking.reservations.waiting.wait_for import AnyOf, wait_for
from booking.spaces.models import Space
from booking.tariffs.in_force import PricedSpace
from booking.values.money import Money
from booking.values.refusal import Refusal
from booking.values.span import Span


@blueprint.get("/new")
@allow(*TENANTS)
def new() -> str:
    """Show the form; every field can come with the address."""
    wanted = wanted_of_request()
    form = wait_form(wanted, request.args)
    fill(form, wanted, clock.now())
    return join_page(form, wanted)


@blueprint.post("/new")
@allow(*TENANTS)
@takes(_("候补"), WaitForm)
def join() -> ResponseReturnValue:
    """Stand in line, or say why not."""
    wanted = wanted_of_request()
    form = wait_form(wanted)
    if not form.validate():
        return join_page(form, wanted), UNPROCESSABLE
    try:
        wait = carry_out_wait(form, wanted, clock.now())
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return join_page(form, wanted), status
    flash(gettext("已排候补，空出来会发邮件给你。"), "success")
    return redirect(url_for("waiting.show", wait_id=wait.id))


def carry_out_wait(form: WaitForm, wanted: Wanted, now: datetime) -> Wait:
    """Stand in line in one transaction."""
    span, by = span_of(form, now), actor()
    park_id, space_id = my_park().id, wanted.space.id if wanted.space else None
    price = least_price(wanted.space, wanted.any_of, span)
    with transaction() as session:
        space = space_to_book(session, park_id, space_id) if space_id else None
        return wait_for(
            session,
            space or wanted.any_of or abort(404),
            span,
            by=by,
            now=now,
            people=form.people.data or 1,
            purpose=form.purpose.data or "",
            quote=price,
        )


def least_price(space: Space | None, any_of: AnyOf | None, span: Span) -> Money | None:
    """Give what a wait would cost at least; None where no tariff says, which the hold's own price does."""
    rights = me().rights
    if rights is None or rights.up_to is None:
        return None
    session, park = db.session(), my_park()
    rows: Sequence[PricedSpace] = [space] if space else []
    if any_of is not None:
        rows = fitting_rows(session, park.id, any_of.kind, span.start, any_of.wanted)
    quotes = quote_many(session, park, my_enterprise(), rows, span)
    return min((one.total for one in quotes.values()), default=None)


def join_page(form: WaitForm, wanted: Wanted) -> str:
    """Draw the form."""
    return render_template(
        "waiting/new.html",
        form=form,
        wanted=wanted,
        wish=Criteria.of_request()._replace(people=None),
        hold_minutes=my_park().hold_minutes,
        day_url=url_for("calendar.day", **Criteria().args(kind=wanted.kind.value, day=form.day.data)),
    )
