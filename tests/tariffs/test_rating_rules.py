"""The rules of pricing, each on an example worked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from booking.tariffs.rating import MeasuredStay, rate, rate_all
from booking.tariffs.rules import (
    BandEndsBeforeItStarts,
    BandsOverlap,
    FactorBelowZero,
    StayEndsBeforeItStarts,
    StayTooLong,
    TariffFigureOutOfRange,
    share_of_quote,
)
from booking.tariffs.terms import Band, Days, Terms
from booking.values import Money, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(
    rest_days=frozenset({date(2026, 10, 1)}), working_days=frozenset({date(2026, 10, 10)})
)
TUESDAY = "2026-11-03"
YUAN_A_MINUTE = 6000


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def stay(come: str, go: str, name: str = "a", space: str = "R1", day: str = TUESDAY) -> MeasuredStay:
    come, go = (clock if "T" in clock else f"{day}T{clock}" for clock in (come, go))
    return MeasuredStay(name, space, at(come), at(go))


def band(name: str, begins: int, ends: int, factor: str, days: Days = Days.ALL) -> Band:
    return Band(name, days, begins * 60, ends * 60, Fraction(factor))


def lines(*stays: MeasuredStay, allowance: int = 0, **terms) -> list[tuple]:
    rated = rate_all(
        stays,
        Terms(**{"rate_fen_per_hour": YUAN_A_MINUTE} | terms),
        CALENDAR,
        SHANGHAI,
        allowance_minutes=allowance,
    )
    return [
        (line.stay, line.day.day, line.band, line.minutes, line.free_minutes, line.amount.fen)
        for line in rated
    ]


# 1. Seconds, steps, minimum


def test_seconds_are_dropped_at_both_ends():
    assert lines(stay("09:00:59", "09:10:59")) == [("a", 3, "peak", 10, 0, 1000)]
    assert lines(stay("09:00:01", "09:10:59")) == [("a", 3, "peak", 10, 0, 1000)]


def test_a_begun_step_is_billed_whole_and_a_full_one_is_not_lengthened():
    assert lines(stay("09:00", "09:16"), increment_minutes=15) == [("a", 3, "peak", 30, 0, 3000)]
    assert lines(stay("09:00", "09:15"), increment_minutes=15) == [("a", 3, "peak", 15, 0, 1500)]


def test_a_minimum_that_is_no_whole_number_of_steps_is_reached_by_whole_steps():
    assert lines(stay("09:00", "09:04"), increment_minutes=15, minimum_minutes=40) == [
        ("a", 3, "peak", 45, 0, 4500)
    ]


def test_in_and_out_in_the_same_minute_costs_the_minimum():
    assert lines(stay("09:00:10", "09:00:50"), minimum_minutes=20) == [("a", 3, "peak", 20, 0, 2000)]
    assert lines(stay("09:00", "09:00"), minimum_minutes=20) == [("a", 3, "peak", 20, 0, 2000)]


def test_without_a_minimum_an_instant_costs_nothing_and_has_no_line():
    assert lines(stay("09:00", "09:00"), increment_minutes=15) == []


# 2. Bands and midnight


def test_a_lunch_band_in_the_middle_makes_two_lines_of_three_pieces():
    assert lines(stay("11:30", "13:30"), bands=(band("lunch", 12, 13, "0.5"),)) == [
        ("a", 3, "peak", 60, 0, 6000),
        ("a", 3, "lunch", 60, 0, 3000),
    ]


def test_two_bands_of_one_name_and_factor_make_one_line_a_day():
    bands = (band("off-peak", 12, 13, "0.5"), band("off-peak", 14, 15, "0.50"))
    assert lines(stay("12:00", "15:00"), bands=bands) == [
        ("a", 3, "off-peak", 120, 0, 6000),
        ("a", 3, "peak", 60, 0, 6000),
    ]


def test_two_bands_of_one_name_but_another_factor_make_two_lines():
    bands = (band("off-peak", 12, 13, "0.5"), band("off-peak", 13, 14, "0.25"))
    assert lines(stay("12:00", "14:00"), bands=bands) == [
        ("a", 3, "off-peak", 60, 0, 3000),
        ("a", 3, "off-peak", 60, 0, 1500),
    ]


def test_a_stay_over_midnight_has_a_line_for_each_day():
    assert lines(stay("23:50", "2026-11-04T00:10")) == [
        ("a", 3, "peak", 10, 0, 1000),
        ("a", 4, "peak", 10, 0, 1000),
    ]


def test_a_band_may_end_at_midnight_and_the_next_day_begins_without_it():
    assert lines(stay("23:50", "2026-11-04T00:10"), bands=(band("late", 22, 24, "2"),)) == [
        ("a", 3, "late", 10, 0, 2000),
        ("a", 4, "peak", 10, 0, 1000),
    ]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-10-09", "work"),  # Friday
        ("2026-10-10", "work"),  # Saturday, made up
        ("2026-10-11", "rest"),  # Sunday
        ("2026-10-01", "rest"),  # Thursday, National Day
    ],
)
def test_a_band_follows_the_calendar_of_working_days(day, name):
    bands = (band("work", 9, 10, "2", Days.WORKING), band("rest", 9, 10, "0.5", Days.REST))
    assert [line[2] for line in lines(stay("09:00", "09:30", day=day), bands=bands)] == [name]


def test_a_stay_into_a_rest_day_changes_bands_at_midnight():
    bands = (band("rest", 0, 24, "0.5", Days.REST),)
    assert lines(stay("2026-10-09T23:00", "2026-10-10T01:00"), bands=bands) == [
        ("a", 9, "peak", 60, 0, 6000),
        ("a", 10, "peak", 60, 0, 6000),
    ]
    assert lines(stay("2026-10-16T23:00", "2026-10-17T01:00"), bands=bands) == [
        ("a", 16, "peak", 60, 0, 6000),
        ("a", 17, "rest", 60, 0, 3000),
    ]


def test_a_factor_of_nothing_leaves_a_line_of_nothing():
    assert lines(stay("12:00", "13:00"), bands=(band("lunch", 12, 13, "0"),)) == [("a", 3, "lunch", 60, 0, 0)]


# 3. Free minutes


def test_free_minutes_are_the_first_of_a_stay_whatever_their_band():
    assert lines(stay("11:30", "13:30"), allowance=45, bands=(band("lunch", 12, 13, "2"),)) == [
        ("a", 3, "peak", 60, 30, 3000),
        ("a", 3, "lunch", 60, 15, 9000),
    ]


def test_the_stay_that_ends_first_takes_the_free_minutes_though_it_started_later():
    assert lines(stay("09:00", "11:00", "long"), stay("09:30", "10:00", "short", "R2"), allowance=40) == [
        ("long", 3, "peak", 120, 10, 11000),
        ("short", 3, "peak", 30, 30, 0),
    ]


def test_of_two_that_end_together_the_one_that_started_first_takes_the_free_minutes():
    assert lines(stay("09:30", "10:00", "a", "R2"), stay("09:00", "10:00", "b"), allowance=60) == [
        ("b", 3, "peak", 60, 60, 0),
        ("a", 3, "peak", 30, 0, 3000),
    ]
    assert lines(stay("09:00", "10:00", "b"), stay("09:00", "10:00", "a", "R2"), allowance=60) == [
        ("a", 3, "peak", 60, 60, 0),
        ("b", 3, "peak", 60, 0, 6000),
    ]


def test_minutes_added_to_reach_the_step_use_up_free_minutes_too():
    assert lines(
        stay("09:00", "09:04", "a"), stay("10:00", "10:10", "b"), allowance=35, minimum_minutes=30
    ) == [
        ("a", 3, "peak", 30, 30, 0),
        ("b", 3, "peak", 30, 5, 2500),
    ]


def test_a_stay_over_the_month_s_end_uses_each_month_s_own_free_minutes():
    assert lines(
        stay("2026-10-31T23:00", "2026-11-01T01:00", "a"),
        stay("2026-11-01T09:00", "2026-11-01T10:00", "b"),
        allowance=45,
    ) == [
        ("a", 31, "peak", 60, 45, 1500),
        ("a", 1, "peak", 60, 45, 1500),
        ("b", 1, "peak", 60, 0, 6000),
    ]


def test_the_month_is_the_park_s_own_and_not_that_of_utc():
    """1 November, 07:00 in Shanghai, is still October in UTC."""
    rating = rate(
        stay("2026-11-01T07:00", "2026-11-01T07:30"),
        Terms(YUAN_A_MINUTE),
        CALENDAR,
        SHANGHAI,
        allowance_left={202610: 20, 202611: 10},
    )
    assert rating.allowance_used == {202611: 10}
    assert rating.total == Money(2000)


# 4. Rounding


def test_a_line_is_rounded_half_up_once():
    """11:30 to 16:30 at 1 fen an hour: pieces of 0.5, 2 and 0.5 fen are 3, where rounding each gives 4."""
    bands = (band("lunch", 12, 13, "0"), band("tea", 15, 16, "0"))
    assert lines(stay("09:00", "09:30"), rate_fen_per_hour=1) == [("a", 3, "peak", 30, 0, 1)]
    assert lines(stay("11:30", "16:30"), rate_fen_per_hour=1, bands=bands)[0] == ("a", 3, "peak", 180, 0, 3)
    assert lines(stay("11:30", "13:30"), rate_fen_per_hour=3, bands=bands)[0] == ("a", 3, "peak", 60, 0, 3)
    assert lines(stay("09:00", "09:29"), rate_fen_per_hour=1) == [("a", 3, "peak", 29, 0, 0)]


def test_a_factor_is_exact():
    """0.1 + 0.2 has no place here: 25 fen an hour at 0.58 for an hour is 14.5, which rounds up."""
    assert lines(stay("09:00", "10:00"), rate_fen_per_hour=25, bands=(band("a", 9, 10, "0.58"),)) == [
        ("a", 3, "a", 60, 0, 15)
    ]


# 5. The cap


def test_two_stays_of_a_day_in_one_space_stop_at_the_cap_together():
    assert lines(stay("09:00", "10:00", "a"), stay("11:00", "12:00", "b"), daily_cap_fen=9000) == [
        ("a", 3, "peak", 60, 0, 6000),
        ("b", 3, "peak", 60, 0, 3000),
    ]


def test_the_cap_is_reached_in_order_of_time_not_in_the_order_in_which_stays_end():
    assert lines(stay("09:00", "12:00", "long"), stay("10:00", "11:00", "short"), daily_cap_fen=19000) == [
        ("long", 3, "peak", 180, 0, 18000),
        ("short", 3, "peak", 60, 0, 1000),
    ]


def test_a_later_band_of_a_stay_waits_its_turn_for_the_cap():
    assert lines(
        stay("11:30", "13:00", "long"),
        stay("11:45", "11:55", "short"),
        daily_cap_fen=5000,
        bands=(band("lunch", 12, 13, "2"),),
    ) == [
        ("long", 3, "peak", 30, 0, 3000),
        ("long", 3, "lunch", 60, 0, 1000),
        ("short", 3, "peak", 10, 0, 1000),
    ]


def test_of_lines_that_begin_together_that_of_the_earlier_stay_reaches_the_cap_first():
    assert lines(
        stay("23:00", "2026-11-04T00:30", "a"), stay("22:00", "2026-11-04T00:20", "b"), daily_cap_fen=6000
    ) == [
        ("b", 3, "peak", 120, 0, 6000),
        ("b", 4, "peak", 20, 0, 2000),
        ("a", 3, "peak", 60, 0, 0),
        ("a", 4, "peak", 30, 0, 3000),
    ]
    assert lines(
        stay("2026-11-03T23:00", "2026-11-04T00:10", "b"),
        stay("2026-11-03T23:00", "2026-11-04T00:20", "a"),
        daily_cap_fen=2500,
    )[1:4:2] == [("a", 4, "peak", 20, 0, 2000), ("b", 4, "peak", 10, 0, 500)]


def test_lines_after_the_one_that_reaches_the_cap_cost_nothing():
    assert lines(stay("11:30", "13:30"), daily_cap_fen=3000, bands=(band("lunch", 12, 13, "2"),)) == [
        ("a", 3, "peak", 60, 0, 3000),
        ("a", 3, "lunch", 60, 0, 0),
    ]


def test_each_space_and_each_day_has_its_own_cap():
    assert lines(
        stay("09:00", "10:00", "a"),
        stay("09:00", "10:00", "b", "R2"),
        stay("09:00", "10:00", "c", day="2026-11-04"),
        daily_cap_fen=5000,
    ) == [
        ("a", 3, "peak", 60, 0, 5000),
        ("b", 3, "peak", 60, 0, 5000),
        ("c", 4, "peak", 60, 0, 5000),
    ]


def test_a_stay_over_midnight_meets_the_cap_of_each_day():
    assert [line[5] for line in lines(stay("22:00", "2026-11-04T02:00"), daily_cap_fen=7000)] == [7000, 7000]


def test_free_minutes_do_not_count_towards_the_cap():
    assert lines(stay("09:00", "11:00"), allowance=60, daily_cap_fen=6000) == [
        ("a", 3, "peak", 120, 60, 6000)
    ]


def test_what_was_charged_before_that_day_counts_towards_the_cap():
    rating = rate(
        stay("11:00", "12:00"),
        Terms(YUAN_A_MINUTE, daily_cap_fen=9000),
        CALENDAR,
        SHANGHAI,
        spent={date(2026, 11, 3): 8000, date(2026, 11, 4): 9000},
    )
    assert [(line.amount, line.uncapped) for line in rating.lines] == [(Money(1000), Money(6000))]


def test_a_day_already_over_its_cap_is_not_paid_back():
    rating = rate(
        stay("11:00", "12:00"),
        Terms(YUAN_A_MINUTE, daily_cap_fen=5000),
        CALENDAR,
        SHANGHAI,
        spent={date(2026, 11, 3): 8000},
    )
    assert rating.total == Money.zero()


# Order, and clocks that change


def test_lines_come_by_stay_start_then_id_then_day_then_time():
    bands = (band("lunch", 12, 13, "0.5"),)
    found = lines(
        stay("09:00", "09:10", "z"),
        stay("12:30", "2026-11-04T00:10", "b"),
        stay("12:30", "13:10", "a", "R2"),
        bands=bands,
    )
    assert [line[:3] for line in found] == [
        ("z", 3, "peak"),
        ("a", 3, "lunch"),
        ("a", 3, "peak"),
        ("b", 3, "lunch"),
        ("b", 3, "peak"),
        ("b", 4, "peak"),
    ]


def berlin(come: datetime, go: datetime) -> list[tuple[str, int]]:
    terms = Terms(6000, bands=(band("night", 2, 3, "0.5"),))
    rating = rate(MeasuredStay("a", "R1", come, go), terms, CALENDAR, ZoneInfo("Europe/Berlin"))
    return [(line.band, line.minutes) for line in rating.lines]


def test_the_hour_that_comes_twice_is_billed_twice():
    assert berlin(datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC)) == [
        ("peak", 120),
        ("night", 120),
    ]


def test_the_hour_that_never_comes_is_not_billed():
    assert berlin(datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC)) == [
        ("peak", 120)
    ]


def test_a_day_that_the_clocks_come_back_to_keeps_its_place_before_the_next():
    """In St John's, 2010, a minute past midnight became 23:01 of the day before."""
    terms = Terms(6000, bands=(band("night", 23, 24, "0.5"),))
    came, left = datetime(2010, 11, 7, 2, 30, tzinfo=UTC), datetime(2010, 11, 7, 3, 35, tzinfo=UTC)
    late = MeasuredStay("a", "R1", came, left)
    zone = ZoneInfo("America/St_Johns")
    expected = [(7, "peak", 6), (6, "night", 59)]
    for found in (rate_all([late], terms, CALENDAR, zone), rate(late, terms, CALENDAR, zone).lines):
        assert [(line.day.day, line.band, line.minutes) for line in found] == sorted(expected)


