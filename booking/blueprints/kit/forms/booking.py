"""What stands beside the fields of a booking: what it would cost, and who comes along.

The price is told before it is made, with by when it would be answered; guests and colleagues are named on a
page of their own.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from flask import url_for
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from booking import clock
from booking.blueprints.kit.availability import SEATED
from booking.blueprints.kit.converters import local_time, whole
from booking.blueprints.kit.forms.fields import CheckboxesField, options
from booking.blueprints.kit.forms.reservation import DayForm, PoolForm, ReserveForm, StoreForm, span_of
from booking.blueprints.kit.held import rooms_of
from booking.blueprints.kit.holders import all_mine, holders
from booking.blueprints.kit.labels.kept_quotes import cancelling_label
from booking.blueprints.kit.labels.people import asks_first, asks_sentence, judged_for_me, wait_refused
from booking.blueprints.kit.labels.prices import (
    price_detail,
    price_text,
    provisional_label,
    settled_label,
    shared_label,
)
from booking.blueprints.kit.labels.quotas import quota_left_label
from booking.blueprints.kit.labels.reservations import held_too_label, times, way_to
from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import put_each_beside, wording
from booking.charges.charge_fee import cancel_terms
from booking.charges.pricing import PricedUse, Quote, quote
from booking.charges.quote_each import booked_beside, price_after
from booking.db import db
from booking.language import lazy_gettext as _
from booking.parks.queries import park_calendar
from booking.people.queries import members_of
from booking.reservations import rules
from booking.reservations.approval.agree import PricedChange, ToJudge, changes_judged
from booking.reservations.approval.requests import promise
from booking.reservations.approval.rules import Booking
from booking.reservations.guests.invite import STATES
from booking.reservations.guests.rules import AskedAlong, read_visitors
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.quotas.quotas import quota_left
from booking.reservations.quotas.rules import check_left
from booking.reservations.refusals import AskedAlready, Taken
from booking.reservations.reserve import booking_context
from booking.reservations.rules import OwnPlace
from booking.reservations.upcoming import free_and_own
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.models import AnySpace
from booking.spaces.rules import Opening
from booking.values import Money, Refusal, Span


def put_amiss(form: ReserveForm, capacity: int, checks: Iterable[Callable[[], object]] = ()) -> None:
    """Put beside their fields all that is wrong with a form by itself, not what is refused first alone."""
    wrong: list[Callable[[], object]] = []
    if not form.people.errors:
        wrong.append(partial(rules.check_people, form.people.data or 1, capacity))
    day, starts, ends = form.day.data, form.starts.data, form.ends.data
    if day is not None and starts is not None and ends is not None and ends <= starts:
        wrong.append(partial(rules.local_span, day, starts, ends, my_park().zone))
    put_each_beside(form, [*wrong, *checks])


def price_of(space: AnySpace, span: Span) -> Quote:
    """Price it for the reader's enterprise; raises NoTariff."""
    return quote(db.session(), my_park(), my_enterprise(), space, span)


class Priced(NamedTuple):
    """What `components/booking_price.html` shows; `problem` says why there is no price."""

    text: str = ""
    detail: str = ""
    when: str = ""
    problem: str | None = None
    warning: str = ""  # what who books it would hold at the same time
    quota: str = ""  # what the quotas leave
    asks: str = ""  # that it takes the manager's consent, in a sentence
    asked_url: str = ""  # leads to their request for just that, which `problem` tells of
    wait_url: str = ""  # where to wait for it, if somebody else has it
    no_wait: str = ""  # that it takes the manager to wait for it, which `problem` says too
    shared: str = ""  # that others may take its free minutes first, in a few words
    settled: str = ""  # by what it is billed in the end, in a sentence
    cancelling: str = ""  # what cancelling costs, and from when on, in a sentence
    provisional: str = ""  # that the working days of its year are not published yet, in a sentence


