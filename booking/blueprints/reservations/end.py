"""Give a reservation another end: of a room from a list with prices, of a store another last day, or none."""

from datetime import datetime, timedelta

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow, in_background
from booking.blueprints.kit.availability import new_url
from booking.blueprints.kit.conflicts import answer_to_end
from booking.blueprints.kit.converters import exact_or_none
from booking.blueprints.kit.filters import clock as clock_text, clock_span, day, duration, money, month_text
from booking.blueprints.kit.forms import reservation as forms
from booking.blueprints.kit.forms.booking import Priced, price_of, unpriced
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.holders import TimeHolder, time_holder
from booking.blueprints.kit.labels.along import hears_of_change
from booking.blueprints.kit.labels.people import asks_sentence
from booking.blueprints.kit.labels.prices import fulls_of, price_text
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import wording
from booking.blueprints.reservations.change import stands_otherwise
from booking.blueprints.reservations.new import blueprint
from booking.charges.end_quote import EndQuote, days_of, quote_end
from booking.charges.pricing import Quote
from booking.charges.quote_each import quote_each
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.reservations.approval.agree import PricedChange, changes_judged
from booking.reservations.approval.rules import EndNeedsManager
from booking.reservations.models import OPEN_STATES, Reservation, ReservationState
from booking.reservations.refusals import RequestPart, Taken
from booking.reservations.rules import local_instant, span_between
from booking.reservations.set_end import check_end, ends_refused, free_ends
from booking.spaces.models import Kind
from booking.spaces.queries import rule_for
from booking.usage.stay_longer import change_end as change_it
from booking.values import FAR_FUTURE, Money, Month, Refusal, Span, local_day


@blueprint.get("/<int:reservation_id>/end")
@allow(*TENANTS)
def change_end(reservation_id: int) -> ResponseReturnValue:
    """Show the ends there are to choose from."""
    reservation = forms.ours_or_404(reservation_id)
    if reservation.state not in (*OPEN_STATES, ReservationState.IN_USE):
        return stands_otherwise(reservation)
    return end_page(forms.end_form(reservation), reservation)


@blueprint.post("/<int:reservation_id>/end")
@allow(*TENANTS)
@takes(_("延长或缩短"), forms.EndForm, forms.EndStoreForm)
def changed_end(reservation_id: int) -> ResponseReturnValue:
    """Change the end, or say why not; refused, it stays what it was. Without scripts, price it first."""
    now, reservation = clock.now(), forms.ours_or_404(reservation_id)
    form = forms.end_form(reservation)
    if not form.validate():
        return end_page(form, reservation), UNPROCESSABLE
    if request.form.get("step") == "price":
        return end_page(form, reservation)
    try:
        said = carry_out_end(form, reservation, now)
    except Refusal as refusal:
        status = forms.apply_refusal(form, refusal)
        return end_page(form, forms.ours_or_404(reservation_id), refusal), status
    flash(said + hears_of_change(reservation), "success")
    return redirect(url_for("reservations.show", reservation_id=reservation_id))


def carry_out_end(form: forms.EndForm | forms.EndStoreForm, reservation: Reservation, now: datetime) -> str:
    """Price the new stretch, then change it in one transaction; say what it comes to."""
    ends_at, was = end_of(form, reservation), reservation.quote
    total, by = price_of(reservation.space, span_until(ends_at, reservation)).total, actor()
    said = _said_of_store(reservation, ends_at, now) if isinstance(form, forms.EndStoreForm) else None
    with transaction() as session:
        form.check(session)
        version = forms.ours_or_404(reservation.id).version
        change_it(session, reservation.id, ends_at, quote=total, by=by, now=now, version=version)
    return said or gettext(
        "结束时间改到 %(time)s，报价由 %(was)s 变为 %(total)s；费用按实际使用计算。",
        time=clock_text(ends_at),
        was=money(was),
        total=money(total),
    )


