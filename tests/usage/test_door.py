"""What hangs at a door: it says what is on and what comes, of nobody, and goes on without a network."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given, strategies as st
from playwright.sync_api import expect

from booking.activities.models import ActivityKind, Audience
from booking.activities.plan_activity import ActivityPlan, plan_activity
from booking.activities.publish import publish
from booking.mail.outbox import LetterText
from booking.needs.models import Need
from booking.people.models import Size
from booking.spaces.models import Kind
from booking.usage.door.devices import add_device
from booking.usage.door.rules import DoorClaim, DoorDay, DoorLook
from booking.usage.models import DoorDevice, Stay
from booking.values import Span
from tests.harness.browser import axe
from tests.harness.stays import actor
from tests.usage.conftest import at

MINUTE = timedelta(minutes=1)


def door_day(*claims, opened=(8, 22)):
    told = [
        DoorClaim(Span(at(start), at(end)), Span(at(start), at(end)), *rest) for start, end, *rest in claims
    ]
    return DoorDay(told, [Span(at(opened[0]), at(opened[1]))], 10 * MINUTE, 15 * MINUTE)


def test_a_day_by_hand():
    """Booked 10 to 11 and in use 11 to 12: check in from 9:50 to 10:15, released by 10:16."""
    told = door_day((10, 11, True), (11, 12)).moments(at(9), at(23))
    assert [(one.at, one.look, one.until) for one in told] == [
        (at(9), DoorLook.FREE, at(10)),
        (at(9, 30), DoorLook.FREE, at(10)),
        (at(9, 50), DoorLook.EXPECTED, at(10, 15)),
        (at(10, 15), DoorLook.LAPSED, at(10, 15)),
        (at(10, 16), DoorLook.FREE, at(11)),
        (at(10, 30), DoorLook.FREE, at(11)),
        (at(11), DoorLook.BUSY, at(12)),
        (at(12), DoorLook.FREE, at(22)),
        (at(21, 30), DoorLook.FREE, at(22)),
        (at(22), DoorLook.CLOSED, None),
    ]
    assert told[0].following == (Span(at(10), at(11)), Span(at(11), at(12)))
    assert [one.half_hour for one in told if one.look is DoorLook.FREE] == [True, False] * 3


def test_what_is_kept_to_tidy_up_is_no_use_and_no_time_to_walk_in_by_hand():
    """In use 10 to 11, booked from 13, half an hour kept after each: one may walk in from 11:30 to 12:30."""
    claims = [
        DoorClaim(Span(at(10), at(11, 30)), Span(at(10), at(11))),
        DoorClaim(Span(at(13), at(14, 30)), Span(at(13), at(14)), expected=True),
    ]
    day = door_day()._replace(claims=claims, buffer=30 * MINUTE)
    told = day.moments(at(10), at(14))
    assert [(one.at, one.look, one.until, one.half_hour) for one in told] == [
        (at(10), DoorLook.BUSY, at(11), False),
        (at(11), DoorLook.TIDY, at(11, 30), False),
        (at(11, 30), DoorLook.FREE, at(12, 30), True),
        (at(12), DoorLook.FREE, at(12, 30), False),
        (at(12, 30), DoorLook.SOON, at(13), False),
        (at(12, 50), DoorLook.EXPECTED, at(13, 15), False),
        (at(13, 15), DoorLook.LAPSED, at(13, 15), False),
        (at(13, 16), DoorLook.FREE, at(22), True),
    ]
    assert day._replace(stays_over=True).moments(at(11), at(12))[0][1:3] == (DoorLook.BUSY, None)
    late = day.moments(at(13, 40), at(14))
    assert late[0].look is DoorLook.LAPSED, "while the booking is there, it is not free"


@given(st.lists(st.tuples(st.integers(8, 21), st.booleans(), st.booleans()), unique_by=lambda one: one[0]))
def test_a_door_is_free_exactly_where_nobody_has_it_and_it_is_open(found):
    claims = [(hour, hour + 1, expected, closed) for hour, expected, closed in sorted(found)]
    day = door_day(*claims)
    told = day.moments(at(7), at(23))
    for minutes in range(0, 16 * 60, 7):
        now = at(7) + minutes * MINUTE
        look = [one for one in told if one.at <= now][-1].look
        taken = any(
            one.span.start <= now < (one.span.start + 16 * MINUTE if one.expected else one.span.end)
            for one in day.claims
        )
        assert taken <= (look is not DoorLook.FREE)
        if look is DoorLook.FREE:
            assert at(8) <= now < at(22)
        elif not taken and at(8) <= now < at(22):
            assert look is DoorLook.EXPECTED


def device(house, space=None, language="zh"):
    key = f"key-of-{(space or house.room).id}-{language}"
    add_device(house.session, space or house.room, "门口", language, key, by=actor(house.admin), now=at(8))
    house.session.commit()
    return f"/door/{key}"


def told(page):
    return json.loads(unescape(re.search(r"data-door='([^']+)'", page)[1]))


def test_it_tells_what_is_on_and_nothing_of_anybody(house, client):
    house.clock.set(at(9))
    url = device(house)
    house.reserve(at(10), at(11), member=house.rival)
    page = client.get(url)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "空到 10:00" in page.text
    assert "10:00–11:00 已预订" in page.text
    assert "用半小时 ¥40.00；提前走只收实际使用的，最少计 30 分" in page.text
    for secret in ("南溪", "陈立", "林晓"):
        assert secret not in page.text
    house.session.rollback()
    house.world.tariff(house.park, valid_from=at(9).date(), minimum_minutes=60)
    house.session.commit()
    assert "用一会儿也按 1 小时 计，¥80.00" in client.get(url).text, "half an hour is not what it sells"
    assert [one["look"] for one in told(page.text)["moments"]][:4] == ["free", "free", "expected", "lapsed"]
    house.clock.set(at(10, 5))
    assert "还没签到" in client.get(url).text
    assert client.get(f"{url}/day.json").json["moments"][0]["head"] == "还没签到"
    (seen,) = house.all(DoorDevice)
    assert seen.seen_at == at(10, 5)
    assert "Not checked in yet" in client.get(device(house, language="en")).text


def test_who_checked_in_before_the_start_has_it_to_the_end_and_is_no_news_to_come(house, client):
    house.clock.set(at(9, 50))
    url = device(house)
    made = house.reserve(at(10), at(11))
    house.browser().post(f"/today/check-in/{made.id}")
    (stay,) = house.all(Stay)
    for end in (at(11), at(11, 30)):
        first = told(client.get(url).text)["moments"][0]
        assert (first["look"], first["line"], first["following"]) == ("busy", f"到 {end:%H:%M}", [])
        other = house.browser(house.rival).get(f"/s/{house.room.scan_code}").text
        assert f"忙到 {end:%H:%M}" in other
        house.browser().post(f"/today/longer/{stay.id}", data={"until": at(11, 30).isoformat()})


def test_the_administrator_gives_an_address_once_and_revokes_it(house, client):
    desk = house.browser(house.admin)
    shown = desk.post(
        f"/inventory/spaces/{house.room.id}/devices", data={"name": "东门", "language": "zh"}
    ).text
    url = re.search(r"/door/[\w-]+", shown)[0]
    assert client.get(url).status_code == 200
    (made,) = house.all(DoorDevice)
    page = desk.get(f"/inventory/spaces/{house.room.id}").text
    assert "东门" in page
    assert url.removeprefix("/door/") not in page + made.key_hash
    assert "已停用" in desk.post(f"/inventory/devices/{made.id}/revoke", follow_redirects=True).text
    desk.post(f"/inventory/devices/{made.id}/revoke")
    for path in (url, f"{url}/day.json", f"{url}/fault", "/door/made-up"):
        gone = client.get(path)
        assert gone.status_code == 404
        assert "这块屏已停用" in gone.text


def test_a_fault_is_reported_on_the_spot_by_name_and_telephone(house, client):
    url = device(house)
    said = {"words": "投影打不开", "name": "王师傅", "company": "来访", "phone": "13800000000"}
    wrong = client.post(f"{url}/fault", data=said | {"phone": "x"})
    assert wrong.status_code == 422
    assert "js/page" in wrong.text, "which gives the focus to what is wrong"
    sent = client.post(f"{url}/fault", data=said)
    assert sent.status_code == 302, "neither back nor reload sends it again"
    answer = client.get(sent.location).text
    assert "收到了，11月4日 周三前答复你" in answer
    assert f'data-home="{url}"' in answer, "from which the tablet goes home by itself"
    (need,) = house.all(Need)
    assert (need.space_id, need.kind.value) == (house.room.id, "fault")
    other = client.get(f"{device(house, house.other_room)}/fault?received={need.id}").text
    assert "收到了" not in other, "it is of another place"


def test_who_reports_a_fault_reads_at_the_door_that_it_is_known_and_nothing_of_who_said_it(house, client):
    url, said = device(house), {"words": "投影打不开", "name": "王师傅", "phone": "13800000000"}
    assert "已有人报修" not in client.get(f"{url}/fault").text
    house.clock.set(at(9))
    client.post(f"{url}/fault", data=said)
    shown = client.get(f"{url}/fault").text
    assert "11月3日 周二已有人报修，正在处理。" in shown
    assert [word in shown for word in ("投影打不开", "王师傅", "13800000000")] == [False] * 3
    assert "提交" in shown, "who knows more says so"
    assert "已有人报修" not in client.get(f"{device(house, house.other_room)}/fault").text


def test_what_is_usual_is_reported_by_a_tap_and_nobody_has_to_name_a_company(house, client):
    url, who = device(house), {"name": "王师傅", "phone": "13800000000"}
    page = client.get(f"{url}/fault").text
    assert "哪里坏了" in page
    assert "你需要什么" not in page
    assert client.post(f"{url}/fault", data=who | {"usual": "other"}).status_code == 422, "nothing is said"
    assert client.post(f"{url}/fault", data=who | {"usual": "roof"}).status_code == 422
    sent = client.post(f"{url}/fault", data=who | {"usual": "air", "words": "三十度"}, follow_redirects=True)
    assert "收到了" in sent.text
    (need,) = house.all(Need)
    assert need.words == "空调太热或太冷 · 三十度"


def test_the_phone_offers_half_an_hour_first(house):
    house.clock.set(at(9))
    page = house.browser().get(f"/s/{house.room.scan_code}?minutes=30").text
    assert re.search(r"btn-primary[^>]*>\s*<span>到 09:30", page)


@pytest.mark.browser
def test_going_back_at_the_door_leads_to_pages_that_lead_home(house, serve_here, open_page):
    """A form that was refused is drawn by what was sent; a tablet comes back to it without a question."""
    url, (_, address) = device(house), serve_here()
    page = open_page(viewport={"width": 1024, "height": 768}, base_url=address)
    page.goto(f"{url}/fault")
    page.get_by_label("姓名").fill("王师傅")
    page.get_by_label("手机").fill("1")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("还不能提交")).to_be_visible()
    page.get_by_text("投影或屏幕打不开").click()
    page.get_by_label("手机").fill("13800000000")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("收到了")).to_be_visible()
    page.reload()
    expect(page.get_by_text("收到了")).to_be_visible()
    for _ in range(2):
        page.go_back()
        expect(page.locator(f'main[data-home="{url}"]')).to_be_visible()
    assert len(house.all(Need)) == 1


@pytest.mark.browser
def test_it_goes_on_without_network_and_says_so(house, serve_here, open_page):
    """A day is told ahead; the page comes back without network, and says since when it knows."""
    house.clock.set(at(9))
    url, (_, address) = device(house), serve_here()
    house.reserve(at(10), at(11), member=house.rival)
    page = open_page(viewport={"width": 1024, "height": 768}, base_url=address)
    page.clock.install(time=at(9))
    page.goto(url)
    page.wait_for_selector("[data-kept]")
    assert axe(page) == []
    page.set_viewport_size({"width": 768, "height": 1024})
    assert not page.evaluate(SIDEWAYS)
    page.context.set_offline(True)
    page.clock.fast_forward(65 * 60 * 1000)
    expect(page.locator("[data-head]")).to_have_text("还没签到")
    expect(page.locator("[data-stale]")).to_contain_text("没有网络，显示的是 09:00 知道的情况")
    expect(page.locator("[data-online]")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-stale]")).to_be_visible()
    page.clock.fast_forward(16 * 60 * 60 * 1000)
    expect(page.locator("[data-today]")).to_have_text("11月4日 周三")
    expect(page.locator("[data-stale]")).to_contain_text("没有网络，显示的是 11月3日 周二 09:00 知道的情况")


SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"


def test_the_screen_of_a_hall_says_what_happens_there(house, client):
    hall = house.world.space(house.area, Kind.HALL, name="会客厅", code="H1")
    house.world.rule(house.park, Kind.HALL)
    desk, now = actor(house.admin), at(9, day=1) - timedelta(days=7)
    for title, hour, audience in (("用电安全", 14, Audience.ALL), ("闭门会", 17, Audience.SIZES)):
        span = Span(at(hour), at(hour + 1))
        plan = ActivityPlan(ActivityKind.TRAINING, title, "", audience, 5, hall, span, sizes=(Size.MICRO,))
        made = plan_activity(house.session, plan, code=title, by=desk, now=now)
        publish(house.session, made.id, letter=lambda *_: LetterText("a", "b"), by=desk, now=now)
        house.session.commit()
    url = device(house, hall)
    house.clock.set(at(9))
    page = client.get(url).text
    assert "扫码报名：用电安全" in page
    assert "闭门会" not in page
    assert "<li>17:00–18:00 园区活动" in page, "as at a room's door, today goes without its date"
    house.clock.set(at(9, day=2))
    assert "<li>11月3日 周二 17:00–18:00 园区活动" in client.get(url).text
    house.clock.set(at(13, 40))
    on = client.get(f"{url}/day.json").json["moments"]
    assert (on[0]["head"], on[0]["line"], on[0]["code"]) == ("用电安全", "14:00 开始", "door")
    assert [one["head"] for one in on if one["look"] == "activity"] == [
        "用电安全",
        "用电安全",
        "园区活动",
        "园区活动",
    ]
