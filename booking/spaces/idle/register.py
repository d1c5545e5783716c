"""The register's verbs: put a place on it, correct what it says, propose a use, hang photographs."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.documents.store import store_bytes
from booking.parks.models import Park
from booking.spaces.idle.models import IdlePlace, IdleState
from booking.spaces.idle.rules import IdleFacts, InUseAlready, ProposalMissing, check_empty_since
from booking.spaces.pictures import MEDIA_TYPE
from booking.values.month import local_day

SUBJECT = "idle_place"


def lock_idle_place(session: Session, place: IdlePlace) -> IdlePlace:
    """Lock a place to change it, and see it as it is now: who does the same at once comes after."""
    return lock_row(session, IdlePlace, place.id)


def register_idle_place(
    session: Session, park_id: int, facts: IdleFacts, *, by: Actor, now: datetime
) -> IdlePlace:
    """Put a place on the register, idle, or proposed where it says what could be made of it.

    Raises EmptyInFuture.
    """
    check_empty_since(facts.empty_since, None, local_day(now, session.get_one(Park, park_id).zone))
    place = IdlePlace(park_id=park_id, created_at=now, created_by_id=by.member_id, **asdict(facts))
    place.state = IdleState.PROPOSED if facts.proposal else IdleState.IDLE
    session.add(place)
    session.flush()
    record(session, Action.IDLE_REGISTERED, SUBJECT, place.id, by=by, now=now, after=kept_facts(place))
    return place


def edit_idle_place(
    session: Session, place: IdlePlace, facts: IdleFacts, *, by: Actor, now: datetime
) -> IdlePlace:
    """Correct what the register says; the same again changes nothing. Raises what registering does."""
    lock_idle_place(session, place)
    today = local_day(now, session.get_one(Park, place.park_id).zone)
    check_empty_since(facts.empty_since, place.put_to_use_on, today)
    before = kept_facts(place)
    for field in fields(IdleFacts):
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
        raise ProposalMissing
    lock_idle_place(session, place)
    if place.put_to_use_on is not None:
        raise InUseAlready(place.put_to_use_on)
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
    facts: dict[str, Any] = {field.name: getattr(place, field.name) for field in fields(IdleFacts)}
    return facts | {"empty_since": place.empty_since.isoformat(), "state": place.state.value}
