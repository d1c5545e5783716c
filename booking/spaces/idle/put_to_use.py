"""Put an idle place to use as spaces, or say that it stands empty again."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE
from booking.parks.models import Park
from booking.spaces.idle.models import IdlePlace, IdleState, idle_place_space
from booking.spaces.idle.register import lock_idle_place
from booking.spaces.idle.rules import MadeOfAnother, NoSpacesMade, check_empty_since, check_put_to_use
from booking.spaces.models import Space
from booking.values.month import local_day
from booking.values.refusal import ReasonMissing


def put_to_use(
    session: Session,
    place: IdlePlace,
    space_ids: Collection[int],
    since: date,
    *,
    by: Actor,
    now: datetime,
) -> IdlePlace:
    """Link a place with the spaces made of it, from a day on; again with others, or another day, corrects it.

    Raises NoSpacesMade, MadeOfAnother, UsedInFuture and UsedBeforeEmpty. The same again changes nothing.
    """
    lock_idle_place(session, place)
    check_put_to_use(since, place.empty_since, local_day(now, session.get_one(Park, place.park_id).zone))
    spaces = _spaces(session, place, space_ids)
    before = _facts(place)
    place.spaces = spaces
    place.put_to_use_on, place.state = since, IdleState.IN_USE
    after = _facts(place)
    if before != after:
        session.flush()
        record(
            session,
            Action.IDLE_PUT_TO_USE,
            "idle_place",
            place.id,
            by=by,
            now=now,
            before=before,
            after=after,
        )
    return place


def empty_again(
    session: Session, place: IdlePlace, since: date, reason: str, *, by: Actor, now: datetime
) -> IdlePlace:
    """Say that a place in use stands empty again since a day; what was made of it stays in the trail.

    Raises ReasonMissing and EmptyInFuture; one that is empty already stays as it is.
    """
    lock_idle_place(session, place)
    if place.state is not IdleState.IN_USE:
        return place
    if not reason.strip():
        raise ReasonMissing
    check_empty_since(since, None, local_day(now, session.get_one(Park, place.park_id).zone))
    before = _facts(place)
    place.spaces = []
    place.put_to_use_on, place.state, place.empty_since, place.proposal = None, IdleState.IDLE, since, ""
    session.flush()
    record(
        session, Action.IDLE_EMPTIED_AGAIN, "idle_place", place.id,
        by=by, now=now, before=before, after=_facts(place), reason=reason.strip(),
    )  # fmt: skip
    return place


def _spaces(session: Session, place: IdlePlace, space_ids: Collection[int]) -> list[Space]:
    """Lock the spaces, so that of two places one is told that they were made of the other; then link them."""
    wanted = select(Space).where(Space.park_id == place.park_id, Space.id.in_(space_ids)).order_by(Space.id)
    spaces = list(session.scalars(wanted.with_for_update(of=Space, **NO_KEY_UPDATE)))
    if not spaces or len(spaces) < len(set(space_ids)):
        raise NoSpacesMade
    others = session.scalars(
        select(Space.code)
        .join(idle_place_space, idle_place_space.c.space_id == Space.id)
        .where(Space.id.in_(space_ids), idle_place_space.c.idle_place_id != place.id)
        .order_by(Space.code)
    ).all()
    if others:
        raise MadeOfAnother(tuple(others))
    return spaces


def _facts(place: IdlePlace) -> dict[str, Any]:
    return {
        "state": place.state.value,
        "put_to_use_on": place.put_to_use_on.isoformat() if place.put_to_use_on else None,
        "empty_since": place.empty_since.isoformat(),
        "space_ids": sorted(space.id for space in place.spaces),
    }
