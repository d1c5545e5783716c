"""Colleagues and guests on a booking: named, told, expected at the front desk, and forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from booking import clock
from booking.audit.actions import Actor
from booking.audit.models import AuditEntry
from booking.db import transaction
from booking.documents.models import Document
from booking.jobs.job import run
from booking.jobs.reservations import FORGET_GUESTS, RELEASE_NO_SHOWS, TELL_CHANGES, TELL_GUESTS
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, send_again
from booking.mail.queries import enclosures_of
from booking.mail.transport import LetterNotFailed
from booking.parks.models import Park
from booking.people.models import Role
from booking.reservations.guests.invite import asked_along, guests_of, invite
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.rules import AskedAlong, read_visitors, visitors_text
from booking.reservations.guests.tell_guests import tell_guests
from booking.reservations.models import Reservation
from booking.usage.check_in import check_in
from booking.usage.door.devices import DeviceEvent
from booking.usage.queries import stay_of
from tests.harness.app import open_session
from tests.harness.stays import CHARGER
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.conftest import asked, book
from tests.reservations.test_feeds import address_of
from tests.reservations.test_series_pages import letters_of_series
from tests.reservations.test_verbs import Desk

WANG = "王小明，wang@guest.example，来客公司"


@pytest.fixture
def mate(place):
    """Give a colleague."""
    return place.world.member(place.ours, name="陈同事")


@pytest.fixture
def desk(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Desk(World(session, TUESDAY))


@pytest.fixture
def told(place, app):
    """Give what runs the job and returns (to, subject) of the letters it wrote, and the letters."""
    seen = []

    def tell():
        with app.app_context():
            assert run(TELL_GUESTS).failed == 0
            assert run(TELL_GUESTS).done == 0, "a second run finds nothing"
        place.session.rollback()
        found = place.session.scalars(select(Letter).where(Letter.key.like("guest:%")).order_by(Letter.id))
        new = [letter for letter in found if letter.id not in seen]
        seen.extend(letter.id for letter in new)
        return new

    return tell


def entry(place, letter):
    (file,) = enclosures_of(place.session, letter.id)
    calendar = Calendar.from_ical(file.content)
    (event,) = calendar.walk("VEVENT")
    return calendar["METHOD"], event


def say(place, made, **typed):
    """Send the list of guests."""
    return place.mine.post(f"/reservations/{made.id}/guests", data=typed)


def test_who_is_named_while_booking_is_told_and_follows_the_booking_until_it_is_off(place, told, mate):
    made = book(place, colleagues=[mate.id], guests=f"{WANG}\n李没邮箱", purpose="看样品 www.evil.example")
    assert made.people == 4, "as many as come, at least"
    to_mate, to_wang = told()
    assert [to_mate.to, to_wang.to] == [mate.email, "wang@guest.example"]
    assert to_wang.subject == "张小明邀请你：大会议室 / 张小明 invites you: 大会议室"
    assert to_mate.subject == "张小明邀请你：大会议室", "who has an account has a language"
    chinese, english = to_wang.body.split("\n———\n\n")
    assert chinese.startswith("王小明，你好：")
    assert english.startswith("Dear 王小明,")
    assert '<div lang="en">' in to_wang.html.partition("Dear 王小明,")[0]
    assert to_wang.html.count('<hr class="between"') == 1, "the languages stand apart"
    assert "<hr" not in to_mate.html
    assert "Dear" not in to_mate.body
    assert "大会议室, Tue 3 Nov" in english
    assert "，" not in english
    assert "张小明（甲公司）请你来：" in to_wang.body
    assert "大会议室，11月3日 周二 10:00–11:00" in to_wang.body
    assert "evil" not in to_wang.body, "strangers get nothing that they could open"
    assert f"/reservations/{made.id}" not in to_wang.body
    assert f"/reservations/{made.id}" in to_mate.body
    method, event = entry(place, to_wang)
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 1)
    assert event["ATTENDEE"] == "mailto:wang@guest.example"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["SUMMARY"] == "张小明（甲公司） · 大会议室", "a calendar says whom it is with"
    assert event["DESCRIPTION"] == "张小明（甲公司）请你来。"
    assert "URL" not in event
    assert "evil" not in event["SUMMARY"]
    place.admins.post(
        f"/front-desk/reservations/{made.id}/move", data=asked(place.other, 3, 4, version=made.version)
    )
    moved = {letter.to: letter for letter in told()}
    assert "原来：大会议室，11月3日 周二 10:00–11:00" in moved["wang@guest.example"].body
    assert "现在：小会议室，11月3日 周二 12:00–13:00" in moved["wang@guest.example"].body
    assert entry(place, moved[mate.email])[1]["UID"] == event["UID"]
    assert entry(place, moved[mate.email])[1]["SEQUENCE"] == 2
    place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 3})
    off = told()
    assert all(letter.subject.startswith("不用来了：小会议室") for letter in off)
    assert len(off) == 2
    assert [entry(place, letter)[0] for letter in off] == ["CANCEL"] * 2


def test_what_the_park_does_is_not_put_into_the_hosts_mouth(place, told, mate):
    made = book(place, colleagues=[mate.id], guests=WANG)
    told()
    why = {"reason": "大会议室要修空调", "version": made.version}
    place.admins.post(f"/front-desk/reservations/{made.id}/move", data=asked(place.other, 3, 4) | why)
    to_mate, to_wang = told()
    for letter in (to_mate, to_wang):
        assert "园区改了张小明（甲公司）请你来的时间或地点：" in letter.body
        assert "原因：大会议室要修空调" in letter.body
        assert "张小明（甲公司）请你来的时间或地点有变" not in letter.body
    assert "The park changed the time or the place to which 张小明 (甲公司) asked you" in to_wang.body
    off = {"reason": "消防检查 www.evil.example", "version": made.version}
    place.admins.post(f"/front-desk/reservations/{made.id}/cancel", data=off)
    to_mate, to_wang = told()
    assert "园区取消了张小明（甲公司）请你来的这次预订，现在不用来了：" in to_wang.body
    assert "原因：消防检查" in to_mate.body
    assert "evil" not in to_wang.body, "strangers get nothing that they could open"
    mine = book(place, start=5, guests=WANG)
    told()
    place.mine.post(f"/reservations/{mine.id}/cancel", data={"version": mine.version})
    (off,) = told()
    assert "张小明（甲公司）原来请你来，现在不用来了：" in off.body
    assert "园区取消" not in off.body


def test_guests_of_what_was_released_hear_the_truth_and_stay_on_the_desks_list(
    place, told, app, standing_clock
):
    place.world.tariff(place.park, no_show_permille=1000, valid_from=date(2026, 11, 1))
    made = book(place, guests=f"{WANG}\n赵倩，zhao@guest.example")
    told()
    wang = place.session.scalars(select(BookingGuest).where(BookingGuest.name == "王小明")).one()
    assert "还没签到" not in place.admins.get("/front-desk").text, "it is too early to check in"
    standing_clock.set(TUESDAY + timedelta(minutes=52))
    assert "还没签到，10:15 放出" in place.admins.get("/front-desk").text
    place.admins.post(f"/front-desk/guests/{wang.id}", data={"here": "yes"})
    assert "预订：还没签到，10:15 放出。" in place.admins.get("/front-desk").text, "said when pressed"
    (came,) = told()
    assert "到 11月3日 周二 10:15 还没有，就会释放给别人，并按价目收取 ¥80.00" in came.body
    assert "/today" in came.body
    standing_clock.set(TUESDAY + timedelta(minutes=76))
    with app.app_context():
        assert run(RELEASE_NO_SHOWS).done == 1
    place.session.rollback()
    off = told()
    assert [one.to for one in off] == ["wang@guest.example", "zhao@guest.example"]
    for letter in off:
        assert letter.subject.startswith("没有人签到，地方已放出：大会议室 / Nobody checked in")
        assert "请你来的地方到点没有人签到，系统已放出给别人用：" in letter.body
        assert "还来不来、去哪里，请直接问张小明" in letter.body
        assert "不用来了" not in letter.body, "nobody said so"
        assert entry(place, letter)[0] == "CANCEL"
    page = place.admins.get("/front-desk").text
    assert "没有人签到，已放出" in page
    assert "1 / 2 到了" in page
    zhao = place.session.scalars(select(BookingGuest).where(BookingGuest.name == "赵倩")).one()
    assert place.admins.post(f"/front-desk/guests/{zhao.id}", data={"here": "yes"}).status_code == 302
    (came,) = told()
    assert "这次没有人签到，已经释放" in came.body
    with app.app_context():
        run(TELL_CHANGES)
    place.session.rollback()
    letter = place.session.scalars(select(Letter).where(Letter.key.like("changes:%"))).one()
    assert letter.subject == "没有签到，预订已释放：大会议室 11月3日 周二 10:00–11:00"
    assert "按价目收取未到费用 ¥80.00" in letter.body
    assert "已经在前台的访客：王小明、赵倩" in letter.body
    assert "按价目收取未到费用 ¥80.00" in place.mine.get("/today").text
    assert made.id == wang.reservation_id


def test_a_no_show_that_is_taken_back_names_the_money_and_invites_nobody_anew(
    place, told, app, standing_clock
):
    """Released at 10:16; at 10:20 the lock tells that they came at 10:05."""
    place.world.tariff(place.park, no_show_permille=1000, valid_from=date(2026, 11, 1))
    made = book(place, guests=WANG)
    told()

    def letter_of(job, minutes):
        standing_clock.set(TUESDAY + timedelta(minutes=minutes))
        with app.app_context():
            run(RELEASE_NO_SHOWS)
            if job:
                job()
            run(TELL_CHANGES)
        place.session.rollback()
        return place.session.scalars(select(Letter).where(Letter.key.like("changes:%"))).all()[-1]

    def came():
        with transaction() as session:
            event = DeviceEvent("in", TUESDAY + timedelta(minutes=65))
            by, park = Actor.device("门锁 M1", place.park.id), session.get_one(Park, place.park.id)
            check_in(session, made.id, park=park, charger=CHARGER, by=by, now=clock.now(), event=event)

    assert "按价目收取未到费用 ¥80.00" in letter_of(None, 76).body
    (off,) = told()
    assert off.subject.startswith("没有人签到")
    back = letter_of(came, 80)
    assert back.subject.startswith("门口得知你按时来了，未到已撤回：大会议室")
    assert "门锁 M1后来才告诉系统，你们当时按时来了：" in back.body
    assert "未到费用 ¥80.00 不收了。\n从 11月3日 周二 10:05 起按实际使用计费，离开时请签退。" in back.body
    (goes_on,) = told()
    assert goes_on.subject.startswith("照常：大会议室 / It goes on: ")
    assert "请你来的这次照常：刚才说没有人签到" in goes_on.body
    assert "邀请你" not in goes_on.subject + goes_on.body
    assert entry(place, goes_on)[0] == "REQUEST", "it comes back into their calendar"
    page = place.mine.get(f"/reservations/{made.id}").text
    assert "门锁 M1" in page[page.index("来过，未到已撤回") - 400 :]


def test_who_is_taken_off_the_list_is_told_so_and_the_others_are_not(place, told, mate):
    made = book(place, colleagues=[mate.id], guests=WANG)
    assert len(told()) == 2
    assert say(place, made, guests=WANG).status_code == 302
    (letter,) = told()
    assert (letter.to, entry(place, letter)[0]) == (mate.email, "CANCEL")
    assert entry(place, letter)[1]["STATUS"] == "CANCELLED"
    there = select(BookingGuest.name).where(BookingGuest.removed_at.is_(None))
    assert place.session.scalars(there).all() == ["王小明"]
    assert say(place, made, guests=WANG).status_code == 302
    assert told() == [], "the same list again changes nothing"
    assert say(place, made, guests=WANG, colleagues=[mate.id]).status_code == 302
    (letter,) = told()
    assert entry(place, letter)[0] == "REQUEST", "who is named again is asked again"
    said = place.mine.post(f"/reservations/{made.id}/guests", data={"guests": ""}, follow_redirects=True).text
    assert "名单已清空，不用来了的人会收到信。" in said


def test_a_request_tells_nobody_until_it_is_approved(place, told):
    place.world.rule(place.park, needs_approval=True)
    made = book(place, guests=WANG)
    assert told() == []
    said = "同意之后，他们才会收到日历邀请"
    assert said in place.mine.get(f"/reservations/{made.id}").text
    assert said in place.mine.get(f"/reservations/{made.id}/guests").text
    typed = {"guests": f"{WANG}\n李小红，li@a.example"}
    answer = place.mine.post(f"/reservations/{made.id}/guests", data=typed, follow_redirects=True).text
    assert "名单已保存。申请同意之后，有邮箱的人才会收到日历邀请。" in answer
    assert told() == []
    place.session.refresh(made)
    place.admins.post(f"/front-desk/reservations/{made.id}/approve", data={"version": made.version})
    assert len(told()) == 2
    assert said not in place.mine.get(f"/reservations/{made.id}").text
    answer = place.mine.post(f"/reservations/{made.id}/guests", data={"guests": WANG}, follow_redirects=True)
    assert "名单已保存，有邮箱的人会收到日历邀请。" in answer.text


def test_a_list_that_cannot_be_is_refused_in_words_and_books_nothing(place, mate):
    other = place.world.member(place.theirs)
    for facts, words in (
        ({"guests": "\n".join(f"客{number}" for number in range(500))}, "你写了 500 位"),
        ({"guests": "王小明，wang@a"}, "第 1 行的邮箱“wang@a”不能用"),
        ({"guests": "王小明, (1)wang@a.example"}, "第 1 行的邮箱“(1)wang@a.example”不能用"),
        (
            {"guests": "\n".join(f"客{number}" for number in range(9))},
            "这里最多坐 8 人：名单上 9 人，加上预订人是 10 人",
        ),
        ({"colleagues": [other.id]}, "选中的人里有一位已经不在本企业"),
        ({"colleagues": [place.me.id]}, "选中的人里有一位已经不在本企业"),
    ):
        answer = place.mine.post("/reservations/new", data=asked(place.room, 1, 2) | facts)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert place.session.scalars(select(Reservation)).all() == []
    assert mate.name in answer.text, "colleagues can still be ticked"
    desk = place.mine.get(f"/reservations/new?space={place.desk.id}").text
    assert "同事和访客" not in desk, "to a desk one comes alone"


def test_nobody_has_ever_more_strangers_written_to(place, told, monkeypatch):
    monkeypatch.setattr("booking.reservations.guests.rules.MOST_ADDRESSES", 2)
    first = book(place, guests="甲, a@g.example\n乙, b@g.example")
    second = book(place, start=3, guests="甲, a@g.example\n丙")
    answer = say(place, second, guests="甲, a@g.example\n丁, d@g.example")
    assert (answer.status_code, "最多给" in answer.text, "d@g.example" in answer.text) == (422, True, True)
    assert say(place, first, guests="甲, a@g.example").status_code == 302, "fewer may always come"
    place.session.rollback()
    assert {letter.to for letter in told()} == {"a@g.example"}


def test_a_colleague_finds_it_on_today_in_their_list_and_in_their_feed(place, mate, app):
    theirs = place.sign_in(mate)
    address = address_of(theirs, "own")
    made = book(place, colleagues=[mate.id])
    assert "张小明请你来" in theirs.get("/today").text
    assert f"/reservations/{made.id}" in theirs.get("/reservations").text
    assert f"reservation-{made.id}@" in app.test_client().get(address).text
    assert "陈同事" in theirs.get(f"/reservations/{made.id}").text
    third = place.sign_in(place.world.member(place.ours))
    assert "请你来" not in third.get("/today").text
    assert place.others.get(f"/reservations/{made.id}/guests").status_code == 404
    assert place.others.post(f"/reservations/{made.id}/guests", data={"guests": "x"}).status_code == 404


def test_the_front_desk_sees_who_is_expected_and_tells_the_host_who_has_come(place, told, mate):
    later = book(place, start=3, guests="晚到客")
    book(place, start=1, guests=WANG, colleagues=[mate.id])
    told()
    page = place.admins.get("/front-desk").text
    assert page.index("王小明 · 来客公司") < page.index("晚到客"), "in order of time"
    assert "找张小明（甲公司）" in page
    assert mate.name not in page.split("今天的访客")[1].split("谁在里面")[0], "colleagues need no desk"
    wang = place.session.scalars(select(BookingGuest).where(BookingGuest.name == "王小明")).one()
    for _ in range(2):
        assert place.admins.post(f"/front-desk/guests/{wang.id}", data={"here": "yes"}).status_code == 302
    assert "到了：王小明，已告诉接待的人。" in place.admins.get("/front-desk").text
    (letter,) = told()
    assert (letter.to, letter.subject) == (place.me.email, "你的访客到了：王小明")
    assert "09:00 到了" in place.admins.get("/front-desk").text
    assert "09:00 到了" in place.mine.get(f"/reservations/{wang.reservation_id}").text
    place.admins.post(f"/front-desk/guests/{wang.id}", data={"here": ""})
    assert "09:00 到了" not in place.admins.get("/front-desk").text
    place.session.rollback()
    elsewhere = place.sign_in(place.world.member(place.world.park(), Role.ADMIN))
    assert elsewhere.post(f"/front-desk/guests/{wang.id}", data={"here": "yes"}).status_code == 404
    assert "晚到客" not in elsewhere.get("/front-desk").text
    assert later.people == 2


def test_a_large_party_hides_nobody_and_is_ticked_off_at_its_booking(place):
    rooms = [place.world.space(place.area, name=f"大{number}", capacity=60) for number in range(5)]
    for number, room in enumerate(rooms[:4]):
        names = "\n".join(f"访客{number}之{one}" for one in range(50))
        book(place, room, people=51, guests=names)
    book(place, start=2, guests="丙客\n丁客")
    last = book(place, rooms[4], start=2, guests="甲客\n乙客")
    page = place.admins.get("/front-desk").text
    assert page.count("50 位访客") == 4
    assert "甲客" in page
    assert "丙客" in page
    assert page.count("0 / 2 到了") == 2
    few = place.session.scalars(select(BookingGuest).where(BookingGuest.name == "甲客")).one()
    answer = place.admins.post(f"/front-desk/guests/{few.id}", data={"here": "yes"})
    opened = place.admins.get(answer.location).text
    assert "1 / 2 到了" in opened
    assert '<details class="fold" open>' in opened, "who was just ticked off is in sight"
    one = place.session.scalars(select(BookingGuest).where(BookingGuest.name == "访客2之7")).one()
    there = f"/front-desk/reservations/{one.reservation_id}"
    assert "访客2之7" in place.admins.get(there).text
    data = {"here": "yes", "at": "reservation"}
    assert place.admins.post(f"/front-desk/guests/{one.id}", data=data).location == f"{there}#guests"
    assert "1 / 50 到了" in place.admins.get("/front-desk").text
    assert last.people >= 3


def test_who_comes_is_noted_from_two_hours_before_the_start_and_for_that_time_alone(
    place, told, standing_clock
):
    """A booking of Wednesday 14:00, looked at on Tuesday 09:00; then moved to the evening."""
    made = book(place, start=29, guests=WANG)
    told()
    wang = place.session.scalars(select(BookingGuest)).one()
    there, here = f"/front-desk/reservations/{made.id}", f"/front-desk/guests/{wang.id}"
    page = place.admins.get(there).text
    assert ("访客到了从 11月4日 周三 12:00 起记。" in page, here in page) == (True, False)
    early = place.admins.post(here, data={"here": "yes", "at": "reservation"}, follow_redirects=True)
    assert "还没到时候：访客到了从 11月4日 周三 12:00 起记。" in early.text
    assert told() == [], "the host hears nothing"
    standing_clock.set(TUESDAY + timedelta(hours=26, minutes=59))
    place.admins.post(here, data={"here": "yes"})
    assert "到了" not in place.mine.get(f"/reservations/{made.id}").text
    standing_clock.set(TUESDAY + timedelta(hours=27))
    assert here in place.admins.get("/front-desk").text
    for _ in range(2):
        place.admins.post(here, data={"here": "yes"})
    (letter,) = told()
    assert "到 11月4日 周三 14:15 还没有" in letter.body, "it names the day"
    assert "12:00 到了" in place.mine.get(f"/reservations/{made.id}").text
    moved = place.mine.post(
        f"/reservations/{made.id}/move", data=asked(place.room, 32, 33) | {"version": made.version}
    )
    assert moved.status_code == 302, moved.text
    assert "到了" not in place.mine.get(f"/reservations/{made.id}").text
    assert "撤回到达" not in place.admins.get(there).text
    standing_clock.set(TUESDAY + timedelta(hours=31))
    assert "撤回到达" not in place.admins.get("/front-desk").text
    place.admins.post(here, data={"here": "yes"})
    assert "16:00 到了" in place.admins.get("/front-desk").text


def test_the_front_desk_asks_no_more_for_many_parties(place, count_queries):
    book(place, guests=WANG)
    few = count_queries(lambda: place.admins.get("/front-desk"))
    for hour in range(3, 8):
        book(place, start=hour, guests="甲客\n乙客")
    assert count_queries(lambda: place.admins.get("/front-desk")) == few


def test_a_month_later_nobody_knows_who_came(place, told, app, standing_clock):
    book(place, guests=WANG)
    (letter,) = told()
    wang = place.session.scalars(select(BookingGuest)).one()
    place.admins.post(f"/front-desk/guests/{wang.id}", data={"here": "yes"})
    told()
    letter.failed_at, letter.last_error = TUESDAY, "no such mailbox"
    send_again(place.session, letter, "wang@guest.example", by=Actor("管理员"), now=TUESDAY)
    place.session.commit()
    for days, left in ((29, 1), (31, 0)):
        standing_clock.set(TUESDAY + timedelta(days=days))
        with app.app_context():
            assert run(FORGET_GUESTS).failed == 0
        place.session.rollback()
        assert len(place.session.scalars(select(BookingGuest)).all()) == left
    blank = place.session.get_one(Letter, letter.id)
    assert (blank.to, blank.subject, blank.body, blank.html, blank.enclosures) == ("", "", "", None, [])
    with pytest.raises(LetterNotFailed):
        send_again(place.session, blank, "wang@guests.example", by=Actor("管理员"), now=TUESDAY)
    kept = [
        *place.session.scalars(select(Letter.body)),
        *place.session.scalars(select(Letter.subject)),
        *(f"{entry.before}{entry.after}" for entry in place.session.scalars(select(AuditEntry))),
    ]
    assert not any("王小明" in text or "wang@" in text for text in kept)
    assert place.session.scalars(select(Document)).all() == []


def test_who_was_taken_off_is_forgotten_with_all_letters_and_the_next_is_asked(
    place, told, app, standing_clock
):
    made = book(place, guests=WANG)
    told()
    say(place, made, guests="新客，new@guest.example")
    letters = told()
    assert sorted(one.to for one in letters) == ["new@guest.example", "wang@guest.example"]
    standing_clock.set(TUESDAY + timedelta(days=31))
    with app.app_context():
        assert run(FORGET_GUESTS).failed == 0
    place.session.rollback()
    guest_letters = place.session.scalars(select(Letter).where(Letter.key.like("guest:%"))).all()
    assert [one.to for one in guest_letters] == ["", "", ""]
    standing_clock.set(TUESDAY)
    book(place, start=5, guests=WANG)
    assert len(told()) == 1, "a number that is given out again names nobody else's letter"


def test_guests_cost_no_statement_for_each(place, count_queries, mate):
    few = book(place, guests=WANG)
    many = book(place, start=3, guests="\n".join(f"客{number}" for number in range(6)), colleagues=[mate.id])
    ask = [count_queries(lambda one=one: place.mine.get(f"/reservations/{one.id}")) for one in (few, many)]
    assert ask[0] == ask[1]
    seen = count_queries(lambda: place.admins.get("/front-desk"))
    book(place, start=5, guests="再来客")
    assert count_queries(lambda: place.admins.get("/front-desk")) == seen


def series(place, **more):
    """Book four Wednesdays from ten to eleven."""
    facts = {
        "space": place.room.id, "day": "2026-11-04", "starts": "10:00", "ends": "11:00",
        "frequency": "weekly", "interval": 1, "weekdays": [2], "month_on": "4",
        "ends_by": "count", "count": 4, "people": 1, "step": "book",
    } | more  # fmt: skip
    answer = place.mine.post("/reservations/series/new", data=facts)
    assert answer.status_code == 302, answer.text
    place.session.rollback()
    rows = select(Reservation).where(Reservation.series_id.is_not(None)).order_by(Reservation.recurrence_id)
    return answer.headers["Location"], place.session.scalars(rows).all()


def entries(place, letter):
    """Read the entries of a letter: of each a file of its own, as an invitation is of one (RFC 5546)."""
    files = [Calendar.from_ical(one.content) for one in enclosures_of(place.session, letter.id)]
    told = [(file["METHOD"], *file.walk("VEVENT")) for file in files]
    assert all(event["ATTENDEE"] == f"mailto:{letter.to}" for _, event in told)
    return [(method, f"{event['UID']}", event["SEQUENCE"]) for method, event in told]


def test_of_a_series_each_is_named_once_and_hears_of_all_in_one_letter(place, told, mate):
    where, made = series(place, guests=WANG, colleagues=[mate.id])
    assert {one.people for one in made} == {3}
    letters = told()
    assert [one.to for one in letters] == [mate.email, "wang@guest.example"]
    assert letters[1].subject.startswith("张小明邀请你：大会议室（4 次） / ")
    assert "请你来 4 次" in letters[1].body
    assert "11月25日 周三 10:00–11:00" in letters[1].body
    assert "/reservations/series/" not in letters[1].body
    asked_to = entries(place, letters[1])
    assert [method for method, *_ in asked_to] == ["REQUEST"] * 4
    place.mine.post(f"/reservations/{made[1].id}/cancel", data={"version": made[1].version})
    off = told()
    assert [entry(place, one)[0] for one in off] == ["CANCEL"] * 2, "of one alone as ever"
    assert entry(place, off[1])[1]["UID"] == asked_to[1][1]
    said = {
        "space": place.other.id,
        "starts": "14:00",
        "ends": "15:00",
        "since": made[2].recurrence_id,
        "version": 1,
    }
    assert place.mine.post(f"{where}/change", data=said).status_code == 302
    moved = told()
    assert [one.subject.split(" / ")[0] for one in moved] == ["时间或地点有变：小会议室（2 次）"] * 2
    assert "小会议室，11月18日 周三 14:00–15:00（原来 大会议室，11月18日 周三 10:00–11:00）" in moved[0].body
    assert entries(place, moved[0]) == [("REQUEST", uid, number + 1) for _, uid, number in asked_to[2:]]
    place.mine.post(f"/reservations/series/{made[2].series_id}/cancel", data={"since": "x"})
    place.mine.post(f"{where}/cancel", data={"since": "x"})
    place.session.rollback()
    for one in {one.series_id for one in place.session.scalars(select(Reservation))}:
        place.mine.post(f"/reservations/series/{one}/cancel", data={"since": "x"})
    off = told()
    assert [one.to for one in off] == [mate.email, "wang@guest.example"], "of what it went on as, too"
    _, *both = entries(place, off[0])
    assert both == [("CANCEL", uid, number + 2) for _, uid, number in asked_to[2:]]
    assert "不用来了：小会议室，11月18日 周三 14:00–15:00" in off[0].body


def test_of_a_series_in_two_places_each_letter_and_entry_says_where_each_time_is(place, told, mate):
    """The first Wednesday is taken, and the small room chosen instead at eleven."""
    place.me.wants_copies = True
    place.session.commit()
    place.others.post("/reservations/new", data=asked(place.room, 25, 26))
    there = f"2026-11-04T10:00/{place.other.id}/660/720"
    _, made = series(place, guests=WANG, colleagues=[mate.id], instead=there)
    assert [one.space_id for one in made] == [place.other.id] + [place.room.id] * 3
    small, large = (f"{place.park.name} · 3号楼 · {one.code}" for one in (place.other, place.room))
    for letter in told():
        body = letter.body.split("———")[0]
        assert letter.subject.split(" / ")[0] == "张小明邀请你：小会议室等 2 处（4 次）"
        assert "小会议室，11月4日 周三 11:00–12:00" in body
        assert "大会议室，11月11日 周三 10:00–11:00" in body
        assert f"地点：{small}（小会议室）\n地点：{large}（大会议室）\n" in body
        assert locations(place, letter) == [small, large, large, large]
    (hosts,) = letters_of_series(place)
    assert "11月4日 周三 11:00–12:00，小会议室\n11月11日 周三 10:00–11:00\n" in hosts.body
    assert locations(place, hosts) == [small, large, large, large]


def locations(place, letter):
    files = [Calendar.from_ical(one.content) for one in enclosures_of(place.session, letter.id)]
    return [f"{event['LOCATION']}" for file in files for event in file.walk("VEVENT")]


def test_of_another_rule_each_hears_in_one_letter_what_is_off_and_what_is_new(place, told, mate):
    where, made = series(place, guests=WANG, colleagues=[mate.id])
    old = {uid for _, uid, _ in entries(place, told()[1])}
    said = {
        "space": place.room.id, "day": "2026-11-04", "starts": "10:00", "ends": "11:00", "since": "",
        "version": 1, "frequency": "weekly", "interval": 1, "weekdays": [3], "month_on": "4",
        "ends_by": "count", "count": 3,
    }  # fmt: skip
    assert place.mine.post(f"{where}/change", data=said).status_code == 302
    letters = told()
    assert [one.to for one in letters] == [mate.email, "wang@guest.example"]
    goes_on = place.session.scalars(select(Reservation.series_id).order_by(Reservation.id.desc())).first()
    assert f"/reservations/series/{goes_on}\n" in letters[0].body
    found = entries(place, letters[1])
    assert [(method, uid in old) for method, uid, _ in found] == [("REQUEST", False)] * 3 + [
        ("CANCEL", True)
    ] * 4
    assert "时间或地点有变：大会议室（3 次）" in letters[1].subject, (
        "those that are off are not counted with them"
    )
    assert "不用来了：大会议室，11月4日 周三 10:00–11:00" in letters[1].body
    assert "大会议室，11月5日 周四 10:00–11:00" in letters[1].body
    assert len(made) == 4


@pytest.mark.parametrize("scope", ["this", "following", "all"])
def test_later_they_are_named_for_one_for_those_after_it_or_for_all(place, told, scope):
    where, made = series(place)
    page = place.mine.get(f"/reservations/{made[1].id}/guests").text
    assert "这一次和以后各次" in page
    assert say(place, made[1], guests=WANG, scope=scope).status_code == 302
    place.session.rollback()
    rows = place.session.scalars(
        select(BookingGuest.reservation_id).order_by(BookingGuest.reservation_id)
    ).all()
    wanted = {"this": made[1:2], "following": made[1:], "all": made}[scope]
    assert sorted(rows) == sorted(one.id for one in wanted)
    assert len(told()) == 1
    assert say(place, made[1], guests=WANG, scope=scope).status_code == 302
    assert told() == [], "the same once more tells nobody"
    assert "guests?scope=all" in place.mine.get(where).text


def test_what_is_booked_of_a_series_later_follows_the_occurrence_before(place, told, mate):
    where, made = series(place, guests=WANG, colleagues=[mate.id])
    told()
    mate.active = False
    place.session.commit()
    assert place.mine.post(f"{where}/extend", data={"until": "2026-12-10"}).status_code == 302
    (letter,) = told()
    subject = "张小明邀请你：大会议室（2 次） / 张小明 invites you: 大会议室 (2 times)"
    assert (letter.to, letter.subject) == ("wang@guest.example", subject)
    names = select(BookingGuest.reservation_id).where(BookingGuest.member_id == mate.id)
    assert len(place.session.scalars(names).all()) == len(made), "who has left comes no more"


def test_the_host_s_own_calendar_names_who_comes_and_nobody_else_s_does(place, app, mate):
    """Feed, file and letter; a colleague's, the enterprise's and the room's name nobody."""
    place.me.wants_copies = True
    place.session.commit()
    made = book(place, guests=WANG + "\n李没邮箱", colleagues=[mate.id])
    mine = Calendar.from_ical(place.mine.get(address_of(place.mine, "own")).data).walk("VEVENT")[0]
    assert mine["DESCRIPTION"] == "同来：陈同事、李没邮箱、王小明"
    assert "ATTENDEE" not in mine
    own = place.mine.get(f"/reservations/{made.id}/calendar.ics").text
    assert "同来" in own
    mates = place.sign_in(mate)
    for other in (
        mates.get(f"/reservations/{made.id}/calendar.ics").text,
        mates.get(address_of(mates, "own")).text,
    ):
        assert "王小明" not in other
        assert "BEGIN:VEVENT" in other
    for kind in ({"kind": "enterprise"}, {"kind": "space", "space": place.room.id}):
        assert "王小明" not in place.mine.get(address_of(place.mine, **kind)).text
    with app.app_context():
        assert run(TELL_CHANGES).failed == 0
    place.session.rollback()
    (letter,) = place.session.scalars(select(Letter).where(Letter.key.not_like("guest:%")))
    _, event = entry(place, letter)
    assert event["DESCRIPTION"] == "同来：陈同事、李没邮箱、王小明"
    attendees = [place.me.email, mate.email, "wang@guest.example"]
    assert event["ATTENDEE"] == [f"mailto:{mailbox}" for mailbox in attendees]


