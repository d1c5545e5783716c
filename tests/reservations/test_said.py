"""Booking in one sentence: what was understood as chips, what was not in words, and the best places."""

from __future__ import annotations

import html
import re
import runpy
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import delete, func, select

from booking.blueprints.calendar.search import MOST_COMPARED
from booking.people.models import Role
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.spaces.models import Kind
from booking.understand.plain_text import LONGEST, LONGEST_TAKEN
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked
from tests.reservations.test_what_is_looked_for import links

SAY = "/calendar/say"
ROOT = Path(__file__).parents[2]


def said(browser, sentence, **more):
    answer = browser.get(SAY, query_string={"say": sentence, **more})
    assert answer.status_code == 200
    return answer.text


def chips(page):
    found = re.search(r'<ul class="chips".*?</ul>', page, re.DOTALL)
    assert found is not None
    texts = re.findall(r"<a href[^>]*>([^<]*)", found[0])
    return [html.unescape(text).strip() for text in texts if text.strip()]


def places(page):
    """Name the places offered, the best first."""
    best = page.partition('id="best"')[2]
    return [html.unescape(name) for name in re.findall(r"<h3><a [^>]*>([^<]*)</a></h3>", best)]


def forms(page):
    """Read what each one-press form would send."""
    found = re.findall(r'<form method="post" action="/reservations/new">(.*?)</form>', page, re.DOTALL)
    return [dict(re.findall(r'name="(\w+)" value="([^"]*)"', one)) for one in found]


def reserved(browser, space, start, end):
    """Reserve it in hours after TUESDAY 09:00."""
    assert browser.post("/reservations/new", data=asked(space, start, end, people=1)).status_code == 302


def test_a_sentence_is_told_back_as_chips_that_lead_to_the_form_and_away(place):
    page = said(place.mine, "明天下午两点到三点半 6人 带投影 靠窗")
    assert chips(page) == ["会议室", "11月4日 周三", "14:00–15:30", "6 人", "投影"]
    assert "<q>靠窗</q>" in page
    ways = links(page, "/calendar/search")
    for part in ("day=2026-11-04", "starts=14:00", "ends=15:30", "people=6", "equipment="):
        assert all(part in url for url in ways), part
    assert any(url.endswith("#people") for url in ways)
    (off,) = [url for url in links(page, SAY) if "but=people" in url]
    assert chips(place.mine.get(off).text) == ["会议室", "11月4日 周三", "14:00–15:30", "投影"]


def test_one_press_books_the_best_place_and_a_second_press_the_same(place):
    page = said(place.mine, "明天下午两点到三点半 3人")
    assert places(page) == ["小会议室", "大会议室"]  # who fits most closely comes first
    first = forms(page)[0]
    answer = place.mine.post("/reservations/new", data=first)
    assert answer.status_code == 302
    assert place.mine.post("/reservations/new", data=first).location == answer.location
    made = place.session.scalars(select(Reservation)).one()
    assert (made.space_id, made.people, made.member_id) == (place.other.id, 3, place.me.id)
    assert made.starts_at == TUESDAY + timedelta(hours=29)
    assert made.ends_at - made.starts_at == timedelta(minutes=90)


def test_what_nobody_said_is_assumed_aloud_and_asked_for_before_it_is_booked(place):
    page = said(place.mine, "会议室")
    assert chips(page)[:3] == ["会议室", "11月3日 周二", "09:00–10:00"]
    assert page.count("没说，先这样找") == 2
    assert not forms(page)
    assert any(
        "start=2026-11-03T09%3A00" in url or "start=2026-11-03T09:00" in url
        for url in links(page, "/reservations/new")
    )


def test_what_names_no_hour_begins_where_such_a_place_is_open_and_free(place, standing_clock):
    standing_clock.set(TUESDAY + timedelta(hours=13, minutes=30))  # 22:30, and all closed
    page = said(place.mine, "会议室 3人")
    assert chips(page)[1:3] == ["11月4日 周三", "08:00–09:00"]
    assert places(page) == ["小会议室", "大会议室"]
    assert "开放时间" not in page
    reserved(place.others, place.other, 23, 26)
    reserved(place.others, place.room, 23, 25)
    assert chips(said(place.mine, "会议室 3人"))[1:3] == ["11月4日 周三", "10:00–11:00"]
    assert chips(said(place.mine, "会议室 两小时"))[1:3] == ["11月4日 周三", "10:00–12:00"]
    assert chips(said(place.mine, "明天 会议室 3人"))[1:3] == ["11月4日 周三", "10:00–11:00"]
    assert chips(said(place.mine, "每天 会议室 3人"))[1:3] == ["11月4日 周三", "10:00–11:00"]
    assert "11月7日 周六" in said(place.mine, "周末 工位").partition('id="best"')[2]


def test_now_after_closing_and_tonight_when_it_is_over_mean_the_soonest_hour(place, standing_clock):
    standing_clock.set(TUESDAY + timedelta(hours=13, minutes=40))  # 22:40, and all closed
    for sentence in ("现在 会议室 3人", "今晚 会议室 3人", "room now for 3 people"):
        page = html.unescape(said(place.mine, sentence))
        assert chips(page)[1:3] == ["11月4日 周三", "08:00–09:00"], sentence
        assert places(page) == ["小会议室", "大会议室"]
        assert "那个时间订不了，这是之后最早的。" in page
        assert not re.search("开放时间是|已经过去<|最近能订的", page)
        assert not forms(page), "not with one press"
    assert chips(said(place.mine, "现在 半小时 会议室"))[1:3] == ["11月4日 周三", "08:00–08:30"]
    assert chips(said(place.mine, "今晚 工位"))[1:3] == ["11月4日 周三", "08:00–11:00"], "all of an evening"
    assert "开放时间是" in said(place.mine, "今天22点45到23点45 会议室"), "who says the hour is told why not"
    standing_clock.set(TUESDAY + timedelta(hours=11, minutes=55))  # 20:55
    assert chips(said(place.mine, "今晚 会议室"))[1:3] == ["11月3日 周二", "21:00–22:00"]
    page = said(place.mine, "现在 会议室")
    assert chips(page)[2] == "21:00–22:00，没说多久"
    assert "那个时间订不了" not in page


