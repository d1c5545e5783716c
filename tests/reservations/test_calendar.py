"""The day page, the week page and search: own things named, others' only busy."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.reservations.claim import claim
from booking.reservations.models import Reservation
from booking.spaces.models import Closure, Kind
from booking.values import Span
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, at


def book(browser, space, start, end, **more):
    answer = browser.post("/reservations/new", data=asked(space, start, end, **more))
    assert answer.status_code == 302, answer.text


def close(place, space, start, end):
    closure = Closure(
        park_id=place.park.id,
        space_id=space.id,
        starts_at=TUESDAY + timedelta(hours=start),
        ends_at=TUESDAY + timedelta(hours=end),
        reason="换灯管",
        created_at=TUESDAY,
    )
    place.session.add(closure)
    claim(place.session, space, Span(closure.starts_at, closure.ends_at), closure)
    place.session.commit()


def test_own_reservations_are_named_and_others_are_only_busy(place):
    book(place.mine, place.room, 1, 2, purpose="产品评审")
    book(place.others, place.other, 1, 2, purpose="并购谈判")
    close(place, place.room, 4, 5)
    page = place.mine.get("/calendar").text
    assert "产品评审" in page
    assert "换灯管" in page
    assert re.search(r'title="10:00–11:00 产品评审"><span class="visually-hidden">10:00–11:00 </span>', page)
    assert "已占用" in page
    for secret in ("并购谈判", "李四方", "乙公司"):
        assert secret not in page
    theirs = re.search(r'<a class="tl-block is-busy[^>]* href="([^"]*)" title="10:00–11:00 已占用">', page)
    assert theirs is not None
    assert theirs[1].startswith("/waiting/new?")
    assert "/reservations/2" not in page


def test_what_others_have_leads_to_the_waiting_list_where_there_is_one(place, standing_clock):
    for first, last in ((1, 2), (12, 13)):
        book(place.others, place.other, first, last)

    def waits(browser, path="/calendar"):
        return [
            html.unescape(url) for url in re.findall(r'is-busy[^>]* href="([^"]*)"', browser.get(path).text)
        ]

    wish = f"/waiting/new?space={place.other.id}&day=2026-11-03"
    assert waits(place.mine) == [f"{wish}&starts=10:00&ends=11:00", f"{wish}&starts=21:00&ends=22:00"]
    assert place.mine.get(waits(place.mine)[0]).status_code == 200
    assert waits(place.mine, f"/calendar/spaces/{place.other.id}") == waits(place.mine)
    standing_clock.set(TUESDAY + timedelta(hours=1, minutes=20))  # what has begun is waited for from now on
    assert waits(place.mine)[0] == f"{wish}&starts=10:30&ends=11:00"
    standing_clock.set(TUESDAY + timedelta(hours=2))
    assert len(waits(place.mine)) == 1
    branch = place.sign_in(place.world.member(place.park, Role.BRANCH))
    assert not waits(branch)
    place.world.rule(place.park, needs_approval=True)
    assert not waits(place.mine)


def test_an_administrator_sees_whose_it_is(place):
    book(place.mine, place.room, 1, 2)
    page = place.admins.get("/calendar").text
    assert "甲公司" in page
    assert 'href="/front-desk/reservations/1"' in page  # where something can be done about it


def test_the_neighbouring_days_and_the_date_picker_keep_the_filter(place):
    area = place.world.area(place.park)
    place.world.space(area, Kind.WORKSTATION)
    page = place.mine.get(f"/calendar?kind=workstation&area={place.area.id}&day=2026-11-05").text
    for day in ("2026-11-04", "2026-11-06"):
        assert re.search(rf'href="/calendar\?kind=workstation&amp;day={day}&amp;area={place.area.id}"', page)
    assert f'name="area" value="{place.area.id}"' in page
    assert 'name="kind" value="workstation"' in page
    assert page.count("tl-row") == 1


@pytest.mark.parametrize(
    "query", ["kind=castle", "day=yesterday", "area=x", "day=2026-13-40", "day=0001-01-01"]
)
def test_nonsense_in_the_address_shows_a_page(place, query):
    assert place.mine.get(f"/calendar?{query}").status_code == 200
    assert place.mine.get(f"/calendar/search?{query}").status_code == 200
    assert place.mine.get(f"/calendar/spaces/{place.room.id}?{query}").status_code == 200


def test_past_and_far_days_offer_nothing_to_book(place):
    assert "tl-gap" in place.mine.get("/calendar?day=2026-11-03").text
    for day in ("2026-11-02", "2027-02-01"):
        assert 'class="tl-gap' not in place.mine.get(f"/calendar?day={day}").text


def test_a_year_not_yet_published_is_called_provisional(place):
    assert "尚未公布" in place.mine.get("/calendar?day=2027-01-04").text
    assert "尚未公布" not in place.mine.get("/calendar?day=2026-11-04").text


def test_a_rest_day_is_hatched_where_the_space_is_closed_then(place):
    place.world.rule(place.park, open_on_rest_days=False)
    page = place.mine.get("/calendar?day=2026-11-07").text
    assert "休息日不开放" in page
    assert 'class="tl-gap' not in page


def test_a_whole_is_busy_while_a_part_is(place):
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other])
    book(place.others, place.room, 1, 2)
    page = place.mine.get("/calendar").text
    assert page.count("tl-block is-busy") == 2
    assert place.mine.post("/reservations/new", data=asked(whole, 1, 2)).status_code == 409
    assert "is-busy" in place.mine.get(f"/calendar/spaces/{whole.id}").text


def test_a_part_says_by_which_combined_space_it_is_taken_and_a_combined_one_what_it_is_made_of(place):
    """On the calendars, where somebody is late for it, on its own pages and in the entry for the calendar."""
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other])
    book(place.others, whole, 1, 2, purpose="并购谈判")
    book(place.mine, whole, 3, 4, purpose="评审")
    for path in ("/calendar", f"/calendar/spaces/{place.room.id}"):
        page = html.unescape(place.mine.get(path).text)
        assert "10:00–11:00 已占用 合成“合并会议室”使用" in page
        assert "评审 · 合成“合并会议室”使用" in page
        assert "并购谈判" not in page
    assert "合成“合并会议室”" not in place.mine.get(f"/calendar/spaces/{whole.id}").text
    late = place.mine.post("/reservations/new", data=asked(place.room, 1, 2))
    assert "11月3日 周二 10:00–11:00 已占用（合成“合并会议室”使用）" in html.unescape(late.text)
    mine = place.session.scalars(select(Reservation).where(Reservation.purpose == "评审")).one()
    made_of = "大会议室 + 小会议室"
    own_pages = f"/reservations/{mine.id}", f"/reservations/new?space={whole.id}"
    for path in ("/calendar", "/calendar/search?people=2", *own_pages):
        assert made_of in place.mine.get(path).text, path
    assert made_of in place.admins.get(f"/front-desk/reservations/{mine.id}").text
    assert f"由 {made_of} 合成。" in place.mine.get(f"/reservations/{mine.id}/calendar.ics").text


def test_a_whole_says_which_part_is_closed_or_booked_and_draws_nothing_over_another(place):
    """A closure of one part, over the booking of the other, and the whole closed: each says what it is of."""
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other])
    book(place.others, place.other, 1, 3, purpose="并购谈判")
    close(place, place.room, 2, 4)
    close(place, whole, 5, 6)
    of_whole, of_part = (
        html.unescape(place.mine.get(f"/calendar/spaces/{space.id}").text) for space in (whole, place.room)
    )
    assert "停用到 11月3日 周二 13:00：换灯管（停用的是“大会议室”）" in of_whole
    assert "停用到 11月3日 周二 15:00：换灯管（停用的是“合并会议室”）" in of_part
    assert "15:00：换灯管（" not in of_whole
    assert "13:00：换灯管（" not in of_part
    assert "只用其中“小会议室”" in of_whole
    drawn = re.findall(r"tl-block is-(busy|closed) at-(\d+) len-(\d+)", of_whole)
    (busy,) = [(int(at), int(length)) for kind, at, length in drawn if kind == "busy"]
    closed = [int(at) for kind, at, _ in drawn if kind == "closed"]
    assert busy[1] == 4, "an hour of two: the part's closure is drawn for the rest"
    assert sum(busy) in closed
    inventory = place.admins.get(f"/inventory/spaces/{place.room.id}").text
    assert "合并会议室：换灯管" in inventory


@pytest.mark.parametrize("minutes", [15, 20])
def test_the_time_to_tidy_up_is_drawn_apart_from_the_use_before_it(place, minutes):
    """A use until eleven, and a buffer that ends at a quarter past, or within the next quarter."""
    place.world.rule(place.park, buffer_minutes=minutes)
    book(place.others, place.room, 1, 2)
    for path in ("/calendar", f"/calendar/spaces/{place.room.id}"):
        page = place.mine.get(path).text
        assert "10:00–11:00 已占用" in page
        (at, length) = re.search(
            r'tl-block is-tidy at-(\d+) len-(\d+)" title="[^"]* 整理时间"', page
        ).groups()
        busy = re.search(r"tl-block is-busy at-(\d+) len-(\d+)", page).groups()
        assert int(at) == int(busy[0]) + int(busy[1])
        assert int(length) == -(-minutes // 15)


def test_the_sentence_comes_before_what_is_seen_below_it_and_the_day_that_is_shown_is_marked(place):
    """Keys lead first to what stands first at the desk; without scripts the marked day keeps in sight."""
    page = place.mine.get("/calendar?day=2026-11-12").text
    assert page.index('id="say"') < page.index('class="day-bar"') < page.index('class="tl-row"')
    assert page.count('<li class="is-shown"><a id="day-2026-11-12"') == page.count("is-shown") == 1


def test_the_week_of_a_space_has_seven_days_and_no_names(place):
    book(place.others, place.room, 1, 2, purpose="并购谈判")
    book(place.mine, place.room, 3, 4, purpose="产品评审")
    page = place.mine.get(f"/calendar/spaces/{place.room.id}").text
    assert page.count('class="tl-row"') == 7
    assert "产品评审" in page
    assert "并购谈判" not in page


def test_the_week_says_that_a_fault_is_open_and_its_words_to_the_parks_own_people_alone(place):
    path = f"/calendar/spaces/{place.room.id}"
    assert "报修中" not in place.mine.get(path).text
    by = Actor(place.me.name, place.me.id, place.park.id, place.ours.id)
    fault = SaidNeed(NeedKind.FAULT, "投影仪花屏", space=place.room)
    need = raise_need(place.session, place.park, NeedAsker(place.me), fault, by=by, now=place.world.now).need
    place.session.commit()
    theirs, ours = place.others.get(path).text, place.admins.get(path).text
    assert "报修中" in theirs
    assert "花屏" not in theirs
    assert "报修中：投影仪花屏" in ours
    assert f'href="/needs/{need.id}"' in ours
    assert "报修中" not in place.mine.get(f"/calendar/spaces/{place.other.id}").text


def test_a_space_says_what_an_hour_costs_and_on_the_day_a_sign_tells_of_its_fault(place, standing_clock):
    page = place.mine.get(f"/calendar/spaces/{place.room.id}").text
    assert "现在一小时 ¥80.00，不算免费额度" in page
    standing_clock.set(TUESDAY.replace(hour=23))
    page = place.mine.get(f"/calendar/spaces/{place.room.id}").text
    assert "11月4日 周三 08:00 起一小时 ¥80.00，不算免费额度" in page, (
        "now it is closed, and no band of now holds"
    )
    standing_clock.set(TUESDAY)
    assert "现在一小时" not in place.mine.get(f"/calendar/spaces/{place.store.id}").text
    assert "现在一小时" not in place.admins.get(f"/calendar/spaces/{place.room.id}").text
    unpriced = place.world.space(place.area, Kind.HALL, name="没有价目")
    assert "现在一小时" not in place.mine.get(f"/calendar/spaces/{unpriced.id}").text
    assert 'aria-label="报修中"' not in place.mine.get("/calendar").text
    by = Actor(place.me.name, place.me.id, place.park.id, place.ours.id)
    fault = SaidNeed(NeedKind.FAULT, "投影仪花屏", space=place.room)
    raise_need(place.session, place.park, NeedAsker(place.me), fault, by=by, now=place.world.now)
    place.session.commit()
    day = place.mine.get("/calendar").text
    assert day.count('aria-label="报修中"') == 1
    assert "报修中</li>" in day, "the sign's word stands below, for who sees"
    assert "报修中</li>" not in place.mine.get("/calendar?kind=workstation").text
    assert re.search(r"</svg>\s*\d+ 人 · 3号楼", day), "how many it seats comes first after the sign"


def test_what_one_has_asked_for_is_drawn_and_stands_in_nobodys_way(place, count_queries):
    """Asked for from twelve to two: eight quarters, which nobody else sees."""
    place.world.rule(place.park, space_id=place.room.id, needs_approval=True)
    few = count_queries(lambda: place.mine.get("/calendar"))
    made = place.mine.post("/reservations/new", data=asked(place.room, 3, 5)).location
    page = place.mine.get("/calendar").text
    block = re.search(r'<a class="tl-block is-asked at-\d+ len-8" href="([^"]*)"', page)
    assert block
    assert made.endswith(block[1])
    assert "我的申请，待确认" in page
    assert "is-asked" not in place.others.get("/calendar").text
    assert count_queries(lambda: place.mine.get("/calendar")) <= few
    place.mine.post("/reservations/new", data=asked(place.room, 6, 7))
    place.mine.get("/calendar")
    assert count_queries(lambda: place.mine.get("/calendar")) <= few


def test_a_space_of_another_park_has_no_week(place):
    elsewhere = place.world.space(place.world.area(place.world.park()), name="别处")
    assert place.mine.get(f"/calendar/spaces/{elsewhere.id}").status_code == 404
    assert "别处" not in place.mine.get("/calendar").text


def test_a_quote_tells_price_or_problem(place):
    def ask(start, end, space=place.room):
        query = {"space": space.id, "start": at(start), "end": at(end)}
        return place.mine.get("/calendar/quote", query_string=query).json

    assert ask(1, 2)["text"] == "¥80.00"
    told = {"text": "¥64.00", "detail": "标准 30 分 + 错时 30 分", "when": "11月3日 周二 17:30–18:30"}
    assert ask(8.5, 9.5) == told | {
        "problem": None, "warning": "", "quota": "", "asks": "", "wait_url": "", "no_wait": "", "shared": "",
        "settled": "实际按使用时间结算，提前签退少付，最少计 30 分。",
        "provisional": "", "asked_url": "", "cancelling": "",
    }  # fmt: skip
    assert "晚于" in ask(2, 1)["problem"]
    book(place.others, place.room, 1, 2)
    assert "占用" in ask(1, 2)["problem"]
    elsewhere = place.world.space(place.world.area(place.world.park()))
    assert place.mine.get(f"/calendar/quote?space={elsewhere.id}").status_code == 400
    assert place.admins.get("/calendar/quote").status_code == 403


def test_a_quote_reads_what_a_form_holds_and_says_what_it_cannot_read(place):
    def ask(space=place.room, **typed):
        query = {"space": space.id, "day": "2026-11-04"} | typed
        return place.mine.get("/calendar/quote", query_string=query)

    assert ask(starts="9:30", ends="１０：３０").json["text"] == "¥80.00"
    assert ask(starts="20:00", ends="24:00").json["problem"] is not None
    wrong = ask(starts="9:30", ends="soon")
    assert wrong.status_code == 422
    assert "请填写时间" in wrong.json["problem"]
    assert ask(starts="9:30").status_code == 422
    assert ask(place.store, until="2026-11-05").json["text"] == "¥16.00"
    assert ask(place.store).json["text"] == "¥8.00／天"
    assert ask(place.store, until="2026-11-03").json["problem"]


def test_what_moves_is_not_in_its_own_way_and_nobody_elses_is_told(place):
    book(place.mine, place.room, 1, 2)
    made = place.session.scalars(select(Reservation)).one()
    query = {"space": place.room.id, "start": at(1), "end": at(3), "moves": made.id}
    assert place.mine.get("/calendar/quote", query_string=query).json["text"] == "¥160.00"
    assert place.others.get("/calendar/quote", query_string=query).status_code == 404


def search(place, **asked_for):
    wish = {"kind": "meeting_room", "day": "2026-11-03", "starts": "10:00", "ends": "11:00"} | asked_for
    return place.mine.get("/calendar/search", query_string=wish).text


def test_search_finds_what_is_free_with_its_price(place):
    page = search(place)
    assert "2 个空闲" in page
    assert "大会议室" in page
    assert "¥80.00" in page
    assert "2 个空闲" not in search(place, people=6)
    assert "小会议室" not in search(place, people=6)
    assert "小会议室" not in search(place, equipment="投影")


def test_search_with_nothing_free_offers_other_times_and_spaces(place):
    book(place.others, place.room, 1, 2)
    page = search(place, people=6)
    assert "没有符合条件的空闲" in page
    assert "11:00–12:00" in page
    assert "小会议室" in page


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"starts": "11:00", "ends": "10:00"}, "晚于开始"),
        ({"day": "2026-11-02"}, "已经过去"),
        ({"day": "2026-11-04", "starts": "06:00", "ends": "07:00"}, "开放时间"),
        ({"starts": "10:10"}, "15 分钟"),
        ({"people": 0}, "人数至少为 1"),
    ],
)
def test_a_search_that_makes_no_sense_says_so(place, wish, words):
    assert words in search(place, **wish)


def test_stores_are_searched_by_days(place):
    page = search(place, kind="storage", until="2026-11-10")
    assert "一号仓" in page
    assert "¥64.00" in page
    assert "¥8.00" in search(place, kind="storage", until="")


def test_the_storage_page_says_until_when(place):
    wish = {"space": place.store.id, "day": "2026-11-05", "until": "2026-11-07", "people": 1}
    assert place.others.post("/reservations/new", data=wish).status_code == 302
    assert "空闲至 2026年11月4日" in place.mine.get("/calendar?kind=storage&day=2026-11-03").text
    assert "已占用 至 2026年11月7日" in place.mine.get("/calendar?kind=storage&day=2026-11-05").text
    assert "我方使用" in place.others.get("/calendar?kind=storage&day=2026-11-05").text


@pytest.mark.parametrize("path", ["/calendar", "/calendar/search?starts=14:00&ends=15:00", "week"])
def test_the_number_of_queries_does_not_grow_with_the_rows(place, count_queries, path):
    path = f"/calendar/spaces/{place.room.id}" if path == "week" else path
    book(place.mine, place.room, 1, 2)
    few = count_queries(lambda: place.mine.get(path))
    for hour in range(3, 9):
        book(place.others, place.room, hour, hour + 1)
    for _ in range(10):
        place.world.space(place.area, equipment=["白板"])
    assert count_queries(lambda: place.mine.get(path)) <= few + 1  # equipment in its own query


def test_search_offers_no_earlier_time_that_is_taken_too(place):
    for hour in (3, 4):
        book(place.others, place.room, hour, hour + 1)
    page = search(place, people=6, starts="13:00", ends="14:00")
    assert "12:00–13:00" not in page
    assert "14:00–15:00" in page


def test_nobody_is_told_of_keys_that_do_nothing_for_them(place):
    def tells(browser, path="/calendar"):
        return "方向键按刻钟" in browser.get(path).text

    branch = place.sign_in(place.world.member(place.park, Role.BRANCH))
    assert tells(place.mine)
    assert tells(place.mine, f"/calendar/spaces/{place.room.id}")
    for browser in (place.admins, branch):
        assert not tells(browser)
        assert not tells(browser, f"/calendar/spaces/{place.room.id}")


def test_the_days_of_a_week_that_have_gone_by_do_not_look_free(place, standing_clock):
    standing_clock.set(TUESDAY + timedelta(days=1, hours=3))  # Wednesday at noon
    page = place.mine.get(f"/calendar/spaces/{place.room.id}?day=2026-11-04").text
    assert page.count('class="tl-gone at-0 len-56"') == 2
    assert page.count('class="tl-gone at-0 len-16"') == 1
    assert page.count("tl-gone") == 3
