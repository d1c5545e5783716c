"""Sentences as people in a park say them, and what each asks for; said on Thu 26 Nov 2026, 09:00."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import chinese_calendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, strategies as st

from booking.understand.holiday_words import BY_THE_MOON, day_named
from booking.understand.plain_text import LONGEST, TRADITIONAL, WIDE
from booking.understand.sentence import OwnWords, understand

TABLE = json.loads((Path(__file__).parent / "sentences.json").read_text(encoding="utf-8"))
SENTENCES = [sentence for sentence, _ in TABLE]
NOW = datetime.fromisoformat("2026-11-26T09:00+08:00")
NOTHING: dict[str, object] = {
    "kind": None, "day": None, "from": None, "to": None, "minutes": None, "people": None, "equipment": [],
    "near": None, "area": None, "repeat": None, "not_understood": [],
}  # fmt: skip


def said(sentence, now=NOW, **own):
    return understand(sentence, now, OwnWords(**own)).as_dict()


def test_each_sentence_of_the_table_is_understood_as_written_there():
    assert len(set(SENTENCES)) == len(TABLE) >= 300
    wrong = [
        f"{sentence}\n  wanted {wanted}\n  got    { {k: v for k, v in said(sentence).items() if v} }"
        for sentence, wanted in TABLE
        if said(sentence) != NOTHING | wanted
    ]
    assert not wrong, "\n".join(wrong)


def test_the_answer_has_its_keys_in_order():
    assert list(said("会议室")) == list(NOTHING)


def test_each_rule_is_one_that_a_library_of_recurrences_reads():
    rules = {found["repeat"] for sentence in SENTENCES if (found := said(sentence))["repeat"]}
    assert len(rules) > 20
    for rule in rules:
        first = rrulestr(rule, dtstart=NOW)[0]
        assert first >= NOW, rule


def wide(sentence):
    back = {small: big for big, small in WIDE.items()}
    return sentence.translate(back).replace(" ", "\u3000")


def test_the_width_of_letters_makes_no_difference():
    for sentence in SENTENCES:
        narrow, broad = said(sentence), said(wide(sentence))
        for found in (narrow, broad):
            found["not_understood"] = [
                piece.translate(WIDE).replace("\u3000", " ") for piece in found["not_understood"]
            ]
        assert narrow == broad, sentence


def test_a_place_in_the_sentence_stays_where_it_is():
    assert all(len(chr(a)) == len(chr(b)) for a, b in TRADITIONAL.items())
    assert said("İstanbul 明天")["not_understood"] == ["İstanbul"]


PARTS = st.sampled_from(sorted({part for sentence in SENTENCES for part in re.split(r"[ ，、]", sentence)}))
MADE_UP = st.lists(PARTS, max_size=12).map("".join) | st.lists(PARTS, max_size=12).map(" ".join)


@given(st.text(max_size=300) | MADE_UP)
def test_whatever_is_typed_gets_an_answer_in_its_own_words(sentence):
    found = said(sentence)
    end = 0
    for piece in found["not_understood"]:  # pieces of the sentence, in its order, none twice
        assert piece.strip()
        at = sentence.find(piece, end)
        assert at >= 0, piece
        end = at + len(piece)
    assert found == said(sentence)
    if found["from"] and found["to"]:
        assert found["from"] < found["to"] <= "24:00"
        assert found["minutes"] is not None
    if found["repeat"]:
        rrulestr(found["repeat"], dtstart=NOW)


@pytest.mark.parametrize(
    "much",
    [
        "明天下午三点" * 2000,
        "九" * 10_000,
        "1" * 10_000,
        " " * 10_000,
        "离" * 10_000,
        "a " * 5000,
        "每周一、" * 2500,
    ],
)
def test_a_sentence_of_ten_thousand_characters_is_read_no_further_than_its_beginning(much):
    found = understand(much, NOW)
    assert found.too_long
    assert all(piece in much for piece in found.not_understood)
    assert sum(map(len, found.not_understood)) <= LONGEST + 100


def test_what_stands_where_a_long_sentence_is_cut_is_not_guessed():
    found = understand("会议室" + "，" * (LONGEST - 7) + "12月30日", NOW)
    assert (found.kind, found.day, found.not_understood) == ("meeting_room", None, ("12月3", "0日"))


def test_the_time_of_a_weekday_decides_whether_today_is_meant():
    at = datetime.fromisoformat
    assert said("周四下午三点", at("2026-11-26T14:59+08:00"))["day"] == "2026-11-26"
    assert said("周四下午三点", at("2026-11-26T15:01+08:00"))["day"] == "2026-12-03"
    assert said("周四下午", at("2026-11-26T15:00+08:00"))["day"] == "2026-11-26"
    assert said("周四下午", at("2026-11-26T18:01+08:00"))["day"] == "2026-12-03"
    passed = said("今天早上九点", at("2026-11-26T15:00+08:00"))
    assert (passed["day"], passed["from"]) == ("2026-11-26", "09:00")


def test_weeks_and_months_turn_where_the_calendar_does():
    at = datetime.fromisoformat
    assert said("下周一", at("2026-11-29T23:59+08:00"))["day"] == "2026-11-30"
    assert said("这周日", at("2026-11-23T00:00+08:00"))["day"] == "2026-11-29"
    assert said("明天", at("2026-12-31T10:00+08:00"))["day"] == "2027-01-01"
    assert said("下个月31号", at("2026-12-05T10:00+08:00"))["day"] == "2027-01-31"
    assert said("下个月31号", at("2027-01-05T10:00+08:00"))["not_understood"] == ["下个月31号"]
    assert said("2月29日", at("2027-12-01T10:00+08:00"))["day"] == "2028-02-29"
    assert said("2月29日", at("2026-12-01T10:00+08:00"))["day"] is None
    assert said("31号", at("2026-11-26T10:00+08:00"))["day"] == "2026-12-31"


def test_now_is_the_next_quarter_and_may_be_tomorrow():
    at = datetime.fromisoformat
    assert said("现在", at("2026-11-26T09:01+08:00"))["from"] == "09:15"
    late = said("现在", at("2026-11-26T23:50+08:00"))
    assert (late["day"], late["from"]) == ("2026-11-27", "00:00")


SPACES = (
    "云起·东",
    "Clouds East",
    "云起（合并）",
    "半日",
    "A307",
    "B-12",
    "301",
    "工位 3",
    "大会议室",
    "明天",
    "12:00",
)


@pytest.mark.parametrize(
    ("sentence", "space"),
    [
        ("云起东 周一晚上7点", "云起·东"),
        ("周一晚上7点 云起 · 东", "云起·东"),
        ("clouds east tomorrow", "Clouds East"),
        ("云起合并 明天", "云起（合并）"),
        ("半日还有空吗", "半日"),
        ("a307 明天", "A307"),
        ("A-307 明天", "A307"),
        ("b12 明天", "B-12"),
        ("301 明天下午3点", "301"),
        ("工位3 明天", "工位 3"),
        ("大会议室 明天", "大会议室"),
        ("取消云起东明天的会", "云起·东"),
    ],
)
def test_a_space_is_known_by_its_name_or_code_however_it_is_written(sentence, space):
    assert said(sentence, spaces=SPACES)["space"] == space


@pytest.mark.parametrize(
    "sentence",
    [
        "明天 301人",
        "明天3:01",
        "工位3个",
        "半天 工位",
        "明天12:00",
        "A3070 明天",
        "会议室 明天",
        "A307旁边的工位",
        "离A307近",
    ],
)
def test_what_only_looks_like_a_space_is_none(sentence):
    assert "space" not in said(sentence, spaces=SPACES)


def test_a_space_says_its_kind_where_that_is_in_its_name_and_a_second_one_is_said_back():
    found = said("大会议室和半日 明天", spaces=SPACES)
    assert (found["kind"], found["space"], found["not_understood"]) == ("meeting_room", "大会议室", ["半日"])
    assert said("离A307近的工位", spaces=SPACES)["near"] == "A307"
    for odd in ("", " ", "·", "(", "\\", "昨天", "a" * 40):
        said("会议室(a", spaces=(odd,))


def test_the_beginning_that_names_share_means_all_of_them():
    names = (
        "云起·东",
        "云起·西",
        "云起（合并）",
        "延时工位 B201",
        "Clouds East",
        "Large Hall 1",
        "大·厅",
        "会议室 3",
    )
    assert said("云起 周一", spaces=names)["space"] == "云起"
    desk = said("延时工位 明天", spaces=names)
    assert (desk["space"], desk["kind"], desk["not_understood"]) == ("延时工位", "workstation", [])
    assert said("clouds tomorrow", spaces=names)["space"] == "Clouds"
    assert said("云起东 周一", spaces=names)["space"] == "云起·东"
    for sentence in ("large room tomorrow", "大会议室 明天", "会议室 明天", "云起旁边的工位"):
        assert "space" not in said(sentence, spaces=names), sentence


def understood(sentence):
    return understand(sentence, NOW)


def test_what_is_left_over_may_be_a_part_of_what_is_wanted():
    assert not understood("明天两点到三点 3人").leaves_open
    for sentence in (
        "明天两点到三点 靠窗",
        "明天两点到三点 免费的",
        "明天两点到三点 45 3人",
        "明天两点到三点 周二",
        "取消明天两点到三点的会",
        "明天两点到三点 十来个人",
    ):
        assert understood(sentence).leaves_open, sentence


def test_a_rule_with_words_left_over_is_open():
    for sentence in (
        "every day this week at 9",
        "每周三次 10点",
        "每季度第一个周一 10点",
        "每周二10点 靠窗",
        "两周后的周三 10点",
    ):
        assert understood(sentence).leaves_open, sentence
    for sentence in ("每周二10点 1小时 8次", "每周一次 周三10点", "monthly on the first Tuesday 10am"):
        assert not understood(sentence).leaves_open, sentence


@given(
    st.sampled_from(["每周", "每月", "每周二", "每天", "每两周", "每个工作日"]),
    st.integers(2, 9),
    st.sampled_from(["10点", "开会", ""]),
)
def test_once_is_how_often_and_never_the_end_of_a_rule(rule, times, words):
    once, alone = said(f"{rule}一次 {words}"), said(f"{rule} {words}")
    assert (once["repeat"], once["not_understood"]) == (alone["repeat"], [])
    in_all = said(f"{rule} {words} 共{times}次")
    assert in_all["repeat"] == f"{alone['repeat']};COUNT={times}"


def test_an_hour_that_may_be_of_either_half_is_told_with_its_morning():
    assert understood("明天7点到9点 工位").early == (7 * 60, 9 * 60)
    assert understood("明天7点 工位").early == (7 * 60, None)
    for sentence in ("晚上7点到9点", "7点到晚上9点", "8点", "19点", "2点到3点", "7pm", "07:00"):
        assert understood(sentence).early is None, sentence


def test_who_cancels_or_moves_wants_no_new_booking():
    for sentence in (
        "取消明天的会",
        "把明天的会改到周五",
        "明天的会不开了",
        "帮我取消明天的会",
        "明天的工位退了吧",
        "把明天的会往后推半小时",
        "call off tomorrow's meeting",
        "cancel my meeting",
        "move my meeting to 3pm",
    ):
        assert understood(sentence).of_what_is_booked, sentence
    for sentence in ("明天的会", "改天再说", "明天改造会议", "a free cancellation policy meeting"):
        assert not understood(sentence).of_what_is_booked, sentence


def test_about_so_many_people_are_no_number_and_told_with_the_one_in_it():
    for words, number in (
        ("十来个人", 10),
        ("十几个人", 10),
        ("20多人", 20),
        ("好几个人", 0),
        ("几个同事", 0),
    ):
        assert understood(f"明天 {words} 开会").vague_people == (words, number)
    assert understood("明天 10个人").vague_people is None


@pytest.mark.parametrize(
    ("sentence", "at", "days"),
    [
        ("周末 工位", "2026-11-26", ("2026-11-28", "2026-11-29")),
        ("周末 工位", "2026-11-28", ("2026-11-28", "2026-11-29")),
        ("周末 工位", "2026-11-29", ("2026-11-29", "2026-12-05")),
        ("这周末 工位", "2026-11-26", ("2026-11-28", "2026-11-29")),
        ("下周末 工位", "2026-11-26", ("2026-12-05", "2026-12-06")),
        ("下下周末 工位", "2026-11-29", ("2026-12-12", "2026-12-13")),
        ("desk this weekend", "2026-11-26", ("2026-11-28", "2026-11-29")),
        ("desk next weekend", "2026-11-28", ("2026-12-05", "2026-12-06")),
        ("明后天 会议室", "2026-12-30", ("2026-12-31", "2027-01-01")),
        ("两周后的周三", "2026-11-26", ("2026-12-09", "2026-12-16")),
        ("Wednesday in two weeks", "2026-11-26", ("2026-12-09", "2026-12-16")),
        ("room on 3/12", "2026-11-26", ("2026-12-03", "2027-03-12")),
        (
            "下周 工位",
            "2026-11-28",
            tuple(f"2026-{day}" for day in ("11-30", "12-01", "12-02", "12-03", "12-04")),
        ),
        ("room sometime this week", "2026-11-26", ("2026-11-26", "2026-11-27")),
    ],
)
def test_which_of_two_days_is_meant_is_asked_and_never_guessed(sentence, at, days):
    found = understand(sentence, datetime.fromisoformat(f"{at}T09:00+08:00"))
    words, either = found.either_day
    assert found.day is None
    assert found.leaves_open
    assert words in sentence
    assert tuple(map(str, either)) == days
    told = understand(sentence.replace(words, f" {days[1]} "), NOW)
    assert (str(told.day), told.leaves_open) == (days[1], False)


def test_a_slashed_day_is_asked_about_among_english_words_alone():
    assert said("3/12 下午2点")["day"] == "2027-03-12"
    assert said("room 13/12")["day"] == "2026-12-13"
    assert said("room 5/5")["day"] == "2027-05-05"
    assert said("room 31/31")["not_understood"] == ["31/31"]


@pytest.mark.parametrize(
    ("sentence", "at", "day", "rule", "minutes"),
    [
        ("工位 周一到月底 每天9点到18点", "11-10", "11-16", "FREQ=DAILY;UNTIL=20261130T155959Z", 540),
        ("工位 周一到月底 每天9点到18点", "11-28", "11-30", "FREQ=DAILY;UNTIL=20261130T155959Z", 540),
        ("租个储物柜 下周一到月底", "11-28", "11-30", None, 1440),  # that Monday and no open end
        ("租个储物柜 下周一到月底", "11-10", "11-16", None, 15 * 1440),
        ("工位 周一到11月16日 9点到18点", "11-10", "11-16", None, 540),
        ("周一 10到12号 9点到10点 会议室", "11-28", "11-30", None, 60),  # the second day is said back
        ("储物柜 周一到12月7日", "11-28", "11-30", None, 8 * 1440),
        ("仓库 12月1日到月底", "11-28", "12-01", None, 31 * 1440),
    ],
)
def test_what_goes_on_until_a_day_ends_with_it_though_both_may_be_one(sentence, at, day, rule, minutes):
    found = said(sentence, datetime.fromisoformat(f"2026-{at}T09:00+08:00"))
    assert (found["day"], found["repeat"], found["minutes"]) == (f"2026-{day}", rule, minutes)


@pytest.mark.parametrize(
    ("lengths", "ways"),
    [
        (("两小时", "半小时", "三天", "一个半小时", "90分钟"), ("{}内", "{}之内", "接下来{}", "未来{}")),
        (("two hours", "half an hour", "3 days", "an hour"), ("within {}", "in the next {}", "in under {}")),
    ],
)
def test_within_a_time_is_when_to_begin_and_never_how_long(lengths, ways):
    for words in (way.format(length) for way in ways for length in lengths):
        found = understand(f"{words} 会议室", NOW)
        assert (found.minutes, found.leaves_open) == (None, True), words


@given(
    st.integers(2, 40),
    st.sampled_from(["每{}天", "每{}个月", "every {} days", "every {} months", "every {} weeks"]),
)
def test_the_step_of_a_rule_is_no_length(step, words):
    found = understand(f"{words.format(step)} 10:00", NOW)
    assert (found.minutes, f"INTERVAL={step}" in (found.repeat or "")) == (None, True)


def test_a_kind_that_nobody_said_is_told_to_be_the_usual_one():
    for sentence, kind in (
        ("明天 4人", "meeting_room"),
        ("明天 投影", "meeting_room"),
        ("明天 显示器", "workstation"),
    ):
        assert (understood(sentence).kind, understood(sentence).usual_kind) == (kind, True)
    for sentence in ("明天 会议室 4人", "明天 开会 4人", "工位"):
        assert not understood(sentence).usual_kind


def test_where_only_one_day_can_be_meant_it_is_that_day():
    at = datetime.fromisoformat
    assert said("这周末 工位", at("2026-11-29T09:00+08:00"))["day"] == "2026-11-29"
    assert said("两周后的周四", NOW)["day"] == "2026-12-10"
    both = said("周末两天 上午 工位", at("2026-11-29T09:00+08:00"))
    assert (both["day"], both["repeat"]) == ("2026-12-05", "FREQ=DAILY;COUNT=2")


@given(st.integers(9, 20), st.sampled_from(["{}点以后", "{}:00之后", "after {}:00"]), st.integers(1, 3))
def test_after_an_hour_is_any_stretch_from_then_until_the_evening_ends(hour, words, hours):
    found = understand(f"明天 {words.format(hour)}", NOW)
    assert (found.starts, found.ends, found.part_of_day) == (hour * 60, 21 * 60, True)
    long = understand(f"明天 {words.format(hour)} {hours}小时", NOW)
    assert long.minutes == (hours * 60 if hour + hours <= 21 else (21 - hour) * 60)
    assert long.leaves_open == (hour + hours > 21)


@given(st.integers(10, 21), st.sampled_from(["{}点之前", "{}:00以前", "before {}:00"]))
def test_before_an_hour_is_any_stretch_from_nine_on(hour, words):
    found = understand(f"明天 {words.format(hour)}", NOW)
    assert (found.starts, found.ends, found.part_of_day) == (9 * 60, hour * 60, True)


@given(st.dates(date(2026, 11, 27), date(2027, 12, 31)), st.integers(1, 30))
def test_days_in_a_row_come_once_each(first, more):
    last = first + timedelta(more)
    for sentence in (f"{first}到{last} 9点到10点", f"{first} to {last} 9:00-10:00"):
        found = said(sentence)
        assert (found["day"], found["repeat"]) == (str(first), f"FREQ=DAILY;COUNT={more + 1}")
        rule = rrulestr(found["repeat"], dtstart=datetime.combine(first, time(9)))
        assert rule[-1].date() == last


def test_a_park_s_own_words_come_first():
    own = {"equipment": ("LED 大屏", "投影", "显示屏"), "areas": ("A 座 3 层", "Building A, 3rd floor")}
    assert said("要LED大屏和投影仪", **own)["equipment"] == ["LED 大屏", "投影"]
    assert said("显示屏", **own)["equipment"] == ["显示屏"]
    assert said("屏幕", **own)["equipment"] == ["屏幕"]
    assert said("A座三楼的会议室", **own)["area"] == "A 座 3 层"
    assert said("room, building a, 3rd floor", **own)["area"] == "Building A, 3rd floor"
    assert said("三楼", **own)["area"] == "三楼"
    assert said("茶歇台", equipment=("茶歇台",))["equipment"] == ["茶歇台"]
    for odd in ("", " ", "(", "\\", "[a-", "a" * 40):
        said("会议室(a", equipment=(odd,), areas=(odd,))


def test_days_by_the_moon_are_those_of_the_published_calendar_and_lie_a_lunar_year_apart():
    names = {"除夕": "Spring Festival", "端午": "Dragon Boat Festival", "中秋": "Mid-autumn Festival"}
    for name, holiday in names.items():
        assert chinese_calendar.get_holiday_detail(day_named(name, date(2026, 1, 1))) == (True, holiday)
    for name in BY_THE_MOON:
        first, found = day_named(name, date(2026, 1, 1)), []
        while first:
            found.append(first)
            first = day_named(name, first + timedelta(1))
        assert len(found) >= 9, name
        assert {(later - one).days for one, later in pairwise(found)} <= {353, 354, 355, 383, 384, 385}, name
    new_year, autumn = day_named("元宵", date(2027, 1, 1)), day_named("中秋", date(2027, 1, 1))
    assert (new_year - day_named("除夕", date(2027, 1, 1))).days == 15
    assert (autumn - new_year).days % 29.53 < 2  # both are full moons
    assert day_named("除夕", date(2036, 1, 1)) is None
    assert day_named("冬至", date(2026, 12, 23)) == date(2027, 12, 22)
    assert said("除夕 10点", datetime.fromisoformat("2035-03-01T09:00+08:00"))["not_understood"] == ["除夕"]
