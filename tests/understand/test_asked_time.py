"""When is meant where the sentence leaves it open; said on Thursday 26 November 2026 at 09:10."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from booking.understand.place_words import is_meant
from booking.understand.repeat_words import means_working_days
from booking.understand.sentence import understand
from booking.understand.understood import asked_time
from booking.understand.wanted_words import things_meant

NOW = datetime.fromisoformat("2026-11-26T09:10+08:00")


def at(sentence, now=NOW):
    asked = asked_time(understand(sentence, now), now)
    clock = f"{asked.starts // 60:02d}:{asked.starts % 60:02d}-{asked.ends // 60:02d}:{asked.ends % 60:02d}"
    return f"{asked.day:%m-%d} {clock}", asked.assumed


@pytest.mark.parametrize(
    ("sentence", "when", "assumed"),
    [
        ("会议室", "11-26 10:00-11:00", {"day", "starts", "ends"}),
        ("明天会议室", "11-27 09:00-10:00", {"starts", "ends"}),
        ("明天两小时", "11-27 09:00-11:00", {"starts"}),
        ("明天两点", "11-27 14:00-15:00", {"ends"}),
        ("明天到五点", "11-27 16:00-17:00", {"ends"}),
        ("明天两点到三点半", "11-27 14:00-15:30", set()),
        ("两点到三点半", "11-26 14:00-15:30", {"day"}),
        ("八点到九点", "11-27 08:00-09:00", {"day"}),  # today's eight is over
        ("今天八点到九点", "11-26 08:00-09:00", set()),  # as it was said
        ("今天上午", "11-26 09:15-12:00", set()),  # what is left of it
        ("明天上午", "11-27 09:00-12:00", set()),
        ("明天晚上十一点半", "11-27 23:30-24:00", {"ends"}),
        ("每周三两点到三点", "12-02 14:00-15:00", set()),
        ("每周四八点到九点", "12-03 08:00-09:00", set()),
        ("每月15号两点到三点", "12-15 14:00-15:00", set()),
        ("从下周三开始每周五两点到三点", "12-04 14:00-15:00", set()),
        ("每周一次 两点到三点", "11-26 14:00-15:00", {"day"}),  # on which day nobody said
        ("每月 下周三 两点到三点", "12-02 14:00-15:00", set()),
        ("周末 两点到三点", "11-28 14:00-15:00", {"day"}),  # the first of those it may be
        ("下周 两点到三点", "11-30 14:00-15:00", {"day"}),
        ("每10天 两点到三点", "11-26 14:00-15:00", {"day"}),  # from which day on nobody said
        ("隔周周三 两点到三点", "12-02 14:00-15:00", set()),
        ("隔周周二 两点到三点", "12-01 14:00-15:00", set()),  # this week's is over, and counts for nothing
        ("fortnightly on Monday 2pm-3pm", "11-30 14:00-15:00", set()),
        ("每两个月的15号 两点到三点", "12-15 14:00-15:00", set()),
        ("明天起储物柜三天", "11-27 09:00-24:00", {"starts"}),
    ],
)
def test_what_was_not_said_is_filled_in_and_named(sentence, when, assumed):
    assert at(sentence) == (when, assumed)


def test_a_part_of_the_day_leaves_room_for_a_shorter_time():
    asked = asked_time(understand("明天上午 一个小时", NOW), NOW)
    assert (asked.starts, asked.ends, asked.window) == (9 * 60, 10 * 60, (9 * 60, 12 * 60))
    assert asked_time(understand("明天上午", NOW), NOW).window is None


def part(sentence):
    """Give times, window and what was assumed, where an hour is meant of a part of the day."""
    found = asked_time(understand(sentence, NOW), NOW, 60)
    return (found.starts // 60, found.ends // 60), found.window, found.assumed


def test_of_a_part_of_the_day_an_hour_is_meant_where_all_of_it_is_not_said():
    afternoon = (13 * 60, 18 * 60)
    assert part("明天下午开会 4个人") == ((13, 14), afternoon, {"ends"})
    assert part("整个下午 明天 会议室") == ((13, 18), None, set())
    assert part("明天一下午 会议室") == ((13, 18), None, set())
    assert part("all afternoon tomorrow") == ((13, 18), None, set())
    assert part("明天下午半天 会议室") == ((13, 18), None, set())
    assert part("明天下午 三个小时")[0] == (13, 16)
    assert part("明天两点到五点") == ((14, 17), None, set())  # hours were said, no part of the day
    assert part("明天两点到五点之间") == ((14, 17), None, set())


def test_a_store_has_a_last_day_where_one_was_said():
    assert asked_time(understand("储物柜 明天起三天", NOW), NOW).until == date(2026, 11, 29)
    assert asked_time(understand("储物柜 明天起", NOW), NOW).until is None


def test_late_at_night_what_names_no_day_is_tomorrow():
    late = datetime.fromisoformat("2026-11-26T23:30+08:00")
    assert at("会议室", late)[0] == "11-27 09:00-10:00"
    assert at("今天会议室", late)[0] == "11-26 09:00-10:00"  # over, and the page says so


def test_a_part_of_a_name_means_the_place_and_no_other():
    floor = "A 座 3 层"
    assert all(is_meant(said, floor) for said in ("三楼", "3F", "A座", "a 座", "A座三楼", "A 座 3 层"))
    assert not any(is_meant(said, floor) for said in ("B座", "2楼", "13楼", ""))
    assert is_meant("一号楼", "1号楼")
    assert not is_meant("1号楼", "11号楼")
    assert not is_meant("3楼", "A座13层")


def test_things_of_one_kind_stand_for_each_other():
    assert things_meant("屏幕", ["显示屏", "LED 大屏", "投影"]) == ("显示屏", "LED 大屏")
    assert things_meant("投影", ["投影", "投影仪"]) == ("投影",)
    assert things_meant("茶", ["茶歇台"]) == ()


def test_working_days_are_said_and_not_guessed_from_monday_to_friday():
    for sentence, working in (("每个工作日", True), ("every weekday", True), ("每周一到周五", False)):
        said = understand(sentence, NOW)
        assert means_working_days(said.repeat or "", said.repeat_said) is working
