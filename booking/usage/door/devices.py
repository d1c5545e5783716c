"""Tablets and screens at doors: made for a space, found by their secret, revoked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.tickets import hash_token
from booking.spaces.models import Space
from booking.usage.door.models import DoorDevice


def add_device(
    session: Session, space: Space, name: str, language: str, key: str, *, by: Actor, now: datetime
) -> DoorDevice:
    """Let a device show the space to whoever knows `key`, which is kept as its hash alone."""
    device = DoorDevice(
        park_id=space.park_id,
        space_id=space.id,
        name=name,
        language=language,
        key_hash=hash_token(key),
        made_at=now,
    )
    session.add(device)
    session.flush()
    after = {"space": space.code, "name": name}
    record(session, Action.DOOR_DEVICE_ADDED, "space", space.id, by=by, now=now, after=after)
    return device


def revoke_device(
    session: Session, park_id: int, device_id: int, *, by: Actor, now: datetime
) -> Space | None:
    """Let its address show nothing any more, and give its space; None where the park has no such device.

    Safe twice: the first time counts.
    """
    mine = select(DoorDevice).where(DoorDevice.id == device_id, DoorDevice.park_id == park_id)
    device = session.scalar(mine.with_for_update())
    if device is None:
        return None
    if device.revoked_at is None:
        device.revoked_at = now
        before = {"space": device.space.code, "name": device.name}
        record(session, Action.DOOR_DEVICE_REVOKED, "space", device.space_id, by=by, now=now, before=before)
    return device.space


def device_with(session: Session, key: str) -> DoorDevice | None:
    """Find the device whose secret this is, with its space; None where it was revoked."""
    found = select(DoorDevice).where(DoorDevice.key_hash == hash_token(key), DoorDevice.revoked_at.is_(None))
    place = joinedload(DoorDevice.space, innerjoin=True)
    return session.scalar(found.options(place.joinedload(Space.area), place.joinedload(Space.parts)))


def door_devices_of(session: Session, space_id: int) -> Sequence[DoorDevice]:
    """List a space's devices that were not revoked, the oldest first."""
    there = DoorDevice.space_id == space_id, DoorDevice.revoked_at.is_(None)
    return session.scalars(select(DoorDevice).where(*there).order_by(DoorDevice.id)).all()


SEEN_TO_WITHIN = timedelta(minutes=5)


def is_to_note(device: DoorDevice, now: datetime) -> bool:
    """Tell whether it is long enough ago that it was noted as seen."""
    return device.seen_at is None or now - device.seen_at >= SEEN_TO_WITHIN


def note_seen(session: Session, device_id: int, *, now: datetime) -> None:
    """Note that a device asked: who looks after it sees which has gone dark."""
    session.get_one(DoorDevice, device_id).seen_at = now
