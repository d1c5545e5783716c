"""A time for several people and rooms: their own bookings respected, five suggestions, one press to book."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from booking.reservations.guests.models import BookingGuest
from booking.reservations.models import Reservation
from tests.harness.browser import axe
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked

TOGETHER = "/calendar/together"


def book(browser, space, start, end):
    assert browser.post("/reservations/new", data=asked(space, start, end, people=1)).status_code == 302


def found(browser, **wish):
    """Read the times found: when, and where."""
    answer = browser.get(TOGETHER, query_string=wish)
    assert answer.status_code == 200
    rows = re.findall(r"<strong>([^<]*)</strong></a><span class=\"soft\">([^<]*)</span>", answer.text)
    return [f"{html.unescape(when)} {where.partition(' · ')[0]}" for when, where in rows]


def forms(page):
    sent = re.findall(r'<form method="post" action="/reservations/new">(.*?)</form>', page, re.DOTALL)
    return [MultiDict(re.findall(r'name="(\w+)" value="([^"]*)"', one)) for one in sent]


@pytest.fixture
def lin(place):
    return place.world.member(place.ours, name="林一")


def test_what_everybody_has_booked_themselves_is_kept_clear_of_and_a_desk_is_no_meeting(place, lin):
    book(place.mine, place.room, 0, 1)  # I meet from nine
    book(place.sign_in(lin), place.room, 1, 2)  # Lin from ten
    book(place.sign_in(lin), place.desk, 2, 9)
    book(place.others, place.other, 2, 3)  # strangers have the small room from eleven
    assert found(place.mine)[:2] == ["11月3日 周二 10:00–11:00 小会议室", "11月3日 周二 11:00–12:00 大会议室"]
    us = {"who": [place.me.id, lin.id]}
    listed = found(place.mine, **us)
    assert listed[:4] == [
        "11月3日 周二 11:00–12:00 大会议室",
        "11月3日 周二 12:00–13:00 小会议室",
        "11月3日 周二 13:00–14:00 小会议室",
        "11月3日 周二 14:00–15:00 小会议室",
    ]
    assert [sum(day in one for one in listed) for day in ("11月3日", "11月4日")] == [6, 6], "a day is not all"
    assert found(place.mine, part="pm", length=240, **us)[0] == "11月3日 周二 13:00–17:00 小会议室", (
        "as a sentence means it"
    )
    assert found(place.mine, people=6, **us)[1] == "11月3日 周二 12:00–13:00 大会议室"
    assert found(place.mine, rooms=place.other.id, **us)[0] == "11月3日 周二 12:00–13:00 小会议室"
    assert found(place.mine, day="2026-11-07", **us)[0].startswith("11月9日 周一")
    assert found(place.mine, day="2026-11-07", rest="y", **us)[0].startswith("11月7日 周六")


def test_who_is_named_on_a_colleague_s_booking_is_there_too(place, lin):
    book(place.sign_in(lin), place.room, 0, 1)
    made = place.session.scalars(select(Reservation)).one()
    assert found(place.mine)[0] == "11月3日 周二 09:00–10:00 小会议室"
    guest = BookingGuest(reservation_id=made.id, member_id=place.me.id, named_at=TUESDAY)
    place.session.add(guest)
    place.session.commit()
    assert found(place.mine)[0] == "11月3日 周二 10:00–11:00 小会议室"
    guest.removed_at = TUESDAY
    place.session.commit()
    assert found(place.mine)[0] == "11月3日 周二 09:00–10:00 小会议室"


def test_one_press_books_it_for_all_of_them_and_twice_is_once(place, lin):
    page = place.mine.get(TOGETHER, query_string={"who": [place.me.id, lin.id]}).text
    assert "¥80.00" in page
    first = forms(page)[0]
    answer = place.mine.post("/reservations/new", data=first)
    assert answer.status_code == 302
    assert place.mine.post("/reservations/new", data=first).location == answer.location
    made = place.session.scalars(select(Reservation)).one()
    assert place.session.scalars(select(BookingGuest.member_id)).all() == [lin.id], (
        "who is named gets the entry"
    )
    assert (made.starts_at, made.people, made.space_id) == (TUESDAY, 2, place.other.id)
    place.world.rule(place.park, needs_approval=True)
    assert "提交申请" in place.mine.get(TOGETHER).text


def test_nobody_asks_about_another_enterprise_s_people_and_nonsense_is_nothing_said(place):
    book(place.others, place.room, 0, 1)
    mine = found(place.mine)
    assert found(place.mine, who=place.stranger.id) == mine
    assert "李四方" not in place.mine.get(TOGETHER).text
    for nonsense in ("who=x&length=7&part=y&rooms=z&day=q", "length=999", "day=0001-01-01"):
        assert place.mine.get(f"{TOGETHER}?{nonsense}").status_code == 200
    assert "人数至少为 1" in place.mine.get(f"{TOGETHER}?people=0").text
    assert "三周之内没有" in place.mine.get(f"{TOGETHER}?people=900").text
    assert place.admins.get(TOGETHER).status_code == 403


def test_it_asks_no_more_for_more_people_rooms_and_bookings(place, count_queries):
    def costs():
        place.mine.get(TOGETHER)
        return count_queries(lambda: place.mine.get(f"{TOGETHER}?who={place.me.id}&rest=y"))

    few = costs()
    for number in range(6):
        place.world.member(place.ours, name=f"同事 {number}")
        place.world.space(place.area, name=f"另一间 {number}")
        book(place.mine, place.room, 24 * number + 1, 24 * number + 2)
    assert costs() == few


@pytest.mark.browser
def test_choosing_colleagues_changes_the_times_in_place(place, lin, signed_in):
    book(place.sign_in(lin), place.room, 0, 2)
    phone = signed_in("phone")
    phone.goto(TOGETHER)
    first = phone.locator("#found li").first
    expect(first).to_contain_text("11月3日 周二 09:00–10:00")
    phone.get_by_role("button", name="张小明").click()
    phone.get_by_label("林一").check()
    expect(first).to_contain_text("11月3日 周二 11:00–12:00")
    expect(phone.get_by_label("林一")).to_be_checked()
    assert axe(phone) == []
    phone.get_by_role("button", name="完成").click()
    first.get_by_role("button", name="订下").click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert "/reservations/" in phone.url
    assert (
        place.session.scalars(select(Reservation).where(Reservation.member_id == place.me.id)).one().people
        == 2
    )


def test_a_day_that_is_half_over_begins_now(place, standing_clock):
    standing_clock.set(TUESDAY + timedelta(hours=8, minutes=10))  # 17:10
    assert found(place.mine)[0] == "11月4日 周三 09:00–10:00 小会议室"
    assert found(place.mine, part="any")[0] == "11月3日 周二 17:15–18:15 小会议室"


@pytest.mark.parametrize(
    ("searched", "carried"),
    [
        ("day=2026-11-04&starts=14:00&ends=15:30", {"day": "2026-11-04", "part": "pm", "length": "90"}),
        ("day=2026-11-04&starts=09:00&ends=09:45", {"day": "2026-11-04", "part": "am", "length": "60"}),
        ("day=2026-11-04&starts=11:00&ends=14:00", {"day": "2026-11-04", "part": "work", "length": "180"}),
        ("day=2026-11-04&starts=12:00&ends=21:00", {"day": "2026-11-04", "part": "any", "length": "240"}),
        ("day=2026-11-07&starts=10:00&ends=11:00", {"day": "2026-11-07", "part": "am", "rest": "y"}),
    ],
)
def test_the_search_leads_on_with_its_day_and_time(place, searched, carried):
    page = place.mine.get(f"/calendar/search?kind=meeting_room&{searched}").text
    (way,) = {html.unescape(url) for url in re.findall(r'href="(/calendar/together[^"]*)"', page)}
    asked_for = dict(parse_qsl(urlsplit(way).query))
    assert asked_for.items() >= carried.items()
    (when, *_) = found(place.mine, **asked_for)
    assert when.startswith(f"11月{int(carried['day'][-2:])}日")


def test_more_than_two_are_counted_as_people_and_as_rooms(place, lin):
    names = [place.me, lin, place.world.member(place.ours, name="周可")]
    place.world.space(place.area, name="中会议室")
    page = place.mine.get(TOGETHER, query_string={"who": [one.id for one in names]}).text
    assert re.search(r"、[^<]+等 3 人", page)
    assert "等 3 个" not in page
    rooms = re.findall(r'name="rooms"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="rooms"', page)
    chosen = [one or other for one, other in rooms]
    assert "等 3 间" in place.mine.get(TOGETHER, query_string={"rooms": chosen}).text