def test_of_a_day_to_come_nobody_means_the_night(place, standing_clock):
    """A kind that is open day and night: tomorrow from nine on, tonight at once."""
    place.world.rule(place.park, Kind.WORKSTATION, opens_minute=0, closes_minute=24 * 60)
    standing_clock.set(TUESDAY + timedelta(hours=12))  # 21:00
    assert chips(said(place.mine, "明天 工位"))[1:3] == ["11月4日 周三", "09:00–10:00"]
    assert chips(said(place.mine, "工位"))[1:3] == ["11月3日 周二", "21:00–22:00"]
    standing_clock.set(TUESDAY + timedelta(hours=15, minutes=5))  # five past midnight, and at work
    assert chips(said(place.mine, "工位"))[1:3] == ["11月4日 周三", "00:30–01:30"]


def test_a_size_that_was_said_comes_first_and_can_be_taken_away(place):
    page = said(place.mine, "明天下午两点到三点 大一点的会议室")
    assert chips(page) == ["会议室", "11月4日 周三", "14:00–15:00", "大的优先"]
    assert places(page) == ["大会议室", "小会议室"]
    assert len(forms(page)) == 2
    assert places(said(place.mine, "明天下午两点到三点 小一点的会议室")) == ["小会议室", "大会议室"]
    assert places(said(place.mine, "明天下午两点到三点 大一点的会议室 3人")) == ["大会议室", "小会议室"]
    (off,) = [url for url in links(page, SAY) if "but=size" in url]
    assert "大的优先" not in chips(place.mine.get(off).text)


def test_a_room_of_a_letter_that_is_not_here_is_said(place):
    page = said(place.mine, "会议室C 明天两点到三点")
    assert "<q>C</q>" in page
    assert not forms(page)


def test_equal_places_come_in_the_order_of_near_then_price_then_the_list(place):
    far = place.world.area(place.park, name="5号楼")
    place.world.space(far, Kind.WORKSTATION, name="远工位", capacity=1)
    desk = place.world.space(far, Kind.WORKSTATION, name="旁工位", capacity=1)
    colleague = place.world.member(place.ours, name="林一")
    reserved(place.sign_in(colleague), desk, 7 * 24, 7 * 24 + 9)
    page = said(place.mine, "下周二上午 离林一近的工位")
    assert places(page) == ["远工位", "一号工位"]
    assert "那天在哪里" not in page
    assert places(said(place.mine, "下周二上午工位")) == ["一号工位", "远工位"]
    assert places(said(place.mine, f"下周二上午 靠近{desk.code}的工位"))[0] == "远工位"


def test_what_is_near_comes_first_and_where_the_fit_does_the_sentence_says_so(place):
    floors = [
        place.world.area(place.park, name=name)
        for name in ("B 座 3 层", "A 座 9 层", "A 座 2 层", "A 座 8 层")
    ]
    desks = [
        place.world.space(area, Kind.WORKSTATION, name=f"{area.name}工位", capacity=1) for area in floors[:3]
    ]
    small, fits, large = (
        place.world.space(floors[at], name=name, capacity=seats)
        for at, name, seats in ((3, "近而小", 2), (0, "远而合适", 3), (3, "近而大", 12))
    )
    colleague = place.world.member(place.ours, name="林一")
    reserved(place.sign_in(colleague), small, 7 * 24, 7 * 24 + 9)
    page = html.unescape(said(place.mine, "下周二上午 离林一近的工位"))
    assert places(page)[:2] == [desks[1].name, desks[2].name], "the floor above, then the second"
    assert "林一那天在近而小、A 座 8 层，近的排在前面。" in page
    listed = place.mine.get(html.unescape(links(page, "/calendar/search")[-1])).text
    assert re.findall(r"<h[23]><a [^>]*>([^<]*工位)</a>", listed)[:2] == [desks[1].name, desks[2].name]
    page = html.unescape(said(place.mine, "下周二上午 离林一近 3人"))
    assert places(page)[0] == fits.name
    assert "林一那天在近而小、A 座 8 层；大小最合适的排在前面，然后看远近。" in page
    assert "近的排在前面" not in page
    alone = html.unescape(said(place.mine, "下周二上午 离林一近的会议室"))
    assert places(alone)[0] == large.name
    assert "近的排在前面" in alone


def test_of_many_places_the_nearest_is_compared_too(place):
    far = place.world.area(place.park, name="5号楼")
    for number in range(MOST_COMPARED):
        place.world.space(far, Kind.WORKSTATION, name=f"{number}号", capacity=1, position=number)
    near = place.world.area(place.park, name="6号楼")
    seat = place.world.space(near, Kind.WORKSTATION, name="林一坐的", capacity=1, position=100)
    place.world.space(near, Kind.WORKSTATION, name="就在旁边", capacity=1, position=101)
    reserved(place.sign_in(place.world.member(place.ours, name="林一")), seat, 7 * 24, 7 * 24 + 9)
    assert places(said(place.mine, "下周二上午 离林一近的工位"))[0] == "就在旁边"


