"""Storage is billed by the local day touched, and each month carries its own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.tariffs.rules import StayEndsBeforeItStarts, TariffFigureOutOfRange
from booking.tariffs.storage_rating import (
    StorageStay,
    StorageTerms,
    rate_storage,
    rate_storage_month,
    storage_days,
)
from booking.values import Month

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3, SHANGHAI)


def kept(start: str, end: str | None) -> StorageStay:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)

    return StorageStay("s", at(start), at(end) if end else None)


def days(start: str, end: str | None) -> list[tuple[str, int]]:
    return [(str(line.month), line.days) for line in rate_storage(kept(start, end), StorageTerms(1), MARCH)]


def test_an_end_at_midnight_does_not_touch_the_day_that_begins():
    assert days("2026-01-31T15:00", "2026-02-01T00:00") == [("2026-01", 1)]
    assert days("2026-01-31T15:00", "2026-02-01T00:01") == [("2026-01", 1), ("2026-02", 1)]


def test_a_start_just_before_midnight_touches_its_day():
    assert days("2026-01-30T23:59", "2026-01-31T00:30") == [("2026-01", 2)]


def test_a_moment_touches_its_own_day():
    assert days("2026-01-31T00:00", "2026-01-31T00:00") == [("2026-01", 1)]


def test_days_are_the_park_s_own():
    """06:00 in Shanghai is the day before in UTC."""
    assert storage_days(kept("2026-03-02T06:00", "2026-03-02T07:00"), MARCH) == (date(2026, 3, 2),) * 2


def test_what_goes_on_is_billed_to_the_end_of_each_month():
    assert days("2026-01-31T15:00", None) == [("2026-01", 1), ("2026-02", 28), ("2026-03", 31)]


def test_a_month_that_is_not_touched_has_no_line():
    assert rate_storage_month(kept("2026-01-31T15:00", "2026-02-02T09:00"), StorageTerms(1), MARCH) is None
    assert rate_storage_month(kept("2026-04-01T00:00", None), StorageTerms(1), MARCH) is None


def test_per_square_metre_a_slice_is_rounded_half_up_once():
    """12.35 m² at 0.90 yuan: 11.115 a day; three days are 33.345, so 33.35 and not 3 × 11.12 = 33.36."""
    terms = StorageTerms(rate_fen_per_day=90, area_hundredths=1235)
    line = rate_storage_month(kept("2026-03-01T10:00", "2026-03-03T10:00"), terms, MARCH)
    assert line is not None
    assert (line.days, line.amount.fen) == (3, 3335)


def test_a_unit_without_area_costs_nothing_only_where_its_price_is_per_square_metre():
    assert StorageTerms(90, area_hundredths=0).price(3).fen == 0
    assert StorageTerms(90).price(3).fen == 270


def test_storage_that_cannot_be_is_refused():
    with pytest.raises(StayEndsBeforeItStarts):
        kept("2026-01-31T15:00", "2026-01-31T14:59")
    with pytest.raises(TariffFigureOutOfRange):
        StorageTerms(-1)
    with pytest.raises(TariffFigureOutOfRange):
        StorageTerms(1, area_hundredths=-1)
    with pytest.raises(ValueError, match="offset"):
        StorageStay("s", datetime(2026, 1, 1), None)  # noqa: DTZ001


@given(
    st.sampled_from(["Asia/Shanghai", "America/Havana", "Europe/Berlin"]),
    st.integers(0, 200 * 24 * 4),
    st.integers(1, 100 * 24 * 4),
)
def test_the_months_days_together_are_the_days_that_a_quarter_hour_of_the_stay_lies_in(
    zone_name, offset, length
):
    zone = ZoneInfo(zone_name)
    quarter = timedelta(minutes=15)
    start = datetime(2026, 1, 1, tzinfo=UTC) + offset * quarter
    touched = {(start + step * quarter).astimezone(zone).date() for step in range(length)}
    stay = StorageStay("s", start, start + length * quarter)
    lines = rate_storage(stay, StorageTerms(800), Month(2027, 1, zone))
    assert sum(line.days for line in lines) == len(touched)
    assert all(line.first_day.month == line.last_day.month == line.month.month for line in lines)
