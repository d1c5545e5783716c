"""The product's main job as its people live it, in a real browser: reserve, use, bill, save."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from booking.db import db
from booking.jobs.job import run
from booking.jobs.registry import JOBS
from booking.people.models import Role
from booking.people.passwords import hash_password
from booking.savings.models import Baseline, Evidence
from booking.values.money import Money
from tests.harness.app import SHANGHAI
from tests.harness.browser import axe, screenshot
from tests.harness.world import World

PASSWORD = "correct horse battery"


@pytest.fixture
def park(serve_here, standing_clock, smtp_sink):
    """Serve a park with one room, its enterprise of two people, an administrator and the branch."""
    standing_clock.set(datetime(2026, 11, 3, 9, 40, tzinfo=SHANGHAI))
    app, address = serve_here(smtp_host=smtp_sink.host, smtp_port=smtp_sink.port)
    with app.app_context(), Session(db.engine, autoflush=False, expire_on_commit=False) as session:
        world = World(session, standing_clock.now())
        park = world.park(name="江桥示范园")
        world.rule(park)
        world.tariff(park)
        room = world.space(world.area(park, name="一号楼"), name="兰亭", code="M301", equipment=["投影"])
        enterprise = world.enterprise(
            park,
            name="青禾示例科技有限公司",
            short_name="青禾科技",
            may_be_named=True,
            billing_email="bills@qinghe.example",
        )
        password = hash_password(PASSWORD)
        for role, of in [
            (Role.MEMBER, enterprise),
            (Role.MANAGER, enterprise),
            (Role.ADMIN, park),
            (Role.BRANCH, park),
        ]:
            world.member(of, role, email=f"{role.value}@example.com", password_hash=password)
        session.add(
            Baseline(
                park_id=park.id,
                enterprise_id=enterprise.id,
                valid_from=date(2026, 1, 1),
                area_cm2=200_00,
                price=Money(320),
                own_area_cm2=105_00,
                own_price=Money(320),
                evidence=Evidence.DECLARED,
                created_at=standing_clock.now(),
            )
        )
        session.commit()
        scan_code = room.scan_code
    return app, address, scan_code


def sign_in(page, address, role):
    page.goto(address)
    page.locator("[name=email]").fill(f"{role}@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def at(clock, hour, minute=0, day=3, month=11):
    return clock.set(datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI))


def do_what_is_due(app):
    with app.app_context():
        for job in JOBS:
            assert run(job).failed == 0, job.name


@pytest.mark.browser
@pytest.mark.timeout(180)
def test_an_enterprise_books_uses_pays_and_saves(park, open_page, standing_clock, smtp_sink):
    app, address, scan_code = park
    # A member finds a room and reserves it, on the phone.
    phone = open_page("phone")
    sign_in(phone, address, "member")
    phone.goto(f"{address}/calendar/search?kind=meeting_room")
    phone.locator("[name=day]").fill("2026-11-03")
    phone.locator("[name=starts]").fill("16:45")
    phone.locator("[name=ends]").fill("19:00")
    phone.get_by_role("button", name="查找").click()
    screenshot(phone, "journey-search")
    phone.locator(".card-grid a.btn").first.click()
    assert "兰亭" in phone.inner_text("h1")
    assert "148.00" in phone.inner_text("main"), "75 minutes at 80 yuan and 60 at 0.6 of it"
    assert axe(phone) == []
    phone.get_by_role("button", name="确认预订").click()
    phone.wait_for_url("**/reservations/*")
    screenshot(phone, "journey-reserved")
    # Checks in by the code on the door, nine minutes early, and out early too.
    at(standing_clock, 16, 36)
    phone.goto(f"{address}/s/{scan_code}")
    assert axe(phone) == []
    phone.get_by_role("button", name="签到").click()
    at(standing_clock, 18, 17)
    phone.goto(f"{address}/s/{scan_code}")
    phone.get_by_role("button", name="签退").click()
    phone.wait_for_url("**/stays/*")
    assert "128.80" in phone.inner_text("main"), "the worked figure: 16:36 to 18:17, billed to 18:21"
    screenshot(phone, "journey-charge")
    assert axe(phone) == []
    # The manager sees the line on the statement.
    desk = open_page()
    sign_in(desk, address, "manager")
    desk.goto(f"{address}/statement")
    assert "128.80" in desk.inner_text("main")
    screenshot(desk, "journey-statement")
    assert axe(desk) == []
    # The administrator closes the month when the review is over; the mail arrives with a readable PDF.
    at(standing_clock, 9, 0, day=7, month=12)
    desk = open_page()
    sign_in(desk, address, "admin")
    desk.goto(f"{address}/closing/2026-11")
    assert "128.80" in desk.inner_text("main")
    desk.locator("details.confirm summary").first.click()
    desk.get_by_role("button", name="确认关账").click()
    desk.wait_for_load_state()
    for _ in range(2):
        do_what_is_due(app)
    desk.reload()
    screenshot(desk, "journey-closed")
    assert axe(desk) == []
    [bill] = [one for one in smtp_sink.messages if one["To"] and "bills@qinghe.example" in one["To"]]
    [paper] = list(bill.iter_attachments())
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.get_content())).pages)
    assert "青禾示例科技有限公司" in text
    assert "128.80" in text
    # The branch sees the saving: 19,200.00 before, 10,080.00 kept, 128.80 shared.
    desk = open_page()
    sign_in(desk, address, "branch")
    desk.goto(f"{address}/report/2026-11")
    told = desk.inner_text("main")
    assert "青禾" in told
    assert "8,991.20" in told
    screenshot(desk, "journey-saving")
    assert axe(desk) == []
    do_what_is_due(app)
    assert len([one for one in smtp_sink.messages if "bills@qinghe.example" in one["To"]]) == 1
