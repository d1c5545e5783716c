"""What a tenant waits for: free places, above the list of reservations, and the answer to a request."""

from datetime import datetime
from typing import NamedTuple

from flask import url_for

from booking.blueprints.kit.filters import comma_list, moment
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.waiting import wait_state, wait_tone, waits_for
from booking.blueprints.kit.session import me, my_enterprise_id
from booking.db import db
from booking.language import gettext
from booking.people.queries import managers_of
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.waiting.line import before_in_line
from booking.reservations.waiting.queries import waits_of


class WaitItem(NamedTuple):
    """A line of what is waited for, in words."""

    url: str
    name: str
    when: str
    member: str
    state: str
    tone: str


def waiting_lines(*, everybody: bool, now: datetime) -> list[WaitItem]:
    """List what the reader, or their enterprise, waits for, what is held first."""
    waits = waits_of(db.session(), my_enterprise_id(), now, member_id=None if everybody else me().id)
    before = before_in_line(db.session(), waits)
    return [
        WaitItem(
            url_for("waiting.show", wait_id=one.id),
            waits_for(one),
            times(one.starts_at, one.ends_at, one.kind),
            one.member.name if everybody else "",
            wait_state(one, before[one.id]),
            wait_tone(one.state),
        )
        for one in waits
    ]


def who_is_asked(reservation: Reservation) -> str:
    """Name the managers whose answer a request waits for; "" where it waits for none of theirs."""
    if reservation.state is not ReservationState.REQUESTED or reservation.answerer is Answerer.PARK:
        return ""
    names = comma_list(one.name for one in managers_of(db.session(), reservation.enterprise_id))
    return gettext("等企业负责人（%(names)s）批准；批准之前不保留时间。", names=names)


def request_label(made: Reservation) -> str:
    """Say who is asked, of what is only asked for; "" of what is booked."""
    if made.state is not ReservationState.REQUESTED:
        return ""
    if made.answerer is Answerer.MANAGER:
        return gettext("申请已交给企业负责人，批准后会保留这段时间，并发邮件告诉你。")
    by_when = moment(made.answer_by) if made.answer_by else ""
    return gettext("申请已提交，园区会在 %(when)s 前答复，确认后保留这段时间。", when=by_when)
