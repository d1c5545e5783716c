"""Quotas on every path by which a time is taken, shown before they refuse."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.db import transaction
from booking.jobs.job import run
from booking.jobs.reservations import FIND_FREE
from booking.people.models import Role
from booking.reservations.models import Reservation
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import OverQuota, Per, QuotaPeriod
from booking.reservations.reserve import reserve
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.waiting.models import Wait, WaitState
from booking.spaces.models import Kind, Space
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.conftest import asked, at, want_copies
from tests.reservations.test_series_pages import letters_of_series, text_of, weekly

OVER = "超出额度"


@pytest.fixture
def quota(place):
    """Give what sets a quota of meeting rooms, in hours, as the administrator does."""

    def set_it(hours, per="person", period="day", **more):
        filled = {"enterprise": "0", "kind": "meeting_room", "per": per, "period": period, "hours": hours}
        answer = place.admins.post("/quotas", data=filled | more)
        assert answer.status_code == 302, answer.text
        place.session.rollback()

    return set_it


def book(place, start, end, browser=None, **more):
    return (browser or place.mine).post("/reservations/new", data=asked(place.room, start, end, **more))


def test_what_is_left_is_shown_before_and_then_refuses_in_words(place, quota):
    quota(2)
    page = place.mine.get(f"/reservations/new?space={place.room.id}&start={at(1)}&end={at(2)}").text
    assert "你本人当天的额度：现在剩 2 小时，这次之后剩 1 小时" in page
    assert book(place, 1, 2).status_code == 302
    quote = place.mine.get(f"/calendar/quote?space={place.room.id}&start={at(3)}&end={at(5)}").json
    assert quote["problem"].startswith("超出额度：你本人当天的额度最多 2 小时，还剩 1 小时，这次要 2 小时。")
    answer = book(place, 3, 5)
    assert (answer.status_code, OVER in answer.text) == (422, True)
    mate = place.sign_in(place.world.member(place.ours))
    assert book(place, 3, 5, mate).status_code == 302, "each person has their own"
    assert book(place, 24 + 3, 24 + 5).status_code == 302, "the next day is another"
    assert place.mine.get("/quotas").status_code == 403


def test_half_hours_can_be_set_and_what_is_none_is_refused_in_words(place, quota):
    quota("１．５")
    quota("2.5", period="week")
    assert place.session.scalars(select(Quota.minutes).order_by(Quota.minutes)).all() == [90, 150]
    form = {"enterprise": "0", "kind": "hall", "per": "person", "period": "day"}
    for hours, words in (
        ("1.25", "可以带半小时，如 1.5"), ("-1", "可以带半小时"), ("10001", "0 到 10,000"), ("x", "小时数"),
        ("", "只有给单个企业才能留空"),
    ):  # fmt: skip
        answer = place.admins.post("/quotas", data=form | {"hours": hours})
        assert (answer.status_code, words in answer.text) == (422, True), hours


def test_a_quota_set_anew_says_what_it_was_and_one_that_limits_nobody_is_refused(place):
    """Two meeting rooms: all together 48 hours a day, a person 24, and 9 within the peak of 9 to 18."""
    form = {"enterprise": "0", "kind": "meeting_room", "per": "enterprise", "period": "day"}
    for hours, words in (
        ("30", "额度已设定，已有的预订不变。"), ("30", "这条额度本来就是每日最多 30 小时，没有改动。"),
        ("48", "这条额度本来是每日最多 30 小时，现在改为每日最多 48 小时；已有的预订不变。"),
    ):  # fmt: skip
        told = place.admins.post("/quotas", data=form | {"hours": hours}, follow_redirects=True)
        assert words in told.text
    peak = {"per": "person", "from_hour": "09:00", "until_hour": "18:00"}
    for more, most in (
        ({"hours": "48.5"}, "48 小时"), ({"hours": "24.5", "per": "person"}, "24 小时"),
        ({"hours": "9.5"} | peak, "9 小时"),
        ({"hours": "999", "per": "person", "period": "week"}, "168 小时"),
    ):  # fmt: skip
        refused = place.admins.post("/quotas", data=form | more)
        assert (refused.status_code, f"这样合计最多也就 {most}" in refused.text) == (422, True), more
    assert place.session.scalars(select(Quota.minutes)).all() == [48 * 60]
    for more in ({"hours": "24", "per": "person"}, {"hours": "9"} | peak):
        assert place.admins.post("/quotas", data=form | more).status_code == 302


def test_who_reads_english_sets_so_many_hours_per_day(place):
    place.admins.post("/preferences/language", data={"language": "en"})
    assert re.findall(r'<option[^>]*value="day">(\w+)', place.admins.get("/quotas").text) == ["day"]


def test_an_enterprise_has_its_own_instead_and_shares_it(place, quota):
    quota(1, "enterprise")
    quota(2, "enterprise", enterprise=str(place.ours.id))
    mate = place.sign_in(place.world.member(place.ours))
    assert [book(place, 1, 2).status_code, book(place, 3, 4, mate).status_code] == [302, 302]
    assert book(place, 5, 6, mate).status_code == 422
    assert book(place, 5, 7, place.others).status_code == 422
    quota("", "enterprise", enterprise=str(place.ours.id))
    assert book(place, 5, 6, mate).status_code == 302, "an empty figure lifts the limit for one"
    (mine, *_) = [one for one in place.session.scalars(select(Quota)) if one.enterprise_id]
    for status in (302, 404):
        assert place.admins.post(f"/quotas/{mine.id}/drop").status_code == status
    assert book(place, 7, 8, mate).status_code == 422


def test_peak_hours_leave_the_rest_of_the_day_alone(place, quota):
    quota(1, from_hour="09:00", until_hour="18:00")
    assert book(place, 0, 1).status_code == 302
    assert book(place, 8, 10).status_code == 422
    assert book(place, 9, 11).status_code == 302
    assert "结束时间要晚于开始时间" in place.admins.post(
        "/quotas",
        data={"enterprise": "0", "kind": "hall", "per": "person", "period": "day", "hours": 1,
              "from_hour": "10:00", "until_hour": "09:00"},
    ).text  # fmt: skip


def test_moving_extending_and_taking_any_keep_to_it_and_the_park_does_not(place, quota):
    quota(2)
    assert book(place, 1, 2).status_code == 302
    made = place.session.scalars(select(Reservation)).one()
    assert place.mine.post(f"/reservations/{made.id}/move", data=asked(place.room, 2, 5)).status_code == 422
    end = {"ends": (TUESDAY + timedelta(hours=5)).isoformat()}
    assert OVER in place.mine.post(f"/reservations/{made.id}/end", data=end).text
    pool = asked(place.room, 3, 5) | {"kind": "meeting_room", "area": "0"}
    assert OVER in place.mine.post("/reservations/any", data=pool).text
    assert place.mine.post(f"/reservations/{made.id}/move", data=asked(place.room, 3, 5)).status_code == 302
    moved = place.admins.post(
        f"/front-desk/reservations/{made.id}/move", data=asked(place.room, 5, 8, version=2)
    )
    assert moved.status_code == 302, "the park knows why"


def test_what_is_found_says_that_the_quota_leaves_less_and_is_not_booked_with_one_press(place, quota):
    quota(2)
    said = "/calendar/say?say=今天下午一点到{}点%20会议室"
    search = "/calendar/search?day=2026-11-03&starts=13:00&ends={}:00"
    for path in (said.format("三"), search.format(15)):
        assert OVER not in place.mine.get(path).text
    for path in (said.format("四"), search.format(16)):
        page = place.mine.get(path).text
        assert "超出额度：你本人当天的额度最多 2 小时，还剩 2 小时，这次要 3 小时。" in page
        assert page.count(">超出额度</span>") == 2, "both rooms are free, and neither can be had"
        assert ">订下<" not in page
    assert OVER not in place.admins.get(search.format(16)).text
    together = "/calendar/together?length={}"
    page = place.mine.get(together.format(120)).text
    assert (OVER in page, page.count(">订下<")) == (False, 12), "each of them by itself is within it"
    page = place.mine.get(together.format(180)).text
    assert "超出额度：你本人当天的额度最多 2 小时，还剩 2 小时，这次要 3 小时。" in page
    assert (page.count(">超出额度</span>"), ">订下<" in page) == (12, False)


def test_who_reads_english_reads_english_and_what_is_left_before_and_after(place, quota):
    """Half an hour of two is left of the peak hours; half an hour fits exactly, an hour does not."""
    quota(2, "enterprise", from_hour="09:00", until_hour="18:00")
    quota(4, "enterprise")
    place.mine.post("/preferences/language", data={"language": "en"})
    path = f"/calendar/quote?space={place.room.id}&start={at(0)}&end="
    peak, day = "your company's quota that day in peak hours 09:00–18:00", "your company's quota that day"
    assert place.mine.get(path + at(1)).json["quota"] == (
        f"Left of {peak}: 2 h now, 1 h after this booking; Left of {day}: 4 h now, 3 h after this booking"
    )
    assert book(place, 1, 2).status_code == 302
    assert book(place, 2, 2.5).status_code == 302
    half, hour = "start=" + at(5) + "&end=" + at(5.5), "start=" + at(5) + "&end=" + at(6)
    path = f"/calendar/quote?space={place.room.id}&"
    left = place.mine.get(path + half).json["quota"]
    assert left.startswith(f"Left of {peak}: 30 min, all of which this booking takes; ")
    assert (
        place.mine.get(path + hour)
        .json["problem"]
        .startswith(f"Beyond {peak}: at most 2 h, with 30 min left; this takes 1 h. Make it shorter")
    )
    assert book(place, 2.5, 3).status_code == 302
    assert (
        place.mine.get(path + hour)
        .json["problem"]
        .startswith(f"Beyond {peak}: at most 2 h, with 0 min left; this takes 1 h. Choose another time;")
    )


def test_what_is_left_stands_on_the_cards_where_it_is_scarce(place, quota):
    """Two hours a day: half an hour leaves three times as much again, an hour just as much, two nothing."""
    quota(2)
    say, hour = "/calendar/say?say=今天下午{}%20会议室", "现在剩 2 小时，这次之后剩 1 小时"
    search = "/calendar/search?day=2026-11-03&starts=13:00&ends={}"
    for path, some, half in ((say, "一点到两点", "一点到一点半"), (search, "14:00", "13:30")):
        assert place.mine.get(path.format(some)).text.count(f"你本人当天的额度：{hour}") == 2
        assert "额度：现在剩" not in place.mine.get(path.format(half)).text
    assert "这次之后就用完" in place.mine.get(say.format("一点到三点")).text
    together = "/calendar/together?length={}"
    assert hour in place.mine.get(together.format(60)).text
    assert "额度：现在剩" not in place.mine.get(together.format(30)).text


def test_ends_beyond_the_quota_are_not_offered_and_it_is_said_why(place, quota, standing_clock):
    quota(2)
    assert book(place, 0, 1).status_code == 302
    (made,) = place.session.scalars(select(Reservation))
    page = place.mine.get(f"/reservations/{made.id}/end").text
    assert "09:00–11:00" in page
    assert "09:00–11:15" not in page
    assert "不能更晚，因为：超出额度：你本人当天的额度最多 2 小时" in page
    place.mine.post(f"/today/check-in/{made.id}")
    today = place.mine.get("/today").text
    offered = today.partition("延长到")[2].partition("</fieldset>")[0]
    assert "11:00" in offered
    assert "11:30" not in offered
    assert "不能更晚，因为：超出额度" in today


def test_a_series_books_what_is_left_and_wishes_for_the_rest(place, quota):
    quota(2, period="month")
    answer = place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=3))
    assert answer.status_code == 302
    place.session.rollback()
    assert len(place.session.scalars(select(Reservation)).all()) == 2, "the third would be a third hour"


def test_a_change_of_a_series_is_foreseen_as_the_quota_will_have_it(place, quota):
    quota(1, from_hour="14:00", until_hour="18:00")
    where = place.mine.post(
        "/reservations/series/new", data=weekly(place.room, step="book", count=2)
    ).location
    booked = asked(place.other, 24 + 5, 24 + 6)  # on the first day, the hour there is from 14:00 on
    assert place.mine.post("/reservations/new", data=booked).status_code == 302
    change = {"since": "", "space": place.room.id, "starts": "15:00", "ends": "16:00", "version": 1}
    seen = text_of(place.mine.post(f"{where}/change", data=change | {"step": "look"}))
    assert seen.count("15:00–16:00 原来 10:00–11:00 " + OVER) == 1
    assert "更改 1 次" in seen
    done = text_of(place.mine.post(f"{where}/change", data=change, follow_redirects=True))
    assert "已更改 1 次。" in done


def test_a_series_moves_within_a_quota_that_it_fills_itself(place, quota):
    quota(2, period="month")
    where = place.mine.post(
        "/reservations/series/new", data=weekly(place.room, step="book", count=2)
    ).location
    change = {"since": "", "space": place.room.id, "starts": "15:00", "ends": "16:00", "version": 1}
    assert "更改 2 次" in text_of(place.mine.post(f"{where}/change", data=change | {"step": "look"}))
    longer = change | {"ends": "17:00"}
    seen = text_of(place.mine.post(f"{where}/change", data=longer | {"step": "look"}))
    assert seen.count(OVER) == 2, "what is held there still counts until it moves"
    stayed = text_of(place.mine.post(f"{where}/change", data=longer, follow_redirects=True))
    assert "2 次没有动" in stayed
    assert "已更改" not in stayed
    place.session.rollback()
    series = place.session.scalars(select(Series)).one()
    assert (series.starts_minute, series.version) == (600, 1), "nothing moved, and so it stays what it was"


def test_walking_in_keeps_to_it_and_who_leaves_early_has_the_rest_back(place, quota, standing_clock):
    quota(1)
    assert book(place, 0, 1).status_code == 302
    made = place.session.scalars(select(Reservation)).one()
    place.mine.post(f"/today/check-in/{made.id}")
    standing_clock.set(TUESDAY + timedelta(minutes=20))
    until = {"until": (TUESDAY + timedelta(minutes=50)).isoformat()}
    walk = f"/s/{place.other.scan_code}/walk-in"
    place.session.rollback()
    stay = place.session.connection().exec_driver_sql("SELECT id FROM stay").scalar()
    assert OVER in place.mine.post(walk, data=until, follow_redirects=True).text
    place.session.rollback()
    place.mine.post(f"/today/check-out/{stay}")
    assert book(place, 2, 2.5).status_code == 302, "20 minutes were used, 40 are left"
    assert book(place, 4, 4.5).status_code == 422


def test_two_at_once_do_not_both_pass(on_both_engines, app_on, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        park = world.park()
        area = world.area(park)
        rooms = [world.space(area).id for _ in range(4)]
        firm = world.enterprise(park)
        who = world.member(firm, Role.MEMBER)
        facts = {"kind": Kind.MEETING_ROOM, "per": Per.ENTERPRISE, "period": QuotaPeriod.DAY, "minutes": 60}
        session.add(Quota(park_id=park.id, **facts))
        session.commit()
        by = Actor(who.name, who.id, park.id, firm.id)
    starts = Barrier(4)

    def press(room):
        with app.app_context():
            starts.wait()
            try:
                with transaction() as session:
                    span = Span(TUESDAY + timedelta(hours=1), TUESDAY + timedelta(hours=2))
                    space = session.get_one(Space, room)
                    return reserve(session, space, span, quote=Money.zero(), by=by, now=now).state
            except OverQuota:
                return None

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(press, rooms))
    assert sorted(map(str, done)) == ["None", "None", "None", "booked"]


def test_without_quotas_a_booking_asks_nothing_more(place, quota, count_queries):
    book(place, 1, 2)
    before = count_queries(lambda: book(place, 3, 4))
    quota(20)
    book(place, 5, 6)
    assert count_queries(lambda: book(place, 7, 8)) == before + 1


def test_taking_a_check_out_back_keeps_to_it_but_not_at_the_front_desk(place, quota, standing_clock):
    """Of two hours one minute was used; what was booked meanwhile would make it 3 h 45."""
    quota(2)
    assert book(place, 0, 2).status_code == 302
    made = place.session.scalars(select(Reservation)).one()
    place.mine.post(f"/today/check-in/{made.id}")
    place.session.rollback()
    stay = place.session.connection().exec_driver_sql("SELECT id FROM stay").scalar()
    undo = f"/today/check-out/{stay}/undo"

    def goes_on():
        place.session.rollback()
        left = place.session.connection().exec_driver_sql("SELECT ended_at FROM stay").scalar()
        return left is None

    standing_clock.set(TUESDAY + timedelta(minutes=1))
    place.mine.post(f"/today/check-out/{stay}")
    place.mine.post(undo)
    assert goes_on(), "nothing else is booked: two hours of two"
    place.mine.post(f"/today/check-out/{stay}")
    elsewhere = asked(place.other, 0.25, 2)
    assert place.mine.post("/reservations/new", data=elsewhere).status_code == 302
    assert OVER in place.mine.post(undo, follow_redirects=True).text
    assert not goes_on()
    place.admins.post(f"/front-desk/stays/{stay}/check-out/undo")
    assert goes_on(), "the park knows why"


def test_nobody_has_more_held_than_their_quota_lets_them_take(place, quota):
    quota(1)
    mate = place.sign_in(place.world.member(place.theirs))
    for browser, room in ((place.others, place.room), (mate, place.other)):
        assert browser.post("/reservations/new", data=asked(room, 1, 2)).status_code == 302
        assert place.mine.post("/waiting/new", data=asked(room, 1, 2)).status_code == 302
    for made in place.session.scalars(select(Reservation.id)).all():
        for browser in (place.others, mate):
            browser.post(f"/reservations/{made}/cancel")
    place.session.rollback()
    states = place.session.scalars(select(Wait.state).order_by(Wait.id)).all()
    assert states == [WaitState.OFFERED, WaitState.WAITING]


def test_what_is_kept_for_a_quota_is_offered_once_that_comes_back(place, quota, standing_clock):
    """Of the day's hour one half is booked: the hour is refused on the 4th, though nobody has the room."""
    quota(1, period="day")
    booked = asked(place.other, 24 + 5, 24 + 5.5)
    assert place.mine.post("/reservations/new", data=booked).status_code == 302
    seen = place.mine.post("/reservations/series/new", data=weekly(place.room, step="look"))
    assert "1 次现在订不上：先替你记着，空出来时在“今天”里提醒，一点就订。 其中 1 次超出额度" in text_of(seen)
    where = place.mine.post("/reservations/series/new", data=weekly(place.room, step="book")).location
    place.session.rollback()
    wished = place.session.scalars(select(WishedOccurrence)).one()
    take = f"/reservations/series/wished/{wished.id}/take"

    def offered():
        return [take in place.mine.get(page).text for page in ("/today", where)]

    shown = text_of(place.mine.get(where))
    assert (offered(), "空出来了" in shown) == ([False, False], False)
    assert "空着，但超出额度：你本人当天的额度最多 1 小时，还剩 30 分，这次要 1 小时。" in shown
    assert OVER in place.mine.post(take, follow_redirects=True).text, "as the page says"
    theirs = text_of(place.admins.get(where))
    assert ("空着，但超出他们的额度" in theirs, "你本人" in theirs) == (True, False)
    mate = place.sign_in(place.world.member(place.ours))
    assert take in mate.get(where).text, "who presses has a quota of their own"
    first = place.session.scalars(select(Reservation.id).order_by(Reservation.id)).first()
    assert place.mine.post(f"/reservations/{first}/cancel", data={"version": 1}).status_code == 302
    assert (offered(), "空出来了" in text_of(place.mine.get(where))) == ([True, True], True)
    assert "这一次订上了" in place.mine.post(take, follow_redirects=True).text


