"""A manager looks after the enterprise's people and particulars, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.mail.models import Letter
from booking.people.models import Member, Role
from booking.people.passwords import hash_password
from booking.values import Money
from tests.harness.world import uscc

HASH = hash_password("a fine new phrase")


@pytest.fixture
def park(world):
    return world.park()


@pytest.fixture
def enterprise(world, park):
    return world.enterprise(park, name="示例科技有限公司")


@pytest.fixture
def li(world, enterprise):
    return world.member(enterprise, Role.MANAGER, name="李示例", password_hash=HASH)


@pytest.fixture
def wang(world, enterprise):
    return world.member(enterprise, Role.MEMBER, name="王示例", password_hash=HASH)


@pytest.fixture
def browser(sign_in, li):
    return sign_in(li)


def fresh(session, row):
    session.rollback()
    session.expire_all()
    return session.get_one(type(row), row.id)


def test_a_colleague_is_invited_by_mail(browser, session, enterprise):
    page = browser.post(
        "/company/people",
        data={"name": "赵示例", "email": "Zhao@people.example", "role": "member"},
        follow_redirects=True,
    )
    assert "已向 Zhao@people.example 发出邀请" in page.text
    assert "已邀请，未设密码" in page.text
    session.rollback()
    invited = session.scalars(select(Member).where(Member.email == "zhao@people.example")).one()
    assert invited.enterprise_id == enterprise.id
    assert session.scalars(select(Letter)).one().to == "zhao@people.example"


def test_an_invitation_that_cannot_be_keeps_what_was_typed(browser, wang):
    page = browser.post("/company/people", data={"name": "又一人", "email": wang.email, "role": "member"})
    assert f"{wang.email} 已有账号" in page.text
    assert "又一人" in page.text
    assert "这不像一个邮箱" in browser.post("/company/people", data={"name": "x", "email": "x"}).text
    wrong = browser.post("/company/people", data={"name": "x", "email": "x@y.example", "role": "admin"})
    assert wrong.status_code == 422, "nobody invites an administrator from here"


def test_an_invitation_goes_out_again(browser, session, world, enterprise, wang):
    waiting = world.member(enterprise, name="未到")
    browser.post(f"/company/people/{waiting.id}/again")
    assert fresh(session, waiting) is not None
    assert session.scalars(select(Letter)).one().to == waiting.email
    page = browser.post(f"/company/people/{wang.id}/again", follow_redirects=True)
    assert "已经设置过密码" in page.text


def test_a_closed_account_is_out_at_once_and_can_come_back(browser, session, sign_in, wang):
    elsewhere = sign_in(wang)
    assert elsewhere.get("/more").status_code == 200
    browser.post(f"/company/people/{wang.id}/close")
    assert elsewhere.get("/more").status_code == 302
    assert fresh(session, wang).active is False
    browser.post(f"/company/people/{wang.id}/open")
    assert fresh(session, wang).active is True


def test_roles_change_and_the_trail_knows(browser, session, wang):
    browser.post(f"/company/people/{wang.id}/manager")
    assert fresh(session, wang).role is Role.MANAGER
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "member.role_changed")).one()
    assert (entry.before, entry.after) == ({"role": "member"}, {"role": "manager"})
    assert "企业的角色" in browser.post(f"/company/people/{wang.id}/admin", follow_redirects=True).text


def test_nobody_takes_their_own_rights_away(browser, session, li):
    for act in ("close", "member"):
        page = browser.post(f"/company/people/{li.id}/{act}", follow_redirects=True)
        assert "不能更改自己的角色或停用自己的账号" in page.text
    assert fresh(session, li).active


def test_an_enterprise_keeps_a_manager(sign_in, world, session, li, wang):
    admin = sign_in(world.member(li.park, Role.ADMIN))
    base = f"/enterprises/{li.enterprise_id}/people/{li.id}"
    for act in ("close", "member"):
        assert "唯一的负责人" in admin.post(f"{base}/{act}", follow_redirects=True).text
    admin.post(f"/enterprises/{li.enterprise_id}/people/{wang.id}/manager")
    admin.post(f"{base}/close")
    assert fresh(session, li).active is False


def test_other_peoples_accounts_are_not_there(browser, world, session, park):
    other = world.member(world.enterprise(park))
    for act in ("close", "again", "manager", "nonsense"):
        assert browser.post(f"/company/people/{other.id}/{act}").status_code == 404
    assert fresh(session, other).active


PARTICULARS = {
    "uscc": uscc(4711),
    "billing_email": "bills@tenant.example",
    "billing_title": "示例科技",
    "monthly_budget": "1,500.50",
    "may_be_named": "y",
}


def test_particulars_are_kept(browser, session, enterprise):
    assert browser.post("/company/particulars", data=PARTICULARS).status_code == 302
    kept = fresh(session, enterprise)
    assert kept.uscc == uscc(4711)
    assert kept.monthly_budget == Money(150050)
    assert kept.may_be_named is True
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "enterprise.edited")).one()
    assert entry.after["monthly_budget"] == 150050


def test_an_address_from_a_chinese_keyboard_is_kept_as_mail_has_it(browser, session, enterprise):
    browser.post("/company/particulars", data=PARTICULARS | {"billing_email": " ｂills@ｔenant。example "})
    assert fresh(session, enterprise).billing_email == "bills@tenant.example"
    someone = {"name": "陈新", "email": "ｃｈｅｎ@ｔenant.example", "role": "member"}
    assert browser.post("/company/people", data=someone).status_code == 302
    session.rollback()
    assert session.scalars(select(Member.email).where(Member.name == "陈新")).one() == "chen@tenant.example"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"uscc": uscc(4711)[:-1] + "?"}, "统一社会信用代码不对"),
        ({"uscc": ""}, "请填写这一项"),
        ({"billing_email": "nothing"}, "这不像一个邮箱"),
        ({"billing_email": "张三@公司.中国"}, "@ 前面只能用英文字母"),
        ({"monthly_budget": "12.345"}, "最多两位小数"),
        ({"monthly_budget": "-5"}, "金额不能是负数"),
        ({"billing_title": "领奖.商城"}, "名字里不能有网址或邮箱"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(browser, session, enterprise, wrong, words):
    page = browser.post("/company/particulars", data=PARTICULARS | wrong)
    assert words in page.text
    assert "示例科技" in page.text
    assert fresh(session, enterprise).monthly_budget is None


def test_a_code_belongs_to_one_enterprise_of_a_park(browser, world, park):
    world.enterprise(park, uscc=uscc(4711))
    assert "已有企业使用" in browser.post("/company/particulars", data=PARTICULARS).text


def test_the_list_of_colleagues_asks_no_more_the_longer_it_is(browser, world, enterprise, count_queries):
    few = count_queries(lambda: browser.get("/company/people"))
    for _ in range(12):
        world.member(enterprise)
    assert count_queries(lambda: browser.get("/company/people")) == few


def test_before_somebody_becomes_manager_the_page_asks_once_and_says_what_that_means(browser, wang):
    page = browser.get("/company/people").text
    form = page[page.index("王示例") :]
    asking = form.index('<details class="confirm">')
    assert asking < form.index(f'action="/company/people/{wang.id}/manager"'), "not at one press"
    box = form[asking : form.index("</details>")]
    for words in ("王示例 将马上可以", "邀请和停用同事", "账单并付款", "原租赁基线"):
        assert words in box


def test_before_somebody_becomes_administrator_the_page_asks_as_well(sign_in, world, park):
    branch = world.member(park, Role.BRANCH, name="支部示例", password_hash=HASH)
    page = sign_in(world.member(park, Role.ADMIN, name="甲")).get("/park/people").text
    before = page[: page.index(f'action="/park/people/{branch.id}/admin"')]
    assert before.rindex('<details class="confirm">') > before.index("支部示例")
    assert "支部示例 将马上可以：管理空间" in page


def test_who_becomes_a_plain_colleague_again_gets_nothing_so_nothing_is_asked(browser, world, enterprise):
    zhao = world.member(enterprise, Role.MANAGER, name="赵示例", password_hash=HASH)
    page = browser.get("/company/people").text
    before = page[page.index("赵示例") : page.index(f'action="/company/people/{zhao.id}/member"')]
    assert "<details" not in before
