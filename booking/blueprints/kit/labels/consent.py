"""Whose yes a booking waits for, in words: the manager's, then the park's, and how soon that answers."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy.orm import object_session

from booking import clock
from booking.blueprints.kit.filters import comma_list, moment, money
from booking.language import gettext, ngettext
from booking.parks.models import Park
from booking.people.queries import managers_of
from booking.reservations.approval.agree import park_is_next
from booking.reservations.approval.rules import Answerer, NeedsManager, WhyAsk
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.rules import request_expires_at
from booking.reservations.waiting.take_hold import asked_holds
from booking.spaces.models import Kind


class ParkThen(TypedDict):
    """How soon the park answers what a manager hands on: working hours, and when the request is over."""

    num: int
    when: str


def park_then(park: Park, kind: Kind, starts_at: datetime) -> ParkThen:
    """Give the promise that a request gets once its manager has said yes (docs/rules.md, Requests)."""
    over = request_expires_at(starts_at, park.zone, by_day=kind is Kind.STORAGE)
    return {"num": park.answer_hours, "when": moment(over)}


def why_not_alone(refusal: NeedsManager) -> str:
    """Say why somebody may not book it without their manager."""
    match refusal.why:
        case WhyAsk.KIND:
            return gettext("这一类空间要企业负责人同意才能订")
        case WhyAsk.OPEN_ENDED:
            return gettext("不定期租仓要企业负责人同意")
    most = money(refusal.up_to or refusal.quote)
    if refusal.shared:
        return gettext(
            "免费额度可能轮不到，这一单按 %(quote)s 算，超过你可自行预订的 %(most)s",
            quote=money(refusal.quote),
            most=most,
        )
    return gettext("这一单 %(quote)s，超过你可自行预订的 %(most)s", quote=money(refusal.quote), most=most)


def request_label(made: Reservation) -> str:
    """Say who is asked, of what is only asked for; "" of what is booked."""
    if made.state is not ReservationState.REQUESTED:
        return ""
    if made.answerer is Answerer.PARK:
        by_when = moment(made.answer_by) if made.answer_by else ""
        return gettext("申请已提交，园区会在 %(when)s 前答复，确认后保留这段时间。", when=by_when)
    names, then = _managers(made), _then(made)
    if then is None:
        return gettext(
            "申请已交给企业负责人（%(names)s），批准后会保留这段时间，并发邮件告诉你。", names=names
        )
    return ngettext(
        "申请已交给企业负责人（%(names)s）。批准后还要园区确认：交到园区后 %(num)s 个工作小时内答复，"
        "最迟 %(when)s；确认后才保留这段时间，并发邮件告诉你。",
        "申请已交给企业负责人（%(names)s）。批准后还要园区确认：交到园区后 %(num)s 个工作小时内答复，"
        "最迟 %(when)s；确认后才保留这段时间，并发邮件告诉你。",
        **then,
        names=names,
    )


def asked_managers(reservation: Reservation) -> str:
    """Name the managers whose answer a request waits for; "" where it waits for none of theirs."""
    if reservation.state is not ReservationState.REQUESTED or reservation.answerer is Answerer.PARK:
        return ""
    names, then = _managers(reservation), _then(reservation)
    if then is None and (held := held_for_asker(reservation)):
        return gettext("等企业负责人（%(names)s）批准。%(held)s", names=names, held=held)
    if then is None:
        return gettext("等企业负责人（%(names)s）批准；批准之前不保留时间。", names=names)
    return ngettext(
        "等企业负责人（%(names)s）批准，再由园区确认：交到园区后 %(num)s 个工作小时内答复，最迟 %(when)s；"
        "在那之前不保留时间。",
        "等企业负责人（%(names)s）批准，再由园区确认：交到园区后 %(num)s 个工作小时内答复，最迟 %(when)s；"
        "在那之前不保留时间。",
        **then,
        names=names,
    )


def held_for_asker(reservation: Reservation) -> str:
    """Say until when what a manager is asked for is held for who asked; "" where it is not."""
    session = object_session(reservation)
    held = asked_holds(session, Reservation.id == reservation.id, clock.now()) if session else ()
    return until_agreed(held[0].held_until) if held else ""


def until_agreed(held_until: datetime) -> str:
    """Say by when a yes books what is held."""
    when = moment(held_until)
    return gettext("这段时间保留到 %(until)s：在那之前批准就订下，不然轮到下一位。", until=when)


def park_asked_next(reservation: Reservation) -> str:
    """Say to a manager what their yes sets going, where the park has to agree too; "" where it does not."""
    then = _then(reservation)
    if then is None:
        return ""
    return ngettext(
        "批准后还要园区确认：%(num)s 个工作小时内答复，最迟 %(when)s。",
        "批准后还要园区确认：%(num)s 个工作小时内答复，最迟 %(when)s。",
        **then,
    )


def _managers(of: Reservation) -> str:
    session = object_session(of)
    return comma_list(one.name for one in managers_of(session, of.enterprise_id)) if session else ""


def _then(of: Reservation) -> ParkThen | None:
    session = object_session(of)
    if session is None or not park_is_next(session, of):
        return None
    return park_then(of.space.park, of.space.kind, of.starts_at)
