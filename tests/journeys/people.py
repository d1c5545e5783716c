"""A park with a clock of its own, and its people in browsers of their own, for journeys."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from booking.db import db
from booking.jobs.job import run
from booking.jobs.worker import JOBS
from booking.people.models import Role
from booking.people.passwords import hash_password
from booking.savings.models import Baseline, BaselineState, Evidence
from booking.spaces.models import Kind
from booking.values import Money
from tests.harness.browser import axe, screenshot
from tests.harness.times import SHANGHAI
from tests.harness.world import World

PASSWORD = "correct horse battery"
SEEN_ON_THE_WAY = {"search", "form", "reserved", "door", "charge", "closed"}


@pytest.fixture
def park(serve_here, standing_clock, smtp_sink):
    """Serve a park with a room and a hall, an enterprise of two people, an administrator and the branch."""
    standing_clock.set(datetime(2026, 11, 3, 9, 40, tzinfo=SHANGHAI))
    app, address = serve_here(smtp_host=smtp_sink.host, smtp_port=smtp_sink.port, smtp_security="none")
    with app.app_context(), Session(db.engine, autoflush=False, expire_on_commit=False) as session:
        world = World(session, standing_clock.now())
        park = world.park(name="江桥示范园")
        world.rule(park)
        world.rule(park, Kind.HALL)
        world.tariff(park)
        area = world.area(park, name="一号楼")
        room = world.space(area, name="兰亭", code="M301", equipment=["投影"])
        hall = world.space(area, Kind.HALL, name="会客厅", code="H1", capacity=40)
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
        codes = room.scan_code, hall.scan_code
    return app, address, codes


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
        self.app, self.address, (self.scan_code, self.hall_code) = park
        self.open_page, self.clock, self.sink = open_page, clock, sink

    def signed_in(self, role, where="desk", **options):
        page = self.open_page(where, **options)
        sign_in(page, self.address, role)
        return page

    def looked_at(self, page, name):
        """Keep a picture; axe judges what is seen on the way only, every page is judged elsewhere."""
        screenshot(page, f"journey-{name}")
        if name in SEEN_ON_THE_WAY:
            assert axe(page) == [], name

    def bills(self):
        return [one for one in self.sink.messages if "bills@qinghe.example" in one["To"]]
