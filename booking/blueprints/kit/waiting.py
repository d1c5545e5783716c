"""One press that joins the waiting list, for the pages that say a time is taken."""

from typing import NamedTuple

from flask import url_for

from booking.blueprints.kit.converters import wall
from booking.blueprints.kit.session import my_park
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.models import Kind
from booking.values.span import Span


class JoinPress(NamedTuple):
    """Where the press goes, what it sends, and for how many minutes what comes free is held."""

    url: str
    fields: dict[str, str]
    hold_minutes: int


def join_press(
    kind: Kind, span: Span, people: int, purpose: str, *, space_id: int | None = None
) -> JoinPress | None:
    """Fill the form of the waiting list; None for kinds that have none."""
    if kind in SPACES_WITHOUT_LINE:
        return None
    zone = my_park().zone
    (day, _, starts), (last, _, ends) = (wall(one, zone).partition("T") for one in (span.start, span.end))
    fields = {
        "kind": kind.value,
        "day": day,
        "starts": starts[:5],
        "ends": ends[:5] if day == last else "24:00",
        "people": f"{people}",
        "purpose": purpose,
    }
    if space_id is not None:
        fields["space"] = f"{space_id}"
    return JoinPress(url_for("waiting.join"), fields, my_park().hold_minutes)