def test_the_letter_on_a_series_tells_what_only_a_quota_refuses(place, quota, standing_clock):
    """Of the day's hour one half is booked on the 4th and the 11th; on the 25th others have the room."""
    quota(1, period="day")
    want_copies(place)
    for week in range(2):
        half = asked(place.other, 24 * (1 + 7 * week) + 5, 24 * (1 + 7 * week) + 5.5)
        assert place.mine.post("/reservations/new", data=half).status_code == 302
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=3))
    over = "其中 2 次空着，但超出额度，额度够了才能订：11月4日 周三、11月11日 周三\n"
    body = letters_of_series(place)[-1].body
    assert "另有 2 次还没订上：11月4日 周三、11月11日 周三\n" in body
    assert over in body
    assert "网页上看得到" not in body, "none of them is offered there"
    taken = asked(place.room, 24 * 22 + 1, 24 * 22 + 2)
    assert place.others.post("/reservations/new", data=taken).status_code == 302
    where = f"/reservations/series/{place.session.scalars(select(Series.id)).one()}"
    more = {"until": "2026-11-26", "step": "book"}
    assert place.mine.post(f"{where}/extend", data=more).status_code == 302
    body = letters_of_series(place)[-1].body
    assert "另有 3 次还没订上：11月4日 周三、11月11日 周三、11月25日 周三\n" in body
    assert over in body
    assert "其余的空出来了没有，网页上看得到，一点就能订。" in body