def test_where_others_sit_is_nobody_else_s_business(place):
    reserved(place.others, place.desk, 1, 9)
    page = said(place.mine, "今天下午 离李四方近的工位")
    assert "不知道“李四方”那天在哪里" in html.unescape(page)
    assert said(place.mine, "今天下午 离无名氏近的工位").count("那天在哪里") == 1


def test_the_park_s_own_areas_and_things_are_meant(place):
    far = place.world.area(place.park, name="5 号楼 2 层")
    place.world.space(far, name="远会议室", equipment=["显示屏"])
    assert places(said(place.mine, "明天上午十点到十一点 5号楼 会议室")) == ["远会议室"]
    assert places(said(place.mine, "明天上午十点到十一点 二楼 会议室")) == ["远会议室"]
    assert places(said(place.mine, "明天上午十点到十一点 有屏幕的会议室")) == ["远会议室"]
    page = said(place.mine, "明天上午十点到十一点 七楼 会议室 带话筒")
    assert "“七楼”没有这类空间" in html.unescape(page)
    assert "这里没有登记“麦克风”" in html.unescape(page)
    assert len(places(page)) == 3


def test_part_of_the_day_with_a_length_is_any_stretch_of_it(place):
    for room in (place.room, place.other):
        reserved(place.others, room, 24, 25)
    page = said(place.mine, "明天上午 一个小时 会议室")
    assert "11月4日 周三 10:00–11:00" in page
    assert forms(page)[0]["starts"] == "10:00"


def test_a_repeat_leads_to_the_series_and_its_first_alone_can_be_had(place):
    page = said(place.mine, "每周三下午三点开会 一小时 3人")
    assert chips(page)[-1] == "每周三"
    (way, *_) = links(page, "/reservations/series/new")
    assert "day=2026-11-04" in way
    assert "repeat=FREQ%3DWEEKLY;BYDAY%3DWE" in way.replace("%3B", ";")
    assert place.mine.get(way).status_code == 200
    assert forms(page)[0]["day"] == "2026-11-04"
    odd = said(place.mine, "每年 明天下午三点 一小时 会议室")
    assert not links(odd, "/reservations/series/new")
    assert "“每年”是重复的预订，这里先订第一次" in html.unescape(odd)
    working = said(place.mine, "每个工作日上午九点到十点 会议室")
    assert "working_days_only=y" in links(working, "/reservations/series/new")[0]
    assert chips(working)[-1] == "每个工作日"


def test_a_rule_says_its_end_and_keeps_it_and_the_room_where_the_rest_is_corrected(place):
    page = said(place.mine, "大会议室 每周三15点例会 半小时 8次 3人")
    assert chips(page)[-1] == "每周三，共 8 次"
    assert "订整个系列" in page
    assert any(url.endswith("#frequency") for url in links(page, "/reservations/series/new"))
    ways = links(page, "/calendar/search")
    assert all("repeat=" in url and "COUNT%3D8" in url for url in ways)
    search = place.mine.get(html.unescape(ways[0])).text
    assert 'id="chip-space"' in search
    assert "每周三，共 8 次" in search
    first, *_ = links(search, "/reservations/series/new")
    assert f"space={place.room.id}&" in first, "the room that was named comes first"
    assert 'value="8"' in place.mine.get(first).text
    ways_once = [url for url in links(search, "/calendar/search") if "repeat" not in url]
    once = next(url for url in ways_once if "starts=15:00" in url)
    assert not links(place.mine.get(once).text, "/reservations/series/new")
    reserved(place.others, place.room, 30, 31)
    assert "“大会议室”不在空闲的里面。" in html.unescape(place.mine.get(html.unescape(ways[0])).text)
    odd = place.mine.get("/calendar/search?day=2026-11-04&repeat=FREQ=SECONDLY&space=x")
    assert odd.status_code == 200
    assert not links(odd.text, "/reservations/series/new")


@pytest.mark.parametrize("sentence", ["每天 本周 十点到十一点 会议室", "每月一次 十点到十一点 会议室"])
def test_a_rule_of_which_only_a_part_was_understood_is_completed_in_the_form(place, sentence):
    page = html.unescape(said(place.mine, sentence))
    assert "只是听懂的那部分" in page
    assert "在表单里补全" in page
    assert "订整个系列" not in page
    assert not forms(page)
    assert "btn-primary" not in page.partition('id="best"')[2]


def test_seven_is_asked_back_while_the_morning_is_ahead(place):
    page = html.unescape(said(place.mine, "明天7点到9点 工位"))
    assert "19:00–21:00，按晚上" in chips(page)
    assert not forms(page)
    ways = [url for url in links(page, SAY) if url.count("but=") == 1]
    (morning,) = [url for url in ways if "but=evening" in url]
    (evening,) = [url for url in ways if "but=morning" in url]
    assert "07:00–09:00" in chips(place.mine.get(morning).text)
    assert "19:00–21:00" in chips(place.mine.get(evening).text)
    assert "按晚上" not in said(place.mine, "今天7点到9点 工位"), "seven is over"


def test_the_field_takes_more_than_is_read_so_that_it_is_said(place):
    assert f'maxlength="{LONGEST_TAKEN}"' in said(place.mine, "明天")
    page = said(place.mine, "会" * LONGEST_TAKEN)
    assert f"这句话太长了（{LONGEST_TAKEN} 个字），只读了前 {LONGEST} 个。" in html.unescape(page)
    conf = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    longest = f"GET {SAY}?say={quote('会' * LONGEST_TAKEN)}&but=kind&but=day&but=time HTTP/1.1"
    assert len(longest) < conf["limit_request_line"], "an address of it is read"


