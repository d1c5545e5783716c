"""A letter is dressed in its own words: none become markup, and nothing is fetched to show them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from booking.letters.render import html_part, render
from booking.people.models import Role

SUBJECT = "2026-10 账单 <b>P01</b>"
TEXT = """示例科技 <script>alert(1)</script>：

账单号：P01-2026-0001
应付：¥128.80
在线付款：https://pay.example/i/1?a=1&b=2

也可以在这里看：http://127.0.0.1:5000/invoices/3
打着我们的旗号：http://127.0.0.1:5000@evil.example/ https://evil.example/

示范园区
"""


class Reader(HTMLParser):
    """Reads a letter as a mail program does: its words, its links, its elements."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.elements, self.attributes = "", [], [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]
        self.words += "\n" if tag in {"br", "p"} else ""

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def html(app):
    with app.app_context():
        return html_part(SUBJECT, TEXT, ["https://pay.example/i/1?a=1&b=2", "javascript:alert(1)", None])


def test_the_page_says_what_the_text_says(html):
    said = re.sub(r"\s+", "", Reader(html.partition("</style>")[2]).words)
    assert said == re.sub(r"\s+", "", SUBJECT + TEXT)


def test_nothing_that_somebody_typed_becomes_markup(html):
    elements = Reader(html).elements
    assert "script" not in elements
    assert "b" not in elements


def test_only_our_own_addresses_and_the_one_to_pay_at_become_links(html):
    assert Reader(html).links == ["https://pay.example/i/1?a=1&b=2", "http://127.0.0.1:5000/invoices/3"]


def test_a_long_address_is_shown_short_and_leads_all_the_way(app):
    long = "http://127.0.0.1:5000/set-password/" + "x" * 43
    with app.app_context():
        read = Reader(html_part("s", f"请打开：\n{long}\n\n示范园区", []))
    assert read.links == [long]
    assert f"{long[:44]}…" in read.words


def test_nothing_is_fetched_and_nobody_is_followed(html):
    read = Reader(html)
    assert not {"img", "link", "iframe", "script", "object", "video"} & set(read.elements)
    assert not {"src", "srcset", "background", "style"} & read.attributes
    assert "url(" not in html
    assert "@import" not in html


def test_a_letter_is_dressed_in_the_language_of_its_reader(app, world):
    member = world.member(world.park(name="示范园区", name_en="Model Park"), Role.ADMIN, name="<王>")
    with app.app_context():
        chinese, english = (
            render(
                member.park, language, "reset", lambda: "s", member=member,
                link="http://127.0.0.1:5000/set/x",
            )
            for language in (None, "en")
        )  # fmt: skip
    assert '<html lang="zh-CN">' in (chinese.html or "")
    assert '<html lang="en">' in (english.html or "")
    assert chinese.text.startswith("<王>，你好："), "text is no HTML"
    assert "Dear &lt;王&gt;," in (english.html or "")
    assert '<p class="signature">Model Park</p>' in (english.html or "")
    assert 'href="http://127.0.0.1:5000/set/x"' in (chinese.html or "")
