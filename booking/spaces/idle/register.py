"""The register's verbs: put a place on it, correct what it says, propose a use, hang photographs.

And put it to use as spaces, or say that it stands empty again.
"""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import NO_KEY_UPDATE, lock_row
from booking.documents.store import store_bytes
from booking.parks.models import Park
from booking.spaces.idle import rules
from booking.spaces.models import IdlePlace, IdleState, Space, idle_place_space
from booking.spaces.pictures import MEDIA_TYPE
from booking.values import ReasonMissing, local_day


def lock_idle_place(session: Session, place: IdlePlace) -> IdlePlace:
    """Lock a place to change it, and see it as it is now: who does the same at once comes after."""
    return lock_row(session, IdlePlace, place.id)


SUBJECT = "idle_place"


def register_idle_place(
    session: Session, park_id: int, facts: rules.IdleFacts, *, by: Actor, now: datetime
) -> IdlePlace:
    """Put a place on the register, idle, or proposed where it says what could be made of it.

    Raises EmptyInFuture.
    """
    rules.check_empty_since(facts.empty_since, None, local_day(now, session.get_one(Park, park_id).zone))
    place = IdlePlace(park_id=park_id, created_at=now, created_by_id=by.member_id, **asdict(facts))
    place.state = IdleState.PROPOSED if facts.proposal else IdleState.IDLE
    session.add(place)
    session.flush()
    record(session, Action.IDLE_REGISTERED, SUBJECT, place.id, by=by, now=now, after=kept_facts(place))
    return place


def edit_idle_place(
    session: Session, place: IdlePlace, facts: rules.IdleFacts, *, by: Actor, now: datetime
) -> IdlePlace:
    """Correct what the register says; the same again changes nothing. Raises what registering does."""
    lock_idle_place(session, place)
    today = local_day(now, session.get_one(Park, place.park_id).zone)
    rules.check_empty_since(facts.empty_since, place.put_to_use_on, today)
    before = kept_facts(place)
    for field in fields(rules.IdleFacts):
        setattr(place, field.name, getattr(facts, field.name))
    if place.state is not IdleState.IN_USE:
        place.state = IdleState.PROPOSED if facts.proposal else IdleState.IDLE
    after = kept_facts(place)
    if before != after:
        session.flush()
        record(session, Action.IDLE_EDITED, SUBJECT, place.id, by=by, now=now, before=before, after=after)
    return place


def propose_use(session: Session, place: IdlePlace, words: str, *, by: Actor, now: datetime) -> IdlePlace:
    """Say what could be made of an idle place; the same words again change nothing.

    Raises ProposalMissing and InUseAlready.
    """
    if not words.strip():
        raise rules.ProposalMissing
    lock_idle_place(session, place)
    if place.put_to_use_on is not None:
        raise rules.InUseAlready(place.put_to_use_on)
    if place.proposal == words.strip():
        return place
    before = {"proposal": place.proposal, "state": place.state.value}
    place.proposal, place.state = words.strip(), IdleState.PROPOSED
    session.flush()
    after = {"proposal": place.proposal, "state": place.state.value}
    record(session, Action.IDLE_PROPOSED, SUBJECT, place.id, by=by, now=now, before=before, after=after)
    return place


def hang_photograph(
    session: Session, place: IdlePlace, content: bytes, *, after: bool, by: Actor, now: datetime
) -> IdlePlace:
    """Keep a photograph from before or after, already redrawn (`spaces.pictures.redrawn`)."""
    lock_idle_place(session, place)
    which = "after" if after else "before"
    number = store_bytes(
        session, place.park_id, f"idle-{place.id}-{which}.webp", MEDIA_TYPE, content, now=now
    )
    old = {f"{which}_id": getattr(place, f"{which}_id")}
    setattr(place, f"{which}_id", number)
    session.flush()
    record(
        session, Action.IDLE_PICTURE_SET, SUBJECT, place.id,
        by=by, now=now, before=old, after={f"{which}_id": number},
    )  # fmt: skip
    return place


def kept_facts(place: IdlePlace) -> dict[str, Any]:
    """Give what the trail keeps."""
    facts: dict[str, Any] = {field.name: getattr(place, field.name) for field in fields(rules.IdleFacts)}
    return facts | {"empty_since": place.empty_since.isoformat(), "state": place.state.value}


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
    rules.check_put_to_use(
        since, place.empty_since, local_day(now, session.get_one(Park, place.park_id).zone)
    )
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
    rules.check_empty_since(since, None, local_day(now, session.get_one(Park, place.park_id).zone))
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
        raise rules.NoSpacesMade
    others = session.scalars(
        select(Space.code)
        .join(idle_place_space, idle_place_space.c.space_id == Space.id)
        .where(Space.id.in_(space_ids), idle_place_space.c.idle_place_id != place.id)
        .order_by(Space.code)
    ).all()
    if others:
        raise rules.MadeOfAnother(tuple(others))
    return spaces


def _facts(place: IdlePlace) -> dict[str, Any]:
    return {
        "state": place.state.value,
        "put_to_use_on": place.put_to_use_on.isoformat() if place.put_to_use_on else None,
        "empty_since": place.empty_since.isoformat(),
        "space_ids": sorted(space.id for space in place.spaces),
    }
