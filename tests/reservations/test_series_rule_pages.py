"""Another rule for a series on its pages: the form, the preview, the act, and its letter."""

import re
from datetime import date
from html import unescape

import pytest
from icalendar import Calendar
from sqlalchemy import select

from booking.mail.queries import enclosures_of
from booking.reservations.models import ReservationState
from booking.reservations.series.models import Series
from tests.reservations.conftest import asked, want_copies
from tests.reservations.test_series_pages import block, book, letters_of_series, reservations, text_of


def thursdays(place, **more):
    return {
        "space": place.room.id, "day": "2026-11-04", "starts": "10:00", "ends": "11:00", "since": "",
        "version": 1, "frequency": "weekly", "interval": 1, "weekdays": [3], "month_on": "4",
        "ends_by": "count", "count": 4,
    } | more  # fmt: skip


def look(place, where, **more):
    return place.mine.post(f"{where}/change", data=thursdays(place, step="look", **more))


def days_of(place):
    booked = [one for one in reservations(place) if one.state is ReservationState.BOOKED]
    return [f"{one.starts_at:%m-%d}" for one in sorted(booked, key=lambda one: one.starts_at)]


def test_the_form_shows_the_rule_as_it_is_from_there_on(place):
    where = book(place.mine, place.room)
    third = reservations(place)[2].recurrence_id
    page = place.mine.get(f"{where}/change?since={third}").text
    assert re.search(r'value="2"[^>]*checked|checked[^>]*value="2"', page)
    assert re.search(r'name="count"[^>]*value="2"|value="2"[^>]*name="count"', page), "two are left"
    assert 'value="2026-11-18"' in page
    assert place.others.get(f"{where}/change").status_code == 404
    assert place.others.post(f"{where}/change", data=thursdays(place)).status_code == 404


def test_wednesdays_become_thursdays_after_each_was_shown_and_the_second_press_finds_it_done(place):
    """The second Thursday is taken: it is offered at another time, chosen so, and booked with the others."""
    where = book(place.mine, place.room)
    start = 25 + 8 * 24
    place.others.post("/reservations/new", data=asked(place.room, start, start + 1))
    page = look(place, where)
    seen = text_of(page)
    assert "现在：大会议室，每周三 10:00–11:00" in seen
    assert "改成：大会议室，每周四 10:00–11:00，共 4 次 新订 3 次、取消 4 次 改后合计 ¥240.00" in seen
    assert "现在取消不收费" in seen
    assert "11月5日 周四 10:00–11:00 ¥80.00 新订" in seen
    assert "11月12日 周四 10:00–11:00 已被占用 换当天 09:00–10:00" in seen
    assert "会取消的 11月4日 周三 10:00–11:00" in seen
    assert "乙公司" not in seen
    assert days_of(place) == ["11-04", "11-11", "11-18", "11-25"], "only looked at"
    offered = unescape(re.search(r'name="choose" value="(2026-11-12T[^"]*)"', page.text)[1])
    chosen = look(place, where, choose=offered)
    assert "新订 4 次、取消 4 次" in text_of(chosen)
    assert f'name="instead" value="{offered}"' in chosen.text
    back = place.mine.post(f"{where}/change", data=thursdays(place, step="edit", interval=2)).text
    assert re.search(r'name="interval"[^>]*value="2"|value="2"[^>]*name="interval"', back)
    said = thursdays(place, step="change", instead=offered)
    done = text_of(place.mine.post(f"{where}/change", data=said, follow_redirects=True))
    assert "已改好：新订 4 次、取消 4 次。" in done
    assert "每周四 10:00–11:00" in done
    assert days_of(place) == ["11-05", "11-12", "11-19", "11-26"]
    again = place.mine.post(f"{where}/change", data=said, follow_redirects=True)
    assert "已改好。" in text_of(again)
    assert len(place.session.scalars(select(Series)).all()) == 2
    assert "它后来改成的系列" in text_of(place.mine.get(where))
    assert f'href="{where}"' in again.text, "and back"
    other = place.mine.post(f"{where}/change", data=said | {"weekdays": [4]})
    assert other.status_code == 409, "another change of what is changed is told so"


