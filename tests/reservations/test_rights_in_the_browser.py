"""On the phone: an employee asks above their sum, the manager agrees with one tap, and it is booked."""

from __future__ import annotations

import pytest

from booking.audit.actions import BookingRights
from booking.people.models import Role
from booking.values import Money
from tests.harness.browser import axe
from tests.reservations.conftest import at

pytestmark = pytest.mark.browser


def test_asked_above_ones_sum_and_agreed_to_with_one_tap(place, signed_in):
    manager = place.world.member(place.ours, Role.MANAGER, name="王总", password_hash="x")
    place.me.keep_rights(BookingRights(up_to=Money.yuan(100)))
    place.session.commit()
    mine = signed_in("phone")
    mine.goto(f"/reservations/new?space={place.room.id}&start={at(1)}&end={at(2)}")
    send = mine.locator("button.btn-big")
    assert send.inner_text() == "订下"
    mine.locator("[name=ends]").fill("12:00")
    mine.locator("[data-asks]").get_by_text("要企业负责人批准").wait_for()
    assert send.inner_text() == "提交申请"
    assert axe(mine) == []
    send.click()
    mine.get_by_text("申请已交给企业负责人（王总）").wait_for()
    assert axe(mine) == []
    reservation = mine.url
    boss = signed_in("phone", manager)
    boss.goto("/today")
    assert "¥160.00" in boss.locator(".asked-row").inner_text()
    assert axe(boss) == []
    boss.get_by_role("button", name="批准申请").tap()
    boss.get_by_text("预订生效").wait_for()
    assert boss.locator(".asked-row").count() == 0
    mine.goto(reservation)
    assert "已预订" in mine.locator(".page-lead").inner_text()
