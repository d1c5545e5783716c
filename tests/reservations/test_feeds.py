"""Calendar feeds: what each tells, to whom, and that a revoked or made-up address opens nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from booking.people.models import Role
from booking.reservations.models import CalendarFeed, Occupancy
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked


def address_of(browser, kind, **more):
    """Make a feed as its page does, and give the address that stands there."""
    answer = browser.post("/feeds/open", data={"kind": kind} | more, follow_redirects=True)
    assert answer.status_code == 200
    found = re.findall(r'value="http://127.0.0.1:5000(/feeds/[^"]+\.ics)"', answer.text)
    assert found
    assert f'href="webcal://127.0.0.1:5000{found[-1]}"' in answer.text
    return found[-1]


@pytest.fixture
def subscriber(app):
    """Give what asks an address as a calendar program does, without a session, and reads the answer."""

    def read(address):
        answer = app.test_client().get(address)
        assert answer.status_code == 200
        assert answer.content_type == "text/calendar; charset=utf-8"
        calendar = Calendar.from_ical(answer.data)
        assert not calendar.errors
        return calendar, {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}

    return read


def test_making_an_address_says_so_and_leads_to_it_by_its_name(place):
    made = place.mine.post("/feeds/open", data={"kind": "own"})
    number = made.location.partition("#feed-")[2]
    assert number.isdigit(), "the browser gives it the focus"
    page = place.mine.get("/feeds").text
    assert "订阅地址已生成" in page
    assert f'id="feed-{number}"' in page
    assert '不要转发）<span class="visually-hidden"> · 我的预订</span></label>' in page


def book(browser, space, start, **more):
    assert browser.post("/reservations/new", data=asked(space, start, start + 1) | more).status_code == 302


def test_ones_own_feed_follows_what_becomes_of_the_bookings(place, subscriber, standing_clock):
    book(place.mine, place.room, 1)
    address = address_of(place.mine, "own")
    calendar, events = subscriber(address)
    assert str(calendar["X-WR-CALNAME"]).endswith("我的预订")
    (event,) = events.values()
    assert event["SUMMARY"] == "大会议室 · 周会"
    assert event.walk("VALARM")
    page = event["URL"].removeprefix("http://127.0.0.1:5000")
    standing_clock.set(TUESDAY + timedelta(minutes=1))
    place.mine.post(f"{page}/move", data=asked(place.other, 3, 4, version=1))
    (after,) = subscriber(address)[1].values()
    assert (after["UID"], after["SEQUENCE"]) == (event["UID"], event["SEQUENCE"] + 1)
    assert after["SUMMARY"] == "小会议室 · 周会"
    place.mine.post(f"{page}/cancel", data={"version": 2})
    assert subscriber(address)[1] == {}


def test_the_enterprises_feed_names_who_booked_and_knows_no_other(place, subscriber):
    colleague = place.sign_in(place.world.member(place.ours, Role.MANAGER, name="王经理"))
    book(place.mine, place.room, 1)
    book(colleague, place.other, 1)
    book(place.others, place.desk, 1, people=1, purpose="别家的事")
    _, events = subscriber(address_of(place.mine, "enterprise"))
    assert set(events) == {"大会议室 · 周会 · 张小明", "小会议室 · 周会 · 王经理"}
    assert not any(event.walk("VALARM") for event in events.values()), (
        "whose it is hears of it from their own"
    )


def test_a_spaces_feed_tells_of_others_only_that_it_is_taken(place, subscriber):
    book(place.mine, place.room, 1)
    book(place.others, place.room, 3, purpose="别家的事")
    address = address_of(place.mine, "space", space=place.room.id)
    calendar, events = subscriber(address)
    assert set(events) == {"大会议室 · 周会 · 张小明", "已占用"}
    whole = calendar.to_ical().decode()
    assert not [word for word in ("别家的事", "李四方", "乙公司") if word in whole]
    assert events["已占用"]["DTSTART"].dt == TUESDAY + timedelta(hours=3)
    (theirs,) = place.session.scalars(select(Occupancy).where(Occupancy.enterprise_id == place.theirs.id))
    theirs.starts_at += timedelta(minutes=4, seconds=26)
    place.session.commit()
    _, events = subscriber(address)
    begins = events["已占用"]["DTSTART"].dt
    assert begins == TUESDAY + timedelta(hours=3), "at which second they came is theirs"


def test_a_spaces_feed_tells_of_tidying_up_after_ones_own_use_and_after_others_alike(place, subscriber):
    place.world.rule(place.park, buffer_minutes=30)
    book(place.mine, place.room, 1)
    book(place.others, place.room, 3, purpose="别家的事")
    calendar, _ = subscriber(address_of(place.mine, "space", space=place.room.id))
    told = sorted(
        (event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"])) for event in calendar.walk("VEVENT")
    )
    hours = [1, 2, 2.5, 3, 4, 4.5]
    first, own_end, free, others, others_end, end = (TUESDAY + timedelta(hours=one) for one in hours)
    assert told == [
        (first, own_end, "大会议室 · 周会 · 张小明"),
        (own_end, free, "整理时间"),
        (others, others_end, "已占用"),
        (others_end, end, "整理时间"),
    ]


def test_a_combined_spaces_feed_tells_of_its_parts_and_a_parts_of_the_whole(place, subscriber):
    """No claim lies on a whole itself: without its parts the feed of it would say that it is always free."""
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other])
    book(place.mine, whole, 1)
    book(place.others, place.room, 3)
    book(place.others, whole, 5)
    place.others.post("/reservations/new", data=asked(place.other, 3, 6))  # taken with the whole
    place.others.post("/reservations/new", data=asked(place.other, 3, 5))
    for space, busy in ((whole, [(3, 5), (5, 6)]), (place.room, [(3, 4), (5, 6)])):
        calendar, events = subscriber(address_of(place.mine, "space", space=space.id))
        assert "合并会议室 · 周会 · 张小明" in events
        taken = [event for event in calendar.walk("VEVENT") if event["SUMMARY"] == "已占用"]
        hours = [TUESDAY + timedelta(hours=hour) for pair in busy for hour in pair]
        assert [event[name].dt for event in taken for name in ("DTSTART", "DTEND")] == hours
        assert "乙公司" not in calendar.to_ical().decode()


def test_a_space_of_another_park_has_no_feed_here(place):
    elsewhere = place.world.space(place.world.area(place.world.park()))
    answer = place.mine.post("/feeds/open", data={"kind": "space", "space": elsewhere.id})
    assert answer.status_code == 404
    assert place.mine.post("/feeds/open", data={"kind": "space"}).status_code == 404
    assert place.mine.post("/feeds/open", data={"kind": "all"}).status_code == 400
    assert place.session.scalars(select(CalendarFeed)).all() == []


def test_a_second_press_gives_the_address_there_is(place):
    first = address_of(place.mine, "own")
    assert address_of(place.mine, "own") == first
    assert len(place.session.scalars(select(CalendarFeed)).all()) == 1


def test_a_revoked_address_opens_nothing_and_a_new_one_is_another(place, app):
    address, program = address_of(place.mine, "own"), app.test_client()
    feed = place.session.scalars(select(CalendarFeed.id)).one()
    place.session.rollback()
    place.others.post("/feeds/revoke", data={"feed": feed})
    assert program.get(address).status_code == 200, "nobody revokes another's"
    said = [place.mine.post("/feeds/revoke", data={"feed": feed}, follow_redirects=True).text for _ in "12"]
    assert ["这个地址已停用" in one for one in said] == [True, False]
    assert program.get(address).status_code == 404
    again = address_of(place.mine, "own")
    assert again != address
    assert program.get(again).status_code == 200


@pytest.mark.parametrize("wrong", ["x", "WzEsIjAiXQ.made-up", "%20", "1-0", "中"])
def test_a_made_up_address_is_not_found(place, app, wrong):
    address_of(place.mine, "own")
    assert app.test_client().get(f"/feeds/{wrong}.ics").status_code == 404


def test_who_has_left_is_subscribed_to_nothing(place, app):
    address = address_of(place.mine, "own")
    place.session.rollback()
    place.me.active = False
    place.session.commit()
    assert app.test_client().get(address).status_code == 404


def test_a_program_that_asks_again_is_told_that_nothing_changed(place, app):
    book(place.mine, place.room, 1)
    address, program = address_of(place.mine, "own"), app.test_client()
    first = program.get(address)
    assert program.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_its_statements_do_not_grow_with_what_it_tells(place, app, count_queries):
    book(place.mine, place.room, 1)
    address, program = address_of(place.mine, "enterprise"), app.test_client()
    few = count_queries(lambda: program.get(address))
    for hour in (2, 3, 4, 5):
        book(place.mine, place.room, hour)
    assert count_queries(lambda: program.get(address)) == few