def test_stores_are_had_by_the_day(place):
    page = said(place.mine, "储物柜 明天起三天")
    assert chips(page) == ["仓储", "2026年11月4日–2026年11月6日"]
    assert (forms(page)[0]["day"], forms(page)[0]["until"]) == ("2026-11-04", "2026-11-06")
    assert place.mine.post("/reservations/new", data=forms(page)[0]).status_code == 302


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("今天早上八点到九点 会议室", "已经过去"),
        ("明天下午两点到三点 200人", "最多"),
        ("明天下午三点到两点 会议室", "<q>下午三点到两点</q>"),
        ("明天" * 150, "这句话太长了（300 个字）"),
    ],
)
def test_what_cannot_be_is_said_in_words(place, sentence, words):
    page = said(place.mine, sentence)
    assert words in page
    assert links(page, "/calendar/search")


def test_when_nothing_is_free_the_nearest_times_are_offered(place):
    for room in (place.room, place.other):
        reserved(place.others, room, 25, 26)
    page = said(place.mine, "明天十点到十一点 会议室")
    assert "最近的空闲时间" in page
    assert "11:00–12:00" in page
    assert "甲公司" not in page.partition("chips")[2]
    (wait,) = links(page, "/waiting/new")
    assert "starts=10:00" in wait
    assert "你同一时间" not in page


def test_what_is_free_instead_says_what_it_lacks_and_what_one_has_then_already(place):
    reserved(place.mine, place.room, 25, 26)
    page = said(place.mine, "明天十点到十一点 会议室 带投影")
    assert "没有投影" in page, "the other room is free, without one"
    assert "大会议室 11月4日 周三 10:00–11:00 是你自己的预订</a>" in page
    assert "你同一时间" not in said(place.others, "明天十点到十一点 会议室")
    assert "你同一时间还订了大会议室" in said(place.mine, "明天十点到十一点 会议室")
    search = place.mine.get("/calendar/search?day=2026-11-04&starts=10:00&ends=11:00").text
    assert "你同一时间还订了大会议室" in search


def test_why_nothing_is_free_names_only_what_was_looked_for(place):
    hall = place.world.space(place.area, Kind.HALL, name="会客厅", capacity=60)
    place.world.tariff(place.park, Kind.HALL, bands=[], name="会客厅价目")
    whole = place.world.space(place.area, name="大小合一", capacity=14, parts=[place.room, place.other])
    reserved(place.mine, hall, 25, 26)
    for room in (place.room, place.other):
        reserved(place.others, room, 25, 26)
    for page in (
        said(place.mine, "明天十点到十一点 会议室"),
        place.mine.get("/calendar/search?day=2026-11-04&starts=10:00&ends=11:00").text,
    ):
        assert "没有符合条件的空闲" in page
        assert "是你自己的预订" not in page
    then = "/calendar/search?day=2026-11-04&starts="
    halls = place.mine.get(f"{then}10:00&ends=11:00&kind=hall").text
    assert "会客厅 11月4日 周三 10:00–11:00 是你自己的预订" in halls
    reserved(place.mine, whole, 28, 29)
    part = place.mine.get(f"{then}13:00&ends=14:00&equipment=投影").text
    assert "大小合一 11月4日 周三 13:00–14:00 是你自己的预订" in part, "the one with it is a part of that"


def test_a_series_whose_first_time_is_taken_can_be_booked_all_the_same(place):
    for room in (place.room, place.other):
        reserved(place.others, room, 25, 26)
    page = said(place.mine, "每周三上午十点到十一点 会议室")
    assert {url.partition("#")[0] for url in links(page, "/reservations/series/new")} == {
        series := links(page, "/reservations/series/new")[-1]
    }
    assert "FREQ%3DWEEKLY" in series
    assert "没空也能排整个系列" in page
    assert 'value="10"' in place.mine.get(series).text, "ten times, since nobody said how many"
    assert not links(said(place.admins, "每周三上午十点到十一点 会议室"), "/reservations/series/new")


def test_without_a_sentence_there_are_some_to_begin_with(place):
    page = said(place.mine, " ")
    assert len([url for url in links(page, SAY) if "say=" in url]) == 3
    assert place.session.scalar(select(func.count()).select_from(Reservation)) == 0


def test_the_field_is_on_today_and_on_booking(place):
    for path in ("/today", "/calendar", "/calendar?kind=storage"):
        assert 'action="/calendar/say"' in place.mine.get(path).text
    assert 'action="/calendar/say"' in place.admins.get("/calendar").text


def test_who_has_no_enterprise_looks_and_does_not_book(place):
    for browser in (place.admins, place.sign_in(place.world.member(place.park, Role.BRANCH))):
        page = said(browser, "明天下午两点到三点 3人 离林一近")
        assert not forms(page)
        assert not links(page, "/reservations/new")
        assert places(page)


def test_another_park_is_not_offered(place, world, sign_in):
    elsewhere = world.park()
    world.space(world.area(elsewhere, name="别处"), name="别处的会议室")
    stranger = sign_in(world.member(world.enterprise(elsewhere)))
    world.tariff(elsewhere)
    assert places(said(stranger, "明天下午两点到三点 3人")) == ["别处的会议室"]
    assert "别处的会议室" not in said(place.mine, "明天下午两点到三点 别处 会议室")


