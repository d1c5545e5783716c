"""The pages of a promised answer: before asking, while it waits, another place proposed and taken."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from booking.audit.actions import BookingRights
from booking.jobs.job import run
from booking.jobs.reservations import TELL_CHANGES, TELL_MANAGERS
from booking.mail.models import Letter
from booking.mail.queries import enclosures_of
from booking.people.models import Role
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.values import Money
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked
from tests.reservations.test_series_pages import weekly

HOUR = timedelta(hours=1)
PROMISE = "园区会在 11月3日 周二 18:00 前答复"


@pytest.fixture
def place(place):
    place.world.rule(place.park, needs_approval=True)
    place.session.commit()
    return place


def asks(place, start=26, browser=None, **more):
    browser, filled = browser or place.mine, asked(place.room, start, start + 1) | more
    answer = browser.post("/reservations/new", data=filled, follow_redirects=True)
    assert "申请已提交" in answer.text
    return latest(place)


def latest(place):
    place.session.rollback()
    place.session.expire_all()
    return place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()


def proposes(place, request, start=28, **more):
    filled = asked(place.other, start, start + 1) | {"version": request.version} | more
    return place.admins.post(f"/front-desk/reservations/{request.id}/propose", data=filled)


def presses(browser, request, act, version=2):
    url = f"/reservations/{request.id}/{act}"
    return browser.post(url, data={"version": version}, follow_redirects=True)


def written(place, app):
    with app.app_context():
        assert run(TELL_CHANGES).failed == 0
    place.session.rollback()
    return place.session.scalars(select(Letter).where(Letter.key.like("changes:%")).order_by(Letter.id)).all()


def test_the_promise_stands_before_asking_and_on_every_page_after_it(place):
    asking = place.mine.get(f"/reservations/new?space={place.room.id}&day=2026-11-04").text
    assert f"这个空间需要园区确认；{PROMISE}" in asking
    soon = "/reservations/new?space={}&start=2026-11-03T10:00&end=2026-11-03T11:00"
    assert "园区会在 11月3日 周二 10:00 前答复" in place.mine.get(soon.format(place.room.id)).text
    assert PROMISE in place.mine.get(f"/reservations/series/new?space={place.room.id}").text
    assert PROMISE in place.mine.post("/reservations/series/new", data=weekly(place.room, step="look")).text
    request = asks(place)
    for path in (f"/reservations/{request.id}", "/today", "/reservations"):
        assert PROMISE in place.mine.get(path).text, path
    assert PROMISE in place.admins.get(f"/reservations/{request.id}").text
    assert place.others.get(f"/reservations/{request.id}").status_code == 404
    place.session.get_one(Reservation, request.id).answer_by = None
    place.session.commit()
    assert "前答复" not in place.mine.get(f"/reservations/{request.id}").text, "nobody promised"


def test_the_front_desk_answers_the_soonest_promise_first_and_sees_what_is_late(place, standing_clock):
    later, sooner = asks(place, 50), asks(place, 3)
    desk = place.admins.get("/front-desk").text
    assert re.findall(r"/front-desk/reservations/(\d+)/approve", desk) == [str(sooner.id), str(later.id)]
    assert "11月3日 周二 12:00 前答复" in desk
    assert "逾期" not in desk
    place.mine.post(f"/reservations/{sooner.id}/cancel", data={"version": 1})
    standing_clock.set(TUESDAY + 25 * HOUR)
    desk = place.admins.get("/front-desk").text
    assert "1 个申请过了承诺的答复时间" in desk
    assert "逾期：应在 11月3日 周二 18:00 前答复" in desk
    assert "逾期：应在" in place.admins.get(f"/front-desk/reservations/{later.id}").text
    assert "园区没有在承诺的 11月3日 周二 18:00 前答复" in place.mine.get(f"/reservations/{later.id}").text


def test_what_is_free_is_proposed_with_one_tap_and_its_asker_sees_it_with_its_price(place, app):
    request = asks(place)
    page = place.admins.get(f"/front-desk/reservations/{request.id}/propose").text
    for form in (page, place.admins.get(f"/front-desk/reservations/{request.id}").text):
        assert "data-length" in form, "the end follows the start, as in a tenant's own form"
    offered = re.findall(r'<form method="post".*?</form>', page, re.DOTALL)
    assert "小会议室 11月4日 周三 11:00–12:00" in page
    one = next(form for form in offered if f'name="space" value="{place.other.id}"' in form)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', one))
    answer = place.admins.post(
        f"/front-desk/reservations/{request.id}/propose", data=fields, follow_redirects=True
    )
    assert "已告诉对方，等对方答复" in answer.text
    desk = place.admins.get("/front-desk").text
    assert "已提议，等对方答复" in desk
    assert f"/front-desk/reservations/{request.id}/approve" not in desk
    for path in (f"/reservations/{request.id}", "/today"):
        shown = place.mine.get(path).text
        for words in ("园区的提议", "11月4日 周三 11:00–12:00", "小会议室", "¥80.00", "就这样", "不为你保留"):
            assert words in shown, (path, words)
        assert PROMISE not in shown
    assert "园区提议了别的时间或空间，等你答复" in place.mine.get("/reservations").text
    assert "就这样" not in place.others.get("/today").text
    (letter,) = written(place, app)
    assert (letter.to, letter.subject) == (
        place.me.email,
        "园区提议换个时间或空间：大会议室 11月4日 周三 11:00–12:00",
    )
    assert "你申请的：大会议室，11月4日 周三 11:00–12:00" in letter.body
    assert "园区提议：小会议室，11月4日 周三 11:00–12:00" in letter.body
    assert "那里的报价：¥80.00" in letter.body
    assert f"/reservations/{request.id}" in letter.body


def test_a_proposal_beyond_what_one_may_book_alone_asks_the_manager_with_one_tap(place):
    """Up to 100 alone; asked for an hour of 80, and two of 160 proposed."""
    boss = place.sign_in(place.world.member(place.ours, Role.MANAGER, name="王总", password_hash="x"))
    place.me.keep_rights(BookingRights(up_to=Money.yuan(100)))
    place.session.commit()
    request = asks(place)
    assert proposes(place, request, ends="15:00").status_code == 302
    for path in (f"/reservations/{request.id}", "/today"):
        shown = place.mine.get(path).text
        assert "这一单 ¥160.00，超过你可自行预订的 ¥100.00。请负责人批准：批准后就订下" in shown
        assert "ask-for-proposed" in shown
        assert "就这样" not in shown
        assert "不合适" in shown
    assert "就这样" in boss.get(f"/reservations/{request.id}").text, "a manager takes it"
    answer = presses(place.mine, request, "ask-for-proposed").text
    assert "申请已交给企业负责人（王总），批准后会保留这段时间" in answer, "the park is not asked again"
    assert place.others.post(f"/reservations/{request.id}/ask-for-proposed").status_code == 404
    assert "批准后还要园区确认" not in boss.get("/company/requests").text
    boss.post(f"/company/requests/{request.id}/agree", data={"version": 3})
    assert latest(place).state is ReservationState.BOOKED


def test_a_manager_reads_that_it_is_the_parks_proposal_and_their_no_loses_nothing(place, app, count_queries):
    """On the card and in the letter: yes books it at once, no leaves the first request to the park."""
    boss = place.sign_in(place.world.member(place.ours, Role.MANAGER, name="王总", password_hash="x"))
    place.me.keep_rights(BookingRights(up_to=Money.yuan(100)))
    place.session.commit()
    request = asks(place)
    proposes(place, request, ends="15:00")
    for path in (f"/reservations/{request.id}", "/today"):
        assert "不同意的话，原来的申请继续等园区答复" in place.mine.get(path).text
    presses(place.mine, request, "ask-for-proposed")
    said = (
        "这是园区的提议，批准后马上订下。原来申请的是大会议室 11月4日 周三 11:00–12:00，"
        "不同意的话，那个申请继续等园区答复。"
    )
    for path in ("/today", "/company/requests"):
        assert said in boss.get(path).text
    with app.app_context():
        assert run(TELL_MANAGERS).failed == 0
    place.session.rollback()
    (told,) = place.session.scalars(select(Letter).where(Letter.key.like("asked:%"))).all()
    assert said in told.body.replace("\n", "")
    few = count_queries(lambda: boss.get("/company/requests"))
    for start in (30, 31):
        another = asks(place, start)
        proposes(place, another, start + 24, space=place.room.id, ends=f"{start - 24 + 11}:00")
        presses(place.mine, another, "ask-for-proposed")
    assert boss.get("/company/requests").text.count("这是园区的提议") == 3
    assert count_queries(lambda: boss.get("/company/requests")) == few
    no = {"version": 3, "reason": "太贵"}
    answer = boss.post(f"/company/requests/{request.id}/decline", data=no, follow_redirects=True)
    assert "已答复，原因会告诉对方；原来的申请继续等园区答复。" in answer.text
    shown = place.mine.get(f"/reservations/{request.id}").text
    assert "大会议室" in shown
    assert PROMISE in shown
    assert f"/front-desk/reservations/{request.id}/approve" in place.admins.get("/front-desk").text
    letter = written(place, app)[-1]
    assert "没有接受园区的提议，申请继续等待答复" in letter.subject
    assert "太贵" in letter.body


def test_who_may_only_ask_the_manager_reads_so_in_the_letter_and_nothing_is_said_to_be_moved(place, app):
    """Their copy, history and page call it a request; asker and manager read what a no does."""
    boss = place.sign_in(place.world.member(place.ours, Role.MANAGER, name="王总", password_hash="x"))
    place.me.keep_rights(BookingRights(up_to=Money.yuan(100)))
    place.me.wants_copies = True
    place.session.commit()
    request = asks(place)
    proposes(place, request, ends="15:00")
    (letter,) = written(place, app)
    said = letter.body.replace("\n", "")
    assert "这一单 ¥160.00，超过你可自行预订的 ¥100.00。请负责人批准：批准后就订下" in said
    assert "打开下面的链接，请负责人批准，或说不合适。" in said
    assert "接受或说不合适" not in said
    no = (
        "这是园区的提议，批准后马上订下。原来申请的是大会议室 11月4日 周三 11:00–12:00，"
        "不同意的话，那个申请继续等园区答复。"
    )
    assert no in presses(place.mine, request, "ask-for-proposed").text, "and who is asked stands above"
    written(place, app)
    copy = place.session.scalars(select(Letter).where(Letter.key.like("copies:%")).order_by(Letter.id)).all()[
        -1
    ]
    assert copy.subject == "请负责人批准园区的提议：小会议室 11月4日 周三 13:00–15:00"
    said = copy.body.replace("\n", "")
    for words in ("原来申请的：大会议室", "园区提议：小会议室", "报价：¥160.00", "批准之前不保留时间", no):
        assert words in said
    for words in ("改期", "现在：", "现在的报价"):
        assert words not in said
    for browser in (place.mine, boss):
        shown = browser.get(f"/reservations/{request.id}").text
        assert "等企业负责人（王总）批准；批准之前不保留时间。" + no in shown
        assert "请负责人批准园区的提议 · 小会议室 11月4日 周三 13:00–15:00" in shown
        assert "改期或换空间 ·" not in shown
    assert "请负责人批准园区的提议" in place.admins.get("/park/trail").text
    place.mine.post(f"/reservations/{request.id}/cancel", data={"version": 3})
    assert "撤销了申请" in place.mine.get(f"/reservations/{request.id}").text, "it never was a booking"


def test_what_one_holds_at_the_proposed_time_is_said_before_it_is_taken(place, count_queries):
    """On today and its page, as forms do; neither the request itself nor what only touches it."""
    place.world.rule(place.park, space_id=place.desk.id, kind=place.desk.kind)
    place.session.commit()
    request = asks(place)
    proposes(place, request, 26)
    pages = ("/today", f"/reservations/{request.id}")
    for path in pages:
        assert "你同一时间还订了" not in place.mine.get(path).text, "the request itself is no second place"
    assert proposes(place, request, version=2).status_code == 302
    for start in (29, 28):
        filled = asked(place.desk, start, start + 1, people=1)
        assert place.mine.post("/reservations/new", data=filled).status_code == 302
        for path in pages:
            said = "你同一时间还订了一号工位（11月4日 周三 13:00–14:00）。两个都要的话，可以照样预订。"
            assert (said in place.mine.get(path).text) is (start == 28), "what begins as it ends is none"
    few = count_queries(lambda: place.mine.get("/today"))
    proposes(place, asks(place, 50), 28 + 24)
    assert place.mine.get("/today").text.count("园区的提议") > 2
    assert count_queries(lambda: place.mine.get("/today")) == few
    assert "已按园区的提议订下" in presses(place.mine, request, "take-proposed", 3).text, (
        "warned of, not refused"
    )


def test_a_proposal_for_a_day_far_ahead_waits_on_today_as_well(place):
    proposes(place, asks(place, 26 + 14 * 24), 28 + 14 * 24)
    shown = place.mine.get("/today").text
    assert 'aria-label="就这样 · 小会议室' in shown
    assert "11月18日 周三 13:00–14:00" in shown


def test_accepting_books_it_updates_the_calendar_and_does_no_harm_twice(place, app):
    place.session.get_one(type(place.me), place.me.id).wants_copies = True
    place.session.commit()
    request = asks(place)
    assert proposes(place, request, words="上午有活动").status_code == 302
    assert "“上午有活动”" in place.mine.get(f"/reservations/{request.id}").text
    assert "已按园区的提议订下" in presses(place.mine, request, "take-proposed").text
    presses(place.mine, request, "take-proposed")
    assert "已订下" in presses(place.mine, request, "refuse-proposed", version=3).text
    stale = place.admins.post(f"/front-desk/reservations/{request.id}/approve", data={"version": 1})
    assert "刚被修改过" in place.admins.get(stale.location).text, "what that page shows was never approved"
    made = latest(place)
    assert (made.state, made.space_id, made.version) == (ReservationState.BOOKED, place.other.id, 3)
    letters = written(place, app)
    events = [
        Calendar.from_ical(one.content).walk("VEVENT")[0]
        for letter in letters
        for one in enclosures_of(place.session, letter.id)
    ]
    assert {event["UID"] for event in events} == {events[0]["UID"]}
    assert (events[-1]["STATUS"], events[-1]["SEQUENCE"]) == ("CONFIRMED", 2)
    assert (events[-1]["DTSTART"].dt, events[-1]["DTEND"].dt) == (TUESDAY + 28 * HOUR, TUESDAY + 29 * HOUR)
    history = place.mine.get(f"/reservations/{request.id}").text
    assert "接受了园区的提议" in history
    assert "小会议室 11月4日 周三 13:00–14:00（上午有活动）" in history
    trail = place.admins.get("/park/trail").text
    assert "提议别的时间或空间" in trail
    assert "接受园区的提议" in trail


def test_what_does_not_suit_goes_back_to_the_front_desk(place):
    request = asks(place)
    proposes(place, request)
    answer = presses(place.mine, request, "refuse-proposed").text
    assert "已告诉园区不合适" in answer
    assert PROMISE in answer
    assert f"/front-desk/reservations/{request.id}/approve" in place.admins.get("/front-desk").text


def test_who_comes_too_late_hears_what_is_free_instead(place):
    request = asks(place)
    proposes(place, request)
    made = asks(place, 28, place.others, space=place.other.id)
    place.admins.post(f"/front-desk/reservations/{made.id}/approve", data={"version": 1})
    answer = place.mine.post(f"/reservations/{request.id}/take-proposed", data={"version": 2})
    assert answer.status_code == 409
    assert "没有空：小会议室 11月4日 周三 13:00–14:00" in answer.text
    assert "你的申请没有变" in answer.text
    assert "同一时间，相近的空间" in answer.text
    place.session.rollback()
    assert place.session.scalars(select(Occupancy.reservation_id)).all() == [made.id]


def test_only_their_own_people_answer_a_proposal_and_only_administrators_make_one(place):
    request = asks(place)
    assert place.mine.get(f"/front-desk/reservations/{request.id}/propose").status_code == 404
    proposes(place, request)
    place.session.rollback()
    elsewhere = place.sign_in(place.world.member(place.world.park(), Role.ADMIN))
    for path in (f"/front-desk/reservations/{request.id}/propose", f"/reservations/{request.id}"):
        assert elsewhere.get(path).status_code == 404
    for act in ("take-proposed", "refuse-proposed"):
        assert place.others.post(f"/reservations/{request.id}/{act}", data={"version": 2}).status_code == 404
    colleague = place.sign_in(place.world.member(place.ours))
    assert "就这样" not in place.admins.get(f"/reservations/{request.id}").text
    assert "已按园区的提议订下" in presses(colleague, request, "take-proposed").text


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"day": ""}, 422, "请选择日期"),
        ({"words": "说" * 501}, 422, "最多 500 个字"),
        ({"space": "room", "starts": "11:00", "ends": "12:00"}, 422, "请直接批准"),
        ({"day": "2026-11-01"}, 422, "已经过去"),
        ({"space": "0"}, 422, "选"),
        ({"starts": "15:00", "ends": "16:00"}, 409, "15:00"),
    ],
)
def test_what_cannot_be_proposed_is_said_beside_what_was_typed(place, wrong, status, words):
    request = asks(place)
    made = asks(place, 30, place.others, space=place.other.id)
    place.admins.post(f"/front-desk/reservations/{made.id}/approve", data={"version": 1})
    typed = wrong | ({"space": place.room.id} if wrong.get("space") == "room" else {})
    answer = proposes(place, request, **{"purpose": ""} | typed)
    assert answer.status_code == status
    assert words in answer.text
    assert latest(place).version == 2
    place.mine.post(f"/reservations/{request.id}/cancel", data={"version": 1})
    assert "已经不在等答复" in place.admins.get(f"/front-desk/reservations/{request.id}/propose").text
    assert proposes(place, request).status_code == 302


def test_another_time_is_looked_at_before_it_is_proposed(place):
    request = asks(place)
    answer = proposes(place, request, 48, space=place.room.id, step="look", words="投影坏了", version=1)
    assert answer.status_code == 200
    assert 'data-answer tabindex="-1" role="status">这个时间空着的空间在下面。' in answer.text
    assert "大会议室 11月5日 周四 09:00–10:00" in answer.text
    assert "投影坏了" in answer.text
    assert 'formmethod="get"' not in answer.text
    assert latest(place).version == 1, "nothing was proposed"


def test_a_series_is_answered_at_once_with_one_letter(place, app, standing_clock):
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book"))
    other = asks(place, 25, place.others)  # the same hour as the first of the series
    place.admins.post(f"/front-desk/reservations/{other.id}/approve", data={"version": 1})
    series = latest(place).series_id or place.session.scalars(select(Reservation.series_id)).first()
    desk = place.admins.get("/front-desk").text
    assert "重复预订，共 4 次等答复" in desk
    standing_clock.set(TUESDAY + HOUR)

    def press(act, **data):
        url = f"/front-desk/series/{series}/{act}"
        shown = re.findall(r'name="shown" value="([^"]*)"', place.admins.get("/front-desk").text)
        data = {"shown": shown[0] if shown else drawn} | data
        return place.admins.post(url, data=data, follow_redirects=True).text

    drawn = " ".join(re.findall(r'name="shown" value="([^"]*)"', desk)[:1])
    assert "已批准 3 次。有 1 次已被别人订走或不能再订" in press("approve")
    assert "请写明原因" in press("decline", reason="")
    assert "最多 500 个字" in press("decline", reason="长" * 501)
    assert "已拒绝 1 次" in press("decline", reason="当天有接待")
    assert "没有等待批准的申请了" in press("approve")
    place.session.rollback()
    rows = select(Reservation.state).where(Reservation.series_id == series).order_by(Reservation.starts_at)
    states = [state.value for state in place.session.scalars(rows)]
    assert states == ["declined", "booked", "booked", "booked"]
    mine = [letter for letter in written(place, app) if letter.to == place.me.email]
    assert [letter.subject for letter in mine] == ["预订有变动：大会议室 11月4日 周三 10:00–11:00 等 4 个"], (
        "both acts were at one instant here"
    )


@pytest.mark.parametrize(("act", "state"), [("approve", "booked"), ("decline", "declined")])
def test_what_the_administrator_never_saw_of_a_series_is_not_answered(place, act, state):
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book"))
    (shown, again) = re.findall(r'name="shown" value="([^"]*)"', place.admins.get("/front-desk").text)
    assert shown == again
    first = place.session.scalars(select(Reservation).order_by(Reservation.starts_at)).first()
    there = asked(place.room, 24 + 10, 24 + 13)
    assert place.mine.post(f"/reservations/{first.id}/move", data=there).status_code == 302
    url = f"/front-desk/series/{first.series_id}/{act}"

    def press(shown):
        data = {"shown": shown, "reason": "当天有接待"}
        return place.admins.post(url, data=data, follow_redirects=True).text

    for nothing in ("", "x", "1", "1:x", "9" * 40 + ":1", f"{first.id}:{first.version}"):
        assert "有 4 次对方刚改过，请看过再答复。" in press(nothing), nothing
    page = press(shown)
    assert "3 次" in page
    assert "有 1 次对方刚改过，请看过再答复。" in page
    place.session.rollback()
    rows = place.session.scalars(select(Reservation).order_by(Reservation.starts_at)).all()
    assert sorted(row.state.value for row in rows) == sorted(["requested", *[state] * 3])
    assert next(row.state.value for row in rows if row.id == first.id) == "requested"


def test_the_lists_ask_no_more_the_longer_they_are(place, count_queries):
    def counted():
        paths = ("/front-desk", "/today", "/reservations")
        browsers = (place.admins, place.mine, place.mine)
        return [count_queries(lambda b=b, p=p: b.get(p)) for b, p in zip(browsers, paths, strict=True)]

    assert proposes(place, asks(place), start=34).status_code == 302
    asks(place, 30)
    counted()
    before = counted()
    for start in (27, 31, 32):
        proposes(place, asks(place, start), start=start + 2)
        asks(place, start + 24)
    assert counted() == before
