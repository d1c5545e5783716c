"""Names stand where a Chinese reader looks for them."""

from __future__ import annotations

from hypothesis import given, strategies as st

from booking.values.chinese_order import chinese_key, in_chinese_order


def test_names_are_sorted_by_sound_after_digits_and_latin_letters() -> None:
    # a, chang, du1, du4, xin, xing, yun; 长 and 都 have two sounds each.
    wanted = ["3号仓", "ＡＢ智能", "Zeta", "阿里", "长安", "都会", "渡鸦信息", "芯源", "星野渡", "云杉"]
    assert in_chinese_order(sorted(wanted), str) == wanted


def test_names_of_one_sound_stay_apart_and_equal_ones_stay_as_they_came() -> None:
    assert chinese_key("青禾") != chinese_key("清和")
    pairs = [("甲", 2), ("甲", 1), ("安", 3)]
    assert in_chinese_order(pairs, lambda pair: pair[0]) == [("安", 3), ("甲", 2), ("甲", 1)]


@given(st.lists(st.text()))
def test_whatever_is_typed_has_its_place_and_none_is_lost(names: list[str]) -> None:
    found = in_chinese_order(names, str)
    assert sorted(found) == sorted(names)
    assert found == in_chinese_order(found, str)
