"""The evaluation of the 30th: every space's month, and suggestions that become matters once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.charges.models import MonthClose
from booking.needs.models import Matter
from booking.people.models import Role
from booking.rhythm.cycle_of_month import cycle_of_month
from booking.rhythm.evaluate import evaluate
from booking.rhythm.what_to_do import Measure
from booking.spaces.models import Kind
from booking.usage.measuring.day_minutes import UseBand
from booking.usage.models import OpenStretch, UsedStretch
from booking.usage.telling import Knowing
from tests.harness.months import OCTOBER
from tests.harness.stays import at

LATER = at("2026-11-03", "10:00")


@pytest.fixture
def branch(town):
    return town.world.member(town.park, Role.BRANCH, password_hash="set")


def measured(town, space, *, until=18, days=30, first=date(2026, 10, 1)):
    """Write down a space open from 8 to 22 each day and used from 8 until an hour."""
    stay = town.stays()[0]
    for number in range(days):
        day = first + timedelta(days=number)
        common = {"park_id": town.park.id, "space_id": space.id, "day": day, "first_minute": 480}
        town.session.add(OpenStretch(**common, last_minute=22 * 60, beyond=False))
        used = {"band": UseBand.PEAK, "stay_id": stay.id, "enterprise_id": town.enterprise.id}
        if until > 8:
            town.session.add(UsedStretch(**common, last_minute=until * 60, **used))
    town.session.commit()


def test_a_room_that_is_full_by_day_and_empty_at_night_may_close_its_evenings(town):
    measured(town, town.room)
    found = evaluate(town.session, town.park, OCTOBER, now=LATER)
    one = found.spaces[0]
    assert (one.open, one.used) == (30 * 14 * 60, 30 * 10 * 60)
    assert (one.evening_open, one.evening_used) == (30 * 4 * 60, 0)
    assert (one.open_before, one.used_before) == (0, 0)
    assert found.strongest is not None
    assert found.strongest.measure is Measure.CLOSE_EVENINGS
    assert found.provisional


def test_it_is_provisional_until_the_month_closes_and_is_there_from_its_day_on(town):
    measured(town, town.room)
    early = at("2026-10-29", "23:00")
    assert cycle_of_month(town.session, town.park, OCTOBER, now=early).evaluation is None
    on_the_day = cycle_of_month(town.session, town.park, OCTOBER, now=at("2026-10-30", "00:00")).evaluation
    assert on_the_day is not None
    assert on_the_day.provisional
    known = Knowing(town.park.id, shown=frozenset())
    before, on_it = (
        evaluate(town.session, town.park, OCTOBER, now=now, knowing=known)
        for now in (early, at("2026-10-30", "00:00"))
    )
    assert (len(before.judged), len(on_it.judged)) == (0, 1), (
        "day by day it would tell when a limit is passed"
    )
    town.session.add(MonthClose(park_id=town.park.id, month_key=202610, closed_at=LATER, closed_by="安澜"))
    town.session.commit()
    assert not evaluate(town.session, town.park, OCTOBER, now=LATER).provisional


def test_the_branch_makes_a_matter_of_a_suggestion_once(town, branch, sign_in, standing_clock, count_queries):
    standing_clock.set(LATER)
    admin = town.world.member(town.park, Role.ADMIN, password_hash="set")
    measured(town, town.room)
    browser = sign_in(branch)
    page = browser.get("/cycle/evaluation?month=2026-10").text
    for said in ("晚间不开放", "18:00 以后用的不到百分之三", "暂定", "请企业同意具名"):
        assert said in page
    assert "71.4%" not in page, "one unnamed enterprise alone used it: the rule is said, and no figure"
    assert "71.4%" not in browser.get("/month/2026-10/why/evaluated").text
    theirs = sign_in(admin).get("/cycle/evaluation?month=2026-10").text
    for said in ("18:00 以后开放", "71.4%"):
        assert said in theirs
    assert "列为议题</button>" not in theirs
    key = f"close_evenings-{town.room.id}"
    for _ in range(2):
        answer = browser.post("/cycle/evaluation/propose?month=2026-10", data={"key": key})
        assert answer.status_code == 302
    matter = town.session.scalars(select(Matter)).one()
    assert town.room.code in matter.title
    assert "71.4%" not in browser.get(f"/needs/matters/{matter.id}").text
    assert "已列为议题" in browser.get("/cycle/evaluation?month=2026-10").text
    assert browser.post("/cycle/evaluation/propose?month=2026-10", data={"key": "x"}).status_code == 404
    few = count_queries(lambda: browser.get("/cycle/evaluation?month=2026-10"))
    for _ in range(3):
        measured(town, town.world.space(town.room.area), until=10)
    assert count_queries(lambda: browser.get("/cycle/evaluation?month=2026-10")) == few


def test_the_month_asks_as_often_whatever_happened(town, count_queries):
    few = count_queries(lambda: cycle_of_month(town.session, town.park, OCTOBER, now=LATER))
    for _ in range(3):
        measured(town, town.world.space(town.room.area), until=8)
    assert count_queries(lambda: cycle_of_month(town.session, town.park, OCTOBER, now=LATER)) == few


def test_only_what_is_judged_is_counted_and_the_rule_stands_there_without_a_suggestion(town, branch, sign_in):
    measured(town, town.room, until=21)
    measured(town, town.world.space(town.room.area, kind=Kind.HALL), until=8)
    browser = sign_in(branch)
    page = browser.get("/cycle/evaluation?month=2026-10").text
    for said in ("评了 1 个空间，暂无调整建议", "仓储和会客厅不评", '<span class="soft">不评</span>'):
        assert said in page
    assert "1 处空间" in browser.get("/month/2026-10/why/evaluated").text
    counted = cycle_of_month(town.session, town.park, OCTOBER, now=LATER).evaluation
    assert (len(counted.judged), len(counted.spaces)) == (1, 2)
