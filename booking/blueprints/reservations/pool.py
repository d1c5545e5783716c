"""Reserve any one of a kind: "any desk on floor 3"."""

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow, in_background
from booking.blueprints.kit.availability import (
    SEATED,
    Criteria,
    Offer,
    OtherTime,
    offers,
    other_times,
)
from booking.blueprints.kit.conflicts import JoinPress, count_turned_away, join_press
from booking.blueprints.kit.converters import day_or
from booking.blueprints.kit.forms.booking import (
    PoolRoomForm,
    Priced,
    cancelling_of,
    offer_colleagues,
    unpriced,
)
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.reservation import apply_refusal, fill_people, fill_times, span_of
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.free_time.first_hour import first_hour
from booking.blueprints.kit.held import held_then
from booking.blueprints.kit.labels.people import asks_sentence, judged_for_me
from booking.blueprints.kit.labels.prices import (
    fulls_of,
    price_range,
    provisional_label,
    shared_in_full,
    shared_label,
)
from booking.blueprints.kit.labels.quotas import quota_left_label
from booking.blueprints.kit.labels.reservations import held_too_label, times
from booking.blueprints.kit.labels.spaces import KINDS, kind_name, kind_or, thing_name
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.reservations.new import blueprint, tell, to_what_was_asked
from booking.charges.pricing import quote_many
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name, ngettext
from booking.reservations.alternatives import Asker, free_and_allowed, nearest_among
from booking.reservations.approval.agree import ToJudge
from booking.reservations.approval.rules import why_ask
from booking.reservations.guests.invite import invite
from booking.reservations.models import Reservation
from booking.reservations.queries import parts_of_wholes
from booking.reservations.quotas.quotas import quota_left
from booking.reservations.refusals import AskedAlready, NoSuchSpace, NothingFree, RequestPart
from booking.reservations.reserve_from_pool import fit_and_free, reserve_from_pool
from booking.reservations.space_queries import (
    SpaceFilter,
    areas_of_kind,
    equipment_of_kind,
    fitting_rows,
    fitting_spaces,
    space_row,
)
from booking.spaces.models import Kind, Space
from booking.spaces.queries import spaces_of_kind
from booking.tariffs.rules import NoTariff
from booking.values import Refusal, Span, local_day


@blueprint.get("/any")
@allow(*TENANTS)
def pool() -> ResponseReturnValue:
    """Show the form: what kind, where, when."""
    now = clock.now()
    form = PoolRoomForm(request.args)
    offer_choices(form, request.args.get("kind"))
    fill_people(form, kind := Kind(form.kind.data))
    if form.starts.data is None and not request.args.get("day"):
        free, hour = first_hour(kind, None, _filter_of(form), now)
        form.day.data, form.starts.data, form.ends.data = hour or (free.first, None, None)
    form.day.data = day_or(request.args.get("day"), form.day.data or local_day(now, my_park().zone))
    fill_times(form, now)
    form.idempotency_key.data = secrets.token_urlsafe(12)
    return pool_page(form)


@blueprint.post("/any")
@allow(*TENANTS)
@takes(_("任选一个就行"), PoolRoomForm)
def take_any() -> ResponseReturnValue:
    """Book a free one, or say that none is."""
    form = PoolRoomForm()
    offer_choices(form, form.kind.data)
    if request.form.get("step") == "price":
        return pool_page(form)
    if not form.validate():
        return pool_page(form), UNPROCESSABLE
    try:
        made = book_any(form, clock.now())
    except AskedAlready as refusal:
        return to_what_was_asked(refusal)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        if not isinstance(refusal, NothingFree):
            return pool_page(form), status
        kind, span = Kind(form.kind.data), refusal.span
        count_turned_away(kind, span, clock.now())
        waits = join_press(kind, span, form.people.data or 1, form.purpose.data or "")
        return pool_page(form, waits, instead_of_any(form, span, clock.now())), status
    got = space_row(db.session(), my_park().id, made.space_id)
    tell(made, gettext("订好了，分到的是“%(name)s”。", name=local_name(got.name, got.name_en)) if got else "")
    return redirect(url_for("reservations.show", reservation_id=made.id))


