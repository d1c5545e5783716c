"""What becomes of a request in words: who is asked, and what the park proposes instead."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.labels.reservations import quoted, times
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.approval.models import ProposedPlace
from booking.reservations.approval.promise import answer_until
from booking.reservations.approval.proposals import proposals_of, proposals_to_member
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import Reservation, ReservationState


def request_label(made: Reservation) -> str:
    """Say who is asked, of what is only asked for; "" of what is booked."""
    if made.state is not ReservationState.REQUESTED:
        return ""
    if made.answerer is Answerer.MANAGER:
        return gettext("申请已交给企业负责人，批准后会保留这段时间，并发邮件告诉你。")
    by_when = moment(made.answer_by) if made.answer_by else ""
    return gettext("申请已提交，园区会在 %(when)s 前答复，确认后保留这段时间。", when=by_when)


class Proposed(NamedTuple):
    """What the park proposes, in words; `version` is that of the reservation whose page shows it."""

    reservation_id: int
    version: int
    asked: str
    name: str
    when: str
    price: str
    words: str
    until: str


def proposed(proposal: ProposedPlace) -> Proposed:
    """Put a proposal in words, with what it would be instead of."""
    asked, space = proposal.reservation, proposal.space
    here = f"{local_name(space.name, space.name_en)} · {local_name(space.area.name, space.area.name_en)}"
    there = local_name(asked.space.name, asked.space.name_en)
    return Proposed(
        asked.id,
        asked.version,
        f"{there} {times(asked.starts_at, asked.ends_at, asked.space.kind)}",
        here,
        times(proposal.starts_at, proposal.ends_at, space.kind),
        quoted(proposal),
        proposal.words,
        moment(answer_until(asked, proposal)),
    )


def proposals_to(asked: Sequence[Reservation], now: datetime) -> list[Proposed]:
    """List what waits for an answer of these."""
    waiting = [one.id for one in asked if one.state is ReservationState.REQUESTED]
    return [proposed(one) for one in proposals_of(db.session(), waiting, now).values()]


def proposals_to_person(member_id: int, now: datetime) -> list[Proposed]:
    """List what waits for somebody's answer, on whatever day."""
    return [proposed(one) for one in proposals_to_member(db.session(), member_id, now)]
