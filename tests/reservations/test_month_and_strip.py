"""From day to day and over the month: one strip, in place; how much of each day is free."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from booking.people.models import Role
from booking.spaces.models import Kind
from tests.harness.browser import axe
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked
from tests.reservations.test_what_is_looked_for import links

MONTH = "/calendar/month"


def book(browser, space, start, end):
    assert browser.post("/reservations/new", data=asked(space, start, end, people=1)).status_code == 302


def days(page):
    """Read the month: what is told of each day by its address."""
    found = re.findall(r'href="/calendar\?([^"]*)" aria-label="([^"]*)"', page.partition("<tbody>")[2])
    return {re.search(r"day=([\d-]+)", query)[1]: words for query, words in found}


def test_a_month_tells_how_much_of_each_day_to_come_is_free(place):
    book(place.others, place.room, 24, 31)  # Wednesday 9:00 to 16:00, half of one of two rooms
    for room in (place.room, place.other):
        book(place.others, room, 47, 59)  # Thursday 8:00 to 20:00, both but for two hours of fourteen
        book(place.others, room, 59, 61)
    page = place.mine.get(MONTH).text
    told = days(page)
    assert next(iter(told)) == "2026-11-02"  # this week, and not what is past of the month
    assert len(told) == 35
    assert told["2026-11-02"] == "11月2日 周一"  # over: nothing is told of it
    assert told["2026-11-04"].endswith("空闲：75%")
    assert told["2026-11-05"].endswith("空闲：满")
    assert told["2026-11-06"].endswith("空闲：100%")
    assert "空闲" not in days(place.mine.get(f"{MONTH}?day=2026-10-10").text)["2026-10-31"]
    far = days(place.mine.get(f"{MONTH}?day=2027-01-01").text)  # one may book sixty days ahead
    assert "100%" in far["2027-01-02"]
    assert "空闲" not in far["2027-01-03"]
    assert "空闲：50%" in days(place.mine.get(f"{MONTH}?people=6").text)["2026-11-04"]


def test_a_day_on_which_few_can_be_had_is_no_freer_than_others_and_ones_own_are_marked(place):
    shut = place.world.space(place.area, name="只在工作日")
    place.world.rule(place.park, space_id=shut.id, open_on_rest_days=False)
    book(place.mine, place.room, 24, 25)
    told = days(place.mine.get(MONTH).text)
    assert told["2026-11-06"].endswith("空闲：100%")
    assert told["2026-11-07"].endswith("空闲：66%"), "two of three on a Saturday"
    assert told["2026-11-04"].endswith("有我的预订")
    assert [day for day, words in told.items() if "有我的预订" in words] == ["2026-11-04"]
    assert "有我的预订" not in place.others.get(MONTH).text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "有我的预订" not in place.admins.get(MONTH).text


def test_a_month_says_when_it_is_closed_keeps_the_filter_and_shows_no_stores(place):
    place.world.rule(place.park, open_on_rest_days=False)
    page = place.mine.get(f"{MONTH}?people=6&area={place.area.id}").text
    assert days(page)["2026-11-07"].endswith("空闲：不开放")
    ways = [*links(page, "/calendar"), *links(page, MONTH)]
    assert all("people=6" in url for url in ways if "day=" in url)
    answer = place.mine.get(f"{MONTH}?kind=storage&day=2026-11-09")
    assert answer.location == "/calendar?kind=storage&day=2026-11-09"
    for nonsense in ("kind=castle", "day=x", "day=2199-12-31", "day=2000-01-01"):
        assert place.mine.get(f"{MONTH}?{nonsense}").status_code == 200


def test_in_its_last_week_a_month_is_called_what_it_shows(place, standing_clock):
    """On Monday 30 November nothing of November is left but the week with which December begins."""
    standing_clock.set(TUESDAY + timedelta(days=27))
    page = place.mine.get(MONTH).text
    assert "<strong>2026年12月</strong>" in page
    assert [*days(page)][::34] == ["2026-11-30", "2027-01-03"]
    before = place.mine.get(f"{MONTH}?day=2026-11-01").text
    assert "<strong>2026年11月</strong>" in before
    assert [*days(before)][::41] == ["2026-10-26", "2026-12-06"]
    assert "空闲" not in days(before)["2026-11-29"], "what is over is told to nobody"
    assert "空闲" in days(before)["2026-11-30"]
    standing_clock.set(TUESDAY + timedelta(days=26))  # Sunday the 29th: Monday is another week
    assert "<strong>2026年11月</strong>" in place.mine.get(MONTH).text


def test_the_month_asks_no_more_for_more_rows(place, count_queries):
    place.mine.get(MONTH)
    few = count_queries(lambda: place.mine.get(MONTH))
    for day in range(1, 8):
        book(place.others, place.room, 24 * day, 24 * day + 2)
        place.world.space(place.area, name=f"另一间 {day}")
    place.mine.get(MONTH)
    assert count_queries(lambda: place.mine.get(MONTH)) == few


def test_what_the_branch_sees_of_a_month_begins_today(place):
    """What is past is told to nobody here, so that nothing can be added up day by day."""
    branch = place.sign_in(place.world.member(place.park, Role.BRANCH))
    told = days(branch.get(MONTH).text)
    assert "空闲" not in told["2026-11-02"]
    assert "空闲" in told["2026-11-03"]


def test_the_strip_holds_yesterday_and_three_weeks_or_the_days_around(place):
    def strip(path):
        page = place.mine.get(path).text
        found = re.findall(r'id="day-([\d-]+)"([^>]*)>(.*?)</a>', page)
        return [(day, re.sub(r"<[^>]+>", "", words), more) for day, more, words in found]

    found = strip("/calendar")
    assert (found[0][0], found[-1][0], len(found)) == ("2026-11-02", "2026-11-23", 22)
    assert [day for day, _, more in found if "aria-current" in more] == ["2026-11-03"]
    assert (found[5][1], found[1][1]) == ("周六 7，11月7日", "今天 3，11月3日 周二"), "as seen"
    assert "is-rest" in found[5][2]
    assert [day for day, *_ in strip("/calendar?day=2026-12-31")][::8] == ["2026-12-27", "2027-01-04"]


@pytest.mark.browser
def test_the_phone_begins_with_the_rooms_and_changes_days_in_place(place, signed_in):
    book(place.others, place.room, 25, 26)
    place.world.space(place.area, Kind.HALL, name="会客厅")
    phone = signed_in("phone")
    phone.goto("/calendar")
    box = phone.locator(".tl-row").first.bounding_box()
    assert box["y"] < 844 / 2.5, "the first room stands in the upper part"
    phone.evaluate("window.same = true")
    phone.get_by_role("link", name="周三 4").click()
    expect(phone.locator(".tl-block.is-busy")).to_have_count(1)
    expect(phone.get_by_role("link", name="周三 4")).to_be_focused()
    assert "day=2026-11-04" in phone.url
    assert "day=2026-11-04" in phone.get_by_role("link", name="查找空闲").get_attribute("href")
    phone.locator(".tl-gap").first.click(position={"x": 40, "y": 20})
    expect(phone.locator(".tl-chip")).to_contain_text("¥")  # the new day's timeline is alive
    phone.keyboard.press("Escape")
    gap = phone.get_by_role("link", name="大会议室 08:00–10:00 空闲")
    gap.focus()
    for key in (*["ArrowRight"] * 7, "Enter", "Enter"):  # a quarter is too short: it begins one earlier
        gap.press(key)
    expect(phone.locator(".tl-chip")).to_contain_text("09:30–10:00¥40.00")
    expect(phone.locator(".tl-chip").get_by_role("link", name="预订")).to_be_focused()
    phone.keyboard.press("Escape")
    expect(gap).to_be_focused()
    phone.get_by_role("button", name="会议室").click()
    assert axe(phone) == []
    phone.get_by_role("link", name="会客厅").click()
    expect(phone.locator(".tl-name").first).to_contain_text("会客厅")
    assert phone.evaluate("window.same")
    phone.go_back()
    expect(phone.locator(".tl-block.is-busy")).to_have_count(1)

    phone.set_viewport_size({"width": 844, "height": 390})
    assert axe(phone) == []
    rows = phone.locator(".tl-row").all()
    assert rows[1].bounding_box()["y"] + 44 < 390 - 44, "two rooms in sight on its side"
    phone.get_by_role("link", name="月历").click()
    expect(phone.get_by_role("heading", name="月历")).to_be_visible()
    assert axe(phone) == []
    phone.get_by_role("link", name="11月4日").click()
    expect(phone.locator(".tl-block.is-busy")).to_have_count(1)
