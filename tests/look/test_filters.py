"""How figures and times are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from booking.blueprints.kit import filters
from booking.blueprints.kit.labels.spaces import hours_hint
from booking.spaces.rules import ExtendedDay, Opening
from booking.values import Money, Month, Share, Span
from tests.look.gallery_app import make_app

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2026, 11, 3)


@pytest.fixture(scope="module")
def gallery():
    return make_app()


@pytest.fixture
def chinese(gallery, standing_clock):
    with gallery.test_request_context("/gallery"):
        yield


@pytest.fixture
def english(gallery, standing_clock):
    with gallery.test_request_context("/gallery?lang=en"):
        yield


def local(year, month, day, hour, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (123450, "¥1,234.50"),
        (0, "¥0.00"),
        (5, "¥0.05"),
        (-123450, "−¥1,234.50"),
        (760000480633, "¥7,600,004,806.33"),
    ],
)
def test_money_has_thousands_two_digits_and_a_real_minus(fen, written):
    assert filters.money(Money(fen)) == written


def test_a_day_of_another_year_says_which(chinese, standing_clock):
    assert filters.day(date(2026, 1, 1)) == "1月1日 周四"
    assert filters.day(date(2025, 12, 31)) == "2025年12月31日 周三"
    standing_clock.set(datetime(2025, 12, 31, 16, tzinfo=UTC))  # the new year has begun in Shanghai
    assert filters.moment(datetime(2025, 12, 31, 15, tzinfo=UTC)) == "2025年12月31日 周三 23:00"


def test_times_are_on_the_parks_clock_not_in_utc(chinese):
    assert filters.clock(datetime(2026, 11, 2, 16, 30, tzinfo=UTC)) == "00:30"
    assert filters.moment(datetime(2026, 11, 2, 16, 30, tzinfo=UTC)) == "11月3日 周二 00:30"


def test_days_and_months_are_chinese_by_default(chinese):
    assert filters.day(TUESDAY) == "11月3日 周二"
    assert filters.full_day(TUESDAY) == "2026年11月3日"
    assert filters.month_text(Month(2026, 10, SHANGHAI)) == "2026年10月"


def test_days_and_months_are_english_on_request(english):
    assert filters.day(TUESDAY) == "Tue 3 Nov"
    assert filters.full_day(TUESDAY) == "3 Nov 2026"
    assert filters.month_text(Month(2026, 10, SHANGHAI)) == "October 2026"
    assert filters.duration(101) == "1 h 41 min"


def test_a_span_names_its_day_once(chinese):
    span = Span(local(2026, 11, 3, 16, 36), local(2026, 11, 3, 18, 17))
    assert filters.span_text(span) == "11月3日 周二 16:36–18:17"


def test_a_span_that_ends_at_midnight_ends_at_24(chinese):
    assert filters.clock_span(Span(local(2026, 11, 3, 20), local(2026, 11, 4, 0))) == "20:00–24:00"


def test_a_span_over_midnight_names_the_day_it_ends(chinese):
    span = Span(local(2026, 11, 3, 20), local(2026, 11, 4, 9))
    assert filters.span_text(span) == "11月3日 周二 20:00 – 11月4日 周三 09:00"


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(hours=1, minutes=41), "1 小时 41 分"),
        (timedelta(minutes=5, seconds=59), "5 分"),
        (120, "2 小时"),
        (0, "0 分"),
        (timedelta(days=2, hours=3), "2 天 3 小时"),
    ],
)
def test_a_length_is_told_in_hours_and_minutes(chinese, length, written):
    assert filters.duration(length) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [(200_00, "200 m²"), (97_50, "97.5 m²"), (1200_00, "1,200 m²"), (13, "0.13 m²")],
)
def test_an_area_has_no_decimals_that_say_nothing(size, written):
    assert filters.area(size) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (Fraction(2, 5), "40.0%"),
        (Decimal("0.475"), "47.5%"),
        (Fraction(-1, 3), "−33.3%"),
        (Fraction(1, 2000), "0.1%"),
        (0.0, "0.0%"),
        (Share(Fraction(2, 5)), "40.0%"),
        (Share(Fraction(19, 80), exact=False), "约 24%"),
        (-Share(Fraction(19, 80), exact=False), "约 −24%"),
        (Share(Fraction(-1, 1000), exact=False), "约 0%"),
    ],
)
def test_a_share_is_a_percentage_rounded_half_up_and_of_rounded_sums_only_about_so_much(
    chinese, share, written
):
    assert filters.percent(share) == written


def test_a_change_says_its_sign_and_english_says_about(english):
    grown = Share(Fraction(1, 5), exact=False)
    assert [filters.percent(one, plus=True) for one in (grown, -grown)] == ["about +20%", "about −20%"]
    assert filters.percent(Share(Fraction(0)), plus=True) == "0.0%"


CHINESE_SUBJECT, ENGLISH_SUBJECT = (
    "园区提议换个时间：Clouds 西 12月2日 14:00",
    "Your booking was moved: 云起 Wed 2 Dec",
)


def test_what_was_written_in_english_says_so_on_a_chinese_page(chinese):
    texts = (CHINESE_SUBJECT, ENGLISH_SUBJECT, "The park moved it", "14:00")
    assert [filters.spoken(one) for one in texts] == ["", "", "en", ""]


def test_what_was_written_in_chinese_says_so_on_an_english_page(english):
    texts = (CHINESE_SUBJECT, ENGLISH_SUBJECT, "14:00", "")
    assert [filters.spoken(one) for one in texts] == ["zh-CN", "", "", ""]


OPEN = Opening(
    opens_minute=480,
    closes_minute=1320,
    buffer_minutes=30,
    extended=(ExtendedDay(TUESDAY, None, 1380),),
)


def test_sentences_touch_in_chinese(chinese):
    assert filters.sentences(["一。", "", "二。"]) == "一。二。"
    said = hours_hint(OPEN, TUESDAY)
    assert said.endswith("，不收费。11月3日 周二延时开放：开到 23:00。")
    assert hours_hint(OPEN).endswith("，不收费"), "what ends a line has no full stop"


def test_sentences_stand_apart_in_english(english):
    assert filters.sentences(["One.", "Two."]) == "One. Two."
    said = hours_hint(OPEN, TUESDAY)
    assert (
        ". 30 min kept free after every use, at no charge. Tue 3 Nov, extended hours: open till 23:00."
        in said
    )
    assert hours_hint(OPEN).endswith("at no charge")
