"""The park's answer to who asked, in words: by when, what it proposes instead, why it came to nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from booking.audit.actions import Action
from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.labels.reservations import promised, quoted, times
from booking.blueprints.kit.session import me
from booking.blueprints.reservations.conflicts import answer_to_move
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.approval.models import ProposedPlace
from booking.reservations.approval.promise import answer_until
from booking.reservations.approval.proposals import proposals_of, proposals_to_member
from booking.reservations.approval.requests import PROPOSAL_UNANSWERED
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import Reservation, ReservationChange, ReservationState
from booking.reservations.queries import BookedRow
from booking.reservations.refusals import Taken


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


def asked_of(reservation: Reservation, now: datetime, taken: Taken | None = None) -> dict[str, Any]:
    """Gather what the page of a request shows of its answer; of what is no request nothing."""
    asked = reservation.state is ReservationState.REQUESTED
    found = proposals_of(db.session(), [reservation.id] if asked else (), now).get(reservation.id)
    answer = answer_to_move(reservation, found.space, taken, now) if taken and found else None
    return {
        "promise": "" if found else promised(reservation, now),
        "proposed": proposed(found) if found else None,
        "may_take": me().enterprise_id is not None,
        "answer": answer,
    }


def proposals_to(asked: Sequence[Reservation], now: datetime) -> list[Proposed]:
    """List what waits for an answer of these."""
    waiting = [one.id for one in asked if one.state is ReservationState.REQUESTED]
    return [proposed(one) for one in proposals_of(db.session(), waiting, now).values()]


def proposals_to_person(member_id: int, now: datetime) -> list[Proposed]:
    """List what waits for somebody's answer, on whatever day."""
    return [proposed(one) for one in proposals_to_member(db.session(), member_id, now)]


def promises_of(rows: Sequence[BookedRow], now: datetime) -> dict[int, str]:
    """Say of each request in a list whose turn it is: the park's, and by when, or theirs."""
    asked = [row for row in rows if row.state is ReservationState.REQUESTED]
    proposed = proposals_of(db.session(), [row.id for row in asked], now)
    return {
        row.id: gettext("园区提议了别的时间或空间，等你答复") if row.id in proposed else promised(row, now)
        for row in asked
    }


def why_not(changes: Sequence[ReservationChange], answerer: Answerer) -> str:
    """Say why a request came to nothing, where its last step was a no or no answer at all."""
    last = changes[-1] if changes else None
    if answerer is Answerer.MANAGER:
        return _why_not_by_manager(last)
    if last is not None and last.action is Action.RESERVATION_EXPIRED:
        if last.reason == PROPOSAL_UNANSWERED:
            return gettext("到申请的开始时间，园区的提议还没有等到答复，这个申请已自动关闭，没有费用。")
        return gettext(
            "园区没有在开始前答复，这个申请已自动关闭，没有占用空间，也没有费用。需要的话请换个时间再申请。"
        )
    if last is not None and last.action is Action.RESERVATION_DECLINED:
        return gettext("园区没有同意这个申请：%(reason)s", reason=last.reason or "")
    return ""


def _why_not_by_manager(last: ReservationChange | None) -> str:
    if last is not None and last.action is Action.RESERVATION_EXPIRED:
        return gettext(
            "企业负责人没有在开始前答复，这个申请已自动关闭，没有占用空间，也没有费用。需要的话请换个时间再申请。"
        )
    if last is not None and last.action is Action.RESERVATION_DECLINED:
        return gettext("企业负责人没有同意这个申请：%(reason)s", reason=last.reason or "")
    return ""
