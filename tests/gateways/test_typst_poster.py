"""A poster is one page, says what, when and where, and its picture is three by four."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import groupby

import pytest
from PIL import Image

from booking.activities.poster_printer import Poster
from booking.gateways.typst.printer import TypstPrinter
from tests.gateways.test_typst_billing import pages, text

POSTER = Poster(
    park="青浦湾科创园",
    kind="沙龙",
    title="年末沙龙",
    words=("每家说一件。", "请带电脑 💻"),
    day="11月6日 周五",
    clock="14:00–16:00",
    place="A101 会客厅",
    floor="A 座 1 层",
    audience="全部企业",
    places=30,
    organiser="园区党支部",
    url="https://space.example/a/code-of-the-poster",
    made_on=date(2026, 11, 3),
)
LONG = replace(
    POSTER,
    title="很长的主题" * 12,
    words=("很长的介绍。" * 20,) * 40,
    place="很长的地点" * 8,
    floor="很长的楼层" * 9,
)


@pytest.mark.parametrize("poster", [POSTER, LONG], ids=["short", "long"])
def test_a_poster_is_one_page_and_a_picture_of_three_by_four(poster):
    printer = TypstPrinter()
    assert len(pages(printer.poster(poster))) == 1
    assert Image.open(BytesIO(printer.poster_picture(poster))).size == (1080, 1440)


def test_it_says_what_when_where_and_how_many():
    words = text(TypstPrinter().poster(POSTER))
    for fact in (
        "年末沙龙",
        "11月6日",
        "14:00–16:00",
        "名额 30 人",
        "每家说一件",
        "青浦湾科创园",
        "园区党支部",
    ):
        assert fact in words
    assert "主办：园区党支部" in words
    assert "A101 会客厅" in words
    assert "A 座 1 层" in words, "where it is, as the inventory knows it"


@pytest.mark.parametrize("words", [(), POSTER.words], ids=["no words", "words"])
def test_the_sheet_is_used(words):
    drawn = Image.open(BytesIO(TypstPrinter().poster_picture(replace(POSTER, words=words)))).convert("L")
    rows = [drawn.crop((0, top, drawn.width, top + 1)).getextrema() for top in range(drawn.height)]
    runs = [len(list(run)) for alike, run in groupby(rows, lambda row: row[0] == row[1]) if alike]
    assert max(runs) <= drawn.height * 0.18, "nothing is written on a fifth of it in one piece"


@pytest.mark.parametrize("title", ["x=Interoperabilities", "onerror=alert(2)>19", "x" * 60])
def test_nothing_reaches_beyond_the_sheet_where_there_are_no_blanks(title):
    """What does not fit is cut where the margin begins; so no sign of a title goes up to there."""
    poster = replace(POSTER, title=title, place=f"A101 {title}", words=(title * 2,))
    drawn = Image.open(BytesIO(TypstPrinter().poster_picture(poster))).convert("L")
    right = drawn.width - drawn.width * 44 // 595
    edge = drawn.crop((right - 4, drawn.height // 8, right + 1, drawn.height * 3 // 10))
    assert len(set(edge.tobytes())) == 1
    assert title[:10] in text(TypstPrinter().poster(poster))
