"""The inventory works the same on either database: pages, search, import, retire, pictures."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from booking.spaces.models import Space
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.inventory.conftest import photograph

FILE = """编号,名称,类型,区域,设备,组成
W,大,会议室,新楼,,R1、R2
R1,星火,会议室,A座,Beamer,
R2,燎原,会议室,A座,,
"""


@pytest.fixture
def place(on_both_engines, app_on, standing_clock):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, TUESDAY)
        park = world.park()
        member = world.member(park)
        browser = app.test_client()
        with browser.session_transaction() as kept:
            kept["_user_id"] = f"{member.id}.{member.session_version}.here"
        yield browser, session


def ids(session):
    session.rollback()
    return {space.code: space.id for space in session.scalars(select(Space).order_by(Space.id))}


def test_an_inventory_is_imported_searched_pictured_and_retired(place):
    browser, session = place
    upload = {"file": (BytesIO(FILE.encode()), "x.csv")}
    address = browser.post("/inventory/exchange/", data=upload).location
    found = re.search('name="fingerprint" value="([0-9a-f]+)"', browser.get(address).text)
    assert found
    browser.post(address, data={"fingerprint": found[1]})
    made = ids(session)
    assert set(made) == {"W", "R1", "R2"}
    assert ">R1</a>" in browser.get("/inventory/?q=beam&kind=meeting_room").text
    assert browser.post("/inventory/spaces/new", data={"code": "R1"}).status_code == 422
    picture = {"picture": (BytesIO(photograph()), "x.jpg")}
    assert browser.post(f"/inventory/spaces/{made['R1']}/picture", data=picture).status_code == 302
    session.rollback()
    picture_id = session.scalars(select(Space.picture_id).where(Space.code == "R1")).one()
    assert browser.get(f"/pictures/{picture_id}").status_code == 200
    browser.post(f"/inventory/spaces/{made['R1']}/retire")
    assert "组合空间 W 的一部分" in browser.get("/inventory/").text
    for code in ("W", "R1"):
        browser.post(f"/inventory/spaces/{made[code]}/retire")
    assert ">R2</a>" in browser.get("/inventory/").text
    assert ">R1</a>" not in browser.get("/inventory/").text
    assert browser.get("/inventory/exchange/spaces.xlsx").status_code == 200
    for page in ("areas", "rules", "closures", "closures?past=1", "labels"):
        assert browser.get(f"/inventory/{page}").status_code == 200
