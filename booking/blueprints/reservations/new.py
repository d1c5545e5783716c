"""Reserve one space: the form with its price, and what is free instead where somebody was quicker."""

import secrets
from datetime import datetime
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.availability import SEATED, Criteria, new_url, offers, other_times
from booking.blueprints.kit.conflicts import JoinPress, count_turned_away, join_press
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.booking import (
    GuestFields,
    ReserveRoomForm,
    offer_colleagues,
    price_in_form,
    price_of,
    promise_before,
    put_amiss,
)
from booking.blueprints.kit.forms.reservation import (
    ReserveForm,
    ReserveStoreForm,
    apply_refusal,
    ours_or_404,
    prefill,
    span_of,
    wanted_space,
)
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.holders import all_mine, holders
from booking.blueprints.kit.labels.consent import request_label
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.spaces import hours_hint, made_of, photo_of
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import wording
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.parks.queries import provisional_years
from booking.reservations.alternatives import Asker, alternatives
from booking.reservations.guests.invite import invite
from booking.reservations.habits.habits import next_like
from booking.reservations.models import Reservation
from booking.reservations.queries import is_free
from booking.reservations.refusals import AskedAlready, Taken
from booking.reservations.reserve import booking_context_for, hold_to_book, made_before, reserve, stored_key
from booking.reservations.rules import check_new
from booking.reservations.space_queries import SpaceRow, space_row
from booking.spaces.models import Kind
from booking.spaces.queries import rule_for
from booking.values import Refusal, Span, local_day

blueprint = Blueprint("reservations", __name__, url_prefix="/reservations")


@blueprint.get("/new")
@allow(*TENANTS)
def new() -> ResponseReturnValue:
    """Show the form with its price; every field can come with the address."""
    now = clock.now()
    space = _row_or_404(request.args.get("space", 0, type=whole))
    form = form_for(space, from_address=True)
    prefill(form, space, now)
    form.idempotency_key.data = secrets.token_urlsafe(12)
    return new_page(form, space, now)


@blueprint.get("/<int:reservation_id>/again")
@allow(*TENANTS)
def book_again(reservation_id: int) -> ResponseReturnValue:
    """Lead to the form with the same space, and the next free time like that of a reservation of ours."""
    was, now = ours_or_404(reservation_id), clock.now()
    space, span = was.space, Span(was.starts_at, was.ends_at)
    if space.kind is Kind.STORAGE:
        return redirect(url_for("reservations.new", space=space.id))
    found = next_like(db.session(), my_park(), space, span, now)
    if found is None:
        flash(gettext("接下来两周同一时间都订不上，请另选时间。"), "info")
        return redirect(url_for("reservations.new", space=space.id))
    told = {"people": was.people, "purpose": was.purpose or None}
    return redirect(new_url(space.id, space.kind, found, **told))


@blueprint.post("/new")
@allow(*TENANTS)
@takes(_("预订"), ReserveForm, ReserveRoomForm, ReserveStoreForm)
def create() -> ResponseReturnValue:
    """Book it, or say why not and what is free instead; without scripts, only work out the price anew.

    That is sent like a booking, since guests' addresses have no place in the address of a page.
    """
    now = clock.now()
    space = _row_or_404(request.form.get("space", 0, type=whole))
    form = form_for(space, from_address=False)
    if request.form.get("step") == "price":
        return new_page(form, space, now)
    if not form.validate():
        return new_page(form, space, now), UNPROCESSABLE
    try:
        made = book(form, space, now)
    except AskedAlready as refusal:
        return to_what_was_asked(refusal)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        taken = refusal if isinstance(refusal, Taken) else None
        if taken is not None and taken.own is None:
            count_turned_away(space.kind, taken.span, now, space.id)
        if taken is None and isinstance(form, ReserveForm):
            put_amiss(form, space.capacity)
        return new_page(form, space, now, taken=taken), status
    tell(made)
    return redirect(url_for("reservations.show", reservation_id=made.id))


def to_what_was_asked(refusal: AskedAlready) -> ResponseReturnValue:
    """Say that it is asked for already, and lead there; one place cannot be had twice."""
    flash(wording(refusal), "warning")
    return redirect(url_for("reservations.show", reservation_id=refusal.reservation_id))


def _row_or_404(space_id: int) -> SpaceRow:
    """Give a space of the reader's park as it was when they signed in to this request; no query."""
    return space_row(db.session(), my_park().id, space_id) or abort(404)


def look_before_waiting(form: ReserveForm | ReserveStoreForm, row: SpaceRow, now: datetime) -> None:
    """Tell who comes late at once, without waiting for SQLite's one writer; raises Taken.

    Only the claim itself is sure, and on PostgreSQL it keeps nobody waiting. A form that was sent before is
    not late, and a time that nobody could have is refused as what it is.
    """
    span, by = span_of(form, now), actor()
    if is_free(db.session(), row, span):
        return
    if made_before(db.session(), stored_key(by, form.idempotency_key.data), span, row) is None:
        check_new(span, booking_context_for(db.session(), row, span, now))
        raise Taken(row.id, span)