def test_nothing_is_offered_instead_of_a_taken_day_that_a_quota_refuses(place, quota, standing_clock):
    """Three hours a month: the third of four Wednesdays is taken, and the three others are booked by then."""
    quota(3, period="month")
    taken = asked(place.room, 24 + 14 * 24 + 1, 24 + 14 * 24 + 2)
    assert place.others.post("/reservations/new", data=taken).status_code == 302
    look = weekly(place.room, step="look")
    assert "当天" not in text_of(place.mine.post("/reservations/series/new", data=look))
    where = place.mine.post("/reservations/series/new", data=weekly(place.room, step="book")).location
    shown = text_of(place.mine.get(where))
    assert ("还没空出来" in shown, "换当天" in shown) == (True, False)
    quota(4, period="month")
    assert "换当天" in text_of(place.mine.get(where))
    assert "当天" in text_of(place.mine.post("/reservations/series/new", data=look))


def test_what_a_quota_keeps_from_a_series_costs_no_statement_a_day(
    place, quota, standing_clock, count_queries
):
    quota(1, period="day")
    for week in range(3):
        half = asked(place.other, 24 * (1 + 7 * week) + 5, 24 * (1 + 7 * week) + 5.5)
        assert place.mine.post("/reservations/new", data=half).status_code == 302
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=4))
    three = count_queries(lambda: place.mine.get("/today"))
    place.session.rollback()
    wished = place.session.scalars(select(WishedOccurrence.id)).all()
    assert len(wished) == 3
    place.mine.post(f"/reservations/series/wished/{wished[2]}/drop")
    place.mine.post(f"/reservations/series/wished/{wished[1]}/drop")
    assert count_queries(lambda: place.mine.get("/today")) == three