def test_any_room_is_booked_with_who_comes_along_and_a_desk_is_for_one(place, told, mate):
    at = asked(place.room, 1, 2, people=1) | {
        "kind": "meeting_room",
        "area": 0,
        "guests": WANG,
        "colleagues": [mate.id],
    }
    del at["space"]
    assert "加上同事和访客" in place.mine.get("/reservations/any?kind=meeting_room").text
    assert "加上同事和访客" not in place.mine.get("/reservations/any?kind=workstation").text
    for _ in range(2):
        answer = place.mine.post("/reservations/any", data=at | {"idempotency_key": "once"})
        assert answer.status_code == 302, answer.text
    (made,) = place.session.scalars(select(Reservation))
    assert made.people == 3
    assert [one.to for one in told()] == [mate.email, "wang@guest.example"]
    answer = place.mine.post("/reservations/any", data=at | {"kind": "workstation"})
    assert answer.status_code == 422
    assert "这里最多坐 1 人" in answer.text
    assert len(place.session.scalars(select(Reservation)).all()) == 1


def test_one_mailbox_gets_five_letters_an_hour_and_then_what_is_so_by_then(desk):
    made, now = desk.reserve(24, 25, people=2), TUESDAY

    def tell():
        return tell_guests(desk.session, made.id, letter=lambda _: LetterText("请你来", "…"), now=now)

    came = []
    for number in range(8):
        mail = ("guest@elsewhere.example", "Guest@Elsewhere.example")[number % 4 // 2]
        guests = read_visitors(f"客人, {mail}") if number % 2 == 0 else ()
        invite(desk.session, made.id, AskedAlong(frozenset(), guests), by=desk.me, now=now)
        came.append(tell())
        now += timedelta(minutes=1)
    assert came == [True] * 5 + [False] * 3
    now += timedelta(hours=1)
    assert tell(), "it was on when last told, and is off"


def test_many_names_of_one_mailbox_share_its_letters_of_the_hour(desk):
    """Twelve names, and one more who has a mailbox of their own: six, five, two."""
    desk.room.capacity, now = 60, TUESDAY
    made, named = desk.reserve(24, 25, people=2), "".join(f"{n}号客人, one@a.example\n" for n in range(12))
    visitors = read_visitors(named + "另一位, other@a.example")
    invite(desk.session, made.id, AskedAlong(frozenset(), visitors), by=desk.me, now=now)
    seen = []
    for _ in range(4):
        tell_guests(desk.session, made.id, letter=lambda _: LetterText("请你来", "…"), now=now)
        desk.session.flush()
        seen.append(len(desk.session.scalars(select(Letter.id).where(Letter.created_at == now)).all()))
        now += timedelta(hours=1)
    assert seen == [6, 5, 2, 0]


def named_before(desk, made, *guests):
    """Keep guests as lists were read once, with whatever stood around their mailbox."""
    desk.session.add_all(
        BookingGuest(reservation_id=made.id, name=name, email=email, company="", named_at=TUESDAY)
        for name, email in guests
    )
    desk.session.flush()


def test_a_mailbox_that_was_kept_in_many_ways_gets_the_letters_of_one(desk):
    made = desk.reserve(24, 25, people=2)
    ways = [f"({number})a@guest.example" for number in range(9)] + ['"a"@guest.example', "A@Guest.example(x)"]
    named_before(desk, made, *((f"客{number}", way) for number, way in enumerate(ways)))
    for hour in range(2):
        now = TUESDAY + timedelta(hours=hour)
        tell_guests(desk.session, made.id, letter=lambda _: LetterText("请你来", "…"), now=now)
        desk.session.flush()
    assert desk.session.scalars(select(Letter.to)).all() == ["a@guest.example"] * 10
    later, counted = (
        TUESDAY + timedelta(hours=1),
        AskedAlong(frozenset(), read_visitors("新客, a@guest.example")),
    )
    again = desk.reserve(26, 27, people=2)
    invite(desk.session, again.id, counted, by=desk.me, now=later)
    tell_guests(desk.session, again.id, letter=lambda _: LetterText("请你来", "…"), now=later)
    assert desk.session.scalar(select(func.count(Letter.id))) == 10, "it has had its five of the hour"


def test_a_list_that_was_kept_before_is_shown_with_bare_mailboxes_and_saved_like_any_other(desk):
    """The second and third are the same guest now: both go when they are taken off."""
    made = desk.reserve(24, 25, people=2)
    named_before(desk, made, ("王", "<wang@g.example>"), ("李", "(1)li@g.example"), ("李", "(2)Li@g.example"))
    shown = visitors_text(asked_along(guests_of(desk.session, made.id)).visitors)
    assert shown.splitlines()[:2] == ["王, wang@g.example", "李, li@g.example"]
    invite(desk.session, made.id, AskedAlong(frozenset(), read_visitors(shown)), by=desk.me, now=TUESDAY)
    assert made.version == 1, "the same list changes nothing"
    more = AskedAlong(frozenset(), read_visitors("王, wang@g.example\n赵, zhao@g.example"))
    for version in (2, 2):
        invite(desk.session, made.id, more, by=desk.me, now=TUESDAY)
        desk.session.flush()
        assert made.version == version
        assert [one.mailbox for one in guests_of(desk.session, made.id)] == [
            "wang@g.example",
            "zhao@g.example",
        ]


LETTERS, ALONE = "同行的 2 人会收到信。", "没有邮箱、请自己告诉：李没邮箱。"


def test_who_hears_of_a_change_and_whom_to_tell_oneself_stands_before_the_press_and_after(place, told, mate):
    made = book(place, colleagues=[mate.id], guests=f"{WANG}\n李没邮箱")
    told()
    page = place.mine.get(f"/reservations/{made.id}").text
    assert LETTERS + ALONE in page.partition('class="confirm-box')[2], "in the box that asks"
    for change in ("move", "end"):
        assert LETTERS + ALONE in place.mine.get(f"/reservations/{made.id}/{change}").text
    moved = place.mine.post(
        f"/reservations/{made.id}/move", data=asked(place.room, 3, 4), follow_redirects=True
    )
    assert f"已改期。{LETTERS}{ALONE}" in moved.text
    assert len(told()) == 2
    longer = {"ends": (TUESDAY + timedelta(hours=5)).isoformat()}
    later = place.mine.post(f"/reservations/{made.id}/end", data=longer, follow_redirects=True)
    assert f"费用按实际使用计算。{LETTERS}{ALONE}" in later.text
    assert len(told()) == 2
    off = place.mine.post(f"/reservations/{made.id}/cancel", follow_redirects=True)
    assert f"已取消，这段时间已释放。{LETTERS}{ALONE}" in off.text
    assert len(told()) == 2


def test_what_nobody_knows_of_yet_calls_nobody_off_by_letter(place, told, mate):
    """Nothing was written that could be taken back; who has no mailbox may know by word of mouth."""
    made = book(place, colleagues=[mate.id], guests=f"{WANG}\n李没邮箱")
    off = place.mine.post(f"/reservations/{made.id}/cancel", follow_redirects=True).text
    assert f"已取消，这段时间已释放。{ALONE}" in off
    assert told() == []
    alone = book(place, start=5)
    assert "会收到信" not in place.mine.post(f"/reservations/{alone.id}/cancel", follow_redirects=True).text


def test_of_a_request_nobody_is_written_to(place, told, mate):
    place.world.rule(place.park, needs_approval=True)
    made = book(place, colleagues=[mate.id], guests="李没邮箱")
    told()
    assert "会收到信。" not in place.mine.get(f"/reservations/{made.id}/move").text
    off = place.mine.post(f"/reservations/{made.id}/cancel", follow_redirects=True).text
    assert "申请已撤销。" in off
    assert "请自己告诉：" not in off
    assert told() == []


def test_cancelling_a_series_counts_who_comes_to_several_of_it_once(place, told, mate):
    where, made = series(place, guests=f"{WANG}\n李没邮箱", colleagues=[mate.id])
    told()
    assert LETTERS + ALONE in place.mine.get(f"{where}/cancel").text
    off = place.mine.post(f"{where}/cancel", data={"since": "x"}, follow_redirects=True).text
    assert f"已取消 {len(made)} 次，时间已释放。{LETTERS}{ALONE}" in off
    assert len(told()) == 2


def test_the_subject_of_a_letter_says_that_only_the_end_moved_and_which_day_it_is(place, told):
    made = book(place, guests=WANG)
    told()
    page = f"/reservations/{made.id}"
    longer = {"ends": (TUESDAY + timedelta(hours=2, minutes=30)).isoformat()}
    place.mine.post(f"{page}/end", data=longer)
    (later,) = told()
    english = "Now until 11:30: 大会议室, Tue 3 Nov"
    assert later.subject == f"结束时间改到 11:30：大会议室 11月3日 周二 / {english}"
    place.mine.post(f"{page}/move", data=asked(place.other, 1, 2))
    (elsewhere,) = told()
    assert elsewhere.subject.startswith("时间或地点有变：小会议室 11月3日 周二 / ")
    place.mine.post(f"{page}/move", data=asked(place.other, 25, 26))
    (moved,) = told()
    assert moved.subject.startswith("时间或地点有变：小会议室 11月4日 周三 / ")


def test_who_stays_longer_reads_that_those_named_are_written_to(place, told, mate, standing_clock):
    made = book(place, colleagues=[mate.id], guests=f"{WANG}\n李没邮箱")
    told()
    standing_clock.set(TUESDAY + timedelta(hours=1))
    assert place.mine.post(f"/today/check-in/{made.id}").status_code == 302
    place.session.rollback()
    stay = stay_of(place.session, made.id)
    until = (TUESDAY + timedelta(hours=2, minutes=15)).isoformat(timespec="minutes")
    longer = place.mine.post(f"/today/longer/{stay.id}", data={"until": until}, follow_redirects=True)
    assert f"已延长到 11:15。{LETTERS}{ALONE}" in longer.text
    assert {one.subject.partition("：")[0] for one in told()} == {"结束时间改到 11:15"}
