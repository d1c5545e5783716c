"""The pages of use in a browser: nothing scrolls sideways on a phone, and axe finds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from booking.reservations.models import ReservationState
from tests.harness.browser import axe
from tests.harness.own_server import let_in
from tests.usage.conftest import at

pytestmark = pytest.mark.browser


@pytest.fixture
def open_as(house, serve_here, open_page):
    """Give a maker of pages in which a member is signed in."""
    app, address = serve_here()

    def make(member, where="phone", **options):
        page = open_page(where, base_url=address, **options)
        let_in(page, app, address, member)
        return page

    return make


def judge(page):
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
    assert axe(page) == [], page.url


@pytest.mark.parametrize("script", [True, False])
def test_walking_in_by_the_code_and_leaving_is_three_presses(house, open_as, script):
    phone = open_as(house.member, java_script_enabled=script)
    phone.goto("/s/code-of-lan")
    if script:
        judge(phone)
    phone.get_by_role("button", name="到 10:00").click()
    expect(phone.get_by_text("已开始使用“兰亭”")).to_be_visible()
    house.clock.set(at(9, 40))
    phone.goto("/s/code-of-lan")
    phone.get_by_role("button", name="签退").click()
    expect(phone.get_by_text("¥60.00").first).to_be_visible()
    if script:
        judge(phone)
    house.clock.set(at(9, 42) - timedelta(seconds=2))
    phone.goto("/today")
    expect(phone.get_by_role("button", name="撤销")).to_be_visible()
    if not script:
        house.clock.set(at(9, 43))
        phone.goto("/today")
    expect(phone.get_by_text("两分钟已过，不能再撤销")).to_be_visible()
    expect(phone.get_by_role("button", name="撤销")).to_have_count(0)


def test_on_a_phone_that_lies_on_its_side_what_one_came_for_is_above_the_bar(house, open_as):
    house.use(at(9), reserved=(at(9), at(11)))
    house.room.description = "与竹韵之间是活动隔断，可合并。"
    house.other_room.description = house.room.description
    house.session.commit()
    house.reserve(at(9, 30), at(10, 30), space=house.other_room)
    house.clock.set(at(9, 15))
    phone = open_as(house.member, viewport={"width": 844, "height": 390})

    def above_the_bar(*places):
        bar = phone.locator(".bottombar").bounding_box()["y"]
        for place in places:
            box = place.bounding_box()
            assert box["y"] + box["height"] <= bar, place
        judge(phone)

    for path in ("/today", "/s/code-of-lan"):
        phone.goto(path)
        above_the_bar(phone.locator(".next-time").first, phone.get_by_role("button", name="签退").first)
    house.clock.set(at(9, 37))
    phone.goto("/today")
    above_the_bar(phone.get_by_role("button", name="签到").first, phone.get_by_text("请在 09:45 前签到"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_my_day_fits_a_phone_whatever_it_shows(house, open_as, scheme):
    house.room.description = "从东门上二楼，沿走廊走到底，右手边挂着铜牌的那一间。" * 3
    house.reserve(at(9, 5), at(10))
    house.reserve(at(14), at(15), state=ReservationState.REQUESTED)
    phone = open_as(house.manager, color_scheme=scheme)
    phone.goto("/today")
    judge(phone)
    house.use(at(9), reserved=(at(9), at(9, 30)), space=house.other_room, member=house.manager)
    house.clock.set(at(9, 45))
    phone.goto("/today")
    judge(phone)


def test_asked_on_a_phone_answered_with_another_time_and_taken_with_one_tap(house, open_as):
    house.world.rule(house.park, space_id=house.room.id, needs_approval=True)
    house.session.commit()
    phone, desk = open_as(house.member), open_as(house.admin, "desk")
    phone.goto(f"/reservations/new?space={house.room.id}&start=2026-11-04T10:00&end=2026-11-04T11:00")
    expect(phone.get_by_text("园区会在 11月3日 周二 18:00 前答复").first).to_be_visible()
    phone.get_by_role("button", name="提交申请").click()
    expect(phone.get_by_text("申请已提交")).to_be_visible()
    judge(phone)
    desk.goto("/front-desk")
    desk.get_by_role("link", name="别的时间").click()
    judge(desk)
    desk.get_by_label("开始").fill("14:00")
    desk.get_by_label("结束").fill("15:00")
    desk.get_by_label("说一句").fill("上午有接待")
    desk.get_by_role("button", name="提议给对方").click()
    expect(desk.get_by_text("已告诉对方，等对方答复")).to_be_visible()
    judge(desk)
    phone.goto("/today")
    expect(phone.get_by_text("“上午有接待”")).to_be_visible()
    judge(phone)
    phone.get_by_role("button", name="就这样").click()
    expect(phone.get_by_text("已按园区的提议订下")).to_be_visible()
    expect(phone.get_by_text("11月4日 周三 14:00–15:00").first).to_be_visible()


@pytest.mark.parametrize("where", ["phone", "desk"])
def test_the_front_desk_fits_both_a_phone_and_a_desk(house, open_as, where):
    row = house.reserve(at(14), at(15), state=ReservationState.REQUESTED)
    stay_id = house.use(at(9), at(10))
    page = open_as(house.admin, where)
    for path in ("", f"/reservations/{row.id}", f"/stays/{stay_id}"):
        page.goto(f"/front-desk{path}")
        judge(page)
