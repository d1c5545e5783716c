"""The administrator keeps the park's particulars and calendar, reads its letters and its trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import Action, Actor
from booking.audit.models import AuditEntry
from booking.audit.trail import record
from booking.documents.store import store
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import CalendarDay, Park


@pytest.fixture
def park(world):
    return world.park(name="示例园区")


@pytest.fixture
def browser(world, park, sign_in):
    return sign_in(world.member(park, name="管理员示例"))


@pytest.fixture
def letter(session, park, now):
    def letter(key="a", **facts):
        write_letter(
            session,
            park.id,
            key,
            f"{key}@tenant.example",
            LetterText("十月账单", "请见附件。\n谢谢。"),
            now=now,
        )
        row = session.scalar(select(Letter).where(Letter.key == key))
        for name, value in facts.items():
            setattr(row, name, value)
        session.commit()
        return row

    return letter


PARTICULARS = {
    "name": "新名字园区",
    "zone_name": "Asia/Shanghai",
    "opens": "07:30",
    "closes": "21:00",
    "grace_minutes": "20",
    "early_minutes": "10",
    "hold_minutes": "20",
    "answer_hours": "9",
    "review_days": "3",
    "payment_days": "15",
    "mail_from": "park@park.example",
}


def test_particulars_are_changed_and_the_trail_says_what(browser, session, park):
    answer = browser.post("/park/particulars", data=PARTICULARS)
    assert answer.status_code == 302
    session.rollback()
    session.expire_all()
    kept = session.get_one(Park, park.id)
    assert (kept.name, f"{kept.opens:%H:%M}", kept.grace_minutes) == ("新名字园区", "07:30", 20)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "park.edited")).one()
    assert entry.before["grace_minutes"] == 15
    assert entry.after["grace_minutes"] == 20
    assert "review_days" not in entry.after


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"closes": "07:00"}, "关闭时间要晚于开放时间"),
        ({"zone_name": "Mars/Base"}, "没有名为 Mars/Base 的时区"),
        ({"seller_uscc": "91310114MA0000000X"}, "统一社会信用代码不对"),
        ({"mail_from": "not an address"}, "这不像一个邮箱"),
        ({"grace_minutes": "-1"}, "请填写 0 到 240 之间的数"),
        ({"answer_hours": "0"}, "请填写 1 到 90 之间的数"),
        ({"branch_email": "党支部@park.example"}, "@ 前面只能用英文字母"),
        ({"name": " "}, "请填写这一项"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(browser, wrong, words):
    page = browser.post("/park/particulars", data=PARTICULARS | wrong)
    assert page.status_code == 422
    assert words in page.text
    assert "07:30" in page.text, "what was typed is kept"


@pytest.mark.parametrize("field", ["name", "name_en", "seller_name", "bank_name"])
def test_no_name_that_stands_in_letters_holds_an_address(browser, field):
    page = browser.post("/park/particulars", data=PARTICULARS | {field: "领奖.商城"})
    assert page.status_code == 422
    assert "名字里不能有网址或邮箱" in page.text.partition(f'id="{field}-error"')[2].partition("</div>")[0]


def test_a_year_is_shown_marked_and_filled_in(browser, session, park):
    page = browser.get("/park/year/2026").text
    assert "国庆节" in page
    assert "暂定" not in page
    assert "暂定" in browser.get("/park/year/2027").text
    assert "已填入" in browser.post("/park/year/2025/seed", follow_redirects=True).text
    assert "请逐日填写" in browser.post("/park/year/2030/seed", follow_redirects=True).text
    browser.post("/park/year/2027/mark", data={"published": "y", "source": "通知"})
    assert "暂定" not in browser.get("/park/year/2027").text
    assert browser.get("/park/year/1999").status_code == 404


def test_a_day_is_changed_on_the_page(browser, session, park):
    browser.post("/park/year/2026/day", data={"day": "2026-11-07", "working": "work", "label": "补班"})
    session.rollback()
    row = session.scalars(select(CalendarDay).where(CalendarDay.day == date(2026, 11, 7))).one()
    assert (row.working, row.label) == (True, "补班")
    assert "请选择日期" in browser.post("/park/year/2026/day", data={"working": "rest"}).text


def test_letters_are_listed_by_state_and_read_in_the_app(browser, letter, session, park, now):
    sent = letter("sent", sent_at=now)
    letter("waiting")
    failed = letter("failed", failed_at=now, last_error="550 no such user")
    first = browser.get("/park/letters").text
    assert "failed@tenant.example" in first, "what needs a person comes first"
    assert "sent@tenant.example" not in first
    assert "waiting@tenant.example" in browser.get("/park/letters?state=waiting").text
    assert "请见附件。" in browser.get(f"/park/letters/{sent.id}").text
    page = browser.get(f"/park/letters/{failed.id}").text
    assert "550 no such user" in page


def test_a_failed_letter_is_sent_again_to_a_corrected_address(browser, letter, session, now):
    failed = letter("failed", failed_at=now, last_error="550 no such user", attempts=1)
    wrong = browser.post(f"/park/letters/{failed.id}/again", data={"to": "nonsense"})
    assert "这不像一个邮箱" in wrong.text
    browser.post(f"/park/letters/{failed.id}/again", data={"to": "right@tenant.example"})
    session.rollback()
    session.expire_all()
    row = session.get_one(Letter, failed.id)
    assert (row.to, row.failed_at, row.attempts) == ("right@tenant.example", None, 0)
    again = browser.post(
        f"/park/letters/{failed.id}/again", data={"to": "x@y.example"}, follow_redirects=True
    )
    assert "不需要重发" in again.text


def test_an_enclosure_is_handed_out_with_its_letter_only(browser, letter, session, park, now):
    document = store(session, park.id, "账单.pdf", "application/pdf", b"%PDF-1.7", now=now)
    enclosed = [(document.id, "账单.pdf")]
    write_letter(session, park.id, "with", "a@b.example", LetterText("a", "b"), now=now, enclosures=enclosed)
    session.commit()
    row = session.scalars(select(Letter)).one()
    assert browser.get(f"/park/letters/{row.id}/enclosures/{document.id}").data == b"%PDF-1.7"
    other = letter("other")
    assert browser.get(f"/park/letters/{other.id}/enclosures/{document.id}").status_code == 404


def test_another_parks_letters_are_not_there(world, sign_in, letter):
    mine = letter("a")
    stranger = sign_in(world.member(world.park()))
    assert stranger.get(f"/park/letters/{mine.id}").status_code == 404
    assert stranger.post(f"/park/letters/{mine.id}/again", data={"to": "x@y.example"}).status_code == 404
    assert "a@tenant.example" not in stranger.get("/park/letters?state=waiting").text


def test_the_trail_is_narrowed_by_thing_person_and_day(browser, session, park, now):
    li = Actor("李示例", None, park.id)
    wang = Actor("王示例", None, park.id)
    record(
        session,
        Action.SPACE_EDITED,
        "space",
        1,
        by=li,
        now=now,
        before={"name": "旧"},
        after={"name": "新名"},
    )
    record(session, Action.TARIFF_PUBLISHED, "tariff", 2, by=wang, now=now - timedelta(days=1), reason="涨价")
    session.commit()
    whole = browser.get("/park/trail").text
    assert "新名" in whole
    assert "涨价" in whole
    assert "涨价" not in browser.get("/park/trail?subject=space").text
    assert "新名" not in browser.get("/park/trail?actor=王").text
    assert "涨价" not in browser.get("/park/trail?day=2026-11-03").text
    assert "新名" in browser.get("/park/trail?day=2026-11-03").text
    assert "没有符合条件的记录" in browser.get("/park/trail?actor=%25").text
    assert browser.get("/park/trail?day=nonsense&page=x").status_code == 200


def test_entries_of_earlier_versions_are_told_and_found_as_before(browser, session, park, now):
    for action, subject in (("walked in", "stay"), ("published", "tariff"), ("month closed", "month_close")):
        entry = AuditEntry(park_id=park.id, at=now, actor_name="李示例", action=action, subject=subject)
        session.add(entry)
    session.commit()
    whole = browser.get("/park/trail").text
    assert ["直接使用" in whole, "发布" in whole, "关账" in whole] == [True, True, True]
    assert "walked in" not in whole
    stays = browser.get("/park/trail?subject=stay").text
    assert ["直接使用" in stays, "关账" in stays] == [True, False]


def test_lists_do_not_ask_more_the_longer_they_are(browser, letter, session, park, now, count_queries):
    by = Actor("李示例", None, park.id)

    def asked():
        return [
            count_queries(lambda path=path: browser.get(path))
            for path in ("/park/letters?state=waiting", "/park/trail")
        ]

    letter("one")
    record(session, Action.SPACE_EDITED, "space", 1, by=by, now=now)
    session.commit()
    few = asked()
    for number in range(60):
        letter(f"letter{number}")
        record(session, Action.SPACE_EDITED, "space", number, by=by, now=now)
    session.commit()
    assert asked() == few
    assert "page=2" in browser.get("/park/trail").text
    assert "第 51–61 条" in browser.get("/park/trail?page=2").text
