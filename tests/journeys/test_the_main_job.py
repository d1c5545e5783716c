"""The product's main job as its people live it, in a real browser: reserve, use, bill, save."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy.orm import Session

from booking.db import db
from booking.jobs.job import run
from booking.jobs.registry import JOBS
from booking.people.models import Role
from booking.people.passwords import hash_password
from booking.savings.models import Baseline, BaselineState, Evidence
from booking.values.money import Money
from tests.harness.browser import axe, press, screenshot
from tests.harness.times import SHANGHAI
from tests.harness.world import World

PASSWORD = "correct horse battery"
SEEN_ON_THE_WAY = {"search", "form", "reserved", "door", "charge", "closed"}


@pytest.fixture
def park(serve_here, standing_clock, smtp_sink):
    """Serve a park with one room, its enterprise of two people, an administrator and the branch."""
    standing_clock.set(datetime(2026, 11, 3, 9, 40, tzinfo=SHANGHAI))
    app, address = serve_here(smtp_host=smtp_sink.host, smtp_port=smtp_sink.port, smtp_security="none")
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
                area_hundredths=200_00,
                price=Money(320),
                own_area_hundredths=105_00,
                own_price=Money(320),
                evidence=Evidence.DECLARED,
                state=BaselineState.CHECKED,
                created_at=standing_clock.now(),
                decided_at=standing_clock.now(),
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


class People:
    """The four of them, in browsers of their own, in one park with one clock."""

    def __init__(self, park, open_page, clock, sink):
        self.app, self.address, self.scan_code = park
        self.open_page, self.clock, self.sink = open_page, clock, sink

    def signed_in(self, role, where="desk"):
        page = self.open_page(where)
        sign_in(page, self.address, role)
        return page

    def looked_at(self, page, name):
        """Keep a picture; axe judges what is seen on the way only, every page is judged elsewhere."""
        screenshot(page, f"journey-{name}")
        if name in SEEN_ON_THE_WAY:
            assert axe(page) == [], name

    def bills(self):
        return [one for one in self.sink.messages if "bills@qinghe.example" in one["To"]]


def a_member_finds_a_room_and_reserves_it(people, phone):
    phone.goto(f"{people.address}/calendar/search?kind=meeting_room")
    for name, value in {"day": "2026-11-03", "starts": "16:45", "ends": "19:00"}.items():
        phone.locator(f"[name={name}]").fill(value)
    press(phone, "查找")
    people.looked_at(phone, "search")
    phone.locator(".card-grid a.btn").first.click()
    expect(phone.locator("h1")).to_contain_text("兰亭")
    assert "148.00" in phone.inner_text("main"), "75 minutes at 80 yuan and 60 at 0.6 of it"
    people.looked_at(phone, "form")
    phone.get_by_role("button", name="确认预订").click()
    phone.wait_for_url("**/reservations/*")
    people.looked_at(phone, "reserved")


def checks_in_by_the_code_on_the_door_and_out_early(people, phone):
    at(people.clock, 16, 36)
    phone.goto(f"{people.address}/s/{people.scan_code}")
    people.looked_at(phone, "door")
    press(phone, "签到")
    at(people.clock, 18, 17)
    phone.goto(f"{people.address}/s/{people.scan_code}")
    phone.get_by_role("button", name="签退").click()
    phone.wait_for_url("**/stays/*")
    assert "128.80" in phone.inner_text("main"), "the worked figure: 16:36 to 18:17, billed to 18:21"
    people.looked_at(phone, "charge")


def the_manager_sees_the_line(people):
    desk = people.signed_in("manager")
    desk.goto(f"{people.address}/statement")
    assert "128.80" in desk.inner_text("main")
    people.looked_at(desk, "statement")


def the_administrator_closes_the_month(people):
    at(people.clock, 9, 0, day=7, month=12)
    desk = people.signed_in("admin")
    desk.goto(f"{people.address}/closing/2026-11")
    assert "128.80" in desk.inner_text("main")
    people.looked_at(desk, "preview")
    desk.locator("details.confirm summary").first.click()
    press(desk, "确认关账")
    for _ in range(2):
        do_what_is_due(people.app)
    desk.reload()
    people.looked_at(desk, "closed")


def the_mail_arrives_with_a_readable_bill(people):
    [bill] = people.bills()
    [paper] = list(bill.iter_attachments())
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.get_content())).pages)
    assert "青禾示例科技有限公司" in text
    assert "128.80" in text


def the_branch_sees_the_saving(people):
    desk = people.signed_in("branch")
    desk.goto(f"{people.address}/report/2026-11")
    told = desk.inner_text("main")
    assert "青禾" in told
    assert "8,991.20" in told, "19,200.00 before, 10,080.00 kept, 128.80 shared"
    people.looked_at(desk, "saving")


@pytest.mark.browser
@pytest.mark.timeout(900)
def test_an_enterprise_books_uses_pays_and_saves(park, open_page, standing_clock, smtp_sink):
    people = People(park, open_page, standing_clock, smtp_sink)
    phone = people.signed_in("member", "phone")
    a_member_finds_a_room_and_reserves_it(people, phone)
    checks_in_by_the_code_on_the_door_and_out_early(people, phone)
    the_manager_sees_the_line(people)
    the_administrator_closes_the_month(people)
    the_mail_arrives_with_a_readable_bill(people)
    the_branch_sees_the_saving(people)
    do_what_is_due(people.app)
    assert len(people.bills()) == 1, "twice is once"