def test_another_hour_goes_with_it_and_what_stays_is_the_same_booking(place):
    where = book(place.mine, place.room)
    ids = [one.id for one in reservations(place)]
    to = {"weekdays": [2], "interval": 2, "count": 3, "starts": "14:00", "ends": "15:00"}
    seen = text_of(look(place, where, **to))
    assert "新订 1 次、更改 2 次、取消 2 次" in seen
    assert "11月4日 周三 14:00–15:00 原来 10:00–11:00 ¥80.00 更改" in seen
    assert "12月2日 周三 14:00–15:00 ¥80.00 新订" in seen
    longer = {"weekdays": [2], "ends_by": "until", "until": "2026-12-10"}
    seen = text_of(look(place, where, **longer))
    assert "新订 2 次、不动 4 次 新订和更改的合计 ¥160.00" in seen
    assert "11月4日 周三 10:00–11:00 不变" in seen
    place.mine.post(f"{where}/change", data=thursdays(place, **longer))
    assert [one.id for one in reservations(place)][:4] == ids
    assert days_of(place)[3:] == ["11-25", "12-02", "12-09"]


@pytest.mark.parametrize(
    ("said", "sentence", "status"),
    [
        ({"weekdays": []}, "请至少勾选一天。", 422),
        ({"count": 10000}, "一次最多重复 200 次", 422),
        ({"ends_by": "until", "until": "2026-11-01"}, "最后一天不能早于第一天", 422),
        ({"day": "2026-12-20"}, "12月20日 周日 起没有可以改的了", 422),
        ({"day": "2026-11-01"}, "已经过去", 422),
        ({"starts": "12:00"}, "结束", 422),
        ({"interval": "99"}, "间隔请填 1 到 52。", 422),
        ({"version": 7}, "", 409),
    ],
)
def test_what_no_rule_can_be_is_said_beside_its_field_and_kept(place, said, sentence, status):
    where = book(place.mine, place.room)
    for step in ("look", "change"):
        answer = place.mine.post(f"{where}/change", data=thursdays(place, step=step) | said)
        assert answer.status_code == status
        assert sentence in text_of(answer)
    assert days_of(place) == ["11-04", "11-11", "11-18", "11-25"]


def test_where_nothing_can_be_had_all_stays_and_the_page_says_so(place):
    where = book(place.mine, place.room, count=1)
    place.others.post("/reservations/new", data=asked(place.room, 49, 50))
    page = look(place, where, count=1)
    assert "这样改，现在一次也订不上；什么都不会动。" in text_of(page)
    assert 'value="change"' not in page.text
    answer = place.mine.post(f"{where}/change", data=thursdays(place, count=1))
    assert (answer.status_code, days_of(place)) == (409, ["11-04"])


def test_where_nothing_comes_of_a_rule_nothing_is_said_to_be_given_back(place):
    """The 3rd of each month: December's is taken, January's and February's too far ahead. All stays."""
    where = book(place.mine, place.room)
    place.others.post("/reservations/new", data=asked(place.room, 25 + 29 * 24, 26 + 29 * 24))
    monthly = {"frequency": "monthly", "month_on": "3", "day": "2026-11-18", "count": 3}
    seen = text_of(look(place, where, **monthly, since="2026-11-18T10:00"))
    assert "每月3日 10:00–11:00，共 3 次" in seen
    assert "现在一次也订不上；什么都不会动。 按新规则：还没开放预订 2 次、现在订不上 1 次。" in seen
    for never in ("时间立即释放给别人", "会取消的", "自动"):
        assert never not in seen


