"""The price beside a booking form is that of what is typed, or none at all; a strip is one stop of Tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.harness.browser import axe
from tests.reservations.conftest import asked, at

pytestmark = pytest.mark.browser
QUOTE = "**/calendar/quote?*"


@pytest.fixture
def desk(signed_in):
    return signed_in()


def test_the_price_is_that_of_what_is_typed_or_none(place, desk):
    desk.goto(f"/reservations/new?space={place.room.id}&start={at(1)}&end={at(2)}")
    box, purpose = desk.locator(".booking-price"), desk.get_by_label("用途")
    expect(box).to_contain_text("¥80.00")
    expect(box).to_contain_text("10:00–11:00")
    starts, ends = desk.get_by_label("开始"), desk.get_by_label("结束")
    for start, end in (("09:15", "10:15"), ("", "10:15"), ("13:00", "14:00"), ("10:00", "11:00")):
        starts.fill(start)  # the end follows the start, over an empty one too
        expect(ends).to_have_value(end)
    expect(box).to_contain_text("10:00–11:00")
    purpose.fill("季度复盘")

    waiting = []
    desk.route(QUOTE, lambda route: waiting.append(route))  # noqa: PLW0108 - playwright wants a plain function
    desk.get_by_label("结束").fill("12:00")
    expect(box).not_to_contain_text("¥")
    expect(box).to_contain_text("正在算价")
    desk.unroute(QUOTE)

    for minute, answers, sentence in (
        ("15", lambda route: route.fulfill(status=401, body=""), "登录已失效"),
        ("30", lambda route: route.fulfill(status=422, json={"problem": "请填写时间"}), "请填写时间"),
        ("35", lambda route: route.fulfill(status=503, body=""), "再算一次"),
        ("45", lambda route: route.abort(), "现在算不出价格"),
    ):
        desk.route(QUOTE, answers)
        desk.get_by_label("结束").fill(f"12:{minute}")
        expect(box.locator("[data-problem], [data-ways]").filter(has_text=sentence).first).to_be_visible()
        expect(box).not_to_contain_text("¥")
        expect(box.get_by_role("link", name="登录")).to_be_visible(visible=minute == "15")
        assert purpose.input_value() == "季度复盘", "the form stays"
        desk.unroute(QUOTE)

    box.get_by_role("button", name="再算一次").click()
    expect(box).to_contain_text("¥220.00")
    expect(box).to_contain_text("10:00–12:45")
    desk.set_viewport_size({"width": 390, "height": 844})
    expect(desk.locator(".confirm-bar")).to_contain_text("¥220.00")
    expect(desk.get_by_role("button", name="订下")).to_be_in_viewport()
    ends.fill("")
    expect(box).not_to_contain_text("¥")
    expect(box).to_contain_text("填好日期和时间")

    place.others.post("/reservations/new", data=asked(place.room, 6, 7))
    starts.fill("15:00")
    ends.fill("16:00")
    bar = desk.locator(".confirm-bar")
    expect(bar).to_contain_text("15:00–16:00 已占用")
    expect(bar.get_by_role("link", name="候补")).to_be_in_viewport()
    bar.get_by_role("link", name="候补").click()
    expect(desk.get_by_label("用途")).to_have_value("季度复盘")
    expect(desk.get_by_label("开始")).to_have_value("15:00")


def test_a_rule_follows_its_first_date_until_another_is_chosen(place, desk):
    desk.goto(
        f"/reservations/series/new?space={place.room.id}&start={at(25)}&end={at(26)}"
    )  # Wednesday the 4th
    day, number, weekdays = (
        desk.get_by_label("日期"),
        desk.locator("[name=month_on]"),
        "[name=weekdays]:checked",
    )
    expect(number).to_have_value("4")
    day.fill("2026-12-31")
    expect(number).to_have_value("31")
    expect(desk.locator(weekdays)).to_have_value("3")
    number.evaluate("one => (one.value = '-1')")  # the last day
    day.fill("2026-12-10")
    expect(number).to_have_value("-1")


def test_the_price_of_a_store_and_of_a_move_follows_what_is_typed_too(place, desk):
    desk.goto(f"/reservations/new?space={place.store.id}&day=2026-11-04")
    box = desk.locator(".booking-price")
    expect(box).to_contain_text("¥8.00／天")
    desk.get_by_label("到哪天为止").fill("2026-11-06")
    expect(box).to_contain_text("¥24.00")

    place.mine.post("/reservations/new", data=asked(place.room, 1, 2))
    desk.goto("/reservations")
    desk.get_by_role("link", name="大会议室").first.click()
    desk.get_by_role("link", name="改期或换空间").click()
    expect(box).to_contain_text("¥80.00")
    desk.get_by_label("结束").fill("12:00")  # over what it holds itself
    expect(box).to_contain_text("¥160.00")


def test_a_strip_is_one_stop_of_the_tab_key_and_arrows_move_on_it(place, signed_in):
    desk = signed_in()
    desk.goto("/calendar?day=2026-11-03")
    strip = desk.locator(".day-strip")
    assert strip.locator("a").count() > 7
    assert strip.locator('a[tabindex="0"]').get_attribute("id") == "day-2026-11-03", "the day that is shown"
    desk.locator("#day-2026-11-03").focus()
    for key, day in (("ArrowRight", "04"), ("ArrowRight", "05"), ("ArrowLeft", "04")):
        desk.keyboard.press(key)
        expect(desk.locator(f"#day-2026-11-{day}")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#day-2026-11-04")).to_have_attribute("aria-current", "date")
    expect(desk.locator("#day-2026-11-04")).to_be_focused()
    expect(strip.locator('a[tabindex="0"]')).to_have_count(1)
    desk.keyboard.press("End")
    expect(strip.locator("a").last).to_be_focused()
    desk.keyboard.press("Tab")
    assert not strip.evaluate("strip => strip.contains(document.activeElement)")
    assert axe(desk) == []
    expect(strip.get_by_role("link", name=re.compile("^周四 5"))).to_have_count(1)  # as it is seen, and more
    phone = signed_in("phone")
    phone.goto("/calendar?day=2026-11-04")
    assert phone.locator(".tl-scroll").evaluate("table => table.scrollLeft") == 0, "nine is in sight as it is"
    chip, sheet = phone.locator("#chip-listed"), phone.locator("#sheet-listed")
    chip.press("Enter")
    expect(sheet).to_be_visible()
    phone.keyboard.press("Escape")
    expect(chip).to_be_focused()
    chip.press("Enter")
    phone.locator("#day-2026-11-04").focus()  # as who tabs on out of it
    expect(sheet).to_be_hidden()
    phone.goto("/calendar/say?say=明天下午两点到三点半 6人 唱个歌")
    told = phone.locator("[data-answer]")
    expect(told).to_be_focused()
    expect(told).to_have_accessible_description("没听懂：唱个歌。下面按听懂的找。")
    plain = signed_in(java_script_enabled=False)
    plain.goto("/calendar?day=2026-11-03")
    assert plain.locator(".day-strip a[tabindex]").count() == 0, "links as ever"


def test_the_last_day_of_a_store_says_what_it_adds_while_it_is_chosen(place, desk):
    wish = {"space": place.store.id, "day": "2026-11-04", "until": "2026-11-10", "people": 1}
    made = place.mine.post("/reservations/new", data=wish).location
    desk.goto(f"{made}/end")
    box, last = desk.locator(".booking-price"), desk.get_by_label("到哪天为止")
    expect(box).to_contain_text("和现在一样。")
    last.fill("2026-11-12")
    expect(box).to_contain_text("比现在多 2 天，多付 ¥16.00。")
    last.fill("2026-11-05")
    expect(box).to_contain_text("比现在少 5 天，少付 ¥40.00。")
    last.fill("2026-11-03")
    expect(box).to_contain_text("最后一天不能早于第一天")
    expect(box).not_to_contain_text("¥")
    assert axe(desk) == []