@blueprint.get("/any/price")
@in_background
@allow(*TENANTS)
def pool_price() -> ResponseReturnValue:
    """Tell what one of them would cost, as the price of one space is told."""
    form = PoolRoomForm(request.args, meta={"csrf": False})
    offer_choices(form, request.args.get("kind"))
    if not form.validate():
        wrong = [str(error) for errors in form.errors.values() for error in errors]
        return jsonify(Priced(problem=wrong[0])._asdict()), UNPROCESSABLE
    return jsonify(price_of_any(form, clock.now())._asdict())


def price_of_any(form: PoolRoomForm, now: datetime) -> Priced:
    """Price whichever of those that would do one may get, or say why it is none."""
    try:
        return _price_of_any(form, span_of(form, now), now)
    except Refusal as refusal:
        return unpriced(refusal)


def _price_of_any(form: PoolRoomForm, span: Span, now: datetime) -> Priced:
    kind, session, people = Kind(form.kind.data), db.session(), form.people.data or 1
    free = fit_and_free(session, pool_of(form, now), span, people=people, by=actor(), now=now, hold=False)
    if not free:
        raise NothingFree(span)
    quotes = quote_many(session, my_park(), my_enterprise(), free, span)
    priced = [one for one in free if one.id in quotes]
    if not priced:
        raise NoTariff(kind, local_day(span.start, my_park().zone))
    wishes = judged_for_me([ToJudge(one, span, quotes[one.id].total) for one in priced])
    pairs = [(quotes[one.id], wish, one) for one, wish in zip(priced, wishes, strict=True)]
    pairs = [one for one in pairs if why_ask(me().rights, one[1]) is None] or pairs
    least, wish, _ = min(pairs, key=lambda one: one[0].total)
    fulls = fulls_of({one.id: (one, span) for _, _, one in pairs}, {one.id: quote for quote, _, one in pairs})
    most, full = max(
        ((fulls.get(one.id, quote.total), fulls.get(one.id)) for quote, _, one in pairs),
        key=lambda one: (one[0], one[1] is not None),
    )
    words = ngettext("%(num)s 个空闲，分到哪个按哪个计", "%(num)s 个空闲，分到哪个按哪个计", len(free))
    return Priced(
        price_range(least.total, most),
        words + shared_in_full(full) if full else words,
        times(span.start, span.end, kind),
        warning=held_too_label(held_then(kind, span), me()),
        quota=quota_left_label(quota_left(session, free[0], span, my_enterprise_id(), me().id)),
        asks=asks_sentence(wish, park_approves=False),
        shared=shared_label(full) if full else "",
        cancelling=cancelling_of([quote for quote, _, _ in pairs], span, now),
        provisional=provisional_label([span]),
    )


def pool_of(form: PoolRoomForm, now: datetime) -> Sequence[Space]:
    """Give the spaces of the area that have the equipment; how many they seat is the verb's to judge."""
    kind, ids = Kind(form.kind.data), wanted(form, now)
    found = spaces_of_kind(db.session(), my_park().id, kind, area_id=form.area.data or None)
    pool = [space for space in found if space.id in ids]
    if not pool:
        raise NoSuchSpace(part=RequestPart.EQUIPMENT if form.equipment.data else RequestPart.AREA)
    return pool


class InsteadOfAny(NamedTuple):
    """What is free instead: the same at other times, others of the kind at the same time."""

    wanted: str
    times: Sequence[OtherTime]
    spaces: Sequence[Offer]


MOST_COMPARED, MOST_SIMILAR = 40, 3


def instead_of_any(form: PoolRoomForm, span: Span, now: datetime) -> InsteadOfAny:
    """Look for the nearest times at which one of them is free, and for what else of the kind is then."""
    kind, people, session, park = Kind(form.kind.data), form.people.data or 1, db.session(), my_park()
    wanted, wish = _filter_of(form)._replace(people=people), Criteria.of_request()._replace(people=people)
    rows = fitting_rows(session, park.id, kind, now, wanted)[:MOST_COMPARED]
    asker = Asker(people, at_once=True)
    similar = free_and_allowed(session, park, kind, span, now, SpaceFilter(people), asker)[:MOST_SIMILAR]
    nearest = nearest_among(session, park, rows, span, now)
    return InsteadOfAny(
        times(span.start, span.end, kind), other_times(nearest, wish), offers(similar, span, wish)
    )


