"""Requests at the front desk: which wait, another place proposed, and a series answered at once."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from booking import clock
from booking.blueprints.front_desk.reservations import LOOK, blueprint, reservation_or_404
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import place_of
from booking.blueprints.kit.conflicts import FreePlace, move_fields
from booking.blueprints.kit.converters import minute_of_instant, whole
from booking.blueprints.kit.forms.reservation import (
    DayForm,
    StoreForm,
    apply_refusal,
    last_day_of_store,
    offer_spaces,
    span_of,
)
from booking.blueprints.kit.forms.validators import CONFLICT, UNPROCESSABLE, ActForm, ReasonForm, pressed
from booking.blueprints.kit.labels.prices import fulls_of, price_text
from booking.blueprints.kit.labels.reservations import StateBadge, times
from booking.blueprints.kit.labels.waiting import answer_due
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_each_beside, wording
from booking.charges.pricing import Quote, quote, quote_many
from booking.charges.quote_each import quote_each
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name, ngettext
from booking.people.models import Role
from booking.reservations.alternatives import Asker, alternatives, free_and_allowed
from booking.reservations.approval.proposals import proposals_of, propose
from booking.reservations.approval.requests import SeriesAnswered, approve_series, decline_series
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import CannotChange, Taken
from booking.reservations.series.queries import series_in
from booking.reservations.space_queries import SpaceFilter, SpaceRow
from booking.spaces.models import Kind
from booking.spaces.queries import space_in_park
from booking.usage.front_desk_queries import waiting_for_approval
from booking.values import Money, Refusal, Span

WORDS = StringField(
    _("说一句"),
    [Optional(), Length(max=500, message=_("这句话最多 500 个字。"))],
    description=_("会写在信里和页面上。"),
)


class ProposeForm(DayForm, ActForm):
    """Another time or space, instead of a yes or a no."""

    space = SelectField(_("哪个空间"), coerce=whole)
    words = WORDS


class ProposeStoreForm(StoreForm, ActForm):
    """Another store, or other days."""

    space = SelectField(_("哪个空间"), coerce=whole)
    words = WORDS


class WaitingEntry(NamedTuple):
    """What waits for one answer: a request, or all of a series; `due` is what was promised first."""

    requests: Sequence[Reservation]
    due: StateBadge
    series_id: int | None = None

    @property
    def shown(self) -> str:
        """Write which requests are shown, and in which version, as the forms send it back: 12:1 13:2."""
        return " ".join(f"{one.id}:{one.version}" for one in self.requests)


def _shown_of_series() -> dict[int, int]:
    """Read which requests the page had shown; what is none was not."""
    pairs = re.findall(r"(?<!\S)(\d{1,10}):(\d{1,10})(?!\S)", request.form.get("shown", ""))
    return {int(number): int(version) for number, version in pairs}


def waiting_requests(now: datetime) -> dict[str, Any]:
    """Gather what waits for an administrator, the soonest promise first, and what waits for its asker."""
    rows = waiting_for_approval(db.session(), my_park().id, now)
    proposed = proposals_of(db.session(), [row.id for row in rows], now)
    together: dict[object, list[Reservation]] = {}
    for row in rows:
        if row.id not in proposed:
            together.setdefault(row.series_id or f"one {row.id}", []).append(row)
    return {
        "waiting": [
            WaitingEntry(some, answer_due(some[0], now), some[0].series_id if len(some) > 1 else None)
            for some in together.values()
        ],
        "late": [row for row in rows if row.id not in proposed and row.answer_by and row.answer_by <= now],
        "proposed": [row for row in rows if row.id in proposed],
    }


@blueprint.post("/series/<int:series_id>/approve")
@allow(Role.ADMIN)
def approve_all(series_id: int) -> ResponseReturnValue:
    """Approve what was shown of a series; what cannot be had any more, or was changed, stays asked for."""
    series_in(db.session(), my_park().id, series_id) or abort(404)
    shown, by, now = _shown_of_series(), actor(), clock.now()
    return pressed(
        lambda session: approve_series(session, series_id, shown, by=by, now=now),
        _approved,
        url_for(".index"),
    )


def _approved(answered: SeriesAnswered) -> str:
    if not any(answered):
        return gettext("这个系列没有等待批准的申请了。")
    said = ngettext("已批准 %(num)s 次。", "已批准 %(num)s 次。", answered.done)
    if answered.left:
        said += ngettext(
            "有 %(num)s 次已被别人订走或不能再订，仍在等你答复。",
            "有 %(num)s 次已被别人订走或不能再订，仍在等你答复。",
            answered.left,
        )
    return said + _changed(answered)


def _changed(answered: SeriesAnswered) -> str:
    """Say how many were changed since the page was drawn, and are to be looked at first."""
    if not answered.changed:
        return ""
    return ngettext(
        "有 %(num)s 次对方刚改过，请看过再答复。", "有 %(num)s 次对方刚改过，请看过再答复。", answered.changed
    )


@blueprint.post("/series/<int:series_id>/decline")
@allow(Role.ADMIN)
@takes(_("拒绝全部"), ReasonForm)
def decline_all(series_id: int) -> ResponseReturnValue:
    """Answer all that is asked for of a series with no, and why."""
    series_in(db.session(), my_park().id, series_id) or abort(404)
    form, shown, by, now = ReasonForm(), _shown_of_series(), actor(), clock.now()
    return pressed(
        lambda session: decline_series(session, series_id, form.reason.data or "", shown, by=by, now=now),
        _declined,
        url_for(".index"),
        form=form,
    )


def _declined(answered: SeriesAnswered) -> str:
    said = ngettext(
        "已拒绝 %(num)s 次，原因会显示给对方。", "已拒绝 %(num)s 次，原因会显示给对方。", answered.done
    )
    return said + _changed(answered)


@blueprint.get("/reservations/<int:reservation_id>/propose")
@allow(Role.ADMIN)
def look_for_another(reservation_id: int) -> ResponseReturnValue:
    """Show what is free instead, at the time that was asked for."""
    asked, now = reservation_or_404(reservation_id), clock.now()
    return _page(_form(asked, now, sent=False), asked, now)


@blueprint.post("/reservations/<int:reservation_id>/propose")
@allow(Role.ADMIN)
@takes(_("提议别的时间或空间"), ProposeForm, ProposeStoreForm)
def propose_another(reservation_id: int) -> ResponseReturnValue:
    """Propose it to who asked, or with the other button only look; refused, what was typed stays."""
    asked, now = reservation_or_404(reservation_id), clock.now()
    form = _form(asked, now, sent=True)
    if request.form.get("step") == LOOK:
        if form.validate():
            put_each_beside(form, [lambda: span_of(form, now)])
        return _page(form, asked, now, looked=not form.errors)
    if not form.validate():
        return _page(form, asked, now), UNPROCESSABLE
    try:
        with transaction() as session:
            _propose(session, form, asked, now)
    except CannotChange as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for(".reservation", reservation_id=reservation_id))
    except Refusal as refusal:
        apply_refusal(form, refusal)
        status = CONFLICT if isinstance(refusal, Taken) else UNPROCESSABLE
        return _page(form, reservation_or_404(reservation_id), now), status
    flash(gettext("已告诉对方，等对方答复。"), "success")
    return redirect(url_for(".reservation", reservation_id=reservation_id))


def _propose(
    session: Session, form: ProposeForm | ProposeStoreForm, asked: Reservation, now: datetime
) -> None:
    space = space_in_park(session, my_park().id, form.space.data) or abort(404)
    span = span_of(form, now)
    price = quote(session, my_park(), asked.enterprise, space, span)
    propose(
        session,
        asked.id,
        space,
        span,
        form.words.data or "",
        quote=price.total,
        by=actor(),
        now=now,
        version=form.version.data,
    )


def _form(asked: Reservation, now: datetime, *, sent: bool) -> ProposeForm | ProposeStoreForm:
    kind = ProposeStoreForm if asked.space.kind is Kind.STORAGE else ProposeForm
    form: ProposeForm | ProposeStoreForm = kind() if sent else kind(formdata=None, **_shown(asked))
    offer_spaces(form, asked, now)
    return form


def _shown(asked: Reservation) -> dict[str, Any]:
    """Begin with what was asked for."""
    zone = my_park().zone
    day = asked.starts_at.astimezone(zone).date()
    return {
        "data": {
            "day": day,
            "starts": minute_of_instant(asked.starts_at, day, zone),
            "ends": minute_of_instant(asked.ends_at, day, zone),
            "until": last_day_of_store(asked),
            "space": asked.space_id,
            "version": asked.version,
        }
    }


def _page(
    form: ProposeForm | ProposeStoreForm, asked: Reservation, now: datetime, *, looked: bool = False
) -> str:
    may_answer = asked.state is ReservationState.REQUESTED
    spaces, elsewhen = _free_instead(form, asked, now) if may_answer else ((), ())
    return render_template(
        "front_desk/propose.html",
        form=form,
        asked=asked,
        due=answer_due(asked, now),
        may_answer=may_answer,
        looked=looked,
        spaces=spaces,
        elsewhen=elsewhen,
        storage=asked.space.kind is Kind.STORAGE,
    )


MOST_SPACES = 6


def _free_instead(
    form: ProposeForm | ProposeStoreForm, asked: Reservation, now: datetime
) -> tuple[Sequence[FreePlace], Sequence[FreePlace]]:
    """Offer spaces that are free at the time in the form, and when the space that was asked for is."""
    session, park, present = db.session(), my_park(), Span(asked.starts_at, asked.ends_at)
    try:
        span = span_of(form, now) if form.day.data else present
    except Refusal:
        span = present
    free = free_and_allowed(session, park, asked.space.kind, span, now, SpaceFilter(asked.people))
    rows = [row for row in free if (row.id, span) != (asked.space_id, present)]
    rows.sort(key=lambda row: (row.area_id != asked.space.area_id, row.capacity, row.id))
    prices = quote_many(session, park, asked.enterprise, rows[:MOST_SPACES], span)
    found = alternatives(session, park, asked.space, span, now, Asker(asked.people))
    others = {str(one.start): one for one in found.times if one not in (present, span)}
    then = {key: (asked.space, one) for key, one in others.items()}
    costs = quote_each(session, park, asked.enterprise, then)
    besides = partial(fulls_of, but={asked.id}, of=asked.enterprise)
    there, later = besides({row.id: (row, span) for row in rows}, prices), besides(then, costs)
    here = SpaceRow.of(asked.space)
    return (
        [_offer(asked, row, span, prices.get(row.id), there.get(row.id)) for row in rows[:MOST_SPACES]],
        [_offer(asked, here, one, costs.get(key), later.get(key)) for key, one in others.items()],
    )


def _offer(
    asked: Reservation, row: SpaceRow, span: Span, price: Quote | None, full: Money | None
) -> FreePlace:
    return FreePlace(
        f"{local_name(row.name, row.name_en)} {times(span.start, span.end, row.kind)}",
        place_of(row),
        price_text(price, full) if price else "",
        move_fields(row, span, "") | {"version": str(asked.version)},
    )
