"""Tablets and screens at doors: made for a space, found by their secret, revoked; and what devices tell.

An event has an id of its own: told twice, late or out of order it does no harm.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db.rows import insert_into
from booking.people.tickets import hash_token
from booking.reservations.models import Reservation
from booking.spaces.models import Space
from booking.usage.models import LONGEST_EVENT_KEY, DoorDevice, DoorEvent, DoorEventKind, Stay
from booking.usage.rules import EventMeansAnother


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


class DeviceEvent(NamedTuple):
    """What a device tells: the id it gave the event, unique in its park for ever, and when it happened."""

    key: str
    at: datetime

    @property
    def kept_key(self) -> str:
        """The id as it is kept; of a longer one its digest, which is as long as there is room."""
        return self.key if len(self.key) <= LONGEST_EVENT_KEY else sha256(self.key.encode()).hexdigest()

    def happened(self, now: datetime) -> datetime:
        """Tell when it happened; a clock that runs fast tells nothing of the future."""
        return min(self.at, now)


def told_first(
    session: Session,
    event: DeviceEvent,
    kind: DoorEventKind,
    of: Reservation | Stay,
    *,
    now: datetime,
) -> bool:
    """Keep an event, and tell whether it is told for the first time; raises EventMeansAnother.

    It is kept with what it brings about: what was refused is judged again when it is told again. Lock the
    reservation or the stay before, so that the same event told at once waits for its first.
    """
    reservation_id = of.id if isinstance(of, Reservation) else of.reservation_id
    stay_id = of.id if isinstance(of, Stay) else None
    facts = {
        "park_id": of.park_id,
        "key": event.kept_key,
        "kind": kind,
        "reservation_id": reservation_id,
        "stay_id": stay_id,
        "happened_at": event.happened(now),
        "received_at": now,
    }
    kept = insert_into(session, DoorEvent).values(facts).on_conflict_do_nothing().returning(DoorEvent.id)
    if session.scalar(kept) is not None:
        return True
    same = DoorEvent.park_id == of.park_id, DoorEvent.key == facts["key"]
    earlier = session.scalars(select(DoorEvent).where(*same)).one()
    about = earlier.reservation_id == reservation_id and (reservation_id or earlier.stay_id == stay_id)
    if earlier.kind is not kind or not about:
        raise EventMeansAnother(event.key)
    return False


def left_before_told(session: Session, reservation_id: int, since: datetime) -> datetime | None:
    """Tell when a device saw somebody leave whose coming had not been told yet; None where none did."""
    return session.scalar(
        select(func.min(DoorEvent.happened_at)).where(
            DoorEvent.reservation_id == reservation_id,
            DoorEvent.kind == DoorEventKind.CHECK_OUT,
            DoorEvent.stay_id.is_(None),
            DoorEvent.happened_at >= since,
        )
    )
