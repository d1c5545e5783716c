"""What somebody waits for of their series that can be had now, for their day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from booking.blueprints.kit.labels.reservations import place_name, times
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.series.show import prices_of
from booking.db import db
from booking.reservations.series.instead import Missed, free_places_now
from booking.reservations.series.queries import wished_by
from booking.spaces.models import Kind
from booking.values.span import Span


class CameFree(NamedTuple):
    """An occurrence that can be had now, in words."""

    id: int
    series_id: int
    name: str
    when: str
    price: str


LOOKS_AHEAD = timedelta(days=60)


def came_free(now: datetime) -> Sequence[CameFree]:
    """List them, the next first; one query where nothing is waited for."""
    wishes = wished_by(db.session(), me().id, now, now + LOOKS_AHEAD)
    if not wishes:
        return ()
    missed: defaultdict[Kind, list[Missed]] = defaultdict(list)
    for one in wishes:
        missed[one.space.kind].append(Missed(f"{one.id}", one.space_id, Span(one.starts_at, one.ends_at)))
    free = free_places_now(db.session(), my_park().id, missed, now=now)
    wanted = [one for some in missed.values() for one in some if one.key in free]
    prices = prices_of(wanted, {one.space_id: one.space for one in wishes}) if wanted else {}
    return [
        CameFree(
            one.id,
            one.series_id,
            place_name(one.space),
            times(one.starts_at, one.ends_at, one.space.kind),
            prices.get(f"{one.id}", ""),
        )
        for one in wishes
        if f"{one.id}" in free
    ]
