"""Working days of a year that is not published are provisional, and every page that uses them says so."""

from __future__ import annotations

import pytest

from booking.spaces.models import Kind

SAID = "2027年的工作日历尚未公布"
THEN = "day=2027-01-02&starts=10:00&ends=11:00"
PAGES = {
    "/calendar/search?{then}": "价格和休息日为暂定",
    "/calendar/search?kind=workstation&{then}": "价格和休息日为暂定",
    "/calendar/say?say={said}10点到11点 会议室": "价格和休息日为暂定",
    "/calendar/together?day={day}&rest=y&part=any": "价格和休息日为暂定",
    "/calendar/month?day={day}": "休息日为暂定",
    "/calendar?day={day}": "休息日为暂定",
    "/plan?day={day}": "休息日为暂定",
    "/reservations/any?kind=workstation&{then}": "价格和休息日为暂定",
    "/reservations/new?space={room}&{then}": "价格和休息日为暂定",
    "/calendar/quote?space={room}&{then}": "价格和休息日为暂定",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_uses_a_year_without_a_calendar_says_so_once(place, page):
    when = {"then": THEN, "day": "2027-01-02", "said": "2027年1月2日", "room": place.room.id}
    answer = place.mine.get(page.format(**when))
    seen = answer.json["provisional"] if answer.is_json else answer.text
    assert seen.count(SAID) == 1
    assert PAGES[page] in seen
    when |= {"then": THEN.replace("2027-01-02", "2026-11-05"), "day": "2026-11-05", "said": "11月5日"}
    assert "尚未公布" not in place.mine.get(page.format(**when)).text


def test_a_search_whose_nearest_times_lie_in_such_a_year_says_so(place):
    """Thursday 31 December is taken whole: what is offered instead is on 1 January."""
    for room in (place.room, place.other):
        for starts, ends in (("08:00", "14:00"), ("14:00", "22:00")):
            booked = {"space": room.id, "day": "2026-12-31", "starts": starts, "ends": ends, "people": 1}
            assert place.others.post("/reservations/new", data=booked).status_code == 302
    found = place.mine.get("/calendar/search?day=2026-12-31&starts=20:00&ends=21:00").text
    assert "1月1日" in found
    assert SAID in found
    assert SAID in place.mine.get("/calendar/say?say=12月31日晚上8点到9点 会议室").text
    assert SAID in place.mine.get("/calendar/month?day=2026-12-15").text, "its last week ends in January"
    assert place.room.kind is Kind.MEETING_ROOM
