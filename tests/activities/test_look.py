"""What the writer sees beside the form: the hall's week, and when those invited are about."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from booking.people.models import Size
from booking.spaces.models import Kind, OpeningRule
from booking.usage.measuring.busy_hours import busy_hours, hours_touched, level_of
from booking.usage.models import Stay
from tests.activities.test_pages import seen
from tests.harness.times import SHANGHAI


def stayed(hall, enterprise, start, minutes):
    member = hall.world.member(enterprise)
    space = hall.world.space(hall.area)
    end = start + timedelta(minutes=minutes)
    facts = {"started_at": start, "ended_at": end, "held_until": end, "space_kind": space.kind}
    hall.session.add(
        Stay(
            park_id=hall.park.id, enterprise_id=enterprise.id, member_id=member.id, space_id=space.id, **facts
        )
    )
    hall.session.commit()


def test_a_stay_is_in_every_hour_that_it_touches():
    start = datetime(2026, 10, 30, 9, 50, tzinfo=SHANGHAI)
    assert [one.hour for one in hours_touched(start, start + timedelta(minutes=70))] == [9, 10]
    assert [one.hour for one in hours_touched(start, start + timedelta(minutes=71))] == [9, 10, 11]
    assert [level_of(times, 60) for times in (0, 1, 20, 21, 41, 60)] == [0, 1, 1, 2, 3, 3]


def busy_of(hall, *sizes):
    return busy_hours(hall.session, hall.park.id, sizes or list(Size), SHANGHAI, hall.now)


def test_an_hour_tells_how_many_are_there_where_three_or_more_were(hall):
    micro, small, large = hall.enterprises
    third = hall.world.enterprise(hall.park, size=Size.MICRO)
    nine = datetime(2026, 10, 30, 9, 0, tzinfo=SHANGHAI)
    for enterprise in (micro, small):
        stayed(hall, enterprise, nine, 60)
    assert busy_of(hall) is None
    stayed(hall, third, nine - timedelta(weeks=1), 30)
    stayed(hall, third, nine + timedelta(hours=5), 30)
    stayed(hall, large, nine, 60)
    busy = busy_of(hall)
    assert (busy.times, busy.about(4, 9)) == ({(4, 9): 3}, 1), "half of one on an average week"
    for week in (1, 2, 3):
        stayed(hall, micro, nine - timedelta(weeks=week), 60)
    assert busy_of(hall).times == {(4, 9): 6}
    assert [busy_of(hall).level(4, hour) for hour in (9, 14)] == [3, 0]


def test_no_choice_of_guests_less_another_tells_of_one_enterprise(hall):
    """Who plans an activity may invite whom they like, again and again, and sees the hours each time."""
    nine = datetime(2026, 10, 30, 9, 0, tzinfo=SHANGHAI)
    more = [hall.world.enterprise(hall.park, size=size) for size in (Size.MICRO, Size.SMALL, Size.MEDIUM)]
    for enterprise in (*hall.enterprises, *more):
        stayed(hall, enterprise, nine, 60)
    told = {
        tuple(sorted((busy.times if busy else {}).items()))
        for some in range(1, 16)
        for busy in [busy_of(hall, *(size for number, size in enumerate(Size) if some >> number & 1))]
    }
    assert told == {(), (((4, 9), 4),)}, "the medium one and the large one are two, and told nowhere"


@pytest.fixture
def look(hall, sign_in):
    branch = sign_in(hall.branch)

    def ask(path="/activities/look", **facts):
        filled = {"space_id": hall.space.id, "day": date(2026, 11, 6), "starts": "14:00", "ends": "16:00"}
        return branch.post(path, data=filled | {"audience": "all"} | facts).text

    return ask


def test_the_week_of_the_hall_shows_what_is_taken_free_and_past(hall, look):
    taken = hall.draft()
    shown = look(starts="10:00", ends="11:00")
    assert 'data-day="2026-11-06" data-start="13:00"' in shown
    assert 'data-start="14:00" aria-label="11月6日 周五 14:00' not in shown
    assert "11月6日 周五 14:00 已有安排" in shown
    assert "会客厅那时已有安排" not in shown
    assert "会客厅那时已有安排" in look()
    assert "11月6日 周五 10:00 这次活动" in shown
    assert "11月2日 周一 10:00 已经过去" in shown
    own = look(f"/activities/{taken.id}/look")
    assert "11月6日 周五 14:00 这次活动" in own
    assert "会客厅那时已有安排" not in own


def test_the_72_hours_follow_what_is_typed_and_nonsense_is_no_trouble(look):
    assert "够 72 小时" in look()
    assert "不足 72 小时" in look(day="2026-11-05")
    for facts in ({"day": "x"}, {"starts": "25:00"}, {"space_id": "x"}, {"audience": "x"}, {"ends": "09:00"}):
        assert "<p" in look(**facts) or not look(**facts).strip()


def test_the_best_times_are_at_work_with_three_days_notice_and_one_tap_away(hall, look):
    small = [hall.world.enterprise(hall.park) for _ in range(4)]
    for number, enterprise in enumerate(small):
        for hour in range(9, 18):
            if (number, hour) != (0, 16):
                stayed(hall, enterprise, datetime(2026, 10, 30, hour, 0, tzinfo=SHANGHAI), 60)
    shown = look(starts="14:00", ends="15:00")
    best = shown.partition('class="hall-best">')[2].partition("</p>")[0]
    assert 'data-day="2026-11-06" data-start="16:00"' in best, "when the fewest of them are there"
    assert "16:00（平时约 1 家在用）" in best
    assert "21:00" not in best, "though nobody is"
    assert "2026-11-07" not in best, "a Saturday"
    assert "2026-11-02" not in best, "too soon to be announced"
    assert 'class="is-free is-off"' in shown
    assert "约 1 家" in look(audience="chosen", guest_ids=[small[0].id]), "of all of its size"
    assert "不到三家" in look(audience="chosen", guest_ids=[hall.enterprises[2].id])


def test_a_copy_begins_on_the_next_free_day_of_the_same_weekday_and_time_and_says_so(hall, sign_in):
    branch, one_week = sign_in(hall.branch), timedelta(weeks=1)
    last = hall.draft()  # on Friday the 6th at two
    start = last.starts_at
    hall.draft(start=start + one_week, title="占着")
    page = branch.get(f"/activities/new?copy={last.id}").text
    assert 'value="2026-11-20"' in page
    assert "下一个空着的是11月20日 周五；11月13日 周五有别的安排、活动或休息" in page
    hall.draft(start=start + 2 * one_week + timedelta(hours=2), title="之后")  # begins as it ends
    assert 'value="2026-11-20"' in branch.get(f"/activities/new?copy={last.id}").text
    assert 'value="2026-12-01"' in branch.get(f"/activities/new?copy={last.id}&day=2026-12-01").text


def test_a_copy_keeps_off_what_goes_on_in_another_hall_and_days_on_which_its_own_is_closed(hall, sign_in):
    branch, one_week, world = sign_in(hall.branch), timedelta(weeks=1), hall.world
    other = world.space(hall.area, Kind.HALL, name="报告厅", capacity=10)
    last = hall.draft()  # on Friday the 6th at two
    hall.draft(start=last.starts_at + one_week, space=other)
    gone = hall.draft(start=last.starts_at + 2 * one_week, space=other, places=10)
    page = branch.get(f"/activities/new?copy={last.id}").text
    assert "下一个空着的是11月27日 周五；11月13日 周五、11月20日 周五有别的" in page
    hall.call_off(gone)
    assert 'value="2026-11-20"' in branch.get(f"/activities/new?copy={last.id}").text
    opening = hall.session.query(OpeningRule).filter_by(kind=Kind.HALL).one()
    opening.closes_minute = 15 * 60
    hall.session.commit()
    world.rule(hall.park, Kind.HALL, space_id=other.id)
    assert "往后半年" in seen(branch.get(f"/activities/new?copy={last.id}"))
    assert 'value="2026-11-20"' in branch.get(f"/activities/new?copy={gone.id}").text


def test_a_copy_of_what_was_in_a_hall_that_is_out_of_use_is_for_one_that_is_in_use(hall, sign_in):
    branch = sign_in(hall.branch)
    other = hall.world.space(hall.area, Kind.HALL, name="报告厅", capacity=90)
    last = hall.draft(space=other, places=80)
    other.retired_at = last.ends_at
    busy = hall.draft(start=last.starts_at + timedelta(weeks=1))
    hall.session.commit()
    page = branch.get(f"/activities/new?copy={last.id}").text
    assert (busy.space_id, "下一个空着的是11月20日 周五" in page) == (hall.space.id, True)
    assert re.search(r'name="places"[^>]*value="30"', page), "as many as it seats"