def test_of_what_is_left_over_the_place_is_named_and_what_is_left_is_summed(place):
    """The third was moved to the other room alone: until the 12th it goes too, the page says from where."""
    where = book(place.mine, place.room)
    third = reservations(place)[2]
    there = asked(place.other, 30 + 14 * 24, 31 + 14 * 24)
    assert place.mine.post(f"/reservations/{third.id}/move", data=there | {"version": 1}).status_code == 302
    form = text_of(place.mine.get(f"{where}/change"))
    assert "没有了的取消，单独改过的也一样" in form
    ends = {"weekdays": [2], "ends_by": "until", "until": "2026-11-12"}
    seen = text_of(look(place, where, **ends))
    assert "不动 2 次、取消 2 次 改后合计 ¥160.00" in seen
    assert "会取消的 11月18日 周三 15:00–16:00 小会议室 11月25日 周三 10:00–11:00" in seen
    assert "11月18日 周三 15:00–16:00 小会议室" in text_of(place.mine.get(f"{where}/cancel"))
    place.mine.post(f"{where}/change", data=thursdays(place, **ends))
    assert days_of(place) == ["11-04", "11-11"]


def test_what_is_still_waited_for_is_said_to_be_given_up_with_its_day(place):
    place.others.post("/reservations/new", data=asked(place.room, 25 + 7 * 24, 26 + 7 * 24))
    where = book(place.mine, place.room)
    assert "原来还没订上的 1 次不再候着。" in text_of(look(place, where))
    assert "不再候着" not in text_of(look(place, where, weekdays=[2, 3], count=8))


def test_what_is_late_to_cancel_is_said_before_and_charged(place):
    place.world.tariff(
        place.park, valid_from=date(2026, 1, 1),
        late_cancel_permille=500, late_cancel_minutes=3000,
    )  # fmt: skip
    where = book(place.mine, place.room)
    page = look(place, where)
    assert "取消的里面有已晚于价目规定时限的，合计收取 ¥40.00。" in text_of(page)
    assert 'name="fee" value="4000"' in page.text
    nothing = look(place, where, weekdays=[2, 3], count=8).text
    assert 'name="fee" value="0"' in nothing, "what comes up meanwhile was not shown either"
    cheaper = place.mine.post(f"{where}/change", data=thursdays(place, fee=0))
    assert "现在取消收取 ¥40.00，刚才显示的是 ¥0.00。还没有取消，请看过再确认。" in text_of(cheaper)
    assert days_of(place) == ["11-04", "11-11", "11-18", "11-25"]
    done = place.mine.post(f"{where}/change", data=thursdays(place), follow_redirects=True)
    assert "按价目收取迟取消费 ¥40.00。" in text_of(done)


def test_what_the_park_approves_is_only_asked_for_and_the_page_warns(place):
    where = book(place.mine, place.room)
    place.world.rule(place.park, needs_approval=True)
    place.session.commit()
    seen = text_of(look(place, where))
    assert "新订的要园区确认，确认之前不保留时间。" in seen
    assert "申请没批，也要不回来" in seen


def test_the_answer_tells_what_books_itself_apart_as_the_preview_did(place):
    """Thursdays and Sundays until 7 January, too far ahead; 24 December is taken, 3 January a Sunday."""
    place.world.rule(place.park, open_on_rest_days=False)
    where = book(place.mine, place.room)
    start = 25 + 50 * 24
    place.others.post("/reservations/new", data=asked(place.room, start, start + 1))
    to = {"day": "2026-11-18", "weekdays": [3, 6], "ends_by": "until", "until": "2027-01-07"}
    told = (
        "1 次还没开放预订：一开放就自动替你订上。",
        "1 次按现在的规则那天不开放；工作日安排公布后若开放，到时自动订。",
    )
    seen = text_of(look(place, where, **to))
    assert all(one in seen for one in (*told, "1 次现在订不上：先替你记着")), seen
    said = thursdays(place, step="change", **to)
    done = text_of(place.mine.post(f"{where}/change", data=said, follow_redirects=True))
    assert all(one in done for one in (*told, "1 次先替你记着。")), done


