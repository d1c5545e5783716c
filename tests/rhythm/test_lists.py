"""本月清单: on the 1st each enterprise gets its own, once; who opened it is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from booking import clock
from booking.activities.models import ActivityKind, Audience
from booking.activities.plan_activity import ActivityPlan, plan_activity
from booking.activities.publish import publish
from booking.audit.actions import Action
from booking.audit.models import AuditEntry
from booking.jobs.cycle import SEND_LISTS
from booking.jobs.job import run
from booking.mail.models import Letter
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.needs.steps import check_asker, end_need
from booking.people.models import Role
from booking.rhythm.cycle_of_month import cycle_of_month
from booking.rhythm.models import ListOpening
from booking.rhythm.own_month import own_list
from booking.spaces.models import Kind
from booking.values import Span
from tests.activities.hall import letter
from tests.harness.app import open_session
from tests.harness.months import NOVEMBER
from tests.harness.run import HANGS
from tests.harness.stays import actor, at, used
from tests.harness.times import SHANGHAI
from tests.rhythm.town import Town

HOUR = timedelta(hours=1)
MONDAY = at("2026-11-02", "09:00")  # the 1st is a Sunday


def test_on_the_1st_each_manager_gets_the_list_once(town, run_job):
    other = town.world.member(town.enterprise, Role.MANAGER, password_hash="set", language="en")
    town.world.enterprise(town.park)  # nobody there to write to
    assert run_job(SEND_LISTS, at("2026-11-01", "12:00")) == 0  # a Sunday
    assert run_job(SEND_LISTS, at("2026-11-02", "08:59")) == 0
    assert run_job(SEND_LISTS, MONDAY) == 1
    assert run_job(SEND_LISTS, at("2026-11-03", "09:00")) == 0
    first, second = town.letters()
    assert (first.to, second.to) == (town.manager.email, other.email)
    # 90 minutes thrice, 60 of them free: 280.00. After 18:00 at 0.6: 168.00.
    for said in ("2026年10月对账单：¥280.00", "每周三 18:00 以后", "云起间", "便宜 40%", "省 112 元"):
        assert said in first.body
    assert "/cycle/list/2026-11" in first.body
    assert "112 yuan" in second.body
    assert first.html is not None


@pytest.mark.parametrize(
    ("instant", "joined", "founded", "done"),
    [
        ("2026-11-14 23:00", "2026-10-31", None, 1),  # the worker stood still: caught up
        ("2026-11-15 09:00", "2026-01-01", None, 0),  # too old to be told
        ("2026-11-03 09:00", "2026-11-01", None, 0),  # it did not have that month
        ("2026-11-03 09:00", "2026-01-01", "2026-10-20", 1),
        ("2026-11-12 09:00", "2026-01-01", "2026-11-10", 0),  # nor did the park
    ],
)
def test_a_missed_list_is_caught_up_but_for_months_nobody_had(town, run_job, instant, joined, founded, done):
    town.enterprise.joined_on = date.fromisoformat(joined)
    if founded:
        facts = {"subject": "park", "subject_id": town.park.id, "actor_name": "系统"}
        town.session.add(AuditEntry(at=at(founded), action=Action.PARK_CREATED.value, **facts))
    town.session.commit()
    moment = datetime.fromisoformat(instant).replace(tzinfo=SHANGHAI)
    assert run_job(SEND_LISTS, moment) == done


def test_who_left_gets_none(town, run_job):
    town.enterprise.left_on = date(2026, 10, 31)
    town.session.commit()
    assert run_job(SEND_LISTS, MONDAY) == 0


def test_two_workers_at_once_write_it_once(on_both_engines, app_on, now, monkeypatch):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        town = Town(session, now)
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    start = Barrier(2)

    def work():
        with app.app_context():
            start.wait(HANGS)
            run(SEND_LISTS)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(HANGS)
    with open_session(app) as session:
        assert [letter.to for letter in session.scalars(select(Letter))] == [town.manager.email]


def test_the_page_shows_it_on_the_day_itself_and_notes_who_opened_it(town, sign_in, standing_clock):
    standing_clock.set(at("2026-11-01", "07:00"))
    page = sign_in(town.manager).get("/cycle/list")
    assert page.status_code == 200
    for said in ("¥280.00", "省 112 元", "还没有结账", 'id="group-text"'):
        assert said in page.text
    group = page.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert "便宜 40%" in group and "/cycle/list/2026-11" in group  # noqa: PT018 - one sentence
    assert "元" not in group and "¥" not in group  # noqa: PT018 - the same
    standing_clock.set(at("2026-11-02", "07:00"))
    plain = sign_in(town.member).get("/cycle/list/2026-11")
    assert "便宜 40%" in plain.text
    assert "112" not in plain.text and "¥" not in plain.text  # noqa: PT018 - no money for a member
    town.session.expire_all()
    opening = town.session.scalars(select(ListOpening)).one()
    assert (opening.month_key, opening.opened_at) == (202611, at("2026-11-01", "07:00"))


def test_a_page_of_a_month_that_was_not_there(town, sign_in, standing_clock):
    standing_clock.set(MONDAY)
    town.enterprise.joined_on = date(2026, 11, 1)
    town.session.commit()
    browser = sign_in(town.manager)
    page = browser.get("/cycle/list")
    assert "2026年12月1日" in page.text
    assert town.session.scalars(select(ListOpening)).all() == []
    for wrong in ("2026-12", "2026-13", "x"):
        assert browser.get(f"/cycle/list/{wrong}").status_code == 404


def test_the_page_asks_as_often_for_much_as_for_little(town, sign_in, standing_clock, count_queries):
    standing_clock.set(MONDAY)
    browser = sign_in(town.manager)
    browser.get("/cycle/list")
    few = count_queries(lambda: browser.get("/cycle/list"))
    for hour in range(8, 20):
        for day in ("2026-10-12", "2026-10-13"):
            room = town.world.space(town.world.area(town.park))
            used(town.session, room, town.member, at(day, f"{hour:02d}:00"), at(day, f"{hour:02d}:50"))
    assert count_queries(lambda: browser.get("/cycle/list")) == few


def test_the_month_counts_what_went_out_and_who_opened_it(town, sign_in, run_job):
    quiet = town.world.enterprise(town.park)
    town.world.member(quiet, Role.MANAGER, password_hash="set")
    run_job(SEND_LISTS, MONDAY)
    sign_in(town.manager).get("/cycle/list")
    town.session.expire_all()
    found = cycle_of_month(town.session, town.park, NOVEMBER, now=MONDAY)
    assert (found.lists_sent, found.opened, found.not_opened) == (2, 1, 1)
    before = cycle_of_month(town.session, town.park, NOVEMBER.previous, now=MONDAY)
    assert (before.lists_sent, before.opened) == (0, 0)


def test_the_day_of_a_tenant_leads_to_a_list_nobody_opened(town, sign_in, standing_clock):
    standing_clock.set(MONDAY)
    browser = sign_in(town.member)
    assert "/cycle/list" in browser.get("/today").text
    browser.get("/cycle/list")
    assert "/cycle/list" not in browser.get("/today").text
    town.enterprise.joined_on = date(2026, 11, 1)
    town.session.query(ListOpening).delete()
    town.session.commit()
    assert "/cycle/list" not in browser.get("/today").text


def test_a_year_without_a_calendar_is_said_to_be_provisional(town, sign_in, standing_clock, run_job):
    assert run_job(SEND_LISTS, at("2027-01-01", "09:00")) == 1  # a Friday, as nobody has said otherwise
    branch = town.world.member(town.park, Role.BRANCH, password_hash="set")
    for reader, page in ((town.manager, "/cycle/list"), (branch, "/cycle/")):
        assert "2027年的工作日历尚未公布" in sign_in(reader).get(page).text
    standing_clock.set(MONDAY)
    assert "尚未公布" not in sign_in(town.manager).get("/cycle/list").text


def test_a_need_that_is_overdue_reads_so_and_the_page_promises_only_what_it_has(
    town, sign_in, standing_clock, run_job
):
    town.world.member(town.park, Role.ADMIN)
    who = NeedAsker(town.member)
    for words, day in (("灯不亮", "2026-10-20"), ("门锁坏了", "2026-11-02")):
        asked = SaidNeed(NeedKind.FAULT, words, enterprise=town.enterprise)
        raise_need(town.session, town.park, who, asked, by=actor(town.member), now=at(day, "08:30"))
    town.session.commit()
    standing_clock.set(MONDAY)
    page = sign_in(town.manager).get("/cycle/list").text
    assert page.count("已逾期") == 1
    assert "10月21日 周三前应答复" in page
    lead = page.partition('class="page-lead">')[2].partition("<")[0]
    assert "2026年10月对账单、最省的一件事、还在办理的诉求。" in lead
    assert "近期活动" not in page
    assert run_job(SEND_LISTS, MONDAY) == 1
    body = town.letters()[-1].body
    assert "已逾期（10月21日 周三前应答复）：灯不亮" in body
    assert "已逾期（11月" not in body


def test_the_list_names_what_the_firm_itself_asked_for_and_is_invited_to(town, standing_clock):
    """A name typed at a door speaks for no firm before it was checked; visits are the park's own notes."""
    admin, other = town.world.member(town.park, Role.ADMIN), town.world.enterprise(town.park)
    early = at("2026-10-20", "09:00")

    def say(asker, words, kind=NeedKind.WISH, firm=town.enterprise):
        said = SaidNeed(kind, words, enterprise=firm)
        return raise_need(town.session, town.park, asker, said, by=actor(admin), now=early).need

    stranger = NeedAsker(name="陌生人", company=town.enterprise.short_name, phone="13800000000")
    say(NeedAsker(town.member), "要绿植")
    typed = say(stranger, "要咖啡机")
    say(NeedAsker(admin), "走访一次", NeedKind.VISIT)
    say(NeedAsker(admin), "邻居要的", firm=other)
    ended = say(NeedAsker(town.member), "门锁坏了")
    end_need(town.session, ended.id, by=actor(town.member), now=early)
    hall = town.world.space(town.world.area(town.park), Kind.HALL, capacity=30)
    for day, title, facts in (
        (10, "大家来", {"audience": Audience.ALL}),
        (11, "只请邻居", {"audience": Audience.CHOSEN, "enterprise_ids": [other.id]}),
        (12, "还是草稿", {"audience": Audience.ALL}),
    ):
        start = at(f"2026-11-{day}", "14:00")
        plan = ActivityPlan(
            ActivityKind.SALON, title, "", places=9, space=hall, span=Span(start, start + HOUR), **facts
        )
        made = plan_activity(town.session, plan, code=title, by=actor(admin), now=MONDAY)
        if title != "还是草稿":
            publish(town.session, made.id, "", letter=letter, by=actor(admin), now=MONDAY)
    town.session.commit()

    def listed():
        found = own_list(town.session, town.park, town.enterprise, NOVEMBER, now=MONDAY)
        return [need.words for need in found.needs], [one.title for one in found.activities]

    assert listed() == (["要绿植"], ["大家来"])
    check_asker(town.session, typed.id, town.enterprise, by=actor(admin), now=MONDAY)
    assert listed()[0] == ["要绿植", "要咖啡机"]


def test_what_is_typed_into_a_title_does_not_end_the_field_that_holds_the_text_for_the_group(
    town, sign_in, standing_clock
):
    town.enterprise.short_name = "</textarea><script>alert(1)</script>"
    town.session.commit()
    standing_clock.set(at("2026-11-02", "07:00"))
    page = sign_in(town.manager).get("/cycle/list/2026-11").text
    assert "<script>alert" not in page
    group = page.partition('id="group-text"')[2].partition("</textarea>")[0]
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in group
