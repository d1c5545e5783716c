"""The search begins with what is free next, shows how much of the day is free, and changes in place."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

import booking
from booking.reservations.claim import claim
from booking.reservations.models import Reservation
from booking.spaces.models import Closure, Kind
from booking.values import Span
from tests.harness.browser import axe
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked
from tests.reservations.test_what_is_looked_for import links

SEARCH = "/calendar/search"
ROOT = Path(booking.__file__).parents[1]


def book(browser, space, start, end):
    assert browser.post("/reservations/new", data=asked(space, start, end, people=1)).status_code == 302


def strip(page):
    """Read the strip: how many are free by the clock; those picked have a star."""
    found = re.findall(r'<a class="free-\d( is-picked)?"[^>]*><small>([\d:]+)</small><b>(\w+)</b>', page)
    return [f"{clock}{'*' if picked else ''} {count}" for picked, clock, count in found]


def test_a_search_begins_with_the_next_hour_in_which_something_is_free(place, standing_clock):
    for room in (place.room, place.other):
        book(place.others, room, 1, 2)
    standing_clock.set(TUESDAY + timedelta(minutes=50))  # 9:50
    page = place.mine.get(SEARCH).text
    assert "2 个空闲" in page
    assert "11:00–12:00" in page
    assert strip(page)[:6] == ["10:00 满", "10:30 满", "11:00* 2", "11:30* 2", "12:00 2", "12:30 2"]
    standing_clock.set(TUESDAY + timedelta(hours=12, minutes=30))  # 21:30, the park closes at 22:00
    assert "11月4日 周三 08:00–09:00" in place.mine.get(SEARCH).text


def chips(page):
    """Read what the search asks for: the day and the time."""
    found = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return re.search(r"11月\d+日 周.", found).group(), re.search(r"\d\d:\d\d–\d\d:\d\d", found).group()


def refused(page):
    return "还不能提交" in page


def test_where_today_is_taken_it_begins_on_the_next_day_on_which_an_hour_is_free(place, standing_clock):
    for room in (place.room, place.other):
        for start, end in ((0, 6), (6, 12.5), (24, 30), (30, 36)):  # half an hour is left of Tuesday
            book(place.others, room, start, end)  # of Wednesday 08:00 to 09:00 and 21:00 to 22:00
    page = place.mine.get(SEARCH).text
    assert not refused(page)
    assert "11月4日 周三 08:00–09:00" in page
    standing_clock.set(TUESDAY + timedelta(hours=23, minutes=5))  # Wednesday, 08:05
    assert "11月4日 周三 21:00–22:00" in place.mine.get(SEARCH).text
    with_projector = place.mine.get(f"{SEARCH}?equipment=投影").text
    assert "1 个空闲" in with_projector
    asked_for = place.mine.get(f"{SEARCH}?day=2026-11-03").text
    assert "2026-11-03" not in chips(asked_for)[0]


def test_a_hall_that_has_to_be_booked_a_day_ahead_opens_with_the_first_hour_it_may_be(place, standing_clock):
    hall = place.world.space(place.area, Kind.HALL, name="路演厅", capacity=80)
    place.world.tariff(place.park, Kind.HALL, bands=[], name="会客厅价目")
    place.world.rule(place.park, Kind.HALL, lead_minutes=24 * 60, minimum_minutes=120)
    for hours in (0, 4.1, 8.4, 12.5, 13.5, -1.2):
        standing_clock.set(TUESDAY + timedelta(hours=hours))
        page = place.mine.get(f"{SEARCH}?kind=hall").text
        assert not refused(page), hours
        assert "1 个空闲" in page, hours
    standing_clock.set(TUESDAY)
    assert "11月4日 周三 09:00–11:00" in place.mine.get(f"{SEARCH}?kind=hall").text, "no less than two hours"
    book_hall = {"people": "20", "day": "2026-11-03", "starts": "14:00", "ends": "15:00"}
    there = next(
        url
        for url in links(place.mine.get(SEARCH, query_string=book_hall).text, SEARCH)
        if "kind=hall" in url
    )
    page = place.mine.get(html.unescape(there)).text
    assert not refused(page), "the time was chosen for a room"
    assert "会客厅那个时间订不了，这是离它最近、能订的。" in page
    assert hall.name in page
    typed = place.mine.get(SEARCH, query_string={**book_hall, "kind": "hall"}).text
    assert refused(typed), "who says the time themselves is told"


def test_a_day_that_is_over_leads_on_to_the_next_and_says_so(place, standing_clock):
    standing_clock.set(TUESDAY + timedelta(hours=12, minutes=30))  # 21:30, the park closes at 22:00
    page = place.mine.get(f"{SEARCH}?day=2026-11-03").text
    assert not refused(page)
    assert "11月3日 周二没有能订的时间，这是之后最早的。" in page
    assert "11月4日 周三 08:00–09:00" in page
    at_nine = place.mine.get(f"{SEARCH}?starts=09:00&ends=10:00").text
    assert "11月4日 周三 09:00–10:00" in at_nine, "nobody said today"
    assert refused(place.mine.get(f"{SEARCH}?day=2026-11-03&starts=09:00&ends=10:00").text)
    assert "08:00" in place.mine.get("/reservations/any").text
    assert "2026-11-04" in place.mine.get("/reservations/any").text


def test_where_all_is_taken_for_weeks_it_says_what_is_free_next_and_refuses_nothing(place):
    span = Span(TUESDAY, TUESDAY + timedelta(days=20))
    for room in (place.room, place.other):
        facts = {"space_id": room.id, "reason": "漏水维修", "created_at": TUESDAY}
        closure = Closure(park_id=place.park.id, starts_at=span.start, ends_at=span.end, **facts)
        place.session.add(closure)
        claim(place.session, room, span, closure)
    place.session.commit()
    page = place.mine.get(SEARCH).text
    assert not refused(page)
    assert "这段时间没有符合条件的空闲" in page


def test_it_begins_at_a_quarter_where_no_half_hour_is_as_soon_and_never_where_time_to_tidy_up_is_missing(
    place, standing_clock
):
    """Half an hour is kept free after a use: of 9:00 to 10:30 no more can be had than an hour, till ten."""
    place.world.rule(place.park, buffer_minutes=30)
    for room in (place.room, place.other):
        book(place.others, room, 1.5, 2.25)  # 10:30 to 11:15, and till 11:45 to tidy up
        book(place.others, room, 4.25, 5)  # from 13:15: till 12:45 at the latest
    assert "09:00–10:00" in place.mine.get(SEARCH).text
    standing_clock.set(TUESDAY + timedelta(minutes=7))
    page = place.mine.get(SEARCH).text
    assert "11:45–12:45" in page
    assert "2 个空闲" in page


def test_a_search_begins_today_where_any_space_is_open(place, standing_clock):
    place.world.rule(place.park, opens_minute=9 * 60, open_on_rest_days=False)
    early = place.world.space(place.area, name="周末也开")
    place.world.rule(place.park, space_id=early.id)
    standing_clock.set(TUESDAY + timedelta(days=3, hours=22))  # Saturday, 07:00
    page = place.mine.get(SEARCH).text
    assert "11月7日 周六 08:00–09:00" in page
    assert "1 个空闲" in page


def test_the_strip_counts_what_fits_and_leads_to_its_times(place):
    book(place.others, place.other, 1, 2)
    asked_for = f"{SEARCH}?day=2026-11-03&starts=14:00&ends=15:30"
    page = place.mine.get(asked_for).text
    assert [one for one in strip(page) if "*" in one] == ["14:00* 2", "14:30* 2", "15:00* 2"]
    assert "10:30 1" in strip(page)
    at_ten = next(url for url in links(page, SEARCH) if "starts=10:00" in url)
    assert "ends=11:30" in at_ten  # as long as before
    assert "10:30 1" in strip(place.mine.get(f"{asked_for}&people=6").text)
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other])
    assert "10:30 1" in strip(place.mine.get(asked_for).text), f"{whole.name} is taken with its part"
    for nothing in ("day=2026-11-02&starts=09:00", "day=2027-03-03", "kind=storage", "people=500"):
        assert not strip(place.mine.get(f"{SEARCH}?{nothing}").text), nothing


def test_results_say_whether_the_park_has_to_agree_and_what_is_near_comes_first(place):
    far = place.world.area(place.park, name="5号楼")
    there = place.world.space(far, name="远会议室", capacity=10)
    place.world.rule(place.park, space_id=there.id, needs_approval=True)
    when = {"day": "2026-11-04", "starts": "10:00", "ends": "11:00"}
    page = place.mine.get(SEARCH, query_string=when).text
    assert page.count("需园区确认") == 1
    colleague = place.world.member(place.ours, name="林一")
    desk = place.world.space(far, Kind.WORKSTATION, name="旁工位", capacity=1)
    book(place.sign_in(colleague), desk, 24, 33)

    def order(**near):
        page = place.mine.get(SEARCH, query_string=when | near).text
        return re.findall(r"<h3><a [^>]*>([^<]*)</a></h3>", page), html.unescape(page)

    assert order()[0][0] != "远会议室"
    for name in ("林一", desk.code):
        names, said = order(near=name)
        assert names[0] == "远会议室"
        assert "近的排在前面" in said
    assert "不知道“李四方”那天在哪里" in order(near="李四方")[1]


def test_where_nothing_at_all_can_be_offered_it_is_said_with_what_to_do(place):
    for address in ("/calendar/search?kind=hall&people=900", "/calendar/say?say=明天下午两点 900人 会客厅"):
        answer = place.mine.get(address)
        assert answer.status_code == 200
        assert "这段时间没有符合条件的空闲" in answer.text or "没有" in answer.text
        assert "看全天时间表" in answer.text or "换个时间或条件" in answer.text


def test_in_place_comes_the_same_without_the_frame(place):
    whole = place.mine.get(f"{SEARCH}?people=6").text
    part = place.mine.get(f"{SEARCH}?people=6", headers={"HX-Request": "true"}).text
    assert "<title>查找空闲" in part
    assert "bottombar" not in part
    assert "<script" not in part
    assert part.partition('id="search"')[2].strip()[:4000] in whole


def test_the_file_of_htmx_is_the_one_that_was_published():
    file = ROOT / "booking/static/js/htmx.min.js"
    digest = base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
    assert digest in (ROOT / "docs/adr/pages-change-in-place.md").read_text(encoding="utf-8")


@pytest.mark.browser
def test_a_search_follows_what_is_changed_and_back_is_one_step(signed_in):
    phone = signed_in("phone")
    phone.goto(SEARCH)
    phone.evaluate("window.same = true")
    found, people = phone.locator("#found h2").first, phone.get_by_label("人数")
    expect(found).to_contain_text("2 个空闲")
    phone.get_by_role("button", name="1 人").click()
    expect(people).to_be_focused()
    assert axe(phone) == []
    phone.keyboard.press("ControlOrMeta+a")
    phone.keyboard.type("6")
    expect(found).to_contain_text("1 个空闲")
    expect(phone.locator("#found [role=status]")).to_contain_text("6 人")
    expect(people).to_be_focused()
    expect(people).to_be_visible()
    phone.get_by_role("button", name="完成").click()
    phone.get_by_role("button", name=re.compile("–")).click()
    phone.get_by_label("开始").fill("15:00")
    expect(phone.get_by_label("结束")).to_have_value("16:00")
    expect(found).to_contain_text("15:00–16:00")
    phone.keyboard.press("Escape")
    phone.get_by_role("link", name="17:30 1 个空闲").click()
    expect(found).to_contain_text("17:30–18:30")
    expect(phone.get_by_role("link", name="17:30 1 个空闲")).to_be_focused()
    assert phone.evaluate("window.same"), "nothing was loaded anew"
    phone.go_back()
    expect(found).to_contain_text("15:00–16:00")
    assert "people=6" in phone.url

    star = phone.get_by_role("button", name="收藏").first
    star.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()

    phone.context.set_offline(True)
    phone.get_by_role("link", name="17:30 1 个空闲").click()
    expect(phone.get_by_role("alert")).to_contain_text("连不上")
    expect(found).to_contain_text("15:00–16:00")
    phone.context.set_offline(False)
    phone.context.clear_cookies()
    phone.get_by_role("link", name="17:30 1 个空闲").click()
    phone.wait_for_url(re.compile("/sign-in.*17"))


@pytest.mark.browser
def test_an_open_day_takes_in_what_others_book_and_disturbs_nothing(signed_in, place):
    phone = signed_in("phone")
    phone.clock.install()
    phone.goto("/calendar?kind=meeting_room&day=2026-11-03")
    phone.evaluate("window.same = true")
    taken, table, sheet = (phone.locator(one) for one in (".is-busy.tl-block", ".tl-scroll", ":popover-open"))
    expect(taken).to_have_count(0)
    phone.locator("[popovertarget]").first.click()
    table.evaluate("one => (one.scrollLeft = 90)")
    phone.clock.run_for(30_000)
    book(place.others, place.room, 1, 2)
    phone.clock.run_for(40_000)
    expect(taken).to_have_count(1)
    assert table.evaluate("one => one.scrollLeft") == 90
    expect(sheet).to_have_count(1)

    phone.keyboard.press("Escape")
    phone.locator(".tl-gap").last.click()
    expect(phone.locator(".tl-chip")).to_be_visible()
    book(place.others, place.other, 1, 2)
    phone.clock.run_for(130_000)
    expect(taken).to_have_count(1)
    phone.keyboard.press("Escape")
    phone.clock.run_for(10_000)
    expect(taken).to_have_count(2)
    assert axe(phone) == []

    phone.context.clear_cookies()
    phone.clock.run_for(70_000)
    expect(taken).to_have_count(2)
    assert phone.evaluate("window.same"), "a page that nobody asked for is not opened"


def keeps_up(page, path):
    """Open a page, and count what it asks for by itself from then on."""
    page.clock.install()
    page.goto(path)
    page.evaluate("window.same = true")
    asked = []
    page.on("request", lambda one: asked.append(one.url) if one.headers.get("hx-request") else None)
    return asked


@pytest.mark.browser
def test_today_takes_in_what_is_held_for_who_waits_and_loses_nothing(signed_in, place):
    book(place.others, place.room, 5, 6)
    place.mine.post("/waiting/new", data=asked(place.room, 5, 6))
    for hour in (7, 8):
        book(place.mine, place.other, hour, hour + 1)
    page = signed_in("phone")
    requests = keeps_up(page, "/today")
    field, said = page.get_by_label("门牌编号"), page.locator("#today > [role=status]")
    field.fill("M")
    give_back(place)
    page.clock.run_for(130_000)
    assert requests == [], "not while somebody writes in it"
    field.fill("")
    last = page.get_by_role("link", name=re.compile("17:00–18:00"))
    last.focus()
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.clock.run_for(130_000)
    assert requests == [], "not while nobody looks at it"
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("候到了：大会议室").last).to_be_visible()
    expect(said).to_contain_text("候到了：大会议室")
    assert len(requests) == 1
    expect(last).to_be_focused()
    assert axe(page) == []
    assert page.evaluate("window.same")


def give_back(place):
    """Let the others give back what they have in the room."""
    place.session.rollback()
    theirs = select(Reservation.id).where(Reservation.space_id == place.room.id)
    made = place.session.scalars(theirs.order_by(Reservation.id.desc())).first()
    assert place.others.post(f"/reservations/{made}/cancel").status_code == 302


@pytest.mark.browser
def test_a_wait_ones_bookings_and_a_search_keep_themselves_current(signed_in, place):
    book(place.others, place.room, 5, 6)
    wait = place.mine.post("/waiting/new", data=asked(place.room, 5, 6)).location
    page = signed_in()
    keeps_up(page, wait)
    leave = page.locator(".confirm summary")
    leave.click()
    give_back(place)
    page.clock.run_for(130_000)
    expect(page.locator("#wait > [role=status]")).to_contain_text("候补中")
    page.keyboard.press("Escape")
    page.clock.run_for(10_000)
    expect(page.locator("#wait > [role=status]")).to_contain_text("为你保留到")
    expect(page.get_by_role("button", name="接受")).to_be_visible()
    assert axe(page) == []

    page.goto("/reservations")
    expect(page.locator("#waiting")).to_contain_text("为你保留到")
    place.mine.post(f"{wait}/take")
    page.clock.run_for(70_000)
    expect(page.locator("#waiting")).to_have_count(0)
    expect(page.locator("#reservations")).to_contain_text("14:00–15:00")

    page.goto(f"{SEARCH}?kind=meeting_room&day=2026-11-03&starts=19:00&ends=20:00&people=1")
    found = page.locator("#found h2").first
    expect(found).to_contain_text("2 个空闲")
    book(place.others, place.room, 10, 11)
    page.clock.run_for(70_000)
    expect(found).to_contain_text("1 个空闲")


@pytest.mark.browser
def test_a_search_works_without_scripts(signed_in):
    page = signed_in(java_script_enabled=False)
    page.goto(SEARCH)
    page.get_by_role("button", name="1 人").click()
    page.get_by_label("人数").fill("6")
    page.get_by_label("人数").press("Enter")
    expect(page.locator("#found h2").first).to_contain_text("1 个空闲")
    page.get_by_role("link", name="17:30 1 个空闲").click()
    expect(page.locator("#found h2").first).to_contain_text("17:30–18:30")
    expect(page.get_by_role("button", name="查找")).to_be_visible()