def test_more_places_cost_no_more_queries(place, count_queries):
    def ask():
        return said(place.mine, "明天下午两点到三点 3人 带投影")

    ask()
    few = count_queries(ask)
    for _ in range(6):
        place.world.space(place.area, equipment=["投影"])
    ask()
    assert count_queries(ask) == few
    assert few <= 40


def test_a_space_that_is_named_comes_first_and_is_named_in_a_chip(place):
    page = said(place.mine, "大会议室 明天下午两点到三点 3人")
    assert places(page)[0] == "大会议室", "though the small one fits more closely, and costs no more"
    assert chips(page)[:2] == ["会议室", "大会议室"]
    (off,) = [url for url in links(page, SAY) if "but=space" in url]
    assert places(place.mine.get(html.unescape(off)).text)[0] == "小会议室"
    assert places(said(place.mine, f"{place.room.code.lower()} 明天下午两点到三点"))[0] == "大会议室"
    desk = said(place.mine, f"{place.desk.code} 明天上午九点到十点")
    assert (chips(desk)[0], places(desk)) == ("工位", [place.desk.name])
    assert "没听懂" not in page + desk


def test_a_named_space_that_is_taken_says_who_has_it_where_to_wait_and_its_next_times(place):
    reserved(place.others, place.room, 29, 30)
    page = html.unescape(said(place.mine, "大会议室 明天下午两点到三点"))
    named = page.partition('id="named"')[2].partition("</section>")[0]
    assert "“大会议室”这段时间订不了" in named
    assert "11月4日 周三 14:00–15:00 已占用" in named
    assert "甲公司" not in named
    assert "它最近的空闲时间" in named
    assert "15:00–16:00" in named
    (wait,) = links(page, "/waiting/new")
    assert f"space={place.room.id}" in wait
    assert place.mine.get(wait).status_code == 200
    assert places(page) == ["小会议室"]
    assert "同一时间还空着的" in page
    assert not links(said(place.admins, "大会议室 明天下午两点到三点"), "/waiting/new")
    small = html.unescape(said(place.mine, "小会议室 明天下午两点到三点 8人"))
    assert "“小会议室”最多坐 4 人，坐不下 8 人。" in small
    assert "不符合别的条件" not in small
    unequipped = html.unescape(said(place.mine, "小会议室 明天下午两点到三点 带投影"))
    assert "“小会议室”不符合别的条件" in unequipped
    assert "“大会议室”这段时间订不了" not in said(place.mine, "明天下午两点到三点")


def test_who_waits_from_a_sentence_waits_for_so_many_and_for_what_it_is_for(place):
    for room in (place.room, place.other):
        reserved(place.others, room, 29, 30)
    for sentence in ("大会议室 明天下午两点到三点 5人 评审", "明天下午两点到三点 5人 评审"):
        (wait,) = links(said(place.mine, sentence), "/waiting/new")
        form = place.mine.get(wait).text
        assert re.search(r'name="people"[^>]* value="5"', form), sentence
        assert form.count('name="purpose"') == 1
        assert 'value="评审"' in form
    (wait,) = links(said(place.mine, "明天下午两点到三点 5人 评审"), "/waiting/new")
    search = place.mine.get("/calendar/search?day=2026-11-04&starts=14:00&ends=15:00&people=5&purpose=评审")
    assert "purpose=" in links(search.text, "/waiting/new")[0]


def test_who_has_the_named_space_themselves_is_told_once_and_waits_for_nobody(place):
    reserved(place.mine, place.room, 29, 30)
    page = html.unescape(said(place.mine, "大会议室 明天下午两点到三点 6人"))
    assert page.count("是你自己的预订") == 1
    assert "没有符合条件的空闲" not in page
    assert not links(page, "/waiting/new")
    assert "它最近的空闲时间" in page


def test_names_that_begin_alike_are_all_meant(place):
    for name in ("云起·东", "云起·西"):
        place.world.space(place.area, name=name, capacity=4)
    page = said(place.mine, "云起 明天下午两点到三点")
    assert places(page)[:2] == ["云起·东", "云起·西"]
    assert chips(page)[1] == "云起"
    assert "没听懂" not in page


def test_what_is_too_short_is_offered_at_its_shortest_with_one_press(place):
    place.world.rule(place.park, minimum_minutes=60)
    page = html.unescape(said(place.mine, "明天下午两点 半小时 会议室"))
    assert "最短 1 小时" in page
    assert "最近能订的" in page
    assert (forms(page)[0]["starts"], forms(page)[0]["ends"]) == ("14:00", "15:00")
    series = links(said(place.mine, "每周三下午两点 半小时 会议室"), "/reservations/series/new")
    assert any("starts=14:00&ends=15:00" in html.unescape(url) for url in series)


def test_what_is_too_short_while_all_is_taken_is_offered_at_its_next_shortest_times(place):
    place.world.rule(place.park, minimum_minutes=30)
    for room in (place.room, place.other):
        reserved(place.others, room, 30, 31)
    page = html.unescape(said(place.mine, "明天下午三点 站会15分钟"))
    assert "最短 30 分" in page
    assert not forms(page)
    times = links(page, "/reservations/new")
    assert any("start=2026-11-04T14:30&end=2026-11-04T15:00" in url for url in times)


