"""A letter is dressed in its own words: none become markup, and nothing is fetched to show them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from booking.letters.render import at, button, heading, html_part, plain, render
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
        self.buttons, self.rows, self._open = {}, [], ("", {})
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]
        self.words += "\n" if tag in {"br", "p", "td"} else ""
        self._open = (tag, dict(attrs))
        if tag in {"th", "td"}:
            self.rows += [[]] if tag == "th" else []
            self.rows[-1].append("")

    def handle_data(self, data):
        tag, attrs = self._open
        self.words += data
        if attrs.get("class") == "button":
            self.buttons[data] = attrs["href"]
        if tag in {"th", "td"}:
            self.rows[-1][-1] += data

    def handle_endtag(self, tag):
        self._open = ("", {})


@pytest.fixture
def html(app):
    with app.app_context():
        return html_part(SUBJECT, TEXT, ["https://pay.example/i/1?a=1&b=2", "javascript:alert(1)", None])


def test_the_page_says_what_the_text_says(html):
    said = re.sub(r"[\s：]+", "", Reader(html.partition("</style>")[2]).words)
    assert said == re.sub(r"[\s：]+", "", "示范园区" + SUBJECT + TEXT), "and whom it is from above it"


def test_one_place_and_time_is_a_table_and_several_are_a_list(app):
    with app.app_context(), app.test_request_context():
        one = f"听雨{at()}周一 9:00"
        several = f"取消了 2 次：\n{one}\n观云{at()}周二 9:00"
        page = Reader(html_part("改了", f"{one}\n\n{several}\n\n示范园区", []))
    assert page.rows == [["地方", "听雨"], ["时间", "周一 9:00"]]
    assert "听雨，周一 9:00\n观云，周二 9:00" in page.words


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
    assert not {"src", "srcset", "background"} & read.attributes
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
    assert "Model Park" in Reader(english.html or "").words
    assert 'href="http://127.0.0.1:5000/set/x"' in (chinese.html or "")


@pytest.fixture
def set_letter(app):
    """Set a letter's text, with what is marked in it."""

    def make(text, subject="已预订：半日 周三，见面会：怎么用（沙龙）"):
        with app.test_request_context():
            return Reader(html_part(subject, text(button, at()), []))

    return make


def test_its_facts_are_a_table_and_its_next_act_is_a_button_over_the_address(set_letter):
    read = set_letter(
        lambda act, at_: (
            f"王，你好：\n\n{heading('已预订')}\n半日{at_}周三 10:00\n报价：¥80.00\n见面会：怎么用\n"
            f"晚到请打电话，谢谢：张三\n"
            f"{act('http://127.0.0.1:5000/reservations/7', '打开预订')}\n\n示范园区\n"
        )
    )
    assert read.rows == [["地方", "半日"], ["时间", "周三 10:00"], ["报价", "¥80.00"]]
    assert read.buttons == {"打开预订": "http://127.0.0.1:5000/reservations/7"}
    assert read.links == ["http://127.0.0.1:5000/reservations/7"] * 2, "the plain address stands below"
    assert read.words.count("已预订") == 2, "in the page's title and in its heading, and not once more"


@pytest.mark.parametrize("answer", ["修好了", "三楼空调修好了没有", "诉求已答复：三楼空调修好了没有"])
def test_what_somebody_answers_stands_there_even_where_the_title_holds_its_words(set_letter, answer):
    read = set_letter(
        lambda act, at_: f"王，你好：\n\n“三楼空调修好了没有”有了答复：\n\n{answer}\n\n示范园区\n",
        subject="诉求已答复：三楼空调修好了没有",
    )
    assert read.words.split("有了答复：")[1].strip().startswith(answer)


def test_a_heading_that_the_title_does_not_begin_with_is_said(set_letter):
    acts = "已预订", "预订已取消"
    read = set_letter(
        lambda act, at_: "\n".join(f"{heading(one)}\n会议室 A" for one in acts) + "\n\n示范园区\n",
        subject="预订有变动：已预订室 周三",
    )
    assert [read.words.count(one) for one in ("\n已预订", "预订已取消")] == [1, 1]


def test_of_several_acts_none_is_the_one_and_nobody_elses_address_becomes_a_button(set_letter):
    ours = "http://127.0.0.1:5000/waiting/"
    several = set_letter(lambda act, at_: f"{act(f'{ours}1', '接受')}\n\n{act(f'{ours}2', '接受')}\n\n园区")
    assert not several.buttons
    assert several.links == [f"{ours}1", f"{ours}2"]
    foreign = set_letter(lambda act, at_: f"{act('https://evil.example/', '登录')}\n\n园区")
    assert not foreign.links


def test_the_text_says_it_plainly(app):
    with app.test_request_context():
        marked = f"{heading('已预订')}\n半日{at()}周三\n打开：{button('http://127.0.0.1:5000/x', '去')}\n"
    assert plain(marked) == "已预订\n半日，周三\n打开：http://127.0.0.1:5000/x\n"
