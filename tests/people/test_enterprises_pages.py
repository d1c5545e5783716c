"""The administrator takes enterprises in and looks after them; the branch reads."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.mail.models import Letter
from booking.people.models import Enterprise, Member, Role
from booking.people.queries import PAGE
from tests.harness.world import uscc


@pytest.fixture
def park(world):
    return world.park(name="示例园区")


@pytest.fixture
def browser(sign_in, world, park):
    return sign_in(world.member(park, Role.ADMIN))


NEW = {
    "name": "新来科技有限公司",
    "short_name": "新来",
    "uscc": uscc(4711),
    "size": "micro",
    "joined_on": "2026-11-01",
    "billing_email": "bills@new.example",
    "manager_name": "负责人示例",
    "email": "boss@new.example",
}


def test_an_enterprise_comes_with_its_first_manager(browser, session, park):
    page = browser.post("/enterprises/new", data=NEW, follow_redirects=True)
    assert "并已向 boss@new.example 发出邀请" in page.text
    session.rollback()
    enterprise = session.scalars(select(Enterprise)).one()
    boss = session.scalars(select(Member).where(Member.email == "boss@new.example")).one()
    assert (boss.enterprise_id, boss.role) == (enterprise.id, Role.MANAGER)
    assert "新来科技有限公司" in session.scalars(select(Letter)).one().body
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "enterprise.added")).one()


@pytest.mark.parametrize("field", ["name", "short_name"])
def test_no_name_that_stands_in_letters_holds_an_address(browser, session, world, park, field):
    old = world.enterprise(park, uscc=uscc(9000))
    for path, code in (("/enterprises/new", NEW["uscc"]), (f"/enterprises/{old.id}/edit", old.uscc)):
        page = browser.post(path, data=NEW | {"uscc": code, field: "领奖.商城"})
        assert page.status_code == 422
        said = page.text.partition(f'id="{field}-error"')[2].partition("</div>")[0]
        assert "名字里不能有网址或邮箱" in said
    session.rollback()
    assert session.scalars(select(Enterprise.name)).all() == [old.name]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"uscc": "123"}, "统一社会信用代码不对"),
        ({"email": "taken@people.example"}, "已有账号"),
        ({"uscc": uscc(9000)}, "已有企业使用"),
        ({"joined_on": ""}, "请选择日期"),
    ],
)
def test_where_something_is_wrong_nothing_is_added(browser, session, world, park, wrong, words):
    old = world.enterprise(park, uscc=uscc(9000))
    world.member(old, email="taken@people.example")
    page = browser.post("/enterprises/new", data=NEW | wrong)
    assert words in page.text
    assert "负责人示例" in page.text
    session.rollback()
    assert session.scalars(select(Enterprise)).all() == [old]
    assert session.scalars(select(Letter)).all() == []


def test_an_enterprise_is_found_by_name_or_code(browser, world, park):
    world.enterprise(park, name="红星软件有限公司", uscc=uscc(4711))
    world.enterprise(park, name="蓝海物流有限公司")
    assert "蓝海" not in browser.get("/enterprises?q=红星").text
    assert "红星" in browser.get(f"/enterprises?q={uscc(4711)}").text
    assert "没有找到" in browser.get("/enterprises?q=%25").text


def test_enterprises_stand_by_sound_page_after_page(browser, world, park):
    for number in range(PAGE - 1):
        world.enterprise(park, name=f"阿里{number}", short_name=f"阿{number}")
    for name in ("云杉软件", "芯源科技", "长安机电"):
        world.enterprise(park, name=name, short_name=name[:2])
    first, second = (browser.get(f"/enterprises?page={page}").text for page in (1, 2))
    assert ("长安机电" in first, "芯源科技" in first) == (True, False)
    assert 0 < second.index("芯源科技") < second.index("云杉软件")


def test_an_enterprise_is_changed(browser, session, world, park):
    enterprise = world.enterprise(park)
    browser.post(f"/enterprises/{enterprise.id}/edit", data=NEW | {"uscc": enterprise.uscc, "size": "large"})
    session.rollback()
    session.expire_all()
    assert session.get_one(Enterprise, enterprise.id).size == "large"


def test_an_enterprise_leaves_and_comes_back(browser, session, world, park):
    enterprise = world.enterprise(park, joined_on=date(2026, 5, 1))
    url = f"/enterprises/{enterprise.id}"
    early = browser.post(f"{url}/leave", data={"left_on": "2026-04-30"}, follow_redirects=True)
    assert "不能早于入驻日期" in early.text
    browser.post(f"{url}/leave", data={"left_on": "2026-10-31"})
    assert enterprise.name not in browser.get("/enterprises").text
    assert enterprise.name in browser.get("/enterprises?gone=1").text
    late = browser.post(f"{url}/people", data={"name": "x", "email": "x@y.example", "role": "member"})
    assert "已离开园区，不能再添加同事或预订空间" in late.text
    browser.post(f"{url}/return")
    assert enterprise.name in browser.get("/enterprises").text


def test_the_branch_reads_and_changes_nothing(sign_in, world, park):
    enterprise = world.enterprise(park)
    member = world.member(enterprise)
    branch = sign_in(world.member(park, Role.BRANCH))
    assert enterprise.name in branch.get("/enterprises").text
    page = branch.get(f"/enterprises/{enterprise.id}").text
    assert member.name in page
    assert "登记离开" not in page
    assert "每月预算" not in page  # what a firm means to spend is next to its bill
    assert "<form" not in page.split('id="main"')[1]
    assert branch.post(f"/enterprises/{enterprise.id}/leave").status_code == 404


def test_another_parks_enterprises_are_not_there(browser, world):
    enterprise = world.enterprise(world.park())
    member = world.member(enterprise)
    assert browser.get(f"/enterprises/{enterprise.id}").status_code == 404
    assert (
        browser.post(f"/enterprises/{enterprise.id}/leave", data={"left_on": "2026-10-31"}).status_code == 404
    )
    assert browser.post(f"/enterprises/{enterprise.id}/people/{member.id}/close").status_code == 404
    assert browser.post(f"/enterprises/{enterprise.id}/edit", data=NEW).status_code == 404
    assert enterprise.name not in browser.get("/enterprises").text


def test_the_parks_own_people_are_invited_and_looked_after(browser, session, world, park):
    browser.post("/park/people", data={"name": "支部示例", "email": "b@park.example", "role": "branch"})
    session.rollback()
    branch = session.scalars(select(Member).where(Member.email == "b@park.example")).one()
    assert (branch.role, branch.enterprise_id) == (Role.BRANCH, None)
    assert "管理 示例园区" in session.scalars(select(Letter)).one().body
    browser.post(f"/park/people/{branch.id}/admin")
    session.rollback()
    session.expire_all()
    assert session.get_one(Member, branch.id).role is Role.ADMIN
    tenant = world.member(world.enterprise(park))
    assert browser.post(f"/park/people/{tenant.id}/close").status_code == 404


def test_the_list_asks_no_more_the_longer_it_is(browser, world, park, count_queries):
    world.member(world.enterprise(park))
    few = count_queries(lambda: browser.get("/enterprises"))
    for _ in range(12):
        world.member(world.enterprise(park))
    assert count_queries(lambda: browser.get("/enterprises")) == few