def test_halls_are_offered_where_nobody_said_the_kind_and_no_room_seats_them(place):
    sentence = "明天下午两点到三点 40人"
    assert "最多坐" in said(place.mine, sentence)  # no hall either
    hall = place.world.space(place.area, Kind.HALL, name="会客厅", capacity=60, equipment=["音响"])
    for asks in (sentence, "明天下午两点到三点 4人 音响", "明天下午两点到三点 音响"):
        page = html.unescape(said(place.mine, asks))
        assert places(page) == ["会客厅"], asks
        assert "没有合适的会议室，按会客厅找。" in page
        assert (chips(page)[0], "没说，先这样找" in page) == ("会客厅", True)
        assert links(page, f"/spaces/{hall.id}") or links(page, "/reservations/new")
    page = html.unescape(said(place.mine, "明天下午两点到三点 会议室 40人"))  # who says the kind is led there
    assert (chips(page)[0], places(page)) == ("会议室", [])
    assert "改找会客厅，最多 60 人" in page
    assert "kind=hall" in page
    assert chips(said(place.mine, "明天下午两点到三点 4人"))[0] == "会议室"
    assert "最多坐 60 人" in html.unescape(said(place.mine, "明天下午两点到三点 500人"))


def test_a_named_place_that_is_too_small_says_its_own_seats_and_the_way_to_larger_ones(place):
    place.world.space(place.area, Kind.HALL, name="路演厅", capacity=60)
    large = place.world.space(place.area, Kind.HALL, name="会客厅", capacity=120)
    when = "明天下午两点到三点"
    page = html.unescape(said(place.mine, f"路演厅 {when} 200人"))
    assert "“路演厅”最多坐 60 人，坐不下 200 人。" in page
    assert "这里的会客厅最多坐 120 人，你要 200 人。" in page
    assert "这里最多坐" not in page, "120 are the seats of another"
    (larger,) = [url for url in links(page, "/calendar/search") if "people=120" in url]
    found = place.mine.get(html.unescape(larger)).text
    assert re.findall(r"<h[23]><a [^>]*>([^<]*厅)</a>", found) == ["会客厅"]
    page = html.unescape(said(place.mine, f"路演厅 {when} 80人"))
    assert "“路演厅”最多坐 60 人，坐不下 80 人。" in page
    assert places(page) == ["会客厅"]
    place.world.rule(place.park, space_id=large.id, lead_minutes=60 * 24 * 3)
    page = html.unescape(said(place.mine, f"路演厅 {when} 80人"))
    assert "“路演厅”最多坐 60 人，坐不下 80 人。" in page, (
        "though the rule of the larger one refuses the time"
    )
    room = html.unescape(said(place.mine, f"大会议室 {when} 50人"))
    assert "“大会议室”最多坐 8 人，坐不下 50 人。" in room
    assert "改找会客厅，最多 120 人" in room
    assert "最多坐" not in html.unescape(said(place.mine, f"路演厅 {when} 60人"))


def test_a_kind_that_follows_from_the_people_is_marked_as_not_said(place):
    marked = re.compile(r'<li class="is-assumed">\s*<a [^>]*>会议室')
    assert marked.search(said(place.mine, "明天下午两点到三点 4人"))
    assert not marked.search(said(place.mine, "明天下午两点到三点 4人 会议室"))


def test_what_it_is_for_goes_along(place):
    page = said(place.mine, "明天下午两点到三点 3人 客户来访")
    assert chips(page)[-1] == "客户来访"
    assert forms(page)[0]["purpose"] == "客户来访"
    assert "没听懂" not in page
    assert 'value="客户来访"' in place.mine.get(links(page, "/reservations/new")[0]).text
    assert "客户来访" not in chips(said(place.mine, "明天下午两点到三点 3人 客户来访", but="purpose"))


def test_what_it_is_for_and_the_things_stay_where_a_chip_is_corrected(place):
    place.room.name = "投影间"
    place.world.space(place.area, name="白板间", equipment=["白板"])
    place.session.commit()
    page = said(place.mine, "产品评审 明天下午两点到三点 3人")
    ways = {url.partition("#")[0] for url in links(page, "/calendar/search")}
    found = place.mine.get(ways.pop()).text
    assert not ways
    assert 'name="purpose" value="产品评审"' in found, "and so the next search has it"
    assert 'value="产品评审"' in place.mine.get(links(found, "/reservations/new")[0]).text
    assert all("purpose=" in url for url in links(found, "/calendar/search"))
    often = said(place.mine, "每周三下午三点 项目评审 一小时 3人")
    series = place.mine.get(links(often, "/calendar/search")[0]).text
    assert 'value="项目评审"' in place.mine.get(links(series, "/reservations/series/new")[0]).text
    both = said(place.mine, "有白板和投影 明天下午2点到3点半")
    assert "没有一处同时有" in both
    assert all(url.count("equipment=") == 2 for url in links(both, "/calendar/search"))
    answer = place.mine.get(links(both, "/calendar/search")[0])
    assert "不限设备" in answer.text
    near = said(place.mine, f"明天上午 靠近{place.desk.code}的工位")
    assert all("near=" in url for url in links(near, "/calendar/search"))


def test_a_retired_space_is_said_to_be_so(place):
    place.other.retired_at = TUESDAY
    place.session.commit()
    assert "“小会议室”已经停用" in html.unescape(said(place.mine, "小会议室 明天下午两点到三点"))


def test_of_an_afternoon_a_room_is_meant_for_an_hour_and_a_desk_for_all_of_it(place):
    page = said(place.mine, "明天下午开会 4个人")
    assert "13:00–18:00 之间 1 小时，没说多久" in html.unescape(page)
    assert not forms(page), "nobody said how long"
    assert "11月4日 周三 13:00–14:00" in page
    assert forms(said(place.mine, "明天整个下午 会议室"))[0]["ends"] == "18:00"
    assert forms(said(place.mine, "明天下午 工位"))[0]["ends"] == "18:00"


