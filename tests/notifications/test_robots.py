"""An enterprise's chat group hears of its day and of what the park did, from a robot its manager entered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.jobs.job import run
from booking.jobs.letters import LETTERS, ROBOTS
from booking.jobs.reservations import TELL_CHANGES, TELL_DAY
from booking.mail.models import Channel, Letter
from booking.mail.outbox import LetterText, write_letter
from booking.mail.transport import TransportError, TryLater
from booking.notifications.models import GroupRobot
from booking.notifications.robots import add_robot, change_robot, remove_robot
from booking.notifications.rules import (
    MOST_FAILURES,
    NotARobot,
    RobotIsThere,
    RobotKind,
    TooManyRobots,
    robot_kind,
)
from booking.people.models import Role
from booking.reservations.move_or_cancel import cancel, move
from booking.usage.check_in import check_in
from booking.values import Money, Span
from tests.harness.stays import CHARGER, actor

KEY = "0123456789abcdef0123456789abcdef"
ADDRESS = f"https://oapi.dingtalk.com/robot/send?access_token={KEY}"
HOUR = 60


@dataclass
class FakeRobots:
    """Takes what is said, or answers with trouble."""

    said: list[str] = field(default_factory=list)
    trouble: TransportError | None = None

    def say(self, address: str, text: str) -> None:
        assert address == ADDRESS
        if self.trouble is not None:
            raise self.trouble
        self.said.append(text)


class Group:
    """The office, a robot of its enterprise's group, and what it said."""

    def __init__(self, office, outbox):
        self.office, self.outbox, self.robots = office, outbox, FakeRobots()
        ports = office.app.extensions["booking_ports"]
        self.box = ports.box
        office.app.extensions["booking_ports"] = replace(ports, robots=self.robots)
        self.boss = office.world.member(office.me.enterprise, Role.MANAGER, name="王总")
        self.admin = office.world.member(office.park, Role.ADMIN)
        self.robot = self.add()

    def add(self, address=ADDRESS):
        session, by, now = self.office.session, actor(self.boss), self.office.nine
        robot = add_robot(session, self.boss, address, "行政群", box=self.box, by=by, now=now)
        session.commit()
        return robot

    def run(self, minutes):
        """Let the jobs run at a time; give all that was said so far."""
        self.office.clock.set(self.office.at(minutes))
        with self.office.app.app_context():
            for job in (TELL_CHANGES, TELL_DAY, ROBOTS, LETTERS):
                assert run(job).failed == 0
        self.office.session.rollback()
        return self.robots.said

    def fresh(self):
        self.office.session.rollback()
        self.office.session.refresh(self.robot)
        return self.robot


@pytest.fixture
def group(office, outbox_of):
    return Group(office, outbox_of(office.app))


def test_in_the_morning_it_tells_the_day_once(group):
    office = group.office
    office.booked(HOUR, 2 * HOUR)
    office.booked(5 * HOUR, 6 * HOUR, member=group.boss)
    office.booked(25 * HOUR, 26 * HOUR)
    stranger = office.world.member(office.world.enterprise(office.park))
    office.booked(HOUR, 2 * HOUR, office.world.space(office.area), stranger)
    assert group.run(-61) == [], "not before eight"
    (said,) = group.run(-60)
    first, *lines = said.splitlines()
    assert first == "【共享空间】11月3日，2 个预订"
    assert lines[:2] == ["10:00–11:00 大会议室 张小明", "14:00–15:00 大会议室 王总"]
    assert group.run(-30) == [said]
    assert group.run(23 * HOUR)[1].startswith("【共享空间】11月4日，1 个预订")


def test_a_day_without_bookings_and_a_morning_that_was_missed_are_told_by_silence(group):
    assert group.run(-60) == []
    group.office.booked(26 * HOUR, 27 * HOUR)
    assert group.run(27 * HOUR) == [], "at noon nobody needs the morning's list"


