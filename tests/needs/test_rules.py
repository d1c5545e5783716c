"""By when a need is answered, to whom it rises, and what counts as the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.needs.rules import (
    Escalation,
    NeedKind,
    PhoneUnreadable,
    check_phone,
    end_of_day,
    escalation_of,
    same_key,
)
from booking.needs.utterances import guess_kind
from booking.values import WorkCalendar, working_day_after, working_days_since

SHANGHAI = ZoneInfo("Asia/Shanghai")
OF_2026 = WorkCalendar(
    rest_days=frozenset(date(2026, 10, day) for day in range(1, 8)),
    working_days=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)
FRIDAY = date(2026, 10, 9)


@pytest.mark.parametrize(
    ("said", "count", "due"),
    [
        (FRIDAY, 1, date(2026, 10, 10)),  # the make-up Saturday
        (FRIDAY, 3, date(2026, 10, 13)),
        (FRIDAY, 5, date(2026, 10, 15)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over National Day
        (date(2026, 10, 3), 1, date(2026, 10, 8)),  # said on a rest day
        (date(2026, 10, 10), 1, date(2026, 10, 12)),
    ],
)
def test_a_need_is_due_so_many_working_days_after_it_was_said(said, count, due):
    assert working_day_after(OF_2026, said, count) == due


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 5))
def test_the_day_it_is_due_is_a_working_day_with_as_many_between(said, count):
    due = working_day_after(OF_2026, said, count)
    assert OF_2026.is_working_day(due)
    assert working_days_since(OF_2026, said, due) == count
    assert working_days_since(OF_2026, said, due - timedelta(days=1)) == count - 1


@pytest.mark.parametrize(
    ("today", "desk"),
    [
        (date(2026, 10, 10), Escalation.OWNER),
        (date(2026, 10, 11), Escalation.OWNER),  # overdue, but nobody works on that Sunday
        (date(2026, 10, 12), Escalation.ADMIN),
        (date(2026, 10, 13), Escalation.BRANCH),
        (date(2026, 10, 30), Escalation.BRANCH),
    ],
)
def test_what_was_due_on_the_make_up_saturday_rises_with_each_working_day(today, desk):
    assert escalation_of(working_days_since(OF_2026, date(2026, 10, 10), today)) is desk


def test_it_is_overdue_when_its_day_is_over_in_the_park():
    assert end_of_day(date(2026, 10, 10), SHANGHAI) == datetime(2026, 10, 11, tzinfo=SHANGHAI)


def test_a_calendar_without_working_days_ends_the_search():
    never = WorkCalendar(rest_days=frozenset(FRIDAY + timedelta(days=number) for number in range(400)))
    assert working_day_after(never, FRIDAY, 1) == FRIDAY + timedelta(days=60)


def test_the_same_is_the_same_whatever_the_blanks_and_dots():
    once = same_key("member 1", "空调 不制冷！", 7)
    assert once == same_key("member 1", "空调不制冷", 7)
    assert len({once, same_key("member 2", "空调不制冷", 7), same_key("member 1", "空调不制冷", 8)}) == 3
    assert same_key("member 1", "！！", None) != same_key("member 1", "？？", None)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("二楼茶水间的灯不亮了", NeedKind.FAULT),
        ("投影打不开，请修一下", NeedKind.FAULT),
        ("隔壁会议室太吵，受不了", NeedKind.COMPLAINT),
        ("空调坏了没人管，投诉", NeedKind.COMPLAINT),  # complained of, though it is broken as well
        ("希望周四开放到 22 点", NeedKind.WISH),
        ("快递柜", NeedKind.WISH),
        ("The projector is BROKEN", NeedKind.FAULT),
        ("半日会议室的视频又掉线了，开会开到一半断开", NeedKind.FAULT),
        ("视频又掉线了", NeedKind.FAULT),
        ("网络断了上不了网", NeedKind.FAULT),
        ("断网", NeedKind.FAULT),
        ("无线连不上", NeedKind.FAULT),
        ("按了没反应", NeedKind.FAULT),
        ("云起间投屏总是断，开会时很尴尬", NeedKind.FAULT),
        ("门打不开", NeedKind.FAULT),
        ("网络老掉线没人管", NeedKind.COMPLAINT),
        ("开会中断太久，受不了", NeedKind.COMPLAINT),
        ("希望会议中间不间断供应茶水", NeedKind.WISH),
        ("建议线上也能打开预订页", NeedKind.WISH),
    ],
)
def test_the_kind_is_guessed_from_the_words(words, kind):
    assert guess_kind(words) is kind


def test_a_telephone_number_has_digits():
    assert check_phone(" １３８ 0000-0000 ") == "138 0000-0000"
    for wrong in ("", "沒有", "1234", "1" * 16):
        with pytest.raises(PhoneUnreadable):
            check_phone(wrong)