PASSED_OVER = "空出来时会跳过这次候补，先给后面的人；额度够了才会轮到。"


def test_who_a_quota_passes_over_reads_so_before_joining_and_while_they_wait(
    place, quota, app, standing_clock
):
    """One hour a day, half of it is booked: an hour that comes free goes to who stands behind."""
    quota(1)
    assert book(place, 1, 1.5).status_code == 302
    assert book(place, 5, 6, place.others).status_code == 302
    join, promised = f"/waiting/new?space={place.room.id}&start={at(5)}&end=", "空出来会发邮件给你"
    why = "超出额度：你本人当天的额度最多 1 小时，还剩 30 分，这次要 1 小时。"
    before = text_of(place.mine.get(join + at(6)))
    assert (why in before, PASSED_OVER in before) == (True, True)
    assert PASSED_OVER not in text_of(place.mine.get(join + at(5.5)))
    answer = place.mine.post("/waiting/new", data=asked(place.room, 5, 6), follow_redirects=True)
    shown = text_of(answer)
    assert ("已排候补。" in shown, why in shown, PASSED_OVER in shown, promised in shown) == (
        True,
        True,
        True,
        False,
    )
    assert "候补中，空出来时会跳过" in text_of(place.mine.get("/reservations"))
    mate = place.sign_in(place.world.member(place.ours))
    theirs = text_of(mate.get(answer.request.path))
    assert (PASSED_OVER in theirs, "你本人" in theirs) == (True, False), "it is not the reader's own quota"
    place.session.rollback()
    mine, other = place.session.scalars(select(Reservation.id).order_by(Reservation.id))
    place.others.post(f"/reservations/{other}/cancel", data={"version": 1})
    place.session.rollback()
    assert place.session.scalars(select(Wait.state)).all() == [WaitState.WAITING], "so it is"
    free = text_of(place.mine.get(join + at(6)))
    assert ("不用候补" in free, why in free) == (False, True), "it stands free, and could not be booked"
    other_time = place.mine.post("/waiting/new", data=asked(place.other, 5, 6))
    assert (other_time.status_code, OVER in other_time.text) == (422, True)
    assert "直接预订就好" not in other_time.text
    place.mine.post(f"/reservations/{mine}/cancel", data={"version": 1})
    again = text_of(place.mine.get(answer.request.path))
    assert (PASSED_OVER in again, promised in again) == (False, True)
    with app.app_context():
        run(FIND_FREE)
    place.session.rollback()
    assert place.session.scalars(select(Wait.state)).all() == [WaitState.OFFERED]