def test_what_the_park_did_is_told_and_what_colleagues_did_is_not(group):
    office = group.office
    one, two = office.booked(HOUR, 2 * HOUR), office.booked(3 * HOUR, 4 * HOUR)
    office.chosen()
    cancel(office.session, one.id, by=actor(group.admin), now=office.nine, reason="水管检修")
    cancel(office.session, two.id, by=actor(group.boss), now=office.nine + timedelta(minutes=1))
    office.session.commit()
    (said,) = group.run(4 * HOUR)
    first, *rest = said.splitlines()
    assert first == "【共享空间】预订已取消：大会议室 11月3日 周二 10:00–11:00"
    assert rest[:2] == ["预订人：张小明", "原因：水管检修"], "and nothing twice"
    assert rest[2].endswith(f"/reservations/{one.id}")
    assert group.run(4 * HOUR + 1) == [said]


def test_what_the_park_moved_is_told_with_what_it_was_and_its_check_ins_are_not(group):
    office = group.office
    made, other = office.booked(HOUR, 2 * HOUR), office.booked(3 * HOUR, 4 * HOUR)
    office.chosen()
    span = Span(office.at(5 * HOUR), office.at(6 * HOUR))
    now = office.nine + timedelta(minutes=1)
    move(office.session, made.id, office.room, span, quote=Money(8000), by=actor(group.admin), now=now)
    check_in(
        office.session, other.id, park=office.park, charger=CHARGER, by=actor(group.admin),
        now=office.at(3 * HOUR),
    )  # fmt: skip
    office.session.commit()
    (said,) = group.run(4 * HOUR)
    assert "原来：大会议室，11月3日 周二 10:00–11:00" in said
    assert "现在：大会议室，11月3日 周二 14:00–15:00" in said


def test_after_so_many_failures_it_is_off_and_the_manager_hears_of_it_once(group):
    group.office.booked(HOUR, 2 * HOUR)
    group.robots.trouble = TryLater("93000 invalid webhook url")
    minutes = -60
    for _ in range(MOST_FAILURES):
        assert group.fresh().off_at is None
        group.run(minutes)
        minutes += 20
    assert (group.fresh().off_because, group.robot.failures) == ("93000 invalid webhook url", MOST_FAILURES)
    group.robots.trouble = None
    assert group.run(minutes + 20) == [], "an off robot says nothing"
    told = [one for one in group.outbox.transport.letters if "群机器人" in one.subject]
    assert [(one.to, one.subject) for one in told] == [(group.boss.email, "群机器人已停用：行政群")]
    assert "93000 invalid webhook url" in told[0].text
    session, by = group.office.session, actor(group.boss)
    change_robot(session, group.robot, {"off_at": None}, by=by, now=group.office.nine)
    session.commit()
    assert (group.fresh().failures, group.robot.off_because) == (0, None)


def test_one_that_works_again_begins_anew_to_count(group):
    group.office.booked(HOUR, 2 * HOUR)
    group.robots.trouble = TryLater("answered 500")
    group.run(-60)
    group.robots.trouble = None
    assert len(group.run(-50)) == 1
    assert group.fresh().failures == 0


def test_its_address_is_kept_closed_and_gone_when_it_is_removed(group):
    office = group.office
    kept = group.robot.closed
    assert KEY not in kept
    office.booked(HOUR, 2 * HOUR)
    group.run(-60)
    everywhere = [
        *office.session.scalars(select(AuditEntry.after)),
        *office.session.execute(select(Letter.to, Letter.key, Letter.body)),
    ]
    assert KEY not in str(everywhere)
    remove_robot(office.session, group.robot, by=actor(group.boss), now=office.nine)
    office.session.commit()
    assert group.fresh().closed == ""
    said = select(Letter.channel).where(Letter.robot_id.is_not(None))
    assert office.session.scalars(said).all() == [Channel.ROBOT]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (ADDRESS, RobotKind.DINGTALK),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", RobotKind.WECOM),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}", RobotKind.FEISHU),
    ],
)
def test_an_address_says_whose_robot_it_is(address, kind):
    assert robot_kind(address) is kind
    plain = address.replace("https", "http")
    for wrong in (plain, address + "/../x", f"{address}@10.0.0.1", "x" + address, ""):
        with pytest.raises(NotARobot):
            robot_kind(wrong)


