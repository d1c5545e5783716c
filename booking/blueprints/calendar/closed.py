"""Which spaces are closed, until when and why: told where somebody would look for them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import url_for

from booking.blueprints.kit.availability import Criteria
from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.labels.spaces import closure_words
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.queries import ClaimRow, claims_between, claims_of_kind, parts_of_wholes
from booking.reservations.space_queries import SpaceFilter, fitting_spaces, space_rows
from booking.spaces.models import Kind, Space
from booking.values.span import Span


class ClosedSpace(NamedTuple):
    """A space that would do, were it not closed."""

    name: str
    words: str
    url: str


def closed_spaces(
    kind: Kind, span: Span, wanted: SpaceFilter, now: datetime, wish: Criteria
) -> Sequence[ClosedSpace]:
    """List the spaces that offer what is wanted and are closed for some of the time."""
    session, park = db.session(), my_park()
    closures = _closures_then(kind, span)
    if not closures:
        return ()
    ids = closures.keys() & set(fitting_spaces(session, park.id, kind, now, wanted))
    carried = wish.args(day=span.start.astimezone(park.zone).date())
    return [
        ClosedSpace(
            local_name(row.name, row.name_en),
            closure_words(closures[row.id].reason, closures[row.id].closed_until),
            url_for("calendar.week", space_id=row.id, **carried),
        )
        for row in space_rows(session, ids)
    ]


def _closures_then(kind: Kind, span: Span) -> dict[int, ClaimRow]:
    """Give what closes each space then; of a whole that of a part."""
    rows = claims_of_kind(db.session(), my_park().id, kind, span)
    found = {row.space_id: row for row in rows if row.closure_id is not None}
    if found:
        for whole, parts in parts_of_wholes(db.session(), my_park().id).items():
            found.update((whole, found[part]) for part in parts if part in found)
    return found


LOOK_AHEAD = timedelta(days=366)
"""How far ahead the page of a store tells of closures; it shows no week."""


def closures_told(space: Space, week: Span, now: datetime) -> Sequence[str]:
    """Tell of each closure of a space in a week, or of a store from now on, that is not over."""
    span = Span(now, now + LOOK_AHEAD) if space.kind is Kind.STORAGE else week
    return _told(claims_between(db.session(), space, span), now)


def _told(rows: Iterable[ClaimRow], now: datetime) -> list[str]:
    first: dict[int, ClaimRow] = {}
    for row in rows:
        if row.closure_id is not None and (row.closed_until is None or row.closed_until > now):
            first.setdefault(row.closure_id, row)
    return [_words(row, now) for row in first.values()]


def _words(row: ClaimRow, now: datetime) -> str:
    words = closure_words(row.reason, row.closed_until)
    if row.starts_at <= now:
        return words
    return gettext("%(start)s 起，%(closed)s", start=moment(row.starts_at), closed=words)
