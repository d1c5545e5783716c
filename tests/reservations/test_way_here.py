"""The way to a page begins at the reader's own place, on every page that is not one itself."""

import html
import re

import pytest

from booking.people.models import Role
from tests.reservations.conftest import asked

STEP = re.compile(r"<li class=\"breadcrumb-item[^>]*>(?:<a href=\"([^\"?]*)[^\"]*\">)?([^<]*)")


def way(browser, path):
    """Read the way that a page shows: label and address of each step."""
    answer = browser.get(path)
    found = re.search(r'<ol class="breadcrumb">(.*?)</ol>', answer.text, re.DOTALL)
    return [(html.unescape(name), url) for url, name in STEP.findall(found[1])] if found else []


@pytest.fixture
def booked(place):
    answer = place.mine.post("/reservations/new", data=asked(place.room, 1, 2))
    return int(answer.location.rsplit("/", 1)[1])


def test_a_place_of_the_navigation_has_no_way_to_it(place):
    for path in ("/today", "/calendar", "/statement", "/savings", "/more"):
        assert way(place.mine, path) == []
    for path in ("/front-desk", "/inventory/", "/closing/", "/enterprises", "/more"):
        assert way(place.admins, path) == []


def test_a_tenants_ways_begin_where_their_navigation_does(place, booked):
    mine = [("预订", "/calendar"), ("我的预订", "/reservations")]
    room = ("大会议室", f"/reservations/{booked}")
    assert way(place.mine, "/calendar/search?people=4") == [("预订", "/calendar"), ("查找空闲", "")]
    assert way(place.mine, f"/calendar/spaces/{place.room.id}") == [("预订", "/calendar"), ("大会议室", "")]
    assert way(place.mine, "/reservations") == [mine[0], ("我的预订", "")]
    assert way(place.mine, f"/reservations/{booked}") == [*mine, ("大会议室", "")]
    assert way(place.mine, f"/reservations/{booked}/move") == [*mine, room, ("改期或换空间", "")]
    assert way(place.mine, f"/reservations/{booked}/end") == [*mine, room, ("延长或缩短", "")]
    assert way(place.mine, "/account/password") == [("更多", "/more"), ("更改密码", "")]


def test_an_administrators_ways_lead_to_the_front_desk_and_not_to_booking(place, booked):
    desk = ("今天", "/front-desk")
    assert way(place.admins, "/calendar") == [desk, ("时间表", "")]
    week = way(place.admins, f"/calendar/spaces/{place.room.id}")
    assert week == [desk, ("时间表", "/calendar"), ("大会议室", "")]
    assert way(place.admins, f"/front-desk/reservations/{booked}") == [desk, ("预订：大会议室", "")]
    assert way(place.admins, "/tariffs") == [("计费", "/closing/"), ("价目", "")]
    assert way(place.admins, "/report")[0] == ("更多", "/more")


def test_the_branch_finds_its_own_place_too(place):
    branch = place.sign_in(place.world.member(place.park, Role.BRANCH))
    assert way(branch, "/utilisation") == []
    assert way(branch, "/calendar") == [("空间", "/utilisation"), ("时间表", "")]
    assert way(branch, "/month/2026-10")[0] == ("本月", "/month")


def test_a_page_of_trouble_shows_no_way(place):
    assert way(place.mine, "/reservations/999") == []
    assert way(place.others, "/front-desk") == []