def test_an_enterprise_has_five_at_most(group):
    for number in range(4):
        group.add(f"{ADDRESS[:-1]}{number}")
    with pytest.raises(TooManyRobots):
        group.add(f"{ADDRESS[:-1]}4")


def test_a_robot_is_entered_once_for_a_group(group):
    with pytest.raises(RobotIsThere) as told:
        group.add()
    assert told.value.name == "行政群"
    remove_robot(group.office.session, group.robot, by=actor(group.boss), now=group.office.nine)
    group.add()


def test_the_page_says_where_a_robot_is_that_is_entered_again(world, sign_in):
    boss = sign_in(world.member(world.enterprise(world.park()), Role.MANAGER))
    boss.post("/company/robots", data={"name": "前台群", "address": ADDRESS})
    again = boss.post("/company/robots", data={"name": "又一次", "address": ADDRESS}).text
    assert "这个机器人已经添加过了，在下面叫“前台群”。" in again
    assert re.search(r'<input[^>]*is-invalid[^>]*name="address"', again)


def test_its_manager_runs_it_on_the_page_and_nobody_else(world, sign_in, app, standing_clock):
    robots = FakeRobots()
    app.extensions["booking_ports"] = replace(app.extensions["booking_ports"], robots=robots)
    park = world.park()
    boss, other = (sign_in(world.member(world.enterprise(park), Role.MANAGER)) for _ in range(2))
    refused = boss.post("/company/robots", data={"name": "前台群", "address": "https://10.0.0.1/x"})
    assert "不是企业微信" in refused.text
    assert re.search(r'<input[^>]*is-invalid[^>]*name="address"', refused.text), "the field takes the focus"
    boss.post("/company/robots", data={"name": "前台群", "address": ADDRESS})
    page = boss.get("/company/robots").text
    assert "地址末尾 cdef" in page
    assert ">前台群</h2>" in page
    for act in ("试发一条", "暂停", "移除机器人", "说 · 每天 8:00 说当天的预订", "不说 · 园区改动了预订就说"):
        assert f'aria-label="{act} · 前台群"' in page, "who hears the page hears which robot"
    assert KEY not in page
    number = world.session.scalars(select(GroupRobot.id)).one()
    assert "前台群" not in other.get("/company/robots").text
    for act in ("try", "off", "on", "remove", "tells"):
        assert other.post(f"/company/robots/{number}/{act}").status_code == 404

    def tried():
        return boss.post(f"/company/robots/{number}/try", follow_redirects=True).text

    assert "已发到群里" in tried()
    assert robots.said[0].startswith("【共享空间】试发一条\n")
    standing_clock.set(standing_clock.now() + timedelta(seconds=3))
    assert "每 10 秒只能试发一个机器人，请等 7 秒再试。" in tried()
    assert len(robots.said) == 1, "one in ten seconds for all of an enterprise's"
    standing_clock.set(standing_clock.now() + timedelta(seconds=7))
    robots.trouble = TryLater("310000 keywords not in content")
    assert "310000 keywords not in content" in tried()
    assert "没有送到" not in boss.get("/company/robots").text
    world.session.rollback()
    world.session.get(GroupRobot, number).failures = 1
    lost, way = LetterText("今天", "无"), (Channel.ROBOT, number)
    write_letter(world.session, park.id, "robot-day:lost", "前台群", lost, now=standing_clock.now(), way=way)
    world.session.scalars(select(Letter)).one().last_error = "answered 500"
    world.session.commit()
    assert "的消息没有送到：机器人的服务器出错（500）。" in boss.get("/company/robots").text
    boss.post(f"/company/robots/{number}/tells", data={"tells_day": "no"})
    boss.post(f"/company/robots/{number}/off")
    world.session.rollback()
    robot = world.session.get(GroupRobot, number)
    assert (robot.tells_day, robot.tells_changes, robot.off_at is None) == (False, True, False)
    boss.post(f"/company/robots/{number}/remove")
    assert "前台群" not in boss.get("/company/robots").text
