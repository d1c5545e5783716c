"""What stays used of the open time of places, cut at days and bands: written once they have ended."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import Select, delete, or_, select, text, update
from sqlalchemy.orm import Session, selectinload

from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.spaces.models import Kind, Space
from booking.usage.measuring.day_minutes import NO_BANDS, BandPlan, OpenPiece, minutes_of, used_pieces
from booking.usage.measuring.open_days import Opened, figures, insert_rows, places_of
from booking.usage.models import OpenStretch, Stay, UsedStretch
from booking.values.month import day_span, local_day


class Bands(Protocol):
    """What usage asks of whoever knows tariffs: the bands by which a space is priced from a day on."""

    def __call__(
        self, session: Session, asked: Iterable[tuple[Space, date]]
    ) -> Mapping[tuple[int, date], BandPlan]:
        """Give the bands for each (space, local day); what has no tariff is left out."""


MOST_STAYS = 5_000
"""How many stays one transaction writes down."""
UNMEASURED = text("(stay.ended_at IS NULL OR stay.measured_to IS NULL OR stay.measured_to < stay.ended_at)")
PLAIN = {"synchronize_session": False}


def unmeasured(park: Park, last: date) -> Select[int]:
    """Select the stays with minutes up to the end of a day that are not written; literal for its index."""
    end = day_span(last, park.zone).end
    return select(Stay.id).where(
        Stay.park_id == park.id,
        UNMEASURED,
        Stay.started_at < end,
        or_(Stay.measured_to.is_(None), Stay.measured_to < end),
    )


def write_stays(session: Session, park: Park, last: date, bands: Bands) -> bool:
    """Write down what is not written of stays up to the end of the last measured day; tells if any was."""
    stays = session.scalars(
        select(Stay)
        .options(selectinload(Stay.space).selectinload(Space.parts))
        .where(Stay.id.in_(unmeasured(park, last).order_by(Stay.id).limit(MOST_STAYS).scalar_subquery()))
        .order_by(Stay.id)
        .with_for_update(key_share=True, of=Stay)
        .execution_options(populate_existing=True)
    ).all()
    if not stays:
        return False
    anew = [stay.id for stay in stays if stay.measured_to is None]
    session.execute(delete(UsedStretch).where(UsedStretch.stay_id.in_(anew)), execution_options=PLAIN)
    insert_rows(session, UsedStretch, list(_rows(session, park, last, stays, bands)))
    session.execute(
        update(Stay)
        .where(Stay.id.in_([stay.id for stay in stays]))
        .values(measured_to=day_span(last, park.zone).end),
        execution_options=PLAIN,
    )
    session.expire_all()
    return True


@dataclass(frozen=True, slots=True)
class _Part:
    """One day of a stay that is to be written."""

    stay: Stay
    day: date


def _rows(
    session: Session, park: Park, last: date, stays: Sequence[Stay], bands: Bands
) -> Iterator[dict[str, Any]]:
    parts = [_Part(stay, day) for stay in stays for day in _days(stay, park, last)]
    if not parts:
        return
    first = min(part.day for part in parts)
    opened = _opened(session, park, first, last, {place for stay in stays for place in places_of(stay.space)})
    plans = bands(session, {(stay.space, _began(stay, park)) for stay in stays if _has_bands(stay)})
    calendar = park_calendar(session, park.id)
    for part in parts:
        stay, span = part.stay, day_span(part.day, park.zone)
        use = minutes_of(stay.started_at, stay.ended_at or span.end, span)
        if use is None:
            continue
        plan = plans.get((stay.space_id, _began(stay, park)), NO_BANDS)
        cut = plan.working if calendar.is_working_day(part.day) else plan.rest
        for place_id in places_of(stay.space):
            for piece in used_pieces(use, opened.get((place_id, part.day), ()), cut):
                yield _row(stay, place_id, part.day) | figures(piece) | {"band": piece.band}


def _row(stay: Stay, place_id: int, day: date) -> dict[str, Any]:
    return {
        "park_id": stay.park_id,
        "space_id": place_id,
        "day": day,
        "stay_id": stay.id,
        "enterprise_id": stay.enterprise_id,
    }


def _began(stay: Stay, park: Park) -> date:
    """Give the day whose tariff prices the whole stay."""
    return local_day(stay.started_at, park.zone)


def _has_bands(stay: Stay) -> bool:
    return stay.space_kind is not Kind.STORAGE


ONE_DAY = timedelta(days=1)


def _days(stay: Stay, park: Park, last: date) -> Iterator[date]:
    """Give the local days of a stay, up to the last measured one, that are not written yet."""
    first = local_day(stay.measured_to or stay.started_at, park.zone)
    until = last if stay.ended_at is None else min(last, local_day(stay.ended_at, park.zone))
    for number in range((until - first).days + 1):
        yield first + number * ONE_DAY


def _opened(session: Session, park: Park, first: date, last: date, places: Iterable[int]) -> Opened:
    rows = session.execute(
        select(
            OpenStretch.space_id,
            OpenStretch.day,
            OpenStretch.first_minute,
            OpenStretch.last_minute,
            OpenStretch.beyond,
        )
        .where(
            OpenStretch.park_id == park.id,
            OpenStretch.day.between(first, last),
            OpenStretch.space_id.in_(places),
        )
        .order_by(OpenStretch.space_id, OpenStretch.day, OpenStretch.first_minute)
    )
    found: dict[tuple[int, date], list[OpenPiece]] = defaultdict(list)
    for space_id, day, first_minute, last_minute, beyond in rows:
        found[space_id, day].append(OpenPiece(first_minute, last_minute, beyond))
    return found
