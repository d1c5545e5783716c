"""Whoever booked hears of what others did to it: one letter for one act, an entry that calendars update."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from booking.audit.actions import Action
from booking.gateways.mail import compose
from booking.jobs.job import run
from booking.jobs.reservations import CLOSE_REQUESTS, RELEASE_NO_SHOWS, TELL_CHANGES
from booking.letters import calendar_entry
from booking.letters.calendar_entry import alike
from booking.letters.reservations import WORDS
from booking.mail.models import Letter
from booking.mail.queries import enclosures_of
from booking.mail.transport import Enclosure, Envelope
from booking.people.models import Role
from booking.reservations.models import Reservation, UntoldChange
from booking.reservations.series.models import WishedOccurrence
from booking.usage.models import Stay
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, book, want_copies
from tests.reservations.test_series_pages import letters_of_series, weekly


@pytest.fixture
def told(place, app):
    """Give what runs the job and returns the letters it wrote, oldest first."""

    def tell():
        with app.app_context():
            done = run(TELL_CHANGES)
        assert done.failed == 0
        place.session.rollback()
        assert place.session.scalars(select(UntoldChange)).all() == []
        return place.session.scalars(
            select(Letter)
            .where(Letter.key.like("changes:%") | Letter.key.like("copies:%"))
            .order_by(Letter.id)
        ).all()

    return tell


def entries(place, letter):
    return [Calendar.from_ical(one.content) for one in enclosures_of(place.session, letter.id)]


def single_entries(place, letter):
    """Read the entries of a letter, each of a file of its own: asked for, or taken back (RFC 5546)."""
    files, read = entries(place, letter), []
    for file in files:
        (event,) = file.walk("VEVENT")
        assert file["METHOD"] in {"REQUEST", "CANCEL"}
        assert str(event["ORGANIZER"]).startswith("mailto:")
        read.append(
            (file["METHOD"], f"{event['UID']}", event["SEQUENCE"], event["ATTENDEE"], event["STATUS"])
        )
    return read


def test_what_the_park_moves_is_told_with_before_and_after_and_updates_the_calendar(place, told):
    made = book(place)
    assert told() == [], "of what one does oneself no letter comes"
    first = Calendar.from_ical(place.mine.get(f"/reservations/{made.id}/calendar.ics").data).walk("VEVENT")[0]
    place.admins.post(f"/front-desk/reservations/{made.id}/move", data=asked(place.other, 3, 4, version=1))
    (letter,) = told()
    assert letter.to == place.me.email
    assert letter.subject == "预订已改期或换空间：小会议室 11月3日 周二 12:00–13:00"
    assert f"园区（{place.admin.name}）刚才改动了你的预订" in letter.body
    assert "原来：大会议室，11月3日 周二 10:00–11:00" in letter.body
    assert "现在：小会议室，11月3日 周二 12:00–13:00" in letter.body
    assert "现在的报价：¥80.00" in letter.body
    assert "原来的按现在的价目" not in letter.body, "it costs what it did"
    assert "不合适的话，在这里可以再改期、换空间或取消" in letter.body
    assert "原因" not in letter.body, "none was given"
    assert f"/reservations/{made.id}" in letter.body
    (calendar,) = entries(place, letter)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"]) == ("REQUEST", "CONFIRMED")
    assert (event["UID"], event["SEQUENCE"]) == (first["UID"], first["SEQUENCE"] + 1)
    assert event["DTSTART"].dt == datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
    assert event["ATTENDEE"] == f"mailto:{place.me.email}"
    assert str(event["ORGANIZER"]).startswith("mailto:")
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(minutes=-15)
    assert told() == [letter], "a second run writes nothing"


def test_why_the_park_moved_it_is_told_where_it_says_so_and_kept_while_another_place_is_found(place, told):
    made, why = book(place), {"version": 1, "reason": "大会议室要接待来宾"}
    place.others.post("/reservations/new", data=asked(place.other, 3, 4))
    path = f"/front-desk/reservations/{made.id}/move"
    taken = place.admins.post(path, data=asked(place.other, 3, 4) | why)
    assert 'name="reason" value="大会议室要接待来宾"' in taken.text, "each place that is free sends it"
    long = asked(place.other, 5, 6) | why | {"reason": "长" * 501}
    assert place.admins.post(path, data=long).status_code == 422
    place.admins.post(path, data=asked(place.other, 5, 6) | why)
    (letter,) = told()
    assert "原因：大会议室要接待来宾" in letter.body
    assert "大会议室要接待来宾" in place.mine.get(f"/reservations/{made.id}").text
    late = asked(place.room, 9, 10) | {"version": 2}
    place.admins.post(path, data=late)
    *_, letter = told()
    assert "现在的报价：¥48.00（原来的按现在的价目是 ¥80.00）" in letter.body, "a quiet hour costs less"


def test_what_a_moved_booking_cost_before_is_told_as_a_range_too_where_it_was_one(place, told):
    """An hour a month is free, and another is booked: an hour is 0.00 or 80.00, two are 80.00 or 160.00."""
    place.world.tariff(place.park, valid_from=date(2026, 1, 1), allowances={place.ours.size: 60})
    made = book(place)
    path = f"/front-desk/reservations/{made.id}/move"
    for version, (start, end) in enumerate([(3, 5), (1, 2)], 1):
        place.admins.post(path, data=asked(place.other, start, end, version=version))
    assert "现在的报价：¥0.00（原来的按现在的价目是 ¥80.00）" in told()[-1].body, "nobody else has any of it"
    book(place, start=24)
    for version, (start, end) in enumerate([(3, 5), (5, 7)], 3):
        assert (
            place.admins.post(path, data=asked(place.other, start, end, version=version)).status_code == 302
        )
        letter = told()[-1]
        now, before = "现在的报价：¥80.00–¥160.00，免费额度可能轮不到，那时是 ¥160.00", "原来的按现在的价目是"
        assert now in letter.body
        assert (f"（{before} ¥0.00–¥80.00）" in letter.body) is (version == 3)
        assert (before in letter.body) is (version == 3), "what it cost already is not told twice"


def test_cancelling_takes_the_entry_back_and_says_why(place, told):
    made = book(place)
    place.admins.post(f"/front-desk/reservations/{made.id}/cancel", data={"version": 1, "reason": "水管检修"})
    (letter,) = told()
    assert letter.subject == "预订已取消：大会议室 11月3日 周二 10:00–11:00"
    assert "\n\n预订已取消\n大会议室" in letter.body
    assert (letter.html or "").count("预订已取消") == 2, "as the page's title and its heading alone"
    assert "原因：水管检修" in letter.body
    assert "取消没有收取费用。" in letter.body
    (calendar,) = entries(place, letter)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"], event.walk("VALARM")) == ("CANCEL", "CANCELLED", [])


def test_a_request_is_answered_by_letter_whatever_the_answer(place, told, app, standing_clock):
    place.world.rule(place.park, needs_approval=True)
    yes, no, late = (book(place, start=hour) for hour in (1, 3, 5))
    place.admins.post(f"/front-desk/reservations/{yes.id}/approve", data={"version": 1})
    standing_clock.set(TUESDAY + timedelta(minutes=1))
    place.admins.post(f"/front-desk/reservations/{no.id}/decline", data={"version": 1, "reason": "接待来宾"})
    standing_clock.set(TUESDAY + timedelta(hours=5))
    with app.app_context():
        run(CLOSE_REQUESTS)
    letters = {letter.subject.partition(" ")[0]: letter.body for letter in told()}
    assert "改动" not in letters["申请已通过：大会议室"] + letters["申请未通过：大会议室"], (
        "it is as it was asked"
    )
    assert f"园区（{place.admin.name}）答复了你的申请" in letters["申请已通过：大会议室"]
    assert "报价：¥80.00" in letters["申请已通过：大会议室"]
    assert "报价" not in letters["申请未通过：大会议室"]
    assert set(letters) == {
        "申请已通过：大会议室",
        "申请未通过：大会议室",
        "申请没有等到答复，已失效：大会议室",
    }
    assert "原因：接待来宾" in letters["申请未通过：大会议室"]
    assert f"/reservations/{late.id}" in letters["申请没有等到答复，已失效：大会议室"]
    assert "系统刚才改动了你的申请" in letters["申请没有等到答复，已失效：大会议室"]


def test_what_was_not_used_is_told(place, told, app, standing_clock):
    book(place)
    standing_clock.set(TUESDAY + timedelta(hours=1, minutes=20))
    with app.app_context():
        run(RELEASE_NO_SHOWS)
    (letter,) = told()
    assert letter.subject == "没有签到，预订已释放：大会议室 11月3日 周二 10:00–11:00"
    assert "你的预订过了保留时间没有人签到" in letter.body
    assert "刚才" not in letter.body
    assert "没有收取费用" in letter.body, "its tariff takes nothing for it"


def test_what_the_front_desk_does_in_somebodys_name_is_told_and_stands_in_the_history(
    place, told, standing_clock
):
    made = book(place)
    standing_clock.set(TUESDAY + timedelta(minutes=55))
    place.admins.post(f"/front-desk/reservations/{made.id}/check-in")
    (came,) = told()
    assert came.subject == "前台已代你签到：大会议室 11月3日 周二 10:00–11:00"
    assert "从 11月3日 周二 09:55 起按实际使用计费" in came.body
    assert f"园区（{place.admin.name}）" in came.body
    assert "代为签到" in place.mine.get(f"/reservations/{made.id}").text
    standing_clock.set(TUESDAY + timedelta(minutes=90))
    stay = place.session.scalars(select(Stay)).one()
    place.admins.post(f"/front-desk/stays/{stay.id}/check-out")
    *_, left = told()
    assert left.subject.startswith("前台已代你签退：大会议室")
    mine = book(place, start=3)
    standing_clock.set(TUESDAY + timedelta(hours=3))
    place.mine.post(f"/today/check-in/{mine.id}")
    assert len(told()) == 2, "of what one does oneself no letter comes"


def test_one_act_on_several_bookings_is_one_letter_with_an_entry_for_each(place, told):
    made = [book(place, start=hour) for hour in (1, 3)]
    for one in made:  # at one instant: the clock stands
        place.admins.post(f"/front-desk/reservations/{one.id}/cancel", data={"version": 1, "reason": "停电"})
    (letter,) = told()
    assert letter.subject == "预订已取消：大会议室 11月3日 周二 10:00–11:00 等 2 个"
    assert letter.body.count("原因：停电") == 2
    uids = {calendar.walk("VEVENT")[0]["UID"] for calendar in entries(place, letter)}
    assert len(uids) == 2


def test_who_wants_copies_gets_them_and_reads_english_where_they_chose_it(place, told):
    assert place.admins.post("/preferences/copies", data={"copies": "yes"}).status_code == 403
    assert "自己的预订发邮件" in place.mine.get("/reminders").text
    for browser in (place.mine, place.admins):
        assert "自己的预订发邮件" not in browser.get("/preferences").text
    place.mine.post("/preferences/language", data={"language": "en"})
    assert place.mine.post("/preferences/copies", data={"copies": "yes"}).status_code == 303
    made = book(place)
    (letter,) = told()
    assert "Copies" in letter.body or "copies" in letter.body
    place.mine.post("/preferences/copies", data={"copies": ""})
    place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})
    assert len(told()) == 1


def test_what_a_series_letter_tells_is_not_told_again(place, told):
    manager = place.sign_in(place.world.member(place.ours, Role.MANAGER))
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=3))
    place.session.rollback()
    series_ids = {one.series_id for one in place.session.scalars(select(Reservation))}
    assert len(series_ids) == 1
    (series_id,) = series_ids
    assert series_id is not None
    manager.post(f"/reservations/series/{series_id}/cancel", data={"since": ""})
    assert told() == []
    (letter,) = letters_of_series(place)
    assert letter.subject == "重复预订已取消：大会议室", "what was begun and is over at once is told as over"


@pytest.mark.parametrize(
    ("act", "filled"), [("cancel", {}), ("change", {"starts": "14:00", "ends": "15:00", "version": 1})]
)
def test_a_colleague_who_booked_one_of_a_series_hears_by_their_own_letter(place, told, act, filled):
    colleague = place.world.member(place.ours, name="王同事")
    browser = place.sign_in(colleague)
    place.others.post("/reservations/new", data=asked(place.room, 25, 26))
    taken = place.session.scalars(select(Reservation.id)).one()
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=3))
    place.others.post(f"/reservations/{taken}/cancel")
    place.session.rollback()
    wish = place.session.scalars(select(WishedOccurrence)).one()
    browser.post(f"/reservations/series/wished/{wish.id}/take")
    page = f"/reservations/series/{wish.series_id}/{act}"
    answer = place.mine.post(page, data=filled and filled | {"space": place.room.id})
    assert answer.status_code == 302, answer.text
    (letter,) = [one for one in told() if one.to == colleague.email]
    assert len(entries(place, letter)) == 1
    assert place.me.email not in {one.to for one in told()}, "the series' letter told them"


def test_of_a_series_of_ones_own_letters_come_where_one_wants_them_and_of_others_acts_always(place, told):
    """Begun, changed, extended and cancelled by whose it is, then the same by a colleague."""
    manager = place.sign_in(place.world.member(place.ours, Role.MANAGER))

    def do_all(browser):
        made = place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=3))
        where = made.headers["Location"]
        change = {"space": place.room.id, "starts": "14:00", "ends": "15:00", "version": 1}
        assert browser.post(f"{where}/change", data=change).status_code == 302
        assert browser.post(f"{where}/extend", data={"until": "2026-12-10"}).status_code == 302
        assert "加入我的日历" in place.mine.get(where).text
        assert browser.post(f"{where}/cancel", data={"since": ""}).status_code == 302

    shown = place.mine.get("/reminders").text
    assert "重复预订也在内，选“也发给我”才有邮件和日历文件" in shown
    assert "总会发" not in shown
    assert 'href="/feeds"' in shown.partition('id="copies"')[2]
    do_all(place.mine)
    assert letters_of_series(place) == []
    assert told() == []
    assert letters_of_series(place) == [], "nor of one that is as it was begun"
    do_all(manager)
    assert [one.subject[:7] for one in letters_of_series(place)] == ["重复预订已更改"] * 2 + [
        "重复预订已取消"
    ]
    want_copies(place)
    do_all(place.mine)
    assert len(letters_of_series(place)) == 6
    assert told() == []


def series_letters(place):
    return [one for one in letters_of_series(place) if one.to == place.me.email]


def test_what_the_entries_of_a_series_have_in_common_is_written_once(place, monkeypatch):
    want_copies(place)
    written = []

    def write(*said, **more):
        written.append(said)
        return alike(*said, **more)

    monkeypatch.setattr(calendar_entry, "alike", write)
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=5))
    (begun,) = series_letters(place)
    (file,) = entries(place, begun)
    events = file.walk("VEVENT")
    assert len({one["UID"] for one in events}) == len({one["DTSTART"].dt for one in events}) == 5
    assert len(written) == 1, "five entries that differ in their times alone"


def test_a_series_letter_moves_and_takes_back_each_entry_as_that_of_one_booking(place, count_queries):
    want_copies(place)
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=3))
    (begun,) = series_letters(place)
    (file,) = entries(place, begun)
    assert file["METHOD"] == "PUBLISH", "all are added at one go"
    assert [("ORGANIZER" in one, "ATTENDEE" in one) for one in file.walk("VEVENT")] == [(True, False)] * 3
    uids = [f"{one['UID']}" for one in file.walk("VEVENT")]
    page = f"/reservations/series/{place.session.scalars(select(Reservation.series_id)).first()}"
    filled = {"starts": "14:00", "ends": "15:00", "version": 1, "space": place.other.id}
    assert place.mine.post(f"{page}/change", data=filled).status_code == 302
    _, moved = series_letters(place)
    me = f"mailto:{place.me.email}"
    assert single_entries(place, moved) == [("REQUEST", one, 1, me, "CONFIRMED") for one in uids]
    assert "报价合计：¥240.00" in moved.body
    assert "14:00–15:00（原来：大会议室，10:00–11:00）" in moved.body
    assert place.mine.post(f"{page}/cancel", data={"since": ""}).status_code == 302
    *_, off = series_letters(place)
    assert single_entries(place, off) == [("CANCEL", one, 2, me, "CANCELLED") for one in uids]
    assert "取消了 3 次：" in off.body
    assert "取消没有收取费用。" in off.body
    assert "小会议室，11月4日 周三 14:00–15:00" in off.body
    assert "去掉" in off.body
    assert "加入你的日历" not in off.body


def test_who_comes_along_to_a_whole_series_is_named_to_its_owner(place, told, standing_clock):
    manager = place.sign_in(place.world.member(place.ours, Role.MANAGER))
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=2))
    first = place.session.scalars(select(Reservation.id)).first()
    standing_clock.set(TUESDAY + timedelta(minutes=1))
    for guests, words in (("李访客 li@guest.example", "一起来的人：李访客"), ("", "现在没有人一起来。")):
        answer = manager.post(f"/reservations/{first}/guests", data={"guests": guests, "scope": "all"})
        assert answer.status_code == 302
        letter = series_letters(place)[-1]
        assert letter.subject == "重复预订的同行人有变动：大会议室"
        assert words in letter.body
        assert [method for method, *_ in single_entries(place, letter)] == ["REQUEST"] * 2
    assert told() == []


def test_a_copy_of_a_request_says_that_it_is_one_and_a_booking_with_guests_is_one_thing(place, told, app):
    place.mine.post("/preferences/copies", data={"copies": "yes"})
    book(place, guests="李访客 li@guest.example")
    (copy,) = told()
    assert "附件可以放进你的日历" in copy.body, "there is nothing yet to update"
    assert copy.subject == "已预订：大会议室 11月3日 周二 10:00–11:00"
    assert "同行的人有变动" not in copy.body
    assert "一起来的人：李访客" in copy.body
    assert copy.body.count("/reservations/") == 1
    assert "预订有变动" not in place.mine.get("/today").text, "one's own acts are no news"
    place.world.rule(place.park, needs_approval=True)
    asked_for = book(place, start=5)
    *_, request = told()
    assert request.subject.startswith("申请已提交：大会议室")
    assert "已预订" not in request.body
    place.admins.post(f"/front-desk/reservations/{asked_for.id}/approve", data={"version": 1})
    assert told()[-1].subject.startswith("申请已通过：")


def test_who_has_left_is_told_nothing(place, told):
    made = book(place)
    place.admins.post(f"/front-desk/reservations/{made.id}/cancel", data={"version": 1, "reason": "停电"})
    place.session.rollback()
    place.me.active = False
    place.session.commit()
    assert told() == []


def test_every_step_of_a_reservation_has_its_words():
    steps = {action for action in Action if action.value.startswith("reservation.")}
    assert set(WORDS) == steps | {Action.STAY_CHECKED_IN, Action.STAY_CHECKED_OUT}


def test_the_method_stands_in_the_header_where_mail_programs_look():
    content = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    message = compose(
        Envelope(
            message_id="<one@park.example>", written_at=TUESDAY, sender="park@park.example", to="a@b.example",
            subject="s", text="t", html=None,
            enclosures=[Enclosure("one.ics", "text/calendar", content)],
        )
    ).content  # fmt: skip
    assert b'Content-Type: text/calendar; charset="utf-8"; method="REQUEST"' in message


def test_what_the_park_did_stands_on_my_day_for_two_days(place, told, count_queries, standing_clock):
    made = book(place, start=200)
    place.mine.get("/today")
    quiet = count_queries(lambda: place.mine.get("/today"))
    moved = asked(place.other, 201, 202, version=1)
    place.admins.post(f"/front-desk/reservations/{made.id}/move", data=moved)
    (letter,) = told()
    page = place.mine.get("/today").text
    assert "预订有变动" in page
    assert f"/inbox/{letter.id}" in page
    assert count_queries(lambda: place.mine.get("/today")) == quiet + 1
    assert "预订有变动" not in place.others.get("/today").text
    standing_clock.set(TUESDAY + timedelta(days=2, minutes=1))
    assert "预订有变动" not in place.mine.get("/today").text
