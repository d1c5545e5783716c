"""An invitation tells its inviter nothing about other people's accounts, and its reader everything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from booking.audit.models import AuditEntry
from booking.mail.models import Letter
from booking.people.models import LinkRequest, Member, Role
from booking.people.passwords import hash_password
from booking.people.queries import managers_of
from booking.people.rules import INVITATIONS_A_DAY
from tests.harness.outbox import LINK

HASH = hash_password("a fine new phrase")
TAKEN = "wang@people.example"
FREE = "zhao@people.example"


@pytest.fixture
def park(world):
    return world.park(name="示例园区")


@pytest.fixture
def li(world, park):
    return world.member(
        world.enterprise(park, name="示例科技"), Role.MANAGER, name="李示例", password_hash=HASH
    )


@pytest.fixture
def wang(world, park):
    """Give somebody with an account in another enterprise."""
    return world.member(world.enterprise(park), email=TAKEN, name="王示例", password_hash=HASH)


def invite(browser, email, name="新同事", role="member", path="/company/people"):
    return browser.post(path, data={"name": name, "email": email, "role": role}, follow_redirects=True)


def plain(page, email):
    """Leave out of a page what differs between any two people."""
    text = re.sub(r'name="csrf_token"( type="hidden")? value="[^"]*"', "", page.text)
    return re.sub(r"/\d+/", "/#/", text.replace(email, "SOMEBODY"))


def test_the_inviter_sees_the_same_whether_or_not_there_is_an_account_elsewhere(
    sign_in, li, wang, session, now
):
    pages = {}
    for email in (FREE, TAKEN):
        first = invite(sign_in(li), email)
        member = newest(session)
        acts = [
            f"/company/people/{member.id}/{act}" for act in ("manager", "member", "again", "close", "open")
        ]
        then = [sign_in(li).post(path, follow_redirects=True) for path in acts]
        said = [first, *then, invite(sign_in(li), email)]
        pages[email] = [plain(page, email) for page in said]
        forget(session, member.id)
    assert pages[FREE] == pages[TAKEN]
    assert "已向 SOMEBODY 发出邀请" in pages[FREE][0]
    assert "已邀请，未设密码" in pages[FREE][0]
    assert "SOMEBODY 已有账号" in pages[FREE][-1], "who is in one's own list is in it once"


def forget(session, member_id):
    session.rollback()
    session.connection(execution_options={"writes": True})
    for rows in (delete(LinkRequest), delete(Letter), delete(Member).where(Member.id == member_id)):
        session.execute(rows)
    session.commit()


def newest(session):
    session.rollback()
    return session.scalars(select(Member).order_by(Member.id.desc())).first()


def test_the_letter_tells_its_reader_that_there_is_an_account_already(
    client, sign_in, li, wang, outbox, session
):
    invite(sign_in(li), TAKEN)
    [letter] = outbox.carry()
    assert letter.to == TAKEN
    assert "李示例" in letter.text
    assert "示例科技" in letter.text
    assert "已经有一个账号" in letter.text
    assert "已经有一个账号" in letter.html
    assert not LINK.search(letter.text), "there is nothing to open"
    assert client.post("/sign-in", data={"email": TAKEN, "password": "a fine new phrase"}).status_code == 302


def test_until_a_password_is_set_nothing_but_the_invitation_goes_to_an_address(
    client, world, sign_in, li, outbox, session, park
):
    """Else the administrator sees in the letters of the park whose address has an account in another one."""
    elsewhere = world.member(world.park(), email=TAKEN, password_hash=HASH)
    there = sign_in(world.member(park, Role.ADMIN))
    for email in (FREE, elsewhere.email):
        invite(there, email, path=f"/enterprises/{li.enterprise_id}/people", role="manager")
        client.post("/forgotten", data={"email": email})
    outbox.carry()
    session.rollback()
    kept = session.execute(select(Letter.to, Letter.key).where(Letter.park_id == park.id)).all()
    assert sorted((to, key.partition(":")[0]) for to, key in kept) == [
        (TAKEN, "invitation"),
        (FREE, "invitation"),
    ]
    assert [manager.id for manager in managers_of(session, li.enterprise_id)] == [li.id]


def test_the_administrators_pages_do_not_tell_either(world, sign_in, li, outbox, session, park, now):
    elsewhere = world.member(world.park(), email=TAKEN, password_hash=HASH)
    there = sign_in(world.member(park, Role.ADMIN))
    pages = {}
    for email in (FREE, elsewhere.email):
        invite(there, email, path=f"/enterprises/{li.enterprise_id}/people", role="member")
        outbox.carry()
        session.rollback()
        letter = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        page = there.get(f"/park/letters/{letter.id}")
        pages[email] = (plain(page, email), letter.subject, str(entry.after).replace(email, "SOMEBODY"))
    assert pages[FREE] == pages[TAKEN]


def test_an_administrator_is_told_of_an_account_in_the_own_park(world, sign_in, li, wang, park):
    there = sign_in(world.member(park, Role.ADMIN))
    said = invite(there, TAKEN, path=f"/enterprises/{li.enterprise_id}/people")
    assert f"{TAKEN} 已有账号" in said.text, "it stands in the administrator's own lists"


def test_nobody_comes_in_by_what_stands_in_for_an_address(client, sign_in, li, wang, outbox, session):
    invite(sign_in(li), TAKEN)
    stand_in = newest(session)
    assert stand_in.email != TAKEN
    assert "@" not in stand_in.email
    client.post("/forgotten", data={"email": stand_in.email})
    assert [letter.to for letter in outbox.carry()] == [TAKEN], "the invitation, and no link"
    assert outbox.links() == []


def test_a_person_invited_by_two_enterprises_at_once_is_pending_in_both(world, sign_in, li, park, outbox):
    other = world.member(world.enterprise(park), Role.MANAGER, password_hash=HASH)
    for manager in (li, other):
        assert f"已向 {FREE} 发出邀请" in invite(sign_in(manager), FREE).text
        assert FREE in sign_in(manager).get("/company/people").text
    first, second = outbox.carry()
    assert LINK.search(first.text)
    assert "已经有一个账号" in second.text


def test_a_manager_invites_so_many_a_day(sign_in, li, outbox, session, standing_clock, now):
    browser = sign_in(li)
    for number in range(INVITATIONS_A_DAY - 1):
        invite(browser, f"{number}@people.example")
    browser.post(f"/company/people/{newest(session).id}/again")
    said = invite(browser, "one-more@people.example")
    assert f"一天最多发 {INVITATIONS_A_DAY} 封邀请" in said.text
    again = browser.post(f"/company/people/{newest(session).id}/again", follow_redirects=True)
    assert f"一天最多发 {INVITATIONS_A_DAY} 封邀请" in again.text
    session.rollback()
    assert len(session.scalars(select(Letter)).all()) == INVITATIONS_A_DAY
    standing_clock.set(now + timedelta(days=1))
    assert "发出邀请" in invite(browser, "one-more@people.example").text


def test_a_second_manager_has_no_day_of_their_own(world, sign_in, li, session):
    other = world.member(li.enterprise, Role.MANAGER, password_hash=HASH)
    for number in range(INVITATIONS_A_DAY):
        invite(sign_in(li), f"{number}@people.example")
    assert "一天最多发" in invite(sign_in(other), "one-more@people.example").text


def test_an_administrator_has_a_whole_park_to_invite(world, sign_in, li, park, session):
    there = sign_in(world.member(park, Role.ADMIN))
    for number in range(INVITATIONS_A_DAY):
        invite(sign_in(li), f"{number}@people.example")
    said = invite(there, "one-more@people.example", path=f"/enterprises/{li.enterprise_id}/people")
    assert "已向 one-more@people.example 发出邀请" in said.text


@pytest.mark.parametrize("name", ["中奖请打开 http://evil.example", "加微信 a＠b．cn", "领奖.商城"])
def test_a_name_holds_no_address(sign_in, li, session, name):
    said = invite(sign_in(li), FREE, name=name)
    assert "名字里不能有网址或邮箱" in said.text
    session.rollback()
    assert session.scalars(select(Letter)).all() == []


def test_a_first_managers_name_holds_none_either_and_it_is_said_beside_it(world, sign_in, park, session):
    there = sign_in(world.member(park, Role.ADMIN))
    data = {
        "name": "新来科技有限公司",
        "short_name": "新来",
        "uscc": "91310114MA00047116",
        "size": "micro",
        "joined_on": "2026-11-01",
        "billing_email": "bills@new.example",
        "manager_name": "领奖 evil.com",
        "email": "boss@new.example",
    }
    page = there.post("/enterprises/new", data=data).text
    assert page.index("负责人姓名") < page.index("名字里不能有网址或邮箱")