def test_what_is_held_for_them_counts_for_who_is_told_that_a_quota_passes_them_over(
    place, quota, standing_clock
):
    quota(1)
    mate = place.sign_in(place.world.member(place.theirs))
    for browser, room in ((place.others, place.room), (mate, place.other)):
        assert browser.post("/reservations/new", data=asked(room, 1, 2)).status_code == 302
    first = place.mine.post("/waiting/new", data=asked(place.room, 1, 2)).location
    second = place.mine.post("/waiting/new", data=asked(place.other, 1, 2)).location
    assert PASSED_OVER not in text_of(place.mine.get(second))
    place.session.rollback()
    theirs = place.session.scalars(select(Reservation.id).order_by(Reservation.id)).first()
    place.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    assert "轮到你了" in text_of(place.mine.get(first))
    assert PASSED_OVER in text_of(place.mine.get(second))


def test_hours_of_a_quota_are_hours_however_many(place, quota):
    """Of 40 hours 15 and a half are booked: 24 and a half are left, which nobody calls a day."""
    quota(40, period="month")
    assert "每月最多 40 小时" in text_of(place.admins.get("/quotas"))
    for start, end in ((0, 9), (24, 30.5)):
        assert book(place, start, end).status_code == 302
    path = f"/calendar/quote?space={place.room.id}&start={at(48)}&end={at(49)}"
    assert "现在剩 24 小时 30 分，这次之后剩 23 小时 30 分" in place.mine.get(path).json["quota"]
    quota(25, period="month")
    place.session.rollback()
    quota(15.5, period="month")
    problem = place.mine.get(path).json["problem"]
    assert "最多 15 小时 30 分，还剩 0 分，这次要 1 小时。请换个时间，" in problem, (
        "nothing shorter fits either"
    )