def priced_and_judged(
    space: AnySpace, opening: Opening, span: Span, now: datetime, moving: Reservation | None = None
) -> tuple[Quote, str, str, str]:
    """Price what the rules allow and nobody else has; say what else is held, what quotas leave, who is asked.

    Raises their refusal, Taken, AskedAlready, OverQuota, NoTariff, or NeedsManager of what is
    booked and would become more.
    """
    at = booking_context(db.session(), my_park(), space.kind, opening, now)
    rules.check_in_service(space.retired_at, space.code, span)
    begun = moving is not None and moving.starts_at == span.start
    (rules.check_stretch if begun else rules.check_new)(span, at)
    who, but = (moving.member, moving.id) if moving else (me(), None)
    free, own = free_and_own(db.session(), space, span, who.id, but=but, rooms_of=rooms_of(space.kind, who))
    if not free:
        raise Taken(space.id, span, own=("reservation_id", moving.id) if moving else None)
    left = quota_left(db.session(), space, span, my_enterprise_id(), who.id, but=but)
    check_left(left)
    price = price_of(space, span)
    asks = _asks(space, span, price.total, moving, park_approves=opening.needs_approval)
    if asks or opening.needs_approval:
        _check_asked_once(own, space, span)
    return price, held_too_label(own, who), quota_left_label(left), asks


def _check_asked_once(own: Iterable[OwnPlace], space: AnySpace, span: Span) -> None:
    """Say of what would be asked for that it is already (`reserve.check_asked_once`); raises AskedAlready."""
    for one in own:
        if one.requested and not one.colleague and (one.space_id, one.span) == (space.id, span):
            raise AskedAlready(one.reservation_id)


def _asks(
    space: AnySpace, span: Span, quote: Money, moving: Reservation | None, *, park_approves: bool
) -> str:
    """Say that it takes the manager's consent; raises NeedsManager where what is booked would become more."""
    if moving is None:
        [wish] = judged_for_me([ToJudge(space, span, quote)])
        return asks_sentence(wish, park_approves=park_approves)
    [(wish, there)] = changes_judged(db.session(), me().rights, [PricedChange(moving, space, span, quote)])
    booked = None if moving.state is ReservationState.REQUESTED else there
    return asks_sentence(wish, park_approves=park_approves, booked=booked)


def priced(
    space: AnySpace, opening: Opening, span: Span, now: datetime, moving: Reservation | None = None
) -> Priced:
    """Say what a span costs, or why nobody can have it."""
    try:
        found, *said = priced_and_judged(space, opening, span, now, moving)
    except Taken as taken:
        return _taken(space, opening, taken, moving)
    except Refusal as refusal:
        return unpriced(refusal)
    when = times(span.start, span.end, space.kind)
    full = full_of(found, space, span, but=moving.id if moving else None)
    there = Priced(price_text(found, full), price_detail(found, full), when, None, *said)
    return there._replace(
        shared=shared_label(full) if full else "",
        settled=settled_label(found),
        cancelling=cancelling_of([found], span, now),
        provisional=provisional_label([span]),
    )


def cancelling_of(quotes: Collection[Quote], span: Span, now: datetime) -> str:
    """Say what cancelling one of these would cost once it is booked."""
    each = [cancel_terms(one.snapshot, one.total, span.start) for one in quotes]
    return cancelling_label(each, now)


def full_of(price: Quote, space: AnySpace, span: Span, *, but: int | None = None) -> Money | None:
    """Tell what it is where what is booked that month takes its free minutes first; None for no more.

    A quote prices what it is for as if it came next (tariffs/rating.py, rule 3: in the order in which stays
    end); of several bookings that each hope for the same free minutes one will get them.
    """
    session, park, enterprise = db.session(), my_park(), my_enterprise()
    others = booked_beside(session, park, enterprise, [price], but=() if but is None else {but})
    if not others:
        return None
    use = PricedUse(0, space, span.start, span.end)
    calendar, booked = park_calendar(session, park.id), [one.span for one in others]
    full = price_after(park, enterprise, calendar, use, price, booked)
    return full if full > price.total else None


