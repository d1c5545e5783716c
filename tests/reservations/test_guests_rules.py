"""How a list of guests is read: by hand, whatever is typed, and back again."""

import pytest
from hypothesis import given, strategies as st

from booking.reservations.guests.rules import (
    AskedAlong,
    GuestMailUnread,
    GuestUnnamed,
    TooManyAddresses,
    TooManyGuests,
    Visitor,
    check_addresses,
    check_number,
    read_visitors,
    visitors_text,
)
from booking.values import Refusal
from booking.values.names import NameHoldsAddress


@pytest.mark.parametrize(
    ("line", "visitor"),
    [
        ("王小明", Visitor("王小明")),
        ("王小明，wang@a.example，甲公司", Visitor("王小明", "wang@a.example", "甲公司")),
        ("王小明 甲公司 wang@a.example", Visitor("王小明", "wang@a.example", "甲公司")),
        ("王小明\t甲公司\tｗａｎｇ＠ａ．example", Visitor("王小明", "wang@a.example", "甲公司")),
        ("John Smith, john@a.example, Acme Ltd", Visitor("John Smith", "john@a.example", "Acme Ltd")),
        ("wang@a.example；王小明", Visitor("王小明", "wang@a.example")),
        ("王小明 Wang@A.Example", Visitor("王小明", "wang@a.example")),
        ("王小明 <wang@a.example>", Visitor("王小明", "wang@a.example")),
        ("王小明<wang@a.example>, 甲公司", Visitor("王小明", "wang@a.example", "甲公司")),
        ("王小明, wang@xn--fsqu00a.cn", Visitor("王小明", "wang@例子.cn")),
    ],
)
def test_a_line_is_read_as_people_write_it(line, visitor):
    assert read_visitors(f"\n  \n{line}\n{line}\n") == (visitor,), "who stands there twice counts once"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("王小明\nwang@a.example", GuestUnnamed),
        ("王小明，wang@a", GuestMailUnread),
        ("王小明，wáng@a.example", GuestMailUnread),
        ("王小明, (1)wang@a.example", GuestMailUnread),
        ("王小明, wang@a.example(1)", GuestMailUnread),
        ('王小明, "wang"@a.example', GuestMailUnread),
        ("王小明, g:wang@a.example", GuestMailUnread),
        ("王小明, wa..ng@a.example", GuestMailUnread),
        ("王小明, wang@[127.0.0.1]", GuestMailUnread),
        ("王小明, www.evil.example<wang@a.example>", NameHoldsAddress),
        ("长" * 61, GuestUnnamed),
        ("打开 www.evil.example 领奖", NameHoldsAddress),
        ("\n".join(f"客{number}" for number in range(500)), TooManyGuests),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, refusal):
    with pytest.raises(refusal) as told:
        read_visitors(text)
    assert getattr(told.value, "line", 2) in {1, 2}


def test_fifty_come_and_no_more_colleagues_and_guests_together():
    visitors = read_visitors("\n".join(f"客{number}" for number in range(40)))
    check_number(AskedAlong(frozenset(range(10)), visitors))
    with pytest.raises(TooManyGuests) as told:
        check_number(AskedAlong(frozenset(range(11)), visitors))
    assert (told.value.count, told.value.most) == (51, 50)


def test_two_hundred_mailboxes_a_day_and_one_named_again_counts_once():
    before = [f"{number}@a.example" for number in range(199)]
    check_addresses(before, ["new@a.example", "", "0@a.example"])
    check_addresses([*before, "new@a.example", "more@a.example"], ["0@a.example", ""])
    with pytest.raises(TooManyAddresses) as told:
        check_addresses(before, ["new@a.example", "newer@a.example"])
    assert (told.value.count, told.value.most) == (201, 200)
    check_addresses([*before, "new@a.example"], ["(1)New@a.example", "<0@a.example>"])


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused_and_what_was_read_reads_the_same_again(text):
    try:
        found = read_visitors(text)
    except Refusal:
        return
    assert all(one.name for one in found)
    assert read_visitors(visitors_text(found)) == found
