"""Events that devices tell, each under an id of its own: twice, late or out of order they do no harm."""

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.db.upsert import insert_into
from booking.reservations.models import Reservation
from booking.usage.door.models import LONGEST_EVENT_KEY, DoorEvent, DoorEventKind
from booking.usage.models import Stay
from booking.usage.rules import EventMeansAnother


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
