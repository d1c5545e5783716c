"""What one checks in to on my day: what can be now, each with when it is released, or what can be next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.blueprints.kit.converters import local_day_of
from booking.blueprints.kit.session import me, my_park
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.rules import grace_ends
from booking.spaces.models import Kind
from booking.usage.rules import check_in_opens


@dataclass(frozen=True, slots=True)
class Next:
    """A reservation one will check in to."""

    reservation: Reservation
    opens_at: datetime
    open: bool
    today: bool  # one can check in today
    late: bool  # it has begun
    released_at: datetime


def next_check_ins(coming: Sequence[Reservation], staying: Collection[int], now: datetime) -> Sequence[Next]:
    """List what of one's own can be checked in to now, the first first; where nothing can, what can next.

    `staying` names the spaces one is in: what comes there next begins when it does, not before.
    """
    own = (row for row in coming if row.member_id == me().id and row.state is ReservationState.BOOKED)
    turns = [_next(row, staying, now) for row in own if row.space.kind is not Kind.STORAGE]
    return [one for one in turns if one.open] or turns[:1]


def _next(row: Reservation, staying: Collection[int], now: datetime) -> Next:
    early = check_in_opens(row.starts_at, my_park().early_minutes)
    opens_at = row.starts_at if row.space_id in staying else early
    released = grace_ends(row.starts_at, my_park().grace_minutes)
    today = opens_at < local_day_of(now, my_park().zone, 0).end
    return Next(row, opens_at, now >= opens_at, today, now >= row.starts_at, released)
