"""A plan in a browser: a desk is laid by mouse and by keys, and a tenant's tap opens the form."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from booking.audit.actions import Actor
from booking.people.models import Role
from booking.spaces.areas import arrange, latest_plan
from booking.spaces.floor_plan import Box, Layout, Shape, ShapeKind
from booking.spaces.models import Kind
from tests.harness.browser import axe
from tests.harness.own_server import let_in
from tests.harness.stays import at, reserved

pytestmark = pytest.mark.browser


def numbers(page, space):
    return [one.input_value() for one in page.locator(f'input[name="place_{space.id}"]').all()]


def an_hour_is_chosen_in_place_and_a_desk_tapped(phone, desk):
    phone.goto("/plan")
    phone.evaluate("window.same = true")
    hour = phone.get_by_role("link", name="14:00")
    hour.press("Enter")
    expect(phone.locator("#plan h2").first).to_contain_text("14:00")
    expect(hour).to_be_focused()
    assert phone.evaluate("window.same"), "nothing was loaded anew"
    assert axe(phone) == []
    with phone.expect_navigation():
        phone.locator(f'a.plan-place[data-space="{desk.id}"]').click()
    assert f"space={desk.id}" in phone.url


def the_chosen_hour_is_in_sight_on_a_phone_that_lies(phone):
    phone.set_viewport_size({"width": 844, "height": 390})
    strip = "document.querySelector('.plan-times .choices')"
    for chosen in ("", "?day=2026-11-03&at=14:00"):
        phone.goto(f"/plan{chosen}")
        both = f"[{strip}, {strip}.querySelector('[aria-current]')]"
        there = phone.evaluate(f"{both}.map((one) => one.getBoundingClientRect().toJSON())")
        assert there[0]["left"] <= there[1]["left"]
        assert there[1]["right"] <= there[0]["right"]
    phone.goto("/plan")
    assert phone.evaluate(f"{strip}.scrollLeft") == 0, "now is the first of them"


def it_keeps_itself_current_and_disturbs_nothing(phone, session, desk, neighbour):
    phone.clock.install()
    phone.goto("/plan")
    phone.evaluate("window.same = true")
    legend = phone.locator("#plan-there .legend")
    expect(legend).to_contain_text("空闲 2")
    phone.evaluate("document.querySelector('.plan-times .choices').scrollLeft = 40")
    reserved(session, desk, neighbour, at("2026-11-03", "09:00"), at("2026-11-03", "11:00"))
    phone.clock.run_for(70_000)
    expect(legend).to_contain_text("空闲 1")
    expect(phone.locator("#plan-there > [role=status]")).to_contain_text("空闲 1")
    assert phone.evaluate("document.querySelector('.plan-times .choices').scrollLeft") == 40
    assert phone.evaluate("window.same")
    assert axe(phone) == []


def it_is_not_left_unsaved_without_a_question(page):
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="今天").first.click()
    expect(page.get_by_role("button", name="撤销一步")).to_be_visible()
    assert asked == ["beforeunload"]
    assert axe(page) == []


def a_tenant_uses_it_on_a_phone(phone, session, desks, neighbour):
    an_hour_is_chosen_in_place_and_a_desk_tapped(phone, desks[0])
    the_chosen_hour_is_in_sight_on_a_phone_that_lies(phone)
    it_keeps_itself_current_and_disturbs_nothing(phone, session, desks[1], neighbour)


def test_a_shape_of_the_drawing_goes_and_comes_back_by_keys(
    serve_here, open_page, world, park, area, session
):
    app, address = serve_here()
    passage = Shape(ShapeKind.PASSAGE, Box(0, 5, 14, 2), "走廊", "Corridor")
    admin = world.member(park)
    acting = {"by": Actor.system("test", park.id), "now": world.now}
    arrange(session, area, Layout(16, 8, (passage,), ()), **acting)
    session.commit()
    page = open_page(base_url=address)
    let_in(page, app, address, admin)
    page.goto(f"/plan/{area.id}/edit")
    page.get_by_label("也移动底图").check()
    shape, undo = page.locator('[data-box="shapes-0-box"]'), page.get_by_role("button", name="撤销一步")
    for leave, back in (
        ("Delete", lambda: page.keyboard.press("Control+z")),
        ("Backspace", lambda: page.keyboard.press("Enter")),
    ):
        shape.focus()
        page.keyboard.press(leave)
        expect(page.locator(".plan-said")).to_have_text("已取下 走廊")
        expect(undo).to_be_focused()
        back()
        expect(page.locator(".plan-said")).to_have_text("走廊：距左 0，距上 5，14 × 2 格")
        expect(shape).to_be_focused()
        expect(undo).to_be_disabled()
    assert axe(page) == []


def test_a_desk_is_laid_by_mouse_and_keys_saved_and_tapped(serve_here, open_page, world, park, area, session):
    app, address = serve_here()
    world.rule(park, Kind.WORKSTATION)
    world.tariff(park, Kind.WORKSTATION)
    desks = [world.space(area, Kind.WORKSTATION, code=f"D{one}", name=f"工位 D{one}") for one in (1, 2)]
    admin, tenant = world.member(park), world.member(world.enterprise(park), Role.MEMBER)
    session.commit()

    page = open_page(base_url=address)
    let_in(page, app, address, admin)
    page.goto(f"/plan/{area.id}/edit")
    page.get_by_role("button", name="放上 D1").click()
    assert numbers(page, desks[0]) == ["1", "1", "2", "2"]
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert numbers(page, desks[0]) == ["2", "2", "3", "2"]
    expect(page.get_by_role("status").filter(has_text="D1：距左 2，距上 2，3 × 2 格")).to_be_visible()
    page.keyboard.press("Control+z")
    assert numbers(page, desks[0]) == ["2", "2", "2", "2"]
    told = page.locator(".plan-said")
    page.keyboard.press("Delete")
    expect(told).to_have_text("已取下 D1")
    page.keyboard.press("Control+z")
    expect(told).to_have_text("D1：距左 2，距上 2，2 × 2 格")
    expect(page.locator(f'[data-box="place_{desks[0].id}"]')).to_be_focused()
    expect(page.locator('.plan-drawing [data-box]:not([tabindex]):not([aria-hidden="true"])')).to_have_count(
        0
    )

    page.get_by_role("button", name="放上 D2").click()
    it_is_not_left_unsaved_without_a_question(page)
    first, second = (page.locator(f'[data-box="place_{one.id}"]') for one in desks)
    first.drag_to(second)
    expect(page.locator(".is-wrong")).to_have_count(2)
    page.get_by_role("button", name="撤销一步").click()
    expect(page.locator(".is-wrong")).to_have_count(0)
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()
    session.rollback()
    kept = Layout.read(latest_plan(session, area.id).layout, of="it").boxes()
    assert kept[desks[0].id] == Box(2, 2, 2, 2)
    assert desks[1].id in kept

    phone = open_page("phone", base_url=address)
    let_in(phone, app, address, tenant)
    neighbour = world.member(world.enterprise(park), Role.MEMBER)
    a_tenant_uses_it_on_a_phone(phone, session, desks, neighbour)
