"""Whom the line passes over by now, in words: before they join, and while they wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from booking.blueprints.kit.labels.consent import why_not_alone
from booking.blueprints.kit.session import me, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.db import db
from booking.language import gettext
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import Counted
from booking.reservations.quotas.rules import OverQuota
from booking.reservations.series.instead import Missed, WhoAsks, free_places_now
from booking.reservations.waiting import passed_over as line
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.own_waits import asked_instead
from booking.reservations.waiting.rules import what_is_left
from booking.spaces.models import Kind
from booking.values import Span


def passed_over(what: Counted, span: Span, now: datetime) -> str:
    """Say that the reader is passed over by now, by the quota that would refuse them; "" where none does."""
    try:
        line.check_quota_in_line(db.session(), what, span, my_enterprise_id(), me().id, now=now)
    except OverQuota as refusal:
        return _passed_over_by_quota(wording(refusal))
    return ""


def _passed_over_by_quota(why: str) -> str:
    return gettext("%(why)s空出来时会跳过这次候补，先给后面的人；额度够了才会轮到。", why=why)


class PassedOver(NamedTuple):
    """That the line passes a wait over by now, and what to do: to whose it is, or to their colleagues."""

    words: str
    needs_manager: bool


def waits_passed_over(waits: Sequence[Wait], now: datetime) -> dict[int, PassedOver]:
    """Tell which of these, of the reader's enterprise, are passed over, by their ids: as `give_back` judges.

    The number of queries goes by kinds and limits, not by waits.
    """
    still = [line.StillWanted(one, left) for one in waits if (left := left_of(one, now)) is not None]
    beyond = line.waits_beyond_rights(db.session(), still, now)
    over = line.waits_over_quota(db.session(), still, now)
    mine = {wait.id for wait, _ in still if wait.member_id == me().id}
    found = {}
    for key, refused in over.items():
        why = wording(refused) if key in mine else gettext("超出额度：候补人现在剩下的不够。")
        found[key] = PassedOver(_passed_over_by_quota(why), needs_manager=False)
    for key, needs in beyond.items():
        why = why_not_alone(needs) if key in mine else gettext("超出候补人可自行预订的范围")
        words = gettext(
            "%(why)s：空出来时会跳过这次候补，先给后面的人。请企业负责人加入候补，轮到时由负责人接受。",
            why=why,
        )
        found[key] = PassedOver(words, needs_manager=True)
    return found


def asked_of_waits(waits: Sequence[Wait], now: datetime) -> dict[int, Reservation]:
    """Give what each who waits has asked for of what is left of their time, by the wait's id; one query."""
    left = {one.id: (one, span) for one in waits if (span := left_of(one, now)) is not None}
    return asked_instead(db.session(), left)


def my_free_waits(waits: Sequence[Wait], now: datetime) -> set[int]:
    """Name those of the reader's waits for one space whose time stands free; three queries a kind."""
    kinds: dict[Kind, list[Missed]] = {}
    for one in waits:
        left = left_of(one, now)
        if one.space_id and left and one.member_id == me().id:
            kinds.setdefault(one.kind, []).append(Missed(f"{one.id}", one.space_id, left))
    who = WhoAsks(my_enterprise_id(), me().id)
    found = free_places_now(db.session(), my_park().id, kinds, who, now=now)
    return {int(key) for key, refusal in found.items() if refusal is None}


def left_of(wait: Wait, now: datetime) -> Span | None:
    """Give what is left of the time of who still stands in line; None for nothing."""
    return time_left(wait, now) if wait.state is WaitState.WAITING else None


def time_left(wait: Wait, now: datetime) -> Span | None:
    """Give what is left of a time that was waited for; None for nothing."""
    return what_is_left(wait.span, now, step_minutes=QUARTER, lead_minutes=0, zone=my_park().zone)


QUARTER = 15
