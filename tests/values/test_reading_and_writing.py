"""Amounts and areas are read as people type them and written in one way."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from booking.values import Money
from booking.values.reading import Misread, Trouble, read_metres, read_yuan
from booking.values.writing import (
    area_text,
    metres_figure,
    money_text,
    ten_thousands_figure,
    thousands_figure,
)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1500", 150000),
        ("1500.5", 150050),
        ("¥1500", 150000),
        ("￥1500", 150000),
        ("￥ 1,500.50", 150050),
        ("1,234,567.89 元", 123456789),
        ("1 234.50", 123450),
        ("１５００．５０", 150050),
        ("１，５００元", 150000),
        ("1500。5", 150050),
        ("  1500  ", 150000),
        ("RMB 1500", 150000),
        ("¥1500元", 150000),
        ("人民币1500元整", 150000),
        ("0", 0),
        ("0.05", 5),
        (".5", 50),
        ("5.", 500),
        ("-1500", -150000),
        ("−¥1,500.00", -150000),
        ("¥-15", -1500),
        ("1500.50\u3000元", 150050),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed, fen):
    assert read_yuan(typed) == Money(fen)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Trouble.NO_FIGURE),
        ("¥", Trouble.NO_FIGURE),
        (".", Trouble.NO_FIGURE),
        ("-", Trouble.NO_FIGURE),
        ("一千五", Trouble.NO_FIGURE),
        ("1e3", Trouble.NO_FIGURE),
        ("nan", Trouble.NO_FIGURE),
        ("²", Trouble.NO_FIGURE),
        ("12 34", Trouble.NO_FIGURE),
        ("1,5", Trouble.NO_FIGURE),
        ("1,50", Trouble.NO_FIGURE),
        ("1,2345", Trouble.NO_FIGURE),
        ("1.2.3", Trouble.NO_FIGURE),
        ("--5", Trouble.NO_FIGURE),
        ("-¥-5", Trouble.NO_FIGURE),
        ("$15", Trouble.NO_FIGURE),
        ("15 m²", Trouble.NO_FIGURE),
        ("15.001", Trouble.TOO_FINE),
        ("9" * 30, Trouble.TOO_LARGE),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(typed, why):
    with pytest.raises(Misread) as refused:
        read_yuan(typed)
    assert refused.value.trouble is why


@pytest.mark.parametrize(
    ("typed", "hundredths"),
    [("35.5", 3550), ("35.5 ㎡", 3550), ("35.5m²", 3550), ("1,200 平方米", 120000), ("３５", 3500),
     ("20 M2", 2000), ("20平米", 2000), ("35.500", 3550), ("0", 0)],
)  # fmt: skip
def test_an_area_is_read_as_people_type_it(typed, hundredths):
    assert read_metres(typed) == hundredths


@pytest.mark.parametrize(("typed", "why"), [("¥35", Trouble.NO_FIGURE), ("35.555", Trouble.TOO_FINE)])
def test_what_is_no_area_is_refused(typed, why):
    with pytest.raises(Misread) as refused:
        read_metres(typed)
    assert refused.value.trouble is why


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_is_read_again(hundredths):
    assert read_yuan(money_text(Money(hundredths))) == Money(hundredths)
    assert read_yuan(str(Money(hundredths))) == Money(hundredths)
    assert read_metres(area_text(hundredths)) == hundredths
    assert read_metres(metres_figure(hundredths)) == hundredths


def test_money_and_areas_are_written_in_one_way():
    assert money_text(Money(760000480633)) == "¥7,600,004,806.33"
    assert money_text(Money(-123450)) == "−¥1,234.50"
    assert [area_text(size) for size in (20000, 9750, 120000, 5, -1250)] == [
        "200 m²", "97.5 m²", "1,200 m²", "0.05 m²", "−12.5 m²",
    ]  # fmt: skip
    assert [metres_figure(size) for size in (3550, 120000, 5)] == ["35.5", "1200", "0.05"]


def test_large_sums_are_said_to_one_decimal_rounded_half_up():
    said = {110_283_00: "11.0", 109_499_99: "10.9", 109_500_00: "11.0", 49_999: "0.0", -500_00: "−0.1"}
    assert {fen: ten_thousands_figure(Money(fen)) for fen in said} == said
    assert thousands_figure(Money(110_283_00)) == "110.3"
    assert ten_thousands_figure(Money.yuan(123_456_789)) == "12,345.7"
