"""People, equipment and area go along from page to page, and a search says what cannot be and what can."""

import html
import re

import pytest

from booking.people.models import Role
from booking.spaces.models import Kind
from tests.reservations.conftest import asked

DAY = "2026-11-04"


def links(text, path):
    """Read the addresses of a page that lead to a path."""
    found = re.findall(r'(?:href|action|data-reserve-url|formaction)="([^"]+)"', text)
    return [html.unescape(one) for one in found if one.split("?")[0] == path]


def wish(place):
    return f"people=6&equipment=%E6%8A%95%E5%BD%B1&area={place.area.id}"


def says(url, place):
    """Tell whether an address still asks for six people, a projector and the area."""
    return all(part in url for part in ("people=6", "equipment=%E6%8A%95%E5%BD%B1", f"area={place.area.id}"))


@pytest.fixture
def elsewhere(place):
    """Add a second area, so that there is something to choose."""
    area = place.world.area(place.park, name="5号楼")
    place.world.space(area, name="远处会议室", equipment=["投影"])
    return area


def test_the_day_page_keeps_what_is_looked_for_on_all_its_ways_out(place, elsewhere):
    page = place.mine.get(f"/calendar?day={DAY}&{wish(place)}").text
    steps = [url for url in links(page, "/calendar") if "day=" in url and "kind=meeting_room" in url]
    keeping = [url for url in steps if "people=6" in url and "equipment=" in url]
    assert len(keeping) >= 3  # the day before and after, today
    assert len(steps) - len(keeping) == 1  # the link that shows all again
    ways = [*links(page, "/calendar/search"), *links(page, f"/calendar/spaces/{place.room.id}")]
    ways += links(page, "/reservations/new")
    assert len(ways) >= 4
    assert all(says(url, place) for url in ways)
    for field in ("people", "equipment", "area"):
        assert f'type="hidden" name="{field}"' in page


def test_the_day_page_shows_only_what_fits_says_so_and_shows_all_again(place, elsewhere):
    page = place.mine.get(f"/calendar?day={DAY}&{wish(place)}").text
    assert page.count('class="tl-row"') == 1
    assert "6 人及以上" in page
    assert "投影" in page
    everything = [url for url in links(page, "/calendar") if "people" not in url and "equipment" not in url]
    assert any(f"area={place.area.id}" in url for url in everything)
    shown = place.mine.get(everything[-1]).text
    assert "6 人及以上" not in shown


def test_a_day_page_on_which_nothing_fits_says_why(place):
    page = place.mine.get("/calendar?people=500").text
    assert "没有符合条件的空间" in page
    assert "这里还没有这类空间" not in page


def test_the_week_keeps_it_and_leads_back(place):
    page = place.mine.get(f"/calendar/spaces/{place.room.id}?day={DAY}&{wish(place)}").text
    weeks = links(page, f"/calendar/spaces/{place.room.id}")
    assert len(weeks) >= 2
    back, new = links(page, "/calendar"), links(page, "/reservations/new")
    assert any(f"day={DAY}" in url for url in back)
    assert all(says(url, place) for url in [*weeks, *new])
    assert any(says(url, place) for url in back)


def test_search_keeps_it_on_all_its_ways_out(place, elsewhere):
    asked_for = f"kind=meeting_room&day={DAY}&starts=10:00&ends=11:00&{wish(place)}"
    page = place.mine.get(f"/calendar/search?{asked_for}").text
    assert "1 个空闲" in page
    assert all(says(url, place) for url in links(page, "/reservations/new"))
    assert any(says(url, place) for url in links(page, "/calendar"))
    kinds = [url for url in links(page, "/calendar/search") if "kind=hall" in url]
    assert says(kinds[0], place)
    assert "starts=10" in kinds[0]
    (pool,) = links(page, "/reservations/any")
    assert "people=6" in pool
    assert f"area={place.area.id}" in pool


def test_the_form_leads_back_to_the_same_search_also_when_it_was_refused(place):
    url = f"/reservations/new?space={place.room.id}&start={DAY}T10:00&end={DAY}T11:00&{wish(place)}"
    page = place.mine.get(url).text
    assert re.search(r'<input[^>]*name="people"[^>]*value="6"', page)
    (search,) = links(page, "/calendar/search")
    assert says(search, place)
    assert f"day={DAY}" in search
    assert "starts=10" in search
    assert all(says(way, place) for way in links(page, "/calendar") if "?" in way)
    assert all(says(way, place) for way in links(page, f"/calendar/spaces/{place.room.id}"))
    (action,) = links(page, "/reservations/new")[:1]
    assert page.count('type="hidden" name="equipment" value="投影"') == 1
    carried = {"equipment": "投影", "area": place.area.id}
    refused = place.mine.post(action, data=asked(place.room, 1, 2, people=99) | carried)
    assert refused.status_code == 422
    (search,) = links(refused.text, "/calendar/search")
    assert "equipment=" in search
    assert f"area={place.area.id}" in search


def test_a_desk_or_a_store_is_not_asked_for_by_the_people_of_the_last_search(place):
    for kind, name in (("workstation", "一号工位"), ("storage", "一号仓")):
        page = place.mine.get(f"/calendar/search?kind={kind}&people=6&day={DAY}&starts=10:00&ends=11:00").text
        assert name in page
        assert name in place.mine.get(f"/calendar?kind={kind}&people=6&day={DAY}").text
        assert any("people=6" in url for url in links(page, "/calendar/search") if "meeting_room" in url)
    page = place.mine.get(f"/reservations/new?space={place.desk.id}&people=6").text
    assert re.search(r'<input[^>]*name="people"[^>]*value="1"', page)


