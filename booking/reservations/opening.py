"""The rule that holds for a space: its own, else its kind's, else what the park's hours say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from booking.parks.models import Park
from booking.parks.queries import working_days
from booking.reservations.rules import MINUTES_OF_DAY, Circumstances, Opening
from booking.spaces.models import Kind, OpeningRule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from booking.spaces.models import Space
    from booking.values.span import Span

YEAR_OF_DAYS = 366
ONE_DAY = timedelta(days=1)
COLUMNS = (
    OpeningRule.space_id,
    OpeningRule.opens_minute,
    OpeningRule.closes_minute,
    OpeningRule.open_on_rest_days,
    OpeningRule.step_minutes,
    OpeningRule.minimum_minutes,
    OpeningRule.maximum_minutes,
    OpeningRule.lead_minutes,
    OpeningRule.horizon_days,
    OpeningRule.buffer_minutes,
    OpeningRule.needs_approval,
)


def opening_of(session: Session, space: Space) -> Opening:
    """Find the opening of one space."""
    rules = session.execute(
        _rules(space.park_id).where(
            OpeningRule.kind == space.kind,
            or_(OpeningRule.space_id.is_(None), OpeningRule.space_id == space.id),
        )
    ).all()
    found = {rule.space_id: _opening(rule) for rule in rules}
    own = found.get(space.id) or found.get(None)
    return own or park_opening(session.get_one(Park, space.park_id), space.kind)


def openings_of_kind(session: Session, park: Park, kind: Kind) -> Mapping[int | None, Opening]:
    """Find the openings of all spaces of a kind in one query: by space id, the rest under None."""
    rules = session.execute(_rules(park.id).where(OpeningRule.kind == kind)).all()
    return {None: park_opening(park, kind)} | {rule.space_id: _opening(rule) for rule in rules}


def park_opening(park: Park, kind: Kind) -> Opening:
    """Say what holds where nobody made a rule: the park's hours; a store may be had for a year."""
    opens, closes = park.opens, park.closes
    last = closes.hour * 60 + closes.minute
    rest = park.open_on_rest_days
    if kind is Kind.STORAGE:
        longest = YEAR_OF_DAYS * MINUTES_OF_DAY
        return Opening(0, MINUTES_OF_DAY, open_on_rest_days=True, maximum_minutes=longest)
    return Opening(opens.hour * 60 + opens.minute, last or MINUTES_OF_DAY, open_on_rest_days=rest)


def _rules(park_id: int) -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).where(OpeningRule.park_id == park_id).order_by(OpeningRule.id)


def _opening(rule: Row[Any]) -> Opening:
    figures: tuple[Any, ...] = tuple(rule)[1:]
    return Opening(*figures)


def circumstances(
    session: Session, park: Park, kind: Kind, opening: Opening, days: tuple[date, date], now: datetime
) -> Circumstances:
    """Gather what the rules look at for a use that touches these days, give or take one, at most a year."""
    first, last = days[0] - ONE_DAY, min(days[1], days[0] + YEAR_OF_DAYS * ONE_DAY) + ONE_DAY
    return Circumstances(
        opening=opening,
        zone=park.zone,
        calendar=working_days(session, park.id, first, last),
        now=now,
        by_day=kind is Kind.STORAGE,
    )


def circumstances_for(session: Session, space: Space, span: Span, now: datetime) -> Circumstances:
    """Gather what the rules look at for a span of a space."""
    park = session.get_one(Park, space.park_id)
    days = (span.start.date(), span.end.date())
    return circumstances(session, park, space.kind, opening_of(session, space), days, now)
