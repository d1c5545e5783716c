"""A closure says until when, which may be until further notice, and why, wherever somebody meets it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface

from booking.reservations.claim import claim
from booking.reservations.models import FAR_FUTURE
from booking.spaces.models import Closure
from booking.values import Span
from tests.harness.times import TUESDAY
from tests.reservations.conftest import at

OPEN_END = "停用，直到另行通知：漏水维修"


@pytest.fixture
def close(place):
    def close(space, start=0, end=None):
        until = FAR_FUTURE if end is None else TUESDAY + timedelta(hours=end)
        span = Span(TUESDAY + timedelta(hours=start), until)
        facts = {"space_id": space.id, "reason": "漏水维修", "created_at": TUESDAY}
        closure = Closure(park_id=place.park.id, starts_at=span.start, ends_at=span.end, **facts)
        place.session.add(closure)
        claim(place.session, space, span, closure)
        place.session.commit()

    return close


@pytest.fixture
def english(place):
    def english():
        place.me.language = "en"
        place.session.commit()

    return english


def found(place, **asked_for):
    wish = {"kind": "meeting_room", "day": "2026-11-04", "starts": "10:00", "ends": "11:00"} | asked_for
    return place.mine.get("/calendar/search", query_string=wish).text


def test_a_closure_without_an_end_says_so_on_the_day_the_week_and_in_search(place, close, english):
    close(place.room)
    for path in ("/calendar", "/calendar?day=2026-12-01", f"/calendar/spaces/{place.room.id}"):
        assert OPEN_END in place.mine.get(path).text, path
    assert OPEN_END in found(place)
    english()
    said = "Closed until further notice: 漏水维修"
    assert said in place.mine.get("/calendar").text
    assert said in place.mine.get(f"/calendar/spaces/{place.room.id}").text
    assert said in re.sub("<[^>]+>", "", found(place))


def test_a_closure_with_an_end_says_until_when(place, close):
    close(place.room, 24, 39)  # Wednesday 9:00 until midnight
    said = "停用到 11月4日 周三 24:00：漏水维修"
    for path in ("/calendar?day=2026-11-04", f"/calendar/spaces/{place.room.id}"):
        assert said in place.mine.get(path).text, path
    assert f"11月4日 周三 09:00 起，{said}" in place.mine.get(f"/calendar/spaces/{place.room.id}").text
    assert said in found(place)


def test_what_closes_rooms_on_a_day_is_told_in_words_below_them(place, close):
    """A bar that began earlier may be cut where the timetable is scrolled: the reason stands below, too."""
    close(place.room, -24, 3)
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other])
    below = place.mine.get("/calendar").text.partition("closed-then")[2].partition("</ul>")[0]
    assert "<strong>大会议室</strong> 停用到 11月3日 周二 12:00：漏水维修" in below
    assert place.other.name not in below
    assert whole.name not in below
    assert "closed-then" not in place.mine.get("/calendar?day=2026-11-04").text


def test_a_closed_store_says_so_on_its_shelf_and_on_its_page(place, close):
    close(place.store)
    assert OPEN_END in place.mine.get("/calendar?kind=storage").text
    assert OPEN_END in place.mine.get(f"/calendar/spaces/{place.store.id}").text


def test_a_closed_part_is_told_of_the_whole(place, close):
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other])
    close(place.room)
    assert OPEN_END in place.mine.get(f"/calendar/spaces/{whole.id}").text
    text = found(place)
    assert text.count(OPEN_END) == 2


def test_search_names_no_closed_space_that_would_not_do_or_is_closed_at_another_time(place, close):
    close(place.room, 48, 50)
    close(place.other)
    assert "漏水维修" not in found(place, people=6)
    assert found(place).count("漏水维修") == 1


def test_a_closure_that_is_over_is_not_told_on_the_space_s_page(place, close):
    close(place.room, -5, -4)
    assert "alert" not in place.mine.get(f"/calendar/spaces/{place.room.id}").text.split("tl-scroll")[0]


def test_at_the_door_a_closed_space_is_not_said_to_be_in_use(place, close, standing_clock):
    place.room.scan_code = "code-of-room"
    place.session.commit()
    close(place.room)
    for browser in (place.mine, place.admins):
        page = browser.get("/s/code-of-room").text
        assert OPEN_END in page
        assert "有人在用" not in page
        assert "有预订" not in page


@pytest.mark.browser
def test_what_a_closed_bar_says_stays_in_sight_on_the_phone(place, close, serve_here, open_page):
    close(place.room)
    app, address = serve_here()
    phone = open_page("phone", base_url=address)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    session = signer.dumps({"_user_id": f"{place.me.id}.{place.me.session_version}.phone", "_fresh": True})
    phone.context.add_cookies([{"name": "session", "value": session, "url": address}])
    phone.goto(f"/calendar?day={at(24)[:10]}")
    label = phone.locator(".tl-block.is-closed span", has_text="停用").first
    names = phone.locator(".tl-corner").bounding_box()["width"]
    for left in (0, 300, 600):
        phone.locator(".tl-scroll").evaluate("(scroller, left) => { scroller.scrollLeft = left; }", left)
        box = label.bounding_box()
        assert names <= box["x"], left
        assert box["x"] + box["width"] <= 390, left
