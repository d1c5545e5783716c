"""The administrator's pages of import and export."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from booking.documents.models import Document
from booking.spaces.models import Space

GOOD = "编号,名称,类型,区域,人数\nR1,星火,会议室,A座,10\nR2,燎原,会议室,新楼,8\n".encode()
BAD = "编号,名称,类型,区域,人数\nR1,星火,沙发,A座,十\n".encode()


def upload(browser, content, name="spaces.csv"):
    return browser.post("/inventory/exchange/", data={"file": (BytesIO(content), name)})


def confirm(browser, address):
    page = browser.get(address).text
    found = re.search('name="fingerprint" value="([0-9a-f]+)"', page)
    assert found
    return browser.post(address, data={"fingerprint": found[1]}, follow_redirects=True)


def codes(session):
    session.rollback()
    return session.scalars(select(Space.code).order_by(Space.code)).all()


def test_a_file_is_shown_before_it_is_imported_and_imported_when_confirmed(admin, area, session):
    answer = upload(admin, GOOD)
    page = admin.get(answer.location).text
    assert "星火" in page
    assert "新楼" in page
    assert codes(session) == []
    assert "导入完成：添加 2 个，更新 0 个。" in confirm(admin, answer.location).text
    assert codes(session) == ["R1", "R2"]


def test_a_second_press_imports_nothing_twice(admin, area, session):
    address = upload(admin, GOOD).location
    found = re.search('name="fingerprint" value="([0-9a-f]+)"', admin.get(address).text)
    assert found
    for _ in range(2):
        page = admin.post(address, data={"fingerprint": found[1]}, follow_redirects=True).text
    assert "没有导入" in page
    assert "没有要改的" in page
    assert codes(session) == ["R1", "R2"]


def test_every_mistake_is_shown_with_row_and_column_and_nothing_is_kept(admin, area, session):
    answer = upload(admin, BAD, "坏的.csv")
    assert answer.status_code == 422
    assert "“坏的.csv”里有 2 处错误" in answer.text
    for said in ("第 2 行", "类型", "沙发", "不是空间类型", "容纳人数", "十", "请填写不带小数"):
        assert said in answer.text
    assert codes(session) == []
    assert session.scalars(select(Document.id)).all() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有空间"),
        (b"\xd0\xcf\x11\xe0", "旧版 Excel"),
        (b"\x00\x01", "读不出"),
        (b"x" * 2_100_000, "太大"),
    ],
)
def test_what_is_no_table_is_said_beside_the_field(admin, content, said):
    answer = upload(admin, content)
    assert answer.status_code == 422
    assert said in answer.text


def test_wrong_headers_stand_together_with_those_that_were_found_and_the_rows_mistakes(admin, area, session):
    content = "编号,名稱,类型,人数,价格\nR1,星火,沙发,10,8\n".encode("gb18030")
    answer = upload(admin, content, "表.csv")
    assert answer.status_code == 422
    assert "有 5 处错误" in answer.text
    for label, names in {
        "缺少的列": "名称、区域",
        "不认识的列": "“名稱”（是不是“名称”？）、“价格”",
        "认出的列": "编号、类型、容纳人数",
    }.items():
        assert re.search(rf"<dt>{label}</dt>\s*<dd>{re.escape(names)}</dd>", answer.text), label
    assert "不是空间类型" in answer.text
    assert codes(session) == []


def test_a_table_without_any_header_says_what_its_first_row_must_be(admin):
    assert "第一行必须是列名" in upload(admin, "星火,会议室\n燎原,工位\n".encode()).text


def test_no_file_is_asked_for(admin):
    answer = admin.post("/inventory/exchange/")
    assert answer.status_code == 422
    assert "请先选择一个文件" in answer.text


def test_an_inventory_changed_since_the_preview_is_shown_again(admin, area, world, session):
    address = upload(admin, GOOD).location
    found = re.search('name="fingerprint" value="([0-9a-f]+)"', admin.get(address).text)
    assert found
    world.space(area, code="R1", name="先到")
    page = admin.post(address, data={"fingerprint": found[1]}, follow_redirects=True).text
    assert "没有导入" in page
    assert "先到" in page
    assert codes(session) == ["R1"]


def test_a_preview_that_has_become_wrong_says_why(admin, area, world, now):
    address = upload(admin, GOOD).location
    world.space(area, code="R1", retired_at=now)
    answer = admin.get(address)
    assert answer.status_code == 422
    assert "这个编号的空间已停用" in answer.text


def test_a_ticket_is_good_for_its_own_park_only_and_cannot_be_made_up(admin, stranger, area, session):
    address = upload(admin, GOOD).location
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, data={"fingerprint": "x"}).status_code == 404
    assert admin.get("/inventory/exchange/preview/WzEsMV0.made.up").status_code == 404
    assert codes(session) == []


def test_the_export_is_what_an_import_understands(admin, area, world):
    world.space(area, code="R1", name="=1+1", equipment=["投影"])
    for form in ("csv", "xlsx"):
        answer = admin.get(f"/inventory/exchange/spaces.{form}")
        assert "attachment" in answer.headers["Content-Disposition"]
        page = admin.get(upload(admin, answer.data, f"x.{form}").location).text
        assert "没有要改的" in page


def test_the_template_explains_itself_and_is_refused_as_empty(admin):
    answer = admin.get("/inventory/exchange/template.xlsx")
    book = load_workbook(BytesIO(answer.data))
    assert [cell.value for cell in book.worksheets[0][1]][:4] == ["编号", "名称", "英文名称", "类型"]
    assert "必填" in str(book.worksheets[1]["A2"].value)
    assert "没有空间" in upload(admin, answer.data, "t.xlsx").text
    assert admin.get("/inventory/exchange/template.csv").data.startswith(b"\xef\xbb\xbf")
    assert admin.get("/inventory/exchange/template.pdf").status_code == 404


def test_an_export_asks_as_often_for_many_spaces_as_for_few(admin, area, world, count_queries):
    world.space(area, equipment=["投影"])
    few = count_queries(lambda: admin.get("/inventory/exchange/spaces.csv"))
    parts = [world.space(area, equipment=["投影"]) for _ in range(5)]
    world.space(area, parts=parts[:2])
    assert count_queries(lambda: admin.get("/inventory/exchange/spaces.csv")) == few


def test_another_parks_spaces_are_not_exported(stranger, area, world):
    world.space(area, code="R1", name="秘密")
    assert "秘密" not in stranger.get("/inventory/exchange/spaces.csv").text
