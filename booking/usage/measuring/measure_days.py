"""Write down a park's days once they are over: when places were open, reserved and used.

A day's open time is written once, by the rules, exceptions and closures as they then stood; a stay's minutes,
what it used of the open time, cut at days and bands, are written when it has ended, and anew when it was
corrected. A park that used the product before catches up, a month of days at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Select, delete, func, or_, select, text, update
from sqlalchemy.orm import Session, selectinload

from booking.audit.models import AuditEntry
from booking.db import lock_row
from booking.parks.models import Park
from booking.parks.queries import all_parks, park_calendar
from booking.spaces.models import Kind, Space
from booking.usage.measuring.day_minutes import NO_BANDS, BandPlan, OpenPiece, minutes_of, used_pieces
from booking.usage.measuring.open_days import Opened, figures, insert_days, places_of, write_days
from booking.usage.models import MeasuredDay, OpenStretch, Stay, UsedStretch
from booking.values import day_span, local_day


class Bands(Protocol):
    """What usage asks of whoever knows tariffs: the bands by which a space is priced from a day on."""

    def __call__(
        self, session: Session, asked: Iterable[tuple[Space, date]]
    ) -> Mapping[tuple[int, date], BandPlan]:
        """Give the bands for each (space, local day); what has no tariff is left out."""


ONE_DAY = timedelta(days=1)
MOST_DAYS = 31
"""How many days one transaction measures: who comes from an earlier version has years to catch up."""


def parks_to_measure(session: Session, now: datetime) -> list[int]:
    """Name the parks with a day that is over and not measured, or a stay whose minutes are not written."""
    return [park.id for park in all_parks(session) if _is_due(session, park, now)]


def _is_due(session: Session, park: Park, now: datetime) -> bool:
    last = last_measured(session, park.id)
    if last is None or last < yesterday(park, now):
        return bool(next(_days_to_measure(session, park, last, now), None))
    return bool(session.execute(unmeasured(park, last).limit(1)).first())


def measure_days(session: Session, park_id: int, bands: Bands, *, now: datetime) -> bool:
    """Measure the days that are over, at most a month of them, and the stays not written yet.

    Tells whether there was anything to do. Safe twice: days are marked, stays say up to where they are.
    """
    park = lock_row(session, Park, park_id)
    last = last_measured(session, park.id)
    days = list(_days_to_measure(session, park, last, now))
    if days:
        write_days(session, park, days)
        last = days[-1]
    return (last is not None and write_stays(session, park, last, bands)) or bool(days)


def yesterday(park: Park, now: datetime) -> date:
    """Give the last local day that is over."""
    return local_day(now, park.zone) - ONE_DAY


def last_measured(session: Session, park_id: int) -> date | None:
    """Tell up to which day the park is measured; its days are measured in order."""
    return session.scalar(select(func.max(MeasuredDay.day)).where(MeasuredDay.park_id == park_id))


def first_measured(session: Session, park_id: int) -> date | None:
    """Tell from which day on the park is measured."""
    return session.scalar(select(func.min(MeasuredDay.day)).where(MeasuredDay.park_id == park_id))


def _days_to_measure(session: Session, park: Park, last: date | None, now: datetime) -> Iterator[date]:
    first = _first_day(session, park) if last is None else last + ONE_DAY
    until = yesterday(park, now)
    if first is None:
        return
    for number in range(min(MOST_DAYS, (until - first).days + 1)):
        yield first + number * ONE_DAY


def _first_day(session: Session, park: Park) -> date | None:
    """Give the day from which the park had spaces: its first one's, or its first stay's."""
    added = session.scalar(
        select(func.min(AuditEntry.at)).where(AuditEntry.park_id == park.id, AuditEntry.subject == "space")
    )
    stayed = session.scalar(select(func.min(Stay.started_at)).where(Stay.park_id == park.id))
    known = [at for at in (added, stayed) if at is not None]
    return local_day(min(known), park.zone) if known else None


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
    insert_days(session, UsedStretch, list(_rows(session, park, last, stays, bands)))
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