def _taken(space: AnySpace, opening: Opening, taken: Taken, moving: Reservation | None = None) -> Priced:
    """Say whose it is, and where to wait for it; not for who has it themselves, or would move."""
    waits = not (moving or opening.needs_approval or space.kind in SPACES_WITHOUT_LINE)
    if not waits or all_mine(holders(space, taken.span)):
        return unpriced(taken)
    if beyond := wait_refused(space, taken.span):
        said = wording(beyond)
        return unpriced(taken)._replace(problem=f"{wording(taken)} {said}", no_wait=said)
    start, end = (local_time(one, my_park().zone) for one in (taken.span.start, taken.span.end))
    return unpriced(taken)._replace(wait_url=url_for("waiting.new", space=space.id, start=start, end=end))


def unpriced(refusal: Refusal) -> Priced:
    """Say why there is no price."""
    there = refusal.reservation_id if isinstance(refusal, AskedAlready) else None
    url = url_for("reservations.show", reservation_id=there) if there else ""
    return Priced(problem=wording(refusal), asked_url=url)


def price_in_form(
    space: AnySpace,
    opening: Opening,
    form: DayForm | StoreForm,
    now: datetime,
    *,
    taken: Taken | None = None,
    moving: Reservation | None = None,
) -> tuple[Priced, Span | None]:
    """Price what a form holds, or say why its times make no sense; and give the span, where they do.

    What was refused as taken is not judged again.
    """
    try:
        span = span_of(form, now) if _is_filled_in(form) else None
    except Refusal as refusal:
        return unpriced(refusal), None
    if taken is not None:
        return _taken(space, opening, taken, moving), span
    return Priced() if span is None else priced(space, opening, span, now, moving), span


def _is_filled_in(form: DayForm | StoreForm) -> bool:
    times = () if isinstance(form, StoreForm) else (form.starts.data, form.ends.data)
    return form.day.data is not None and None not in times


def promise_before(space: AnySpace, opening: Opening, span: Span | None, now: datetime) -> datetime | None:
    """Tell by when the park would answer, if it were asked now; None where it is not, or not yet."""
    wish = Booking(space.kind, Money.zero())
    if not opening.needs_approval or asks_first(wish, park_approves=False):
        return None
    start = span.start if span and span.start > now else None
    return promise(db.session(), space.park_id, space.kind, start, now)


LONGEST_LIST = 20_000


class GuestFields(FlaskForm):
    """Colleagues to tick, and guests to write one a line."""

    colleagues = CheckboxesField(_("同事"), coerce=whole, validate_choice=False)
    guests = TextAreaField(
        _("访客"),
        [Length(max=LONGEST_LIST, message=_("访客名单太长，请分几次预订。")), Optional()],
        description=_("一行一位，写姓名；有邮箱的会收到日历邀请，单位可写可不写。结束 30 天后删除。"),
    )

    def wanted(self) -> AskedAlong:
        """Read who is to come; raises what is wrong with the list of guests."""
        return AskedAlong(frozenset(self.colleagues.data or ()), read_visitors(self.guests.data or ""))


class ReserveRoomForm(ReserveForm, GuestFields):
    """Reserve a room or a hall, perhaps not for oneself alone."""


class PoolRoomForm(PoolForm, GuestFields):
    """Reserve any one of a kind, perhaps not for oneself alone."""


def offer_colleagues(form: FlaskForm, host_id: int) -> None:
    """Offer the host's colleagues, and whoever is named already."""
    if not isinstance(form, GuestFields):
        return
    named = set(form.colleagues.data or ())
    staff = [one for one in members_of(db.session(), my_enterprise_id()) if one.active or one.id in named]
    form.colleagues.choices = options((one.id, one.name) for one in staff if one.id != host_id)


THIS_ONE, FOLLOWING, THE_WHOLE = "this", "following", "all"
"""To how much of a series something applies, as addresses say it."""


def guests_way(reservation: Reservation, scope: str | None = None) -> str:
    """Lead to the page of who comes along; "" to where one comes alone, or where it is over."""
    over = reservation.state not in STATES or reservation.ends_at <= clock.now()
    comes = reservation.space.kind in SEATED and not over
    return way_to("reservations.guests", reservation_id=reservation.id, scope=scope) if comes else ""