def pool_page(form: PoolRoomForm, waits: JoinPress | None = None, instead: InsteadOfAny | None = None) -> str:
    """Draw the form; what is looked for goes along where one would rather choose oneself."""
    wish = Criteria.of_request()
    offer_colleagues(form, me().id)
    when = {"kind": form.kind.data, "day": form.day.data}
    return render_template(
        "reservations/pool.html",
        form=form,
        price=price_of_any(form, clock.now()) if form.day.data else Priced(),
        waits=waits,
        instead=instead,
        wish=wish._replace(people=None, purpose=""),
        seated=Kind(form.kind.data) in SEATED or bool(form.guests.data or form.colleagues.data),
        day_url=url_for("calendar.day", **wish.args(**when)),
        search_url=url_for(
            "calendar.search", **wish.args(**when, starts=form.starts.text, ends=form.ends.text)
        ),
    )


def wanted(form: PoolRoomForm, now: datetime) -> set[int]:
    """Name the spaces of the area that have the equipment; how many they seat is the verb's to judge."""
    return set(fitting_spaces(db.session(), my_park().id, Kind(form.kind.data), now, _filter_of(form)))


def _filter_of(form: PoolRoomForm) -> SpaceFilter:
    known = equipment_of_kind(db.session(), my_park().id, Kind(form.kind.data))  # the kind may be another now
    names = tuple(name for name in form.equipment.data or () if name in known)
    return SpaceFilter(1, names, form.area.data or None)


def book_any(form: PoolRoomForm, now: datetime) -> Reservation:
    """Price all that would do, then book one of them by chance."""
    span, by, park, along = span_of(form, now), actor(), my_park(), form.wanted()
    pool = pool_of(form, now)
    quotes = quote_many(db.session(), park, my_enterprise(), pool, span)
    priced = {space.id: quotes[space.id].total for space in pool if space.id in quotes}
    if not priced:
        raise NoTariff(Kind(form.kind.data), local_day(span.start, park.zone))
    with transaction() as session:
        spaces = spaces_of_kind(
            session, by.park_id or 0, Kind(form.kind.data), area_id=form.area.data or None
        )
        made = reserve_from_pool(
            session,
            [space for space in spaces if space.id in priced],
            span,
            quote=lambda space: priced[space.id],
            choose=_apart_first(parts_of_wholes(session, park.id)),
            by=by,
            now=now,
            people=max(form.people.data or 1, len(along) + 1),
            purpose=form.purpose.data or "",
            idempotency_key=form.idempotency_key.data,
        )
        return invite(session, made.id, along, by=by, now=now) if along else made


def _apart_first(wholes: Collection[int]) -> Callable[[Sequence[Space]], Space]:
    """Choose by chance, a combined space only where nothing else is left: it takes all its parts."""
    return lambda left: secrets.choice([one for one in left if one.id not in wholes] or left)


POOLED = tuple(kind for kind in KINDS if kind is not Kind.STORAGE)


def offer_choices(form: PoolRoomForm, kind: str | None) -> None:
    """Offer the kinds, and the areas that have any."""
    form.kind.choices = options((one.value, kind_name(one)) for one in POOLED)
    chosen = kind_or(kind, Kind.WORKSTATION)
    form.kind.data = chosen.value
    rows = areas_of_kind(db.session(), my_park().id, chosen)
    areas = [(area_id, local_name(name, name_en)) for area_id, name, name_en in rows]
    form.area.choices = options([(0, gettext("全部区域")), *areas])
    form.area.data = form.area.data or 0
    if form.area.data not in {area_id for area_id, _ in areas}:
        form.area.data = 0
    names = equipment_of_kind(db.session(), my_park().id, chosen)
    form.equipment.choices = options((name, thing_name(name)) for name in names)
