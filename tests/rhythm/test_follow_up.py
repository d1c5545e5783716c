"""The 15th: what was used so far, the needs chased, and whom to call on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import Action, Actor
from booking.jobs.cycle import CHASE_NEEDS, SEND_FOLLOW_UPS, SEND_LISTS, WARN_BUDGETS
from booking.jobs.job import run
from booking.mail.models import Letter
from booking.needs.models import ContactCard, Need, NeedStep
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.needs.steps import take_step
from booking.people.models import Role
from booking.people.queries import managers_of
from booking.reservations.models import FAR_FUTURE
from booking.rhythm.cycle_of_month import cycle_of_month
from booking.rhythm.own_month_to_date import own_month_to_date
from booking.rhythm.send_letters import budget_reached, budgets_to_watch
from booking.rhythm.visits import call_list
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.usage.check_in import begin_lease
from booking.values import Money
from tests.harness.months import NOVEMBER
from tests.harness.stays import actor, at, reserved, used

THE_15TH = at("2026-11-16", "09:00")  # the 15th is a Sunday


@pytest.fixture
def admin(town):
    return town.world.member(town.park, Role.ADMIN, password_hash="set")


def say(town, words, now, kind=NeedKind.COMPLAINT, enterprise=None):
    asked = SaidNeed(kind, words, enterprise=enterprise or town.enterprise)
    who = NeedAsker(town.member)
    need = raise_need(town.session, town.park, who, asked, by=actor(town.member), now=now).need
    town.session.commit()
    return need


def test_so_far_counts_up_to_the_same_day_of_the_month_before(town):
    """October to the 16th: 90 minutes, 60 of them free: 40.00. November: two hours, one free; a store."""
    town.world.tariff(town.park, Kind.STORAGE, basis=Basis.DAY, rate=Money.yuan(8), bands=[])
    store = town.world.space(town.room.area, Kind.STORAGE)
    lease = reserved(town.session, store, town.member, at("2026-11-10"), FAR_FUTURE)
    begin_lease(town.session, lease.id, now=at("2026-11-10", "08:00"))
    used(town.session, town.room, town.member, at("2026-11-11", "09:00"), at("2026-11-11", "11:00"))
    found = own_month_to_date(town.session, town.park, town.enterprise, NOVEMBER, now=THE_15TH)
    assert (found.until, found.before) == (date(2026, 11, 16), Money.yuan(40))
    assert found.cost == Money.yuan(80 + 7 * 8)
    assert found.kinds[Kind.STORAGE].days == 7
    assert found.kinds[Kind.MEETING_ROOM].minutes == 120
    assert found.budget_left is None
    town.enterprise.monthly_budget = Money.yuan(100)
    assert own_month_to_date(
        town.session, town.park, town.enterprise, NOVEMBER, now=THE_15TH
    ).budget_left == Money.yuan(-36)


def test_only_who_used_something_or_has_a_budget_is_written_to_once(town, run_job):
    quiet, saving = (
        town.world.enterprise(town.park),
        town.world.enterprise(town.park, monthly_budget=Money.yuan(90)),
    )
    for one in (quiet, saving):
        town.world.member(one, Role.MANAGER, password_hash="set")
    used(town.session, town.room, town.member, at("2026-11-11", "09:00"), at("2026-11-11", "11:00"))
    assert run_job(SEND_FOLLOW_UPS, at("2026-11-15", "10:00")) == 0
    assert run_job(SEND_FOLLOW_UPS, THE_15TH) == 2
    assert run_job(SEND_FOLLOW_UPS, at("2026-11-29", "10:00")) == 0
    mine, theirs = town.letters()
    assert "到目前的费用：¥80.00，上个月同期 ¥40.00" in mine.body
    assert "预算 ¥90.00，还剩 ¥90.00" in theirs.body


def test_the_page_of_the_month_so_far_is_the_managers(town, sign_in, standing_clock, count_queries):
    standing_clock.set(THE_15TH)
    used(town.session, town.room, town.member, at("2026-11-11", "09:00"), at("2026-11-11", "11:00"))
    town.enterprise.monthly_budget = Money.yuan(50)
    town.session.commit()
    browser = sign_in(town.manager)
    page = browser.get("/cycle/so-far").text
    for said in ("¥80.00", "¥40.00", "比上个月同期多 ¥40.00", "已超出预算 ¥30.00", "2 小时"):
        assert said in page
    assert sign_in(town.member).get("/cycle/so-far").status_code == 403
    few = count_queries(lambda: browser.get("/cycle/so-far"))
    for hour in (10, 11, 12, 13):
        room = town.world.space(town.room.area)
        used(town.session, room, town.member, at("2026-11-12", f"{hour}:00"), at("2026-11-12", f"{hour}:50"))
    assert count_queries(lambda: browser.get("/cycle/so-far")) == few


def test_each_owner_hears_once_of_what_is_overdue_or_soon_due(town, admin, run_job, sign_in):
    late = say(town, "空调太冷", at("2026-11-05", "10:00"))  # due on the 10th
    soon = say(town, "走廊灯不亮", at("2026-11-13", "10:00"))  # on the 18th
    say(town, "想要一台打印机", at("2026-11-16", "08:00"), NeedKind.WISH)  # on the 23rd
    assert run_job(CHASE_NEEDS, at("2026-11-15", "10:00")) == 0
    assert run_job(CHASE_NEEDS, THE_15TH) == 1
    assert run_job(CHASE_NEEDS, at("2026-11-17", "10:00")) == 0
    letter = town.letters()[0]
    assert letter.to == admin.email
    assert "空调太冷（已逾期）" in letter.body
    assert f"/needs/{soon.id}" in letter.body
    assert "打印机" not in letter.body
    town.session.expire_all()
    chased = select(NeedStep.need_id).where(NeedStep.action == Action.NEED_CHASED.value)
    assert town.session.scalars(chased.order_by(NeedStep.id)).all() == [late.id, soon.id]
    assert "催办" in sign_in(town.member).get(f"/needs/{late.id}").text
    late.state, late.done_at, late.same_key = "done", THE_15TH, None
    town.session.commit()
    found = cycle_of_month(town.session, town.park, NOVEMBER, now=THE_15TH)
    assert (found.needs_chased, found.needs_answered) == (2, 1)
    assert cycle_of_month(town.session, town.park, NOVEMBER.previous, now=THE_15TH).needs_chased == 0


def visit(town, enterprise, action, when):
    need = say(town, f"走访{enterprise.id}", when, NeedKind.VISIT, enterprise)
    take_step(town.session, need, action, by=Actor("安澜"), now=when)
    town.session.commit()


def test_the_call_list_holds_five_who_were_not_seen_the_most_quiet_first(town, admin, run_job, sign_in):
    people = {}
    for name in ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"):
        enterprise = town.world.enterprise(town.park, short_name=name)
        people[name] = town.world.member(enterprise, Role.MANAGER, password_hash="set")
    for number, name in enumerate(("乙", "甲")):  # 乙 was here longer ago
        start = at("2026-09-01", "09:00") + timedelta(days=number)
        used(town.session, town.room, people[name], start, start + timedelta(hours=1))
    used(town.session, town.room, people["庚"], at("2026-11-04", "09:00"), at("2026-11-04", "10:00"))
    run_job(SEND_LISTS, at("2026-11-02", "09:00"))
    sign_in(people["己"]).get("/cycle/list")
    visit(town, people["丙"].enterprise, Action.NEED_VISITED, at("2026-11-05", "10:00"))
    visit(town, people["丁"].enterprise, Action.NEED_CARD_LEFT, at("2026-11-05", "10:00"))
    town.session.expire_all()
    found = call_list(town.session, town.park, NOVEMBER, by_use=True, now=THE_15TH)
    assert [one.enterprise.short_name for one in found] == [
        "戊",
        "辛",
        "乙",
        "甲",
        town.enterprise.short_name,
    ]
    counted = cycle_of_month(town.session, town.park, NOVEMBER, now=THE_15TH)
    assert (counted.lists_sent, counted.opened, counted.visited, counted.cards_left) == (9, 1, 1, 1)
    branch = town.world.member(town.park, Role.BRANCH, password_hash="set")
    quiet = people["戊"].enterprise_id
    town.session.add(ContactCard(enterprise_id=quiet, liaison_id=branch.id, card_code="code"))
    town.session.commit()
    seen = {who.role: sign_in(who).get("/cycle/calls").text for who in (admin, branch)}
    assert "戊" in seen[Role.BRANCH]
    assert "从没用过" in seen[Role.ADMIN]
    assert f'href="/visits?all=1#firm-{quiet}"' in seen[Role.BRANCH]
    assert f'id="firm-{quiet}"' in sign_in(branch).get("/visits?all=1").text
    assert "指定联络员" in seen[Role.BRANCH], "without one it has no line among the visits"
    assert "从没用过" not in seen[Role.BRANCH]
    assert "上次使用" not in seen[Role.BRANCH]
    assert "没有使用" not in seen[Role.BRANCH], "nobody's use is in it, and the page says so"
    assert ["庚" in seen[role] for role in (Role.ADMIN, Role.BRANCH)] == [False, True], "it used a room"
    rhythm = sign_in(branch).get("/cycle/").text
    for said in ("9 家收到清单", "1 家打开", "未打开的 8 家，走访见到 1 家，留连心卡 1 家", "还没走访"):
        assert said in rhythm


def test_the_branchs_call_list_is_the_same_whoever_used_what_and_goes_by_the_last_visit(town, admin):
    names = ("甲", "乙", "丙", "丁")
    people = {}
    for name in names:
        enterprise = town.world.enterprise(town.park, short_name=name)
        people[name] = town.world.member(enterprise, Role.MANAGER)
    visit(town, people["甲"].enterprise, Action.NEED_VISITED, at("2026-10-20", "10:00"))
    visit(town, people["乙"].enterprise, Action.NEED_CARD_LEFT, at("2026-09-20", "10:00"))
    visit(town, people["丙"].enterprise, Action.NEED_VISITED, at("2026-11-05", "10:00"))

    def told():
        months = [NOVEMBER.later(-number) for number in range(6)]
        lists = [call_list(town.session, town.park, one, by_use=False, now=THE_15TH) for one in months]
        assert not any(one.last_use for found in lists for one in found)
        return [[one.enterprise.short_name for one in found] for found in lists]

    before = told()
    assert before[0] == [town.enterprise.short_name, "丁", "乙", "甲"], "丙 was visited in November"
    for name, day in (("丁", "2026-07-14"), ("甲", "2026-11-10")):
        used(town.session, town.room, people[name], at(day, "09:00"), at(day, "10:00"))
    assert told() == before


def test_needs_of_another_park_are_chased_by_that_parks_calendar(town, admin, run_job):
    other = town.world.park(zone_name="Asia/Urumqi")
    theirs = town.world.member(other, Role.ADMIN, password_hash="set")
    tenant = town.world.member(town.world.enterprise(other))
    said = SaidNeed(NeedKind.FAULT, "门锁坏了", enterprise=tenant.enterprise)
    raise_need(town.session, other, NeedAsker(tenant), said, by=actor(tenant), now=at("2026-11-12", "10:00"))
    say(town, "空调太冷", at("2026-11-05", "10:00"))
    assert run_job(CHASE_NEEDS, THE_15TH) == 1  # seven in the morning there
    assert run_job(CHASE_NEEDS, THE_15TH + timedelta(hours=2)) == 1
    assert [letter.to for letter in town.letters()] == [admin.email, theirs.email]
    assert town.session.scalars(select(Need).where(Need.park_id == other.id)).all()


def test_the_managers_hear_at_80_and_at_100_per_cent_of_the_budget_once_each(town, app, standing_clock):
    """A store at 8.00 a day from the 10th: of a budget of 50.00 four fifths on the 14th, all on the 16th."""
    town.world.tariff(town.park, Kind.STORAGE, basis=Basis.DAY, rate=Money.yuan(8), bands=[])
    store = town.world.space(town.room.area, Kind.STORAGE)
    lease = reserved(town.session, store, town.member, at("2026-11-10"), FAR_FUTURE)
    begin_lease(town.session, lease.id, now=at("2026-11-10", "08:00"))
    town.enterprise.monthly_budget = Money.yuan(50)
    managers = managers_of(town.session, town.enterprise.id)
    town.session.commit()
    told = []
    for day in ("2026-11-13", "2026-11-14", "2026-11-15", "2026-11-16", "2026-11-17"):
        standing_clock.set(at(day, "09:00"))
        with app.app_context():
            assert [run(WARN_BUDGETS).failed for _ in range(2)] == [0, 0]
        town.session.rollback()
        wanted = select(Letter).where(Letter.key.like("budget:%")).order_by(Letter.id)
        told.append([letter.subject for letter in town.session.scalars(wanted)])
    at_80, at_100 = "本月费用已到预算的 80%", "本月费用已到预算的 100%"
    few = len(managers)
    assert told == [[], [at_80] * few, [at_80] * few, *[[at_80] * few + [at_100] * few] * 2]
    assert few >= 1
    last = town.session.scalars(select(Letter).where(Letter.subject == at_80)).first()
    assert (last.to, "还剩 ¥10.00" in last.body, "80%%" in last.body) == (managers[0].email, True, False)


def test_who_heard_of_the_whole_budget_hears_no_more_of_four_fifths(town, app, standing_clock):
    """A correction lowers what it came to, from 106 to 88 per cent: that is no news."""
    used(town.session, town.room, town.member, at("2026-11-11", "09:00"), at("2026-11-11", "11:00"))
    town.enterprise.monthly_budget = Money.yuan(75)  # 80.00 with one hour free
    town.session.commit()
    standing_clock.set(at("2026-11-12", "09:00"))
    heard = []
    for budget in (75, 90):  # as if the cost had fallen: what counts is the share
        town.enterprise.monthly_budget = Money.yuan(budget)
        town.session.commit()
        with app.app_context():
            run(WARN_BUDGETS)
        town.session.rollback()
        heard.append([one.subject for one in town.letters() if one.key.startswith("budget:")])
    assert heard[0] == heard[1]
    assert {one[-4:] for one in heard[0]} == {"100%"}


def test_a_budget_is_watched_to_the_last_day_as_the_park_counts_days(town):
    """Shanghai's 30th begins at 16:00 of the 29th of UTC and ends at 16:00 of the 30th."""
    town.enterprise.monthly_budget = Money.yuan(75)
    town.enterprise.left_on = date(2026, 11, 30)
    town.session.commit()
    watched = [
        town.enterprise.id in budgets_to_watch(town.session, datetime(2026, 11, 30, hour, tzinfo=UTC))
        for hour in (15, 16)
    ]
    assert watched == [True, False]


@pytest.mark.parametrize(
    ("cost", "budget", "mark"),
    [(39_99, 50_00, None), (40_00, 50_00, 80), (49_99, 50_00, 80), (50_00, 50_00, 100), (900_00, 50_00, 100)],
)
def test_a_mark_is_reached_to_the_fen(cost, budget, mark):
    assert budget_reached(Money(cost), Money(budget)) == mark
