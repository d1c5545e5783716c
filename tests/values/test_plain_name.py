"""A name that goes out in mail holds nothing that a mail program makes a link of, in any script."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given, strategies as st

from booking.values.names import NameHoldsAddress, check_name, check_names, holds_address

ENDINGS = [
    "com",
    "cn",
    "рф",
    "在线",
    "商城",
    "网址",
    "集团",
    "公司",
    "中国",
    "한국",
    "भारत",
    "ไทย",
    "السعودية",
    "xn--p1ai",
]


@pytest.mark.parametrize("dot", [".", "．", "。", "｡", "․", "\u200b.", ".\u00ad"])
def test_every_ending_makes_an_address(dot):
    for ending in ENDINGS:
        assert holds_address(f"领奖{dot}{ending}")
        assert holds_address(f"请打开 3{dot}{ending}/领奖")


@pytest.mark.parametrize(
    "name",
    [
        "中奖请打开 http://evil.example",
        "www.1",
        "加微信 a＠b．cn",
        "li@localhost",
        "ＥＶＩＬ．ＣＯＭ",
        "evil.c\u200bom",
        "ftp://x",
        "203.0.113.9/x",
        "Example Co.Ltd",
        "I.T.公司",
    ],
)
def test_what_a_reader_could_open_or_write_to_is_no_name(name):
    with pytest.raises(NameHoldsAddress) as refused:
        check_name(name, "short_name")
    assert refused.value.what == "short_name"


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "A. Müller",
        "J.R. Smith",
        "J.R.R. Example",
        "Dr. Li",
        "St. John",
        "O'Neill-Example",
        "阿卜杜勒·买买提",
        "王示例（研发）",
        "第3组.李",
        "上海3.0科技",
        "Web 3.0 Example",
        "No.1示例",
        "Example Technology (Shanghai) Co., Ltd.",
        "Example Inc.",
        "U.S. Example",
        "示例科技……有限公司",
    ],
)
def test_a_name_is_a_name(name):
    assert check_name(name) == name


LETTERS = st.characters(categories=["Lu", "Ll", "Lo"])


def stays_letters(text):
    """Tell whether it is all letters and digits as names of hosts write it; "ĿA" becomes "L·A" there."""
    return normalize("NFKC", text).isalnum()


@given(
    st.text(LETTERS | st.characters(categories=["Nd"]), min_size=1).filter(stays_letters),
    st.text(LETTERS, min_size=2).filter(stays_letters),
)
def test_no_script_makes_a_domain(label, ending):
    assert holds_address(f"{label}.{ending}")


@given(st.text(LETTERS | st.sampled_from(" ·-（）&,"), min_size=1))
def test_without_a_dot_a_name_is_a_name(name):
    assert holds_address(name) == ("." in name)


def test_a_name_from_before_stays_until_it_is_changed():
    class Kept:
        name, short_name = "Example Co.Ltd", "Example"

    check_names({"name": "Example Co.Ltd", "short_name": "示例", "size": 3}, ("name", "short_name"), Kept())
    check_names({"name": None, "short_name": ""}, ("name", "short_name"), Kept())
    with pytest.raises(NameHoldsAddress):
        check_names({"name": "Example Co.Ltd", "short_name": "a.cn"}, ("name", "short_name"), Kept())