def test_other_times_that_a_quota_refuses_are_marked(place, quota, standing_clock):
    """Of three hours a day two are booked today: two and a half are within it tomorrow only."""
    quota(3)
    assert place.mine.post("/reservations/new", data=asked(place.other, 0, 2)).status_code == 302
    for room in (place.room, place.other):
        for day in (0, 24):
            taken = asked(room, day + 5, day + 6)
            assert place.others.post("/reservations/new", data=taken).status_code == 302

    def listed(page):
        rows = re.findall(
            r"<li>(.*?)</li>", page.partition("最近的空闲时间")[2].partition("</ul>")[0], re.DOTALL
        )
        assert rows
        return {(OVER in row, "¥" in row) for row in rows}

    search = "/calendar/search?day={}&starts=14:00&ends=16:30"
    say = "/calendar/say?say={}下午两点到四点半%20会议室"
    for path, today, tomorrow in ((search, "2026-11-03", "2026-11-04"), (say, "今天", "明天")):
        over, within = place.mine.get(path.format(today)), place.mine.get(path.format(tomorrow))
        assert listed(over.text) == {(True, False)}
        why = "超出额度：你本人当天的额度最多 3 小时，还剩 1 小时，这次要 2 小时 30 分。"
        assert text_of(over).count(why) == 1, "which it is and what is left, once"
        assert listed(within.text) == {(False, True)}
        assert "还剩" not in text_of(within)
    assert listed(place.admins.get(search.format("2026-11-03")).text) == {(False, False)}