@pytest.mark.parametrize(
    "sentence", ["取消明天上午十点的会议", "把明天上午十点到十一点的会改到后天", "cancel my meeting tomorrow"]
)
def test_what_is_booked_already_is_changed_where_it_stands(place, sentence):
    reserved(place.mine, place.room, 25, 26)
    (made,) = place.session.scalars(select(Reservation))
    page = said(place.mine, sentence)
    assert not forms(page)
    assert not links(page, "/reservations/new")
    assert "这里只能订新的" in page
    assert links(page, f"/reservations/{made.id}") == [f"/reservations/{made.id}"]
    (anew,) = [url for url in links(page, SAY) if "but=change" in url]
    assert not forms(place.mine.get(html.unescape(anew)).text), "not with one press"
    assert not links(said(place.others, sentence), f"/reservations/{made.id}")
    assert "这里只能订新的" not in said(place.admins, sentence)


def test_what_is_left_over_or_not_known_here_is_not_booked_past_in_one_press(place):
    when = "明天下午两点到三点 3人"
    assert forms(said(place.mine, when))
    for more in ("靠窗", "免费的", "45", "周五", "会议室 带话筒", "七楼", "离无名氏近"):
        sentence = f"{when} {more}"
        page = said(place.mine, sentence)
        assert not forms(page), sentence
        assert links(page, "/reservations/new"), sentence


def test_about_so_many_people_is_asked_back_with_numbers(place):
    page = said(place.mine, "明天下午两点到三点 十来个人")
    assert "<q>十来个人</q>" in page
    ways = [html.unescape(url) for url in links(page, SAY) if "but=" not in url]
    asked_back = [place.mine.get(url).text for url in ways if "%E4%BA%BA" in url]
    assert [chips(one)[-1] for one in asked_back] == ["10 人", "15 人", "20 人"]


def test_where_no_rule_allows_it_the_nearest_is_said_and_the_next_times_are_offered(place):
    place.world.rule(place.park, opens_minute=9 * 60, closes_minute=18 * 60, open_on_rest_days=False)
    early = place.world.space(place.area, name="周末也开")
    place.world.rule(place.park, space_id=early.id, closes_minute=18 * 60)
    page = html.unescape(said(place.mine, "周六早上六点到七点 会议室"))
    assert "开放时间是 08:00–18:00。" in page
    assert "休息日" not in page
    assert "最近能订的" in page
    assert "11月7日 周六 08:00–09:00" in page
    assert not forms(page), "it begins at another time than was said"


def test_a_word_for_two_days_is_asked_about_and_each_is_one_tap_away(place):
    page = said(place.mine, "周末 九点到十点 会议室")
    assert "“周末”是哪一天？" in page
    assert not forms(page)
    ways = [url for url in links(page, "/calendar/say") if "2026-11-0" in url]
    assert [re.search(r"2026-11-0\d", url)[0] for url in ways[:2]] == ["2026-11-07", "2026-11-08"]
    assert "没听懂" not in place.mine.get(ways[0]).text


def test_of_several_weekdays_each_is_one_tap_away_and_so_is_every_week(place):
    page = said(place.mine, "周三、五 两点到三点 会议室")
    assert "“周三、五”是哪一天？" in html.unescape(page)
    assert not forms(page)
    ways = [html.unescape(url) for url in links(page, SAY)]
    assert sum("2026-11-04" in url or "2026-11-06" in url for url in ways) == 2
    (every,) = [url for url in ways if quote("每周三、五") in url]
    weekly = place.mine.get(every).text
    assert chips(weekly)[-1] == "每周三、周五"
    assert "是哪一天" not in html.unescape(weekly)
    assert "每周末" not in html.unescape(said(place.mine, "周末 两点到三点 会议室"))


def test_of_several_days_none_is_offered_whose_start_is_over(place, standing_clock):
    standing_clock.set(TUESDAY + timedelta(hours=33, minutes=33))  # Wednesday, 18:33
    page = said(place.mine, "周三、五 上午9点 会议室")
    ways = [html.unescape(url) for url in links(page, SAY) if "2026-11" in url]
    assert [re.search(r"2026-11-\d\d", url)[0] for url in ways] == ["2026-11-06"]
    later = said(place.mine, "周三、五 晚上8点 会议室")
    assert "2026-11-04" in later, "eight is still ahead"


def test_days_in_a_row_are_a_series_of_so_many_days(place):
    page = said(place.mine, "周一到周五 九点到十点 会议室")
    assert "共 5 次" in page
    series = links(page, "/reservations/series/new")[-1]
    assert "FREQ%3DDAILY;COUNT%3D5" in series
    assert 'value="5"' in place.mine.get(series).text


def test_where_no_place_has_all_the_things_those_with_one_are_offered_and_it_is_said(place):
    place.room.name, hall = "投影间", place.world.space(place.area, Kind.HALL, name="会客厅", capacity=60)
    place.world.space(place.area, name="白板间", equipment=["白板"])
    screen = place.world.space(place.area, name="大屏间", equipment=["显示屏"])
    place.world.space(place.area, Kind.HALL, name="路演厅", capacity=60, equipment=["LED 大屏", "直播设备"])
    place.session.commit()
    page = html.unescape(said(place.mine, "有白板和投影 明天下午2点到3点半"))
    assert "没有一处同时有白板、投影，下面的至少有其中一样。" in page
    assert "没有登记" not in page
    assert (set(places(page)), forms(page)) == ({"投影间", "白板间"}, [])
    streamed = html.unescape(said(place.mine, "直播 会议室 明天下午2点到3点半"))
    assert "会议室没有“直播设备”，没有按它找；会客厅有。" in streamed
    assert places(said(place.mine, "明天下午2点到3点半 白板")) == ["白板间"]
    assert places(said(place.mine, "明天下午2点到3点半 屏幕")) == ["大屏间"]
    wall = place.world.space(place.area, name="墙间", equipment=["LED 大屏"])
    for room in (screen, wall):  # either would do
        reserved(place.others, room, 29, 31)
    taken = html.unescape(said(place.mine, "明天下午2点到3点半 屏幕 会议室"))
    assert "这时候空着的都没有屏幕。" in taken
    assert not forms(taken)
    assert hall.name not in places(taken)