def book(form: ReserveForm | ReserveStoreForm, space: SpaceRow, now: datetime) -> Reservation:
    """Price it, then reserve it in one transaction."""
    span = span_of(form, now)
    total, by = price_of(space, span).total, actor()
    along = form.wanted() if isinstance(form, GuestFields) else None
    with transaction(before_waiting=partial(look_before_waiting, form, space, now)) as session:
        made = reserve(
            session,
            hold_to_book(session, space.park_id, space.id) or abort(404),
            span,
            quote=total,
            by=by,
            now=now,
            people=form.people.data or 1,
            purpose=form.purpose.data or "",
            idempotency_key=form.idempotency_key.data,
        )
        return invite(session, made.id, along, by=by, now=now) if along else made


def tell(made: Reservation, booked: str = "") -> None:
    """Say what was done; `booked` in more words, where it is."""
    asked = request_label(made)
    flash(asked or booked or gettext("订好了。"), "info" if asked else "success")


def form_for(space: SpaceRow, *, from_address: bool) -> ReserveForm | ReserveStoreForm:
    """Make the form that fits the kind."""
    alone = ReserveStoreForm if space.kind is Kind.STORAGE else ReserveForm
    kind = ReserveRoomForm if space.kind in SEATED else alone
    form = kind(request.args) if from_address else kind()
    form.space.data = str(space.id)
    return form


def new_page(
    form: ReserveForm | ReserveStoreForm, space: SpaceRow, now: datetime, taken: Taken | None = None
) -> str:
    """Draw the form with its price, its rules, and after a refusal the alternatives."""
    today = local_day(now, my_park().zone)
    opening = rule_for(db.session(), space, since=today)
    day, wish = form.day.data or today, wish_with(form, space)
    price, span = price_in_form(space, opening, form, now, taken=taken)
    waits = not (opening.needs_approval or price.no_wait)
    offer_colleagues(form, me().id)
    return render_template(
        "reservations/new.html",
        form=form,
        space=space,
        name=local_name(space.name, space.name_en),
        area=" · ".join([local_name(space.area, space.area_en), *(one for _, one in made_of(space.id))]),
        photo_url=photo_of(space.picture_id),
        hint=gettext("按天计费") if space.kind is Kind.STORAGE else hours_hint(opening, day),
        day_url=url_for("calendar.day", **wish.args(kind=space.kind.value, day=day)),
        week_url=url_for("calendar.week", space_id=space.id, **wish.args(day=day)),
        search_url=search_again(form, space, wish),
        wish=wish._replace(people=None, purpose=""),
        price=price,
        opening=opening,
        promise=None if price.asks else promise_before(space, opening, span, now),
        instead=instead_of(space, taken, wish, now) if taken else None,
        waits=wait_instead(form, space, taken) if taken and waits else None,
        provisional=provisional_years(db.session(), my_park().id, day, day),
        storage=space.kind is Kind.STORAGE,
    )


def wish_with(form: ReserveForm | ReserveStoreForm, space: SpaceRow) -> Criteria:
    """Tell what was looked for, with as many people as the form says now where that counts."""
    wish = Criteria.of_request()
    return wish._replace(people=form.people.data or wish.people) if space.kind in SEATED else wish


def search_again(form: ReserveForm | ReserveStoreForm, space: SpaceRow, wish: Criteria) -> str:
    """Lead to the other spaces there are at the time that is in the form."""
    when = {"kind": space.kind.value, "day": form.day.data}
    if isinstance(form, ReserveStoreForm):
        return url_for("calendar.search", **wish.args(**when, until=form.until.data))
    return url_for("calendar.search", **wish.args(**when, starts=form.starts.text, ends=form.ends.text))


def wait_instead(form: ReserveForm | ReserveStoreForm, space: SpaceRow, taken: Taken) -> JoinPress | None:
    """Offer the waiting list for the time that is taken, unless by oneself."""
    if all_mine(holders(space, taken.span)):
        return None
    people, purpose = form.people.data or 1, form.purpose.data or ""
    return join_press(space.kind, taken.span, people, purpose, space_id=space.id)


def instead_of(row: SpaceRow, taken: Taken, wish: Criteria, now: datetime) -> dict[str, object]:
    """Offer the nearest free times of the space, and similar spaces at the same time."""
    space = wanted_space(row.id)
    found = alternatives(
        db.session(), my_park(), space, taken.span, now, Asker(wish.among(space.kind, (), ()).people)
    )
    return {
        "wanted": times(taken.span.start, taken.span.end, space.kind),
        "holders": holders(space, taken.span),
        "times": other_times([(row, one) for one in found.times], wish),
        "spaces": offers(found.spaces, taken.span, wish),
    }
