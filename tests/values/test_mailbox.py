"""One mailbox is one address: what stands around it and how it is typed make no other."""

import pytest
from hypothesis import given, strategies as st

from booking.values.mailbox import bare_address, read_mailbox

ONE = "a@guest.example"
AROUND = (
    "(1)a@guest.example",
    "a@guest.example(x)",
    "<a@guest.example>",
    "x<a@guest.example>",
    "www.evil.example<a@guest.example>",
    '"a"@guest.example',
    "g:a@guest.example;",
    "a(x)@guest.example",
)
NEVER = (
    "(a@x.cn",
    "a:b@x.cn",
    "a..b@x.cn",
    ".a@x.cn",
    "a@[127.0.0.1]",
    "a@x",
    "a@x.cn.",
    "a@-x.cn",
    "a b@x.cn",
)


@pytest.mark.parametrize(
    "typed", [*AROUND, *NEVER, "wáng@x.cn", "王@x.cn", "a@x.cn, b@x.cn", "", "a", "@x.cn"]
)
def test_what_is_more_or_less_than_one_address_is_none(typed):
    with pytest.raises(ValueError, match=r"\S"):
        read_mailbox(typed)


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("o'neil+tag@sub.x-y.example", "o'neil+tag@sub.x-y.example"),
        (" Ｗang＠Ａ。example ", "wang@a.example"),
        ("a@例子.cn", "a@例子.cn"),
        ("a@xn--fsqu00a.cn", "a@例子.cn"),
        ("A@GU\ufe00EST.example", "a@guest.example"),
    ],
)
def test_an_address_is_known_by_what_mail_to_it_goes_to(typed, mailbox):
    assert bare_address(read_mailbox(typed)) == mailbox


def test_a_domain_that_programs_write_in_two_ways_is_none():
    with pytest.raises(ValueError, match=r"\S"):
        read_mailbox("a@straße.de")


@pytest.mark.parametrize("kept", [*AROUND, "A@Guest.Example"])
def test_what_was_kept_before_is_known_by_its_bare_address(kept):
    assert bare_address(kept) == ONE


def test_what_no_mail_reaches_is_known_by_itself():
    assert bare_address("A..b@x.cn") == "a..b@x.cn"


@given(st.text(max_size=40) | st.emails())
def test_whatever_was_read_is_its_own_bare_address_from_then_on(text):
    known_by = bare_address(text)
    assert bare_address(known_by) == known_by
    try:
        mailbox = bare_address(read_mailbox(text))
    except ValueError:
        return
    assert bare_address(read_mailbox(mailbox)) == mailbox
