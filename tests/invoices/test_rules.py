"""The laws of closing, by examples worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from booking.invoices.rules import TaxPart, closable_from, tax_parts
from booking.values import Money, Month, WorkCalendar
from tests.harness.times import SHANGHAI

OCTOBER, NOVEMBER = Month(2026, 10, SHANGHAI), Month(2026, 11, SHANGHAI)

PLAIN = WorkCalendar()


def test_october_2026_is_open_to_question_on_2_3_and_4_november():
    assert closable_from(OCTOBER, 3, PLAIN) == date(2026, 11, 5)


def test_a_make_up_saturday_counts_and_a_holiday_does_not():
    calendar = WorkCalendar(
        rest_days=frozenset({date(2026, 12, 2)}), working_days=frozenset({date(2026, 12, 5)})
    )
    assert closable_from(NOVEMBER, 4, calendar) == date(2026, 12, 6)  # 1, 3, 4 and Saturday 5


def test_without_a_review_a_month_may_be_closed_on_the_1st():
    assert closable_from(OCTOBER, 0, PLAIN) == date(2026, 11, 1)


def test_the_tax_in_128_yuan_80_at_6_percent_is_7_yuan_29():
    assert tax_parts([(60, Money(11200)), (60, Money(1680))]) == (TaxPart(60, Money(12880), Money(729)),)


def test_tax_is_counted_once_a_rate_not_once_a_line():
    # 3 x 0.10 yuan: the tax of a line alone is 0.0057, rounded 0.01; of the sum 0.017, rounded 0.02.
    assert tax_parts([(60, Money(10))] * 3) == (TaxPart(60, Money(30), Money(2)),)


def test_two_rates_are_taxed_apart():
    assert tax_parts([(130, Money(11300)), (60, Money(10600))]) == (
        TaxPart(60, Money(10600), Money(600)),
        TaxPart(130, Money(11300), Money(1300)),
    )


@pytest.mark.parametrize(("review_days", "day"), [(1, date(2026, 11, 3)), (10, date(2026, 11, 14))])
def test_the_review_is_as_long_as_the_park_says(review_days, day):
    assert closable_from(OCTOBER, review_days, PLAIN) == day
