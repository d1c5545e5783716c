"""What came free of what somebody's series kept for them, in words, and what was said to it before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import url_for

from booking.blueprints.kit.labels.reservations import place_name, times
from booking.blueprints.kit.labels.series import not_granted_label
from booking.blueprints.kit.labels.waiting import NO_OFFER, offers_of_wishes
from booking.blueprints.kit.session import me, my_enterprise_id, my_park
from booking.db import db
from booking.reservations.series.instead import Missed, WhoAsks, free_places_now
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.series.queries import not_granted_of, wished_by
from booking.spaces.models import Kind
from booking.values import Span


class CameFree(NamedTuple):
    """An occurrence that can be had now, in words."""

    id: int
    series_id: int
    name: str
    when: str
    price: str
    asks: str
    refused: str = ""  # why their manager, or the park, did not agree to it
    refused_url: str = ""


LOOKS_AHEAD = timedelta(days=60)


def came_free(now: datetime) -> Sequence[CameFree]:
    """List them, the next first, but for what a quota refuses; one query where nothing is waited for."""
    wishes = wished_by(db.session(), me().id, now, now + LOOKS_AHEAD)
    if not wishes:
        return ()
    missed: defaultdict[Kind, list[Missed]] = defaultdict(list)
    for one in wishes:
        missed[one.space.kind].append(Missed(f"{one.id}", one.space_id, Span(one.starts_at, one.ends_at)))
    who = WhoAsks(my_enterprise_id(), me().id)
    there = free_places_now(db.session(), my_park().id, missed, who, now=now)
    free = {key for key, refusal in there.items() if refusal is None}
    wanted = [one for some in missed.values() for one in some if one.key in free]
    offers = offers_of_wishes(wanted, {one.space_id: one.space for one in wishes}) if wanted else {}
    refused = _refused(one for one in wishes if f"{one.id}" in free)
    return [
        CameFree(
            one.id,
            one.series_id,
            place_name(one.space),
            times(one.starts_at, one.ends_at, one.space.kind),
            *offers.get(f"{one.id}", NO_OFFER),
            *refused.get(one.id, ()),
        )
        for one in wishes
        if f"{one.id}" in free
    ]


def _refused(wishes: Iterable[WishedOccurrence]) -> dict[int, tuple[str, str]]:
    """Say of kept days, by their ids, that the last request was declined, and why; lead to it."""
    days = {one.id: (one.series_id, one.recurrence_id) for one in wishes}
    declined = not_granted_of(db.session(), {series_id for series_id, _ in days.values()})
    return {
        key: (
            not_granted_label(declined[day]),
            url_for("reservations.show", reservation_id=declined[day].reservation_id),
        )
        for key, day in days.items()
        if day in declined and declined[day].reason
    }