def test_a_rule_that_moves_the_end_says_from_when_to_when(place):
    """Wednesdays 2, 9, 16, 23 December made fortnightly, still four: 2, 16, 30 December and 13 January."""
    where = book(place.mine, place.room, day="2026-12-02")
    to = {"day": "2026-12-02", "weekdays": [2], "interval": 2}
    moved = "最后一次原来是 12月23日 周三，改后是 2027年1月13日 周三。"
    assert moved in text_of(look(place, where, **to))
    until = {"ends_by": "until", "until": "2026-12-23"}
    assert "最后一次" not in text_of(look(place, where, **to | until | {"interval": 3})), "2 and 23"
    done = place.mine.post(f"{where}/change", data=thursdays(place, **to), follow_redirects=True)
    assert moved in text_of(done)


def test_in_english_the_headline_and_the_answer_count_what_is_changed(place):
    place.me.language = "en"
    place.session.commit()
    where = book(place.mine, place.room)
    to = {"weekdays": [2], "interval": 2, "count": 3, "starts": "14:00", "ends": "15:00"}
    ends = "The last was on Wed 25 Nov, and is now on Wed 2 Dec."
    assert ends in text_of(look(place, where, **to))
    assert "1 new, 2 changed, 2 cancelled" in text_of(look(place, where, **to))
    done = place.mine.post(
        f"{where}/change", data=thursdays(place, step="change", **to), follow_redirects=True
    )
    assert f"Changed: 1 new, 2 changed, 2 cancelled. {ends}" in text_of(done)


def test_in_english_it_reads_as_well(place):
    place.me.language = "en"
    place.session.commit()
    where = book(place.mine, place.room)
    form, seen = text_of(place.mine.get(f"{where}/change")), text_of(look(place, where))
    assert "New days count from" in form
    assert "4 new, 4 cancelled" in seen
    for page in (form, seen):
        content = page.split("Change the series", 1)[1]
        assert not re.search(r"[每周次改订消动]", content), content


def test_one_letter_says_before_and_after_with_an_entry_for_each(place, app):
    want_copies(place)
    where = book(place.mine, place.room)
    before = {one.id for one in reservations(place)}
    assert len(letters_of_series(place)) == 1
    place.mine.post(
        f"{where}/change",
        data=thursdays(place, weekdays=[2, 3], interval=2, count=4, starts="14:00", ends="15:00"),
    )
    place.session.rollback()
    _, letter = letters_of_series(place)
    assert letter.subject == "重复预订已更改：大会议室"
    assert "大会议室，每 2 周的周三、周四 14:00–15:00\n原来：大会议室，每周三 10:00–11:00" in letter.body
    assert "取消了 2 次：\n大会议室，11月11日 周三 10:00–11:00" in letter.body
    assert "11月5日 周四 14:00–15:00 （新增）" in letter.body
    assert "11月4日 周三 14:00–15:00（原来：大会议室，10:00–11:00）" in letter.body.replace("\n", "")
    files = [Calendar.from_ical(one.content) for one in enclosures_of(place.session, letter.id)]
    told = [(f"{file['METHOD']}", *file.walk("VEVENT")) for file in files]
    number = lambda event: int(re.search(r"-(\d+)@", event["UID"])[1])  # noqa: E731
    found = sorted((method, number(event) in before, event["SEQUENCE"]) for method, event in told)
    assert found == [
        ("CANCEL", True, 1), ("CANCEL", True, 1), ("REQUEST", False, 0), ("REQUEST", False, 0),
        ("REQUEST", True, 1), ("REQUEST", True, 1),
    ]  # fmt: skip


def test_statements_of_the_preview_do_not_grow_with_the_occurrences(place, count_queries):
    block(place, 1)
    where = book(place.mine, place.room, count=30)
    counts = [count_queries(lambda n=n: look(place, where, count=n)) for n in (12, 12, 25)]
    assert counts[1] == counts[2]