def test_a_form_marks_and_a_move_leaves_out_the_other_times_that_a_quota_refuses(
    place, quota, standing_clock
):
    """From 15:00 on half an hour a day: for an hour from 14:00 one at 13:00 fits, one at 15:00 not."""
    quota(0.5, from_hour="15:00", until_hour="20:00")
    assert book(place, 5, 6, place.others).status_code == 302
    listed = book(place, 5, 6).text.partition("这个空间最近的空闲时间")[2].partition("</ul>")[0]
    rows = re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)
    times = ("13:00–14:00", "15:00–16:00")
    assert {(when, OVER in row) for row in rows for when in times if when in row} == {
        (times[0], False),
        (times[1], True),
    }
    assert book(place, 1, 2).status_code == 302
    place.session.rollback()
    mine = place.session.scalars(select(Reservation.id).order_by(Reservation.id.desc())).first()
    moves = {
        by: text_of(browser.post(path.format(mine), data=asked(place.room, 5, 6, version=1)))
        for by, browser, path in (
            ("tenant", place.mine, "/reservations/{}/move"),
            ("park", place.admins, "/front-desk/reservations/{}/move"),
        )
    }
    offered = {by: [when in text for when in times] for by, text in moves.items()}
    assert offered == {"tenant": [True, False], "park": [True, True]}, "the park knows why"