def _said_of_store(reservation: Reservation, ends_at: datetime, now: datetime) -> str:
    """Say what the new last day comes to, in words of before the press."""
    price = quote_end(db.session(), my_park(), reservation.enterprise, reservation, ends_at, now)
    if ends_at >= FAR_FUTURE:
        return gettext("已改为一直用到退租。%(comes_to)s", comes_to=comes_to(price))
    last = day(ends_at - ends_at.resolution)
    return gettext("最后一天改到 %(day)s。%(comes_to)s", day=last, comes_to=comes_to(price))


ONE_DAY = timedelta(days=1)


def end_of(form: forms.EndForm | forms.EndStoreForm, reservation: Reservation) -> datetime:
    """Read the end that was chosen; what cannot be read is the end there is, which the verb refuses."""
    if isinstance(form, forms.EndStoreForm):
        last = form.until.data
        return FAR_FUTURE if last is None else local_instant(last + ONE_DAY, 0, my_park().zone)
    return exact_or_none(form.ends.data) or reservation.ends_at


def span_until(ends_at: datetime, reservation: Reservation) -> Span:
    """Make the span until another end; raises EndsBeforeItStarts, of a store in days."""
    by_day = reservation.space.kind is Kind.STORAGE
    return span_between(reservation.starts_at, ends_at, RequestPart.UNTIL if by_day else RequestPart.END)


@blueprint.get("/<int:reservation_id>/end/price")
@in_background
@allow(*TENANTS)
def end_price(reservation_id: int) -> ResponseReturnValue:
    """Tell what another last day of a store comes to, as the price of a booking is told."""
    reservation = forms.ours_or_404(reservation_id)
    if reservation.space.kind is not Kind.STORAGE:
        abort(404)
    form = forms.EndStoreForm(request.args, meta={"csrf": False})
    if not form.validate():
        wrong = [str(error) for errors in form.errors.values() for error in errors]
        return jsonify(Priced(problem=wrong[0])._asdict()), UNPROCESSABLE
    return jsonify(priced_end(form, reservation, clock.now())._asdict())


def priced_end(form: forms.EndStoreForm, reservation: Reservation, now: datetime) -> Priced:
    """Say what the last day that is in the form comes to, or why it cannot be had."""
    if form.until.errors:
        return Priced()
    ends_at = end_of(form, reservation)
    try:
        span = span_until(ends_at, reservation)
        price = quote_end(db.session(), my_park(), reservation.enterprise, reservation, ends_at, now)
        check_end(db.session(), reservation, ends_at, price.then.total, actor(), now)
    except Refusal as refusal:
        return unpriced(refusal)
    when = times(span.start, span.end, Kind.STORAGE)
    asks = _asks_for_later(reservation, span, price.then.total)
    return Priced(_price_text(price, span), comes_to(price), when, asks=asks)


def _price_text(price: EndQuote, span: Span) -> str:
    """Write what it comes to from the first day on; of an open end what a day costs from now on."""
    per_day = price.of_month.per_day if price.of_month else None
    if span.end < FAR_FUTURE or per_day is None:
        return price_text(price.then)
    return gettext("%(price)s／天", price=money(per_day))


def _asks_for_later(reservation: Reservation, span: Span, total: Money) -> str:
    """Say that a request with a later end goes to the manager; "" of what is booked, which is refused."""
    if reservation.state is not ReservationState.REQUESTED or span.end <= reservation.ends_at:
        return ""
    change = PricedChange(reservation, reservation.space, span, total)
    [(wish, _there)] = changes_judged(db.session(), me().rights, [change])
    since = local_day(span.start, my_park().zone)
    approves = rule_for(db.session(), reservation.space, since=since).needs_approval
    return asks_sentence(wish, park_approves=approves)


A_DAY_OF_MINUTES = 24 * 60


def comes_to(price: EndQuote) -> str:
    """Say what another last day adds or saves; of an open end what a whole month costs, or does no more."""
    if price.of_month and price.month:
        return _by_month(price, price.of_month, price.month)
    length, more = duration(abs(price.more_days) * A_DAY_OF_MINUTES), price.more
    if price.more_days > 0:
        return gettext("比现在多 %(length)s，多付 %(more)s。", length=length, more=money(more))
    if price.more_days < 0:
        return gettext("比现在少 %(length)s，少付 %(less)s。", length=length, less=money(-more))
    return gettext("和现在一样。")


