"""Amounts in capitals read as the central bank's rule writes them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from booking.values import Money
from booking.values.writing import DIGITS, capitals

CENTRAL_BANK = [
    (140950, "壹仟肆佰零玖元伍角"),
    (600714, "陆仟零柒元壹角肆分"),
    (168032, "壹仟陆佰捌拾元零叁角贰分"),
    (10700053, "壹拾万柒仟元零伍角叁分"),
    (1640902, "壹万陆仟肆佰零玖元零贰分"),
    (32504, "叁佰贰拾伍元零肆分"),
]

HARD = [
    (760000480633, "柒拾陆亿零肆仟捌佰零陆元叁角叁分"),
    (0, "零元整"),
    (1, "壹分"),
    (10, "壹角"),
    (11, "壹角壹分"),
    (100, "壹元整"),
    (101, "壹元零壹分"),
    (1000, "壹拾元整"),
    (1050, "壹拾元零伍角"),
    (100000, "壹仟元整"),
    (1000000, "壹万元整"),
    (1000100, "壹万零壹元整"),
    (1010000, "壹万零壹佰元整"),
    (10010000, "壹拾万零壹佰元整"),
    (100000000, "壹佰万元整"),
    (10000000000, "壹亿元整"),
    (10000000100, "壹亿零壹元整"),
    (10001000000, "壹亿零壹万元整"),
    (10100000000, "壹亿零壹佰万元整"),
    (100100010001, "壹拾亿零壹佰万零壹佰元零壹分"),
    (1000000000000, "壹佰亿元整"),
    (100000000000000, "壹万亿元整"),
    (100010000000000, "壹万零壹亿元整"),
    (12880, "壹佰贰拾捌元捌角"),
    (-12880, "负壹佰贰拾捌元捌角"),
    (-5, "负伍分"),
]


@pytest.mark.parametrize(("fen", "words"), CENTRAL_BANK)
def test_the_central_banks_own_examples_are_written_as_it_writes_them(fen: int, words: str) -> None:
    assert capitals(Money(fen)) == words


@pytest.mark.parametrize(("fen", "words"), HARD)
def test_empty_places_borders_and_signs_are_written_right(fen: int, words: str) -> None:
    assert capitals(Money(fen)) == words


VALUES = {digit: value for value, digit in enumerate(DIGITS)}
UNITS = {"仟": 1000, "佰": 100, "拾": 10}
MYRIADS = {"亿": 10**8, "万": 10**4}


def whole_from_words(words: str) -> int:
    """Read a whole number back, by another way than it was written."""
    for name, size in MYRIADS.items():
        if name in words:
            upper, _, lower = words.rpartition(name)
            return whole_from_words(upper) * size + whole_from_words(lower)
    total, digit = 0, 0
    for sign in words:
        if sign in UNITS:
            total, digit = total + digit * UNITS[sign], 0
        else:
            digit = VALUES[sign]
    return total + digit


def fen_from_words(words: str) -> int:
    """Read an amount back into fen."""
    rest = words.removeprefix("负").removesuffix("整")
    total = 0
    for name, size in (("元", 100), ("角", 10), ("分", 1)):
        if name in rest:
            part, _, rest = rest.partition(name)
            total += whole_from_words(part) * size
    return -total if words.startswith("负") else total


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_every_amount_reads_back_as_itself_and_never_doubles_a_zero(fen: int) -> None:
    words = capitals(Money(fen))
    assert fen_from_words(words) == fen
    assert "零零" not in words
    assert "零元" not in words or fen == 0
    assert words.endswith(("整", "角", "分"))