@pytest.mark.parametrize(
    ("sentence", "question", "instead"),
    [
        ("2月31日下午3点到4点 会议室", "哪一天？", "先按11月3日 周二找"),
        ("中元节下午3点到4点 会议室", "哪一天？", "先按11月3日 周二找"),
        ("明天晚上10点到凌晨2点 会议室", "几点？", "先按"),
    ],
)
def test_what_was_said_and_not_understood_is_asked_for_and_never_booked_with_one_press(
    place, sentence, question, instead
):
    page = html.unescape(said(place.mine, sentence))
    assert question in chips(page)
    assert f"没听懂，{instead}" in page
    assert "没说，先这样找" not in page
    assert "比如这时候空着" in page
    assert not forms(page)
    best = page.partition('id="best"')[2]
    assert "btn-primary" not in best, "no way to book stands out"
    assert "btn-primary" in said(place.mine, "下午3点到4点 会议室").partition('id="best"')[2]


def test_nobody_waits_for_a_time_that_was_only_guessed(place):
    for room in (place.room, place.other):
        reserved(place.others, room, 6, 7)
    assert links(said(place.mine, "今天下午3点到4点 会议室"), "/waiting/new")
    page = said(place.mine, "2月31日下午3点到4点 会议室")
    assert "最近的空闲时间" in page
    assert not links(page, "/waiting/new")


def test_a_day_that_was_not_understood_is_one_tap_away(place):
    page = html.unescape(said(place.mine, "周三或周五 九点到十点 会议室"))
    assert "“周三或周五”是哪一天？" in page
    ways = [url for url in links(page, "/calendar/say") if "2026-11-0" in url]
    assert [re.search(r"2026-11-0\d", url)[0] for url in ways[:2]] == ["2026-11-04", "2026-11-06"]
    assert "没听懂" not in place.mine.get(ways[0]).text
    page = html.unescape(said(place.mine, "2月31日 九点到十点 会议室"))
    assert "“2月31日”是哪一天？" in page
    (first, *_) = [url for url in links(page, "/calendar/say") if "2026-11-0" in url]
    assert forms(place.mine.get(first).text)


def test_a_series_in_a_named_space_leads_there_though_its_first_time_is_taken(place):
    reserved(place.others, place.room, 25, 26)
    page = html.unescape(said(place.mine, "每周三上午十点到十一点 大会议室 6次"))
    named = page.partition('id="named"')[2].partition("</section>")[0]
    assert "大会议室：看看其余几次" in named
    (series,) = links(named, "/reservations/series/new")
    assert f"space={place.room.id}" in series
    assert "btn-primary" in named
    assert "btn-primary" not in page.partition('id="best"')[2]
    assert not links(said(place.admins, "每周三上午十点到十一点 大会议室"), "/reservations/series/new")


def test_of_two_spaces_that_are_named_either_will_do(place):
    reserved(place.others, place.room, 29, 30)
    page = html.unescape(said(place.mine, "大会议室或小会议室 明天下午两点到三点"))
    assert (chips(page)[1], places(page)) == ("大会议室 / 小会议室", ["小会议室"])
    assert forms(page)[0]["space"] == str(place.other.id)
    assert "没听懂" not in page
    found = html.unescape(place.mine.get(links(page, "/calendar/search")[0]).text)
    assert "大会议室 / 小会议室" in found


def test_a_floor_is_found_by_its_number_in_either_language(place):
    far = place.world.area(place.park, name="A 座 3 层", name_en="Building A, 3rd floor")
    place.world.space(far, name="远会议室")
    for words in ("third floor", "3rd floor", "三楼", "third floor of building A", "level 3"):
        assert places(said(place.mine, f"{words} room tomorrow 2pm to 3pm")) == ["远会议室"], words


def test_what_a_colleague_only_asked_for_is_no_room_that_they_have(place):
    colleague = place.world.member(place.ours, name="金川")
    reserved(place.sign_in(colleague), place.other, 29, 31)
    row = place.session.scalars(select(Reservation)).one()
    row.state = ReservationState.REQUESTED
    place.session.execute(delete(Occupancy).where(Occupancy.reservation_id == row.id))
    place.session.commit()
    page = html.unescape(said(place.mine, "明天下午两点到三点 3人"))
    assert (
        "同事金川那时申请了小会议室（11月4日 周三 14:00–16:00）。是同一个会吗？申请还没批准，不占地方" in page
    )
    assert "已有" not in page
    assert forms(page)
    for room in (place.room, place.other):
        reserved(place.mine if room is place.other else place.others, room, 29, 30)
    page = html.unescape(said(place.mine, "明天下午两点到三点 会议室"))
    assert "金川" not in page, "it stands in nobody's way"
    assert "申请" not in page.partition("chips")[2]
    assert "小会议室 11月4日 周三 14:00–15:00 是你自己的预订" in page