def _by_month(price: EndQuote, of_month: Quote, month: Month) -> str:
    facts = {
        "month": month_text(month),
        "length": duration(days_of(of_month) * A_DAY_OF_MINUTES),
        "price": money(of_month.total),
    }
    if price.then.open_ended:
        return gettext("用到哪天付到哪天；%(month)s整月（%(length)s）是 %(price)s。", **facts)
    saved = gettext("那天以后不再收费，%(month)s整月（%(length)s）少付 %(price)s。", **facts)
    if price.ahead is None:
        return saved
    left = duration(days_of(price.ahead) * A_DAY_OF_MINUTES)
    rest = gettext("从今天起还有 %(length)s，%(price)s；", length=left, price=money(price.ahead.total))
    return f"{rest}{saved}"


def end_page(
    form: forms.EndForm | forms.EndStoreForm, reservation: Reservation, refusal: Refusal | None = None
) -> str:
    """Draw the form, and above it what else there is where the end that was chosen is taken."""
    now, kind = clock.now(), reservation.space.kind
    stopped_by = offer_ends(form, reservation, now) if isinstance(form, forms.EndForm) else None
    return render_template(
        "reservations/change_end.html",
        form=form,
        reservation=reservation,
        name=local_name(reservation.space.name, reservation.space.name_en),
        when=times(reservation.starts_at, reservation.ends_at, kind),
        back_url=url_for("reservations.show", reservation_id=reservation.id),
        storage=kind is Kind.STORAGE,
        price=priced_end(form, reservation, now) if isinstance(form, forms.EndStoreForm) else None,
        hears=hears_of_change(reservation),
        ask_url=_ask_for_more(reservation, refusal),
        answer=answer_to_end(reservation, refusal, now) if isinstance(refusal, Taken) else None,
        stopped_by=stopped_by,
    )


def _ask_for_more(reservation: Reservation, refusal: Refusal | None) -> str:
    """Lead to the form that asks for the days after, where the manager has to agree to those; else ""."""
    if not (isinstance(refusal, EndNeedsManager) and refusal.by_day):
        return ""
    span = Span(refusal.since, FAR_FUTURE)
    return new_url(reservation.space_id, reservation.space.kind, span, purpose=reservation.purpose or None)


def offer_ends(form: forms.EndForm, reservation: Reservation, now: datetime) -> TimeHolder | None:
    """Offer the ends that are free and may be had, and tell what keeps it from a later one."""
    span, found = Span(reservation.starts_at, reservation.ends_at), free_ends(db.session(), reservation, now)
    stretches = {end.isoformat(): (reservation.space, Span(span.start, end)) for end in found.ends}
    prices = quote_each(db.session(), my_park(), reservation.enterprise, stretches)
    quotes = {one.end: prices[key].total for key, (_, one) in stretches.items() if key in prices}
    refused = ends_refused(db.session(), reservation, quotes, actor())
    offered = {key: one.end for key, (_, one) in stretches.items() if one.end not in refused}
    fulls = fulls_of(stretches, prices, but={reservation.id})
    form.ends.choices = options(
        (key, end_label(span, end, prices.get(key), fulls.get(key))) for key, end in offered.items()
    )
    if form.ends.data not in offered:  # and not the first of the list, which is the shortest
        form.ends.data = reservation.ends_at.isoformat()
    if refused:
        return TimeHolder(wording(refused[min(refused)]))
    return time_holder(found.stopped_by, reservation.space) if found.stopped_by else None


def end_label(span: Span, end: datetime, price: Quote | None, full: Money | None) -> str:
    """Say what an end would mean, and cost."""
    when = clock_span(Span(span.start, end))
    if end == span.end:
        said = gettext("%(when)s（现在）", when=when)
    elif end > span.end:
        said = gettext("%(when)s（延长 %(length)s）", when=when, length=duration(end - span.end))
    else:
        said = gettext("%(when)s（缩短 %(length)s）", when=when, length=duration(span.end - end))
    return f"{said} · {price_text(price, full)}" if price else str(said)