@pytest.mark.parametrize(
    "query",
    [
        "people=x&equipment=&area=y",
        "people=0&equipment=%00",
        "people=99999999999999999999",
        "endpoint=x&_method=POST&_scheme=x&_external=1&_anchor=y&filename=z&values=1",
        "people=-3&area=-1&equipment=" + "长" * 300,
    ],
)
def test_nonsense_in_what_is_looked_for_breaks_no_page(place, query):
    for path in (
        "/calendar",
        "/calendar/search",
        f"/calendar/spaces/{place.room.id}",
        f"/reservations/new?space={place.room.id}",
        "/reservations/any",
    ):
        answer = place.mine.get(f"{path}{'&' if '?' in path else '?'}{query}")
        assert answer.status_code in (200, 400) if "%00" in query else answer.status_code == 200
        assert "_method" not in answer.text


def search(browser, **asked_for):
    wanted = {"kind": "meeting_room", "day": DAY, "starts": "10:00", "ends": "11:00"} | asked_for
    answer = browser.get("/calendar/search", query_string=wanted)
    assert answer.status_code == 200
    return answer.text


def beside(page, field):
    """Cut out what stands beside a field: its sentence and what it offers instead."""
    after = page.split(f'id="{field}-error"')
    assert len(after) > 1, f"nothing beside {field}"
    return after[1].split('class="field"')[0]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence", "offered"),
    [
        ({"starts": "10:10", "ends": "11:10"}, "starts", "15 分钟", {"starts": "10:15", "ends": "11:15"}),
        ({"ends": "11:10"}, "ends", "15 分钟", {"starts": "10:00", "ends": "11:15"}),
        ({"day": "2026-11-01"}, "day", "11月1日", {"day": "2026-11-03", "starts": "10:00"}),
        (
            {"day": "2026-11-03", "starts": "08:00", "ends": "08:30"},
            "starts",
            "已经过去",
            {"starts": "09:00"},
        ),
        ({"starts": "08:00", "ends": "21:00"}, "ends", "最长 12 小时", {"starts": "08:00", "ends": "20:00"}),
        ({"starts": "06:00", "ends": "07:00"}, "starts", "08:00–22:00", {"starts": "08:00", "ends": "09:00"}),
        ({"day": "2027-03-01"}, "day", "60 天", {"day": "2027-01-02"}),
        ({"starts": "11:00", "ends": "10:00"}, "ends", "晚于开始", {"starts": "10:00", "ends": "11:00"}),
        ({"people": "500"}, "people", "8 人", {"people": "8"}),
    ],
)
def test_a_search_that_cannot_be_says_so_beside_its_field_and_offers_the_nearest(
    place, wrong, field, sentence, offered
):
    place.world.rule(place.park, space_id=place.other.id)  # a rule of one space once hid all this
    page = search(place.mine, **wrong)
    assert "没有符合条件的空闲" not in page
    text = beside(page, field)
    assert sentence in text
    (url,) = links(text, "/calendar/search")[:1]
    for name, value in offered.items():
        assert f"{name}={value.replace(':', '%3A')}" in url or f"{name}={value}" in url
    assert "个空闲" in place.mine.get(url).text


def test_a_search_is_judged_by_the_rules_of_the_spaces_that_fit(place):
    place.world.rule(place.park, space_id=place.room.id, step_minutes=5)
    assert "大会议室" in search(place.mine, starts="10:10", ends="11:10", people="6")
    assert "15 分钟" in search(place.mine, starts="10:07", ends="11:07", people="2") or "5 分钟" in search(
        place.mine, starts="10:07", ends="11:07", people="2"
    )


def test_too_many_for_a_room_are_offered_a_hall_that_seats_them(place):
    place.world.space(place.area, Kind.HALL, name="会客厅", capacity=120)
    text = beside(search(place.mine, people="60"), "people")
    halls = [url for url in links(text, "/calendar/search") if "kind=hall" in url]
    assert "people=60" in halls[0]


def test_what_no_space_of_the_area_has_is_said_and_can_be_dropped(place, elsewhere):
    page = search(place.mine, people="6", equipment="投影", area=elsewhere.id)
    assert "远处会议室" in page
    small = place.world.area(place.park, name="7号楼")
    place.world.space(small, capacity=2)
    page = search(place.mine, people="6", equipment="投影", area=small.id)
    assert "没有一个空间" in page
    assert "没有符合条件的空闲" not in page
    assert any(f"area={small.id}" not in url and "people=6" in url for url in links(page, "/calendar/search"))


def test_a_store_asked_for_from_a_day_that_is_past_is_offered_from_today(place):
    text = beside(search(place.mine, kind="storage", day="2026-11-01", until="2026-11-20"), "day")
    (url,) = links(text, "/calendar/search")[:1]
    assert "day=2026-11-03" in url
    assert "until=2026-11-20" in url


def test_the_park_and_the_branch_are_told_the_same(place):
    branch = place.sign_in(place.world.member(place.park, Role.BRANCH))
    for browser in (place.admins, branch):
        assert "15 分钟" in beside(search(browser, starts="10:10"), "starts")


def test_where_the_results_are_comes_into_sight(place):
    page = search(place.mine)
    (action,) = re.findall(r'<form class="search-form" method="get" action="(/calendar/search[^"]*)"', page)
    assert action.endswith("#found")
    assert 'id="found"' in page
