"""Whom the line passes over as things stand: who may not take it alone, and whom a quota refuses.

Their pages say so by the functions that pass them over.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import BookingRights
from booking.reservations.approval.agree import ToJudge, as_judged
from booking.reservations.approval.rules import NeedsManager, check_alone
from booking.reservations.quotas.quotas import Counted, check_quota, limits_for, quotas_left_each
from booking.reservations.quotas.rules import Had, OverQuota, check_left
from booking.reservations.space_queries import SpaceFilter, fitting_rows, space_row
from booking.reservations.waiting.models import HELD, Wait
from booking.spaces.models import AnySpace, Kind
from booking.values import Span


class WouldTake(NamedTuple):
    """The places of one kind, any of which somebody in line would take, by whose rights."""

    rights: BookingRights | None
    places: Sequence[ToJudge]


def beyond_rights_each(
    session: Session, enterprise_id: int, asked: Mapping[int, WouldTake]
) -> dict[int, NeedsManager]:
    """Tell by key who of an enterprise could take none of them without their manager, at the prices in force.

    Of several places the one that costs least is named. Those of one limit are priced together.
    """
    alike: defaultdict[BookingRights | None, list[int]] = defaultdict(list)
    for key, one in asked.items():
        if one.places:
            alike[one.rights].append(key)
    found = {}
    for rights, keys in alike.items():
        places = [(key, place) for key in keys for place in asked[key].places]
        judged = as_judged(session, rights, enterprise_id, [place for _, place in places])
        for key in keys:
            mine = [wish for (whose, _), wish in zip(places, judged, strict=True) if whose == key]
            try:
                check_alone(rights, min(mine, key=lambda wish: wish.quote))
            except NeedsManager as refusal:
                found[key] = refusal
    return found


class StillWanted(NamedTuple):
    """A wait, and what is left of its time."""

    wait: Wait
    span: Span


def waits_beyond_rights(
    session: Session, waits: Sequence[StillWanted], now: datetime
) -> dict[int, NeedsManager]:
    """Tell which waits of one enterprise are passed over since they need the manager, by their ids."""
    asked = {}
    for wait, span in waits:
        places = [ToJudge(row, span) for row in _places(session, wait, now)]
        asked[wait.id] = WouldTake(wait.member.rights, places)
    return beyond_rights_each(session, waits[0].wait.enterprise_id, asked) if waits else {}


def _places(session: Session, wait: Wait, now: datetime) -> Sequence[AnySpace]:
    if wait.space_id is not None:
        row = space_row(session, wait.park_id, wait.space_id)
        return [row] if row is not None else []
    wanted = SpaceFilter(wait.people, tuple(wait.equipment), wait.area_id)
    return fitting_rows(session, wait.park_id, wait.kind, now, wanted)


def check_quota_in_line(
    session: Session, what: Counted, span: Span, enterprise_id: int, member_id: int, *, now: datetime
) -> None:
    """Refuse what their quota would, once they took all that is held for them already; raises OverQuota.

    Who it refuses is passed over when it comes free, and is told so by the same question.
    """
    if limits_for(session, what.park_id, enterprise_id, what.kind):
        held = _held(session, enterprise_id, what.kind, now)
        check_quota(session, what, span, enterprise_id, member_id, hold=False, besides=held)


def waits_over_quota(session: Session, waits: Sequence[StillWanted], now: datetime) -> dict[int, OverQuota]:
    """Tell which waits of one enterprise a quota passes over, by their ids; two queries a kind at most."""
    of_kind: defaultdict[Kind, list[StillWanted]] = defaultdict(list)
    for one in waits:
        of_kind[one.wait.kind].append(one)
    found = {}
    for kind, some in of_kind.items():
        first = some[0].wait
        if not limits_for(session, first.park_id, first.enterprise_id, kind):
            continue
        held = _held(session, first.enterprise_id, kind, now)
        asked = {wait.id: Had(wait.member_id, span) for wait, span in some}
        left = quotas_left_each(session, first, asked, first.enterprise_id, besides=held)
        for key, there in left.items():
            try:
                check_left(there)
            except OverQuota as refusal:
                found[key] = refusal
    return found


def _held(session: Session, enterprise_id: int, kind: Kind, now: datetime) -> list[Had]:
    """List what is held for people of an enterprise now."""
    rows = session.execute(
        select(Wait.member_id, Wait.starts_at, Wait.ends_at)
        .where(HELD, Wait.held_until > now)
        .where(Wait.enterprise_id == enterprise_id, Wait.kind == kind)
    )
    return [Had(row.member_id, Span(row.starts_at, row.ends_at)) for row in rows]
