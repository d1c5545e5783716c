"""The pages of money in a real browser: the example follows what is typed, and axe finds nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from booking.charges.dispute import dispute
from booking.people.models import Role, Size
from booking.people.passwords import hash_password
from booking.spaces.models import Kind
from booking.values import Money
from tests.harness.browser import axe, press
from tests.harness.stays import actor, at, lines_of, reserved, used_as_reserved
from tests.harness.times import SHANGHAI
from tests.harness.world import World

pytestmark = pytest.mark.browser
PASSWORD = "tea-by-the-window"
YESTERDAY = (datetime.now(SHANGHAI) - timedelta(days=1)).date().isoformat()


@pytest.fixture
def park_in_use(database_url, serve):
    """Serve a park with prices, a stay of yesterday, and a question about it."""
    engine = create_engine(database_url)
    with Session(engine, autoflush=False, expire_on_commit=False) as session:
        world = World(session, datetime.now(UTC))
        park = world.park()
        world.tariff(park, allowances={Size.SMALL: 30})
        world.tariff(park, Kind.WORKSTATION, daily_cap=Money.yuan(60))
        enterprise = world.enterprise(park, monthly_budget=Money.yuan(500))
        known = {"password_hash": hash_password(PASSWORD)}
        manager = world.member(enterprise, Role.MANAGER, email="manager@people.example", **known)
        world.member(park, email="admin@people.example", **known)
        room = world.space(world.area(park))
        stay = reserved(session, room, manager, at(YESTERDAY, "16:30"), at(YESTERDAY, "18:30"), 12880)
        used_as_reserved(session, stay, manager, at(YESTERDAY, "16:36"), at(YESTERDAY, "18:17"))
        line = lines_of(session)[0]
        dispute(session, line.id, "空调坏了", by=actor(manager), now=datetime.now(UTC))
        session.commit()
    engine.dispose()
    with serve(database_url, workers=1) as server:
        yield server.url


def enter(page, address, who):
    page.goto(f"{address}/sign-in")
    page.get_by_label("邮箱").fill(f"{who}@people.example")
    page.get_by_label("密码", exact=False).first.fill(PASSWORD)
    press(page, "登录")


def test_the_worked_example_follows_what_is_typed(park_in_use, open_page):
    page = open_page(base_url=park_in_use)
    enter(page, park_in_use, "admin")
    page.goto("/tariffs/new?kind=meeting_room")
    expect(page.locator("#example")).to_contain_text("¥128.80")
    page.get_by_label("单价（含税）").fill("100")
    expect(page.locator("#example")).to_contain_text("¥161.00")  # 84 min at 100, 21 at 60
    page.locator("#bands-0-starts").fill("18点")
    expect(page.locator("#example")).to_contain_text("请填写时间")
    page.get_by_role("button", name="加一个时段").click()
    expect(page.get_by_role("group", name="时段 2")).to_be_visible()
    assert page.get_by_label("单价（含税）").input_value() == "100"


def test_without_scripts_a_button_shows_the_example(park_in_use, open_page):
    page = open_page(base_url=park_in_use, java_script_enabled=False)
    enter(page, park_in_use, "admin")
    page.goto("/tariffs/new?kind=meeting_room")
    page.get_by_label("单价（含税）").fill("100")
    page.get_by_role("button", name="重算示例").click()
    expect(page.locator("#example")).to_contain_text("¥161.00")


@pytest.mark.parametrize(("where", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(park_in_use, open_page, where, scheme):
    pages = {
        "admin": ("/tariffs", "/tariffs/1", "/tariffs/new?kind=meeting_room", "/disputes", "/disputes/1"),
        "manager": (f"/statement?month={YESTERDAY[:7]}", "/statement/lines/2/question"),
    }
    for who, paths in pages.items():
        page = open_page(where, base_url=park_in_use, color_scheme=scheme)
        enter(page, park_in_use, who)
        for path in paths:
            assert page.goto(path).status == 200, path
            assert axe(page) == [], path
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
