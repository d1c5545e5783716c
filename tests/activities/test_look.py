"""What the writer sees beside the form: the hall's week, and when those invited are about."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from booking.usage.busy_hours import busy_hours, by_hour, level_of
from booking.usage.models import Stay
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


def test_a_stay_is_cut_at_full_hours():
    start = datetime(2026, 10, 30, 9, 50, tzinfo=SHANGHAI)
    assert by_hour(start, start + timedelta(minutes=80)) == [(4, 9, 10), (4, 10, 60), (4, 11, 10)]
    assert [level_of(minutes, 60) for minutes in (0, 1, 20, 21, 41, 60)] == [0, 1, 1, 2, 3, 3]


def test_when_they_are_about_is_told_of_three_enterprises_or_more_together(hall):
    ids = [one.id for one in hall.enterprises]
    for enterprise in hall.enterprises[:2]:
        stayed(hall, enterprise, datetime(2026, 10, 30, 9, 0, tzinfo=SHANGHAI), 60)
    assert busy_hours(hall.session, ids, SHANGHAI, hall.now) is None
    stayed(hall, hall.enterprises[2], datetime(2026, 10, 23, 14, 0, tzinfo=SHANGHAI), 30)
    busy = busy_hours(hall.session, ids, SHANGHAI, hall.now)
    assert [busy.level(4, 9), busy.level(4, 14), busy.level(4, 10)] == [3, 1, 0]
    assert busy_hours(hall.session, ids[:2], SHANGHAI, hall.now) is None


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
    assert "11月6日 周五 10:00 这次活动" in shown
    assert "11月2日 周一 10:00 已经过去" in shown
    assert "11月6日 周五 14:00 这次活动" in look(f"/activities/{taken.id}/look")


def test_the_72_hours_follow_what_is_typed_and_nonsense_is_no_trouble(look):
    assert "够 72 小时" in look()
    assert "不足 72 小时" in look(day="2026-11-05")
    for facts in ({"day": "x"}, {"starts": "25:00"}, {"space_id": "x"}, {"audience": "x"}, {"ends": "09:00"}):
        assert "<p" in look(**facts) or not look(**facts).strip()