# What is refused


def test_terms_that_cannot_be_priced_by_do_not_come_to_be():
    with pytest.raises(BandsOverlap) as caught:
        Terms(1, bands=(band("a", 9, 12, "1"), band("b", 13, 14, "1"), band("c", 11, 13, "1", Days.REST)))
    assert (caught.value.first, caught.value.second, caught.value.index) == ("a", "c", 2)
    for wrong in (band("a", 12, 12, "1"), band("a", 13, 12, "1"), band("a", 0, 25, "1")):
        with pytest.raises(BandEndsBeforeItStarts):
            Terms(1, bands=(wrong,))
    with pytest.raises(FactorBelowZero):
        Terms(1, bands=(band("a", 9, 10, "-0.1"),))
    for figures in (
        {"rate_fen_per_hour": -1},
        {"increment_minutes": 0},
        {"minimum_minutes": -1},
        {"daily_cap_fen": -1},
        {"bands": (band("a", 9, 10, "1e13"),)},
    ):
        with pytest.raises(TariffFigureOutOfRange):
            Terms(**{"rate_fen_per_hour": 1} | figures)


def test_bands_that_touch_or_are_for_other_days_do_not_overlap():
    Terms(1, bands=(band("a", 9, 12, "1"), band("b", 12, 14, "1")))
    Terms(1, bands=(band("a", 9, 12, "1", Days.REST), band("b", 9, 12, "1", Days.WORKING)))


def test_a_stay_that_cannot_be_is_refused():
    with pytest.raises(StayEndsBeforeItStarts):
        stay("09:00", "08:59:59")
    with pytest.raises(StayTooLong):
        stay("09:00", "2126-11-03T09:00")
    stay("09:00", "2036-11-10T09:00")  # 3660 days, and not a second more
    with pytest.raises(StayTooLong):
        stay("09:00", "2036-11-10T09:00:01")
    with pytest.raises(ValueError, match="offset"):
        MeasuredStay("a", "R", datetime(2026, 11, 3), datetime(2026, 11, 4))  # noqa: DTZ001


def test_a_share_of_a_quote_is_at_most_all_of_it():
    assert [share_of_quote(Money(100), share) for share in (0, 1000)] == [Money.zero(), Money(100)]
    with pytest.raises(TariffFigureOutOfRange):
        share_of_quote(Money(100), 1001)
    with pytest.raises(TariffFigureOutOfRange):
        share_of_quote(Money(100), -1)
