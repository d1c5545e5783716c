"""Rights on the pages: set by the manager, said before anything is sent, answered with one press."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import BookingRights
from booking.jobs.job import run
from booking.jobs.reservations import CLOSE_REQUESTS, FIND_FREE, TELL_CHANGES, TELL_HELD, TELL_MANAGERS
from booking.mail.models import Letter
from booking.people.models import Member, Role
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.waiting.models import Wait, WaitState
from booking.spaces.models import Kind
from booking.usage.check_in import walk_in
from booking.usage.check_out import check_out
from booking.values import Money
from tests.harness.stays import CHARGER, actor
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, at
from tests.reservations.test_series_pages import text_of, weekly

UP_TO_100 = BookingRights(frozenset({"hall"}), Money.yuan(100))
ASKS = "要企业负责人批准"
REFUSED = (403, 404)


@pytest.fixture
def firm(place):
    """Give the park with a manager of ours and one of theirs; `place.me` may book up to 100 yuan, no hall."""
    place.manager = place.world.member(place.ours, Role.MANAGER, name="王总", password_hash="x")
    place.rival = place.world.member(place.theirs, Role.MANAGER, name="赵总", password_hash="x")
    place.boss, place.rivals = place.sign_in(place.manager), place.sign_in(place.rival)
    place.me.keep_rights(UP_TO_100)
    place.session.commit()
    return place


def ask(firm, start=1, end=3, space=None, **more):
    """Ask for two hours, which cost 160 yuan."""
    answer = firm.mine.post("/reservations/new", data=asked(space or firm.room, start, end, **more))
    assert answer.status_code == 302, answer.text
    return last(firm)


def last(firm):
    firm.session.rollback()
    firm.session.expire_all()
    return firm.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()


def press(browser, made, answer="agree", **more):
    form = {"version": made.version} | more
    return browser.post(f"/company/requests/{made.id}/{answer}", data=form, follow_redirects=True)


def letters(firm, app, job, like):
    with app.app_context():
        assert run(job).failed == 0
    firm.session.rollback()
    return firm.session.scalars(select(Letter).where(Letter.key.like(like)).order_by(Letter.id)).all()


def test_it_is_said_before_it_is_sent_and_the_manager_agrees_with_one_press(firm, app):
    path = f"/reservations/new?space={firm.room.id}&start={at(1)}&end="
    within, above = firm.mine.get(path + at(2)).text, firm.mine.get(path + at(3)).text
    assert ASKS not in within
    assert ASKS in above
    assert ASKS not in firm.boss.get(path + at(3)).text
    quoted = firm.mine.get("/calendar/quote", query_string=asked(firm.room, 1, 3)).get_json()
    assert ASKS in quoted["asks"]
    made = ask(firm)
    page = firm.mine.get(f"/reservations/{made.id}").text
    assert page.count("王总") == 1, "once: what was said as it was sent is not said again below it"
    assert "申请已交给企业负责人（王总）" in page
    assert "等企业负责人（王总）批准" in firm.mine.get(f"/reservations/{made.id}").text
    assert "提交了申请 · " in page
    assert "待负责人批准" in page
    entry = f"/reservations/{made.id}/calendar.ics"
    assert "STATUS:TENTATIVE" in firm.mine.get(entry).text
    (told,) = letters(firm, app, TELL_MANAGERS, "asked:%")
    assert told.to == firm.manager.email
    assert "/company/requests" in told.body
    assert "160.00" in told.body
    today = firm.boss.get("/today").text
    assert all(word in today for word in ("张小明", "160.00", "周会", "超过自行预订的"))
    assert "等你批准" not in firm.mine.get("/today").text
    assert "预订生效" in press(firm.boss, made, back="today").text
    assert last(firm).state is ReservationState.BOOKED
    assert "STATUS:CONFIRMED" in firm.mine.get(entry).text
    assert "预订生效" in press(firm.boss, made).text  # twice
    heard = letters(firm, app, TELL_CHANGES, "changes:%")
    assert [one.to for one in heard] == [firm.me.email]
    assert "等你批准" not in firm.boss.get("/today").text


def test_a_manager_who_comes_too_late_is_told_who_agreed(firm):
    other = firm.sign_in(firm.world.member(firm.ours, Role.MANAGER, name="李总", password_hash="x"))
    made = ask(firm)
    press(firm.boss, made)
    late = press(other, made).text
    assert "王总已经批准了，预订早已生效，不用再批准。" in late
    assert "已批准，预订生效" not in late
    assert "已批准，预订生效" in press(firm.boss, made).text, "whoever pressed twice"
    own = firm.boss.post("/reservations/new", data=asked(firm.other, 1, 2))
    assert own.status_code == 302
    assert "这个预订已经生效，不用批准。" in press(other, last(firm)).text
    firm.session.rollback()
    firm.world.rule(firm.park, needs_approval=True)
    passed_on = ask(firm, start=5, end=7)
    press(firm.boss, passed_on)
    assert "王总已经批准了，正在等园区确认" in press(other, passed_on).text


def test_nobody_else_answers_and_the_park_does_not_see_it_as_its_own(firm):
    made = ask(firm)
    for browser in (firm.mine, firm.others, firm.rivals, firm.admins):
        for answer in ("agree", "decline"):
            assert press(browser, made, answer, reason="不").status_code in REFUSED
    assert press(firm.rivals, made).status_code == 404
    desk = firm.admins.get("/front-desk").text
    assert "等你批准" not in desk
    assert "待负责人批准" in desk
    assert "批准申请" not in firm.admins.get(f"/front-desk/reservations/{made.id}").text
    firm.admins.post(f"/front-desk/reservations/{made.id}/approve", data={"version": made.version})
    assert last(firm).state is ReservationState.REQUESTED
    firm.world.rule(firm.park, needs_approval=True)
    assert "现在等园区确认" in press(firm.boss, made).text
    assert "等你批准" in firm.admins.get("/front-desk").text
    assert (
        "已批准"
        in firm.admins.post(
            f"/front-desk/reservations/{made.id}/approve",
            data={"version": made.version + 1},
            follow_redirects=True,
        ).text
    )


def test_a_no_needs_a_reason_and_reaches_who_asked(firm, app):
    made = ask(firm)
    assert "原因" in press(firm.boss, made, "decline", reason=" ").text
    assert "最多 500 个字" in press(firm.boss, made, "decline", reason="长" * 501).text
    assert last(firm).state is ReservationState.REQUESTED
    assert "已答复" in press(firm.boss, made, "decline", reason="用小会议室").text
    assert "用小会议室" in letters(firm, app, TELL_CHANGES, "changes:%")[0].body
    assert "用小会议室" in firm.mine.get(f"/reservations/{made.id}").text


def test_what_is_taken_by_now_says_what_is_free_instead_and_one_press_takes_that(firm):
    made = ask(firm)
    firm.others.post("/reservations/new", data=asked(firm.room, 1, 2))
    answer = press(firm.boss, made)
    assert answer.status_code == 409
    assert "没有空" in answer.text
    assert "小会议室" in answer.text
    assert last(firm).member_id == firm.stranger.id
    form = asked(firm.other, 1, 3) | {"version": made.version}
    assert saved(firm, f"/reservations/{made.id}/move", **form)
    firm.session.rollback()
    firm.session.expire_all()
    assert firm.session.get(Reservation, made.id).state is ReservationState.BOOKED


def test_what_cannot_be_agreed_to_says_so_before_the_press(firm):
    """Of two for one time one can be had; what somebody else has by now is not, and one is led elsewhere."""
    first, second = ask(firm, 1, 3), ask(firm, 2, 4)
    whole = firm.world.space(firm.area, name="合并会议室", capacity=12, parts=[firm.room, firm.other])
    alone = firm.world.space(firm.area, name="单间", capacity=4)
    firm.session.commit()
    for path in ("/today", "/company/requests"):
        assert firm.boss.get(path).text.count("和张小明的另一个申请撞了时间，只能批准一个") == 2
    whole_day = ask(firm, 5, 7, space=whole)
    apart = ask(firm, 1, 3, space=alone)
    firm.others.post("/reservations/new", data=asked(firm.room, 1, 2))
    for path in ("/today", "/company/requests"):
        seen = firm.boss.get(path).text
        assert seen.count("这段时间已经有人订了，批准不了") == 1
        assert f"/company/requests?instead={first.id}" in seen
        assert f"/company/requests/{first.id}/agree" not in seen
        assert f"/company/requests/{second.id}/agree" in seen
        assert f"/company/requests/{apart.id}/agree" in seen, "it shares nothing with what is taken"
    firm.others.post("/reservations/new", data=asked(firm.other, 6, 7))
    assert f"?instead={whole_day.id}" in firm.boss.get("/company/requests").text, "a part of it is taken"
    page = firm.boss.get(f"/company/requests?instead={first.id}").text
    assert "的申请还在等你。换到空着的地方，就等于批准。" in page
    for other in (second.id, 0, "x"):
        assert "换到空着的地方" not in firm.boss.get(f"/company/requests?instead={other}").text
    firm.session.rollback()
    firm.manager.language = "en"
    firm.session.commit()
    assert "This time is booked by now and cannot be agreed to" in firm.boss.get("/company/requests").text


def test_a_request_that_is_taken_back_was_never_a_booking(firm):
    made = ask(firm)
    answer = firm.mine.post(f"/reservations/{made.id}/cancel", data={"version": made.version})
    assert answer.status_code == 302
    page = firm.mine.get(f"/reservations/{made.id}").text
    assert all(words in page for words in ("申请已撤销。", "提交了申请", "撤销了申请"))
    assert not any(words in page for words in ("订下了", "取消了预订", "时间已释放"))
    agreed = ask(firm, 3, 5)
    press(firm.boss, agreed)
    agreed = last(firm)
    firm.mine.post(f"/reservations/{agreed.id}/cancel", data={"version": agreed.version})
    page = firm.mine.get(f"/reservations/{agreed.id}").text
    assert all(words in page for words in ("这段时间已释放", "提交了申请", "取消了预订"))
    booked = ask(firm, 1, 2)  # within one's rights
    firm.mine.post(f"/reservations/{booked.id}/cancel", data={"version": booked.version})
    page = firm.mine.get(f"/reservations/{booked.id}").text
    assert all(words in page for words in ("订下了", "取消了预订"))


def test_what_waits_too_long_closes_itself(firm, standing_clock):
    made = ask(firm)
    standing_clock.set(TUESDAY.replace(hour=TUESDAY.hour + 2))
    assert "不能再批准" in press(firm.boss, made).text


def test_offers_and_one_press_forms_say_so_too(firm):
    when = {"kind": "meeting_room", "day": "2026-11-03", "starts": "13:00", "people": 2}
    dear = firm.mine.get("/calendar/search", query_string=when | {"ends": "15:00"}).text
    cheap = firm.mine.get("/calendar/search", query_string=when | {"ends": "14:00"}).text
    assert "需负责人批准" in dear
    assert "需负责人批准" not in cheap
    said = firm.mine.get("/calendar/say", query_string={"say": "明天下午两点到四点 3人"}).text
    assert "需负责人批准" in said
    assert "提交申请" in said
    firm.world.tariff(firm.park, Kind.HALL, bands=[], rate=Money.yuan(8), name="会客厅价目")
    hall = firm.world.space(firm.area, Kind.HALL, name="会客厅")
    assert "要企业负责人同意" in firm.mine.get(f"/s/{hall.scan_code}").text


@pytest.fixture
def free_hour(firm):
    """Let an hour a month be free, and our manager have one booked; `firm.me` books up to 50 yuan alone."""
    firm.world.tariff(firm.park, valid_from=date(2026, 1, 1), allowances={firm.ours.size: 60})
    firm.me.keep_rights(BookingRights(up_to=Money.yuan(50)))
    firm.session.commit()
    assert firm.boss.post("/reservations/new", data=asked(firm.other, 24, 25)).status_code == 302
    return firm


def test_wherever_a_limit_is_shown_it_is_judged_by_what_others_leave_of_the_free_hour(free_hour, app):
    """An hour is quoted 0.00, and costs 80.00 where the booking of the manager takes the free one first."""
    firm, why = free_hour, "免费额度可能轮不到，按 ¥80.00 算：超出你可自行预订的范围，要企业负责人批准"
    form = firm.mine.get(f"/reservations/new?space={firm.room.id}&start={at(1)}&end={at(2)}").text
    price = firm.mine.get("/calendar/quote", query_string=asked(firm.room, 1, 2)).get_json()
    assert why in form
    assert (price["text"], price["shared"]) == ("¥0.00–¥80.00", "免费额度可能轮不到，那时是 ¥80.00")
    assert price["asks"].startswith(why)
    bosses = firm.boss.get(f"/reservations/new?space={firm.room.id}&start={at(1)}&end={at(2)}").text
    assert why not in bosses
    bar = bosses.partition("confirm-bar")[2]
    assert "免费额度可能轮不到，那时是 ¥80.00" in bar, "beside the button, where nothing else is in the way"
    when = {"kind": "meeting_room", "day": "2026-11-03", "starts": "13:00", "ends": "14:00", "people": 2}
    assert "需负责人批准" in firm.mine.get("/calendar/search", query_string=when).text
    assert "需负责人批准" not in firm.boss.get("/calendar/search", query_string=when).text
    assert (
        "需负责人批准" in firm.mine.get("/calendar/say", query_string={"say": "明天下午两点到三点 3人"}).text
    )
    together = {"who": firm.manager.id, "length": 60, "people": 2, "day": "2026-11-03"}
    assert "需负责人批准" in firm.mine.get("/calendar/together", query_string=together).text
    pool = when | {"area": 0}
    assert why in firm.mine.get("/reservations/any/price", query_string=pool).get_json()["asks"]
    seen = text_of(firm.mine.post("/reservations/series/new", data=weekly(firm.room, step="look", count=6)))
    assert seen.count("需负责人批准") == 5, "November's four, and December's second"
    made = ask(firm, 1, 2)
    assert (made.state, made.quote) == (ReservationState.REQUESTED, Money.zero())
    assert "免费额度轮不到时是 ¥80.00，超过自行预订的 ¥50.00" in firm.boss.get("/company/requests").text
    ask(firm, 2, 4, space=firm.other)
    assert "免费额度轮不到时是 ¥160.00，超过自行预订的" in firm.boss.get("/company/requests").text, (
        "both hours"
    )
    (told,) = letters(firm, app, TELL_MANAGERS, "asked:%")
    assert "为什么要批准：免费额度轮不到时是 ¥80.00，超过自行预订的 ¥50.00" in told.body
    assert "免费额度轮不到时是 ¥160.00" in told.body
    firm.others.post("/reservations/new", data=asked(firm.room, 5, 6))
    wait = firm.mine.post("/waiting/new", data=asked(firm.room, 5, 6))
    assert wait.status_code == 422
    assert "免费额度可能轮不到，这一单按 ¥80.00 算，超过你可自行预订的 ¥50.00" in wait.text


def test_wherever_something_can_be_booked_its_free_hour_is_said_to_be_anybodys(free_hour, app):
    """November's free hour may be the manager's booked one's: 0.00 or 80.00. December's nobody has."""
    firm, both, why = free_hour, "¥0.00–¥80.00", "免费额度可能轮不到"

    def seen(path, **asked):
        return text_of(firm.boss.get(path, query_string=asked))

    when = {"kind": "meeting_room", "starts": "13:00", "ends": "14:00", "people": 2}
    together = {"who": firm.manager.id, "length": 60, "people": 2}
    for page in (
        seen("/calendar/search", day="2026-11-03", **when),
        seen("/calendar/say", say="明天下午两点到三点 3人"),
        seen("/calendar/together", day="2026-11-03", **together),
    ):
        assert both in page
        assert f"{why} 标准 1 小时，其中免费 1 小时。免费额度每月只抵一次，谁先用完谁抵扣；" in page
        assert "当月另有预订，轮不到时是 ¥80.00。" in page
    for page in (
        seen("/calendar/search", day="2026-12-03", **when),
        seen("/calendar/say", say="12月3日下午两点到三点 3人"),
        seen("/calendar/together", day="2026-12-03", **together),
    ):
        assert "¥0.00" in page
        assert both not in page
        assert why not in page
    said = weekly(firm.room, step="look", count=5)
    series = text_of(firm.boss.post("/reservations/series/new", data=said))
    assert "预计合计 ¥320.00" in series, "the booked hour ends first, and December's is free"
    firm.others.post("/reservations/new", data=asked(firm.room, 25, 26))  # the first of the series
    instead = text_of(firm.boss.post("/reservations/series/new", data=said))
    assert f"· {both}" in instead
    wait = held_for(firm)
    page = text_of(firm.boss.get(f"/waiting/{wait}"))
    assert both in page
    assert why in page
    [letter] = letters(firm, app, TELL_HELD, "waiting%")
    assert f"按现在的价目：{both}，{why}" in letter.body


def test_letters_on_a_booking_say_the_range_that_its_page_says(free_hour, app):
    """The manager's booked hour may take the free one; moved by the park, or copied, the letter says so."""
    firm, both = free_hour, "¥0.00–¥80.00，免费额度可能轮不到，那时是 ¥80.00"
    firm.manager.wants_copies = True
    firm.session.commit()
    assert firm.boss.post("/reservations/new", data=asked(firm.room, 1, 2)).status_code == 302
    made = last(firm)
    assert both in text_of(firm.boss.get(f"/reservations/{made.id}"))
    [copy] = letters(firm, app, TELL_CHANGES, "copies:%")
    assert f"报价：{both}" in copy.body
    move = asked(firm.room, 3, 4, version=made.version)
    assert firm.admins.post(f"/front-desk/reservations/{made.id}/move", data=move).status_code == 302
    [moved] = letters(firm, app, TELL_CHANGES, "changes:%")
    assert f"现在的报价：{both}" in moved.body
    assert both in text_of(firm.boss.get(f"/reservations/{made.id}"))


def test_whoever_lists_or_judges_a_booking_reads_the_range_of_its_page(free_hour, app, count_queries):
    """An hour is 0.00 or 80.00: in my bookings, where the manager agrees, at the desk."""
    firm, both = free_hour, "¥0.00–¥80.00"
    made = ask(firm, 1, 2)
    assert both in text_of(firm.mine.get(f"/reservations/{made.id}"))
    mine = ("/reservations", "/reservations?who=all")
    for path in mine:
        assert f"报价 {both}" in text_of(firm.mine.get(path)), path
    judged = ("/company/requests", "/today")
    for path in judged:
        assert both in text_of(firm.boss.get(path)), path
    (told,) = letters(firm, app, TELL_MANAGERS, "asked:%")
    assert f"报价：{both}" in told.body
    assert f"费用 报价 {both}" in text_of(firm.admins.get(f"/front-desk/reservations/{made.id}"))
    lists = [(firm.mine, path) for path in mine] + [(firm.boss, path) for path in judged]

    def counted():
        return [count_queries(lambda b=b, p=p: b.get(p)) for b, p in lists]

    few = counted()
    for start in (3, 5, 6):
        ask(firm, start, start + 1)
    assert counted() == few, "however many"


def test_what_the_park_proposes_and_offers_is_told_with_its_range(free_hour, app, count_queries):
    firm, both = free_hour, "¥0.00–¥80.00"
    firm.world.rule(firm.park, needs_approval=True)
    firm.me.keep_rights(BookingRights())
    firm.session.commit()
    made = ask(firm, 1, 2)
    page = f"/front-desk/reservations/{made.id}"
    offered = text_of(firm.admins.get(f"{page}/propose"))
    assert offered.count(f"报价 {both}") > 1
    assert "报价 ¥0.00 " not in offered
    look = asked(firm.room, 3, 4, version=made.version, step="look")
    assert f"报价 {both}（原来 {both}）" in text_of(firm.admins.post(f"{page}/move", data=look))
    assert firm.admins.post(f"{page}/propose", data=asked(firm.room, 5, 6, version=1)).status_code == 302
    for path in ("/today", f"/reservations/{made.id}"):
        assert both in text_of(firm.mine.get(path)), path
    assert both in text_of(firm.admins.get(page))
    (letter,) = letters(firm, app, TELL_CHANGES, "changes:%")
    assert f"那里的报价：{both}" in letter.body
    few = count_queries(lambda: firm.mine.get("/today"))
    other = ask(firm, 7, 8)
    firm.admins.post(f"/front-desk/reservations/{other.id}/propose", data=asked(firm.room, 8, 9, version=1))
    assert count_queries(lambda: firm.mine.get("/today")) == few


def test_where_a_move_fails_and_a_later_end_is_chosen_the_range_is_told_too(free_hour):
    firm, both = free_hour, "¥0.00–¥80.00"
    assert firm.boss.post("/reservations/new", data=asked(firm.room, 1, 2)).status_code == 302
    made = last(firm)
    ends = text_of(firm.boss.get(f"/reservations/{made.id}/end"))
    assert f"10:00–11:00（现在） · {both}" in ends
    firm.others.post("/reservations/new", data=asked(firm.room, 3, 4))
    page = f"/reservations/{made.id}/move"
    move = asked(firm.room, 3, 4) | drawn(firm, page)
    refused = firm.boss.post(page, data=move)
    assert refused.status_code == 409
    assert text_of(refused).count(f"报价 {both}") > 1


def test_the_letter_that_a_request_is_booked_says_so_where_its_free_hour_is_used_by_now(free_hour, app):
    """Asked for at 0.00; a colleague uses the hour before the park agrees, so it comes to 80.00."""
    firm = free_hour
    firm.world.rule(firm.park, space_id=firm.room.id, needs_approval=True)
    assert firm.boss.post("/reservations/new", data=asked(firm.room, 3, 4)).status_code == 302
    made, until = last(firm), TUESDAY + timedelta(hours=1)
    facts = {"charger": CHARGER, "by": actor(firm.me)}
    stay = walk_in(firm.session, firm.other, firm.me, until, **facts, now=TUESDAY)
    check_out(firm.session, stay.id, **facts, now=until)
    firm.session.commit()
    firm.admins.post(f"/front-desk/reservations/{made.id}/approve", data={"version": made.version})
    [letter] = letters(firm, app, TELL_CHANGES, "changes:%")
    assert "报价：¥0.00，当月的免费额度已用在别处，现在算是 ¥80.00" in letter.body


def held_for(firm):
    """Let the others give back what the manager waits for; gives the wait."""
    firm.others.post("/reservations/new", data=asked(firm.room, 5, 6))
    joined = firm.boss.post("/waiting/new", data=asked(firm.room, 5, 6))
    assert joined.status_code == 302, joined.text
    theirs = last(firm)
    firm.others.post(f"/reservations/{theirs.id}/cancel", data={"version": theirs.version})
    return int(joined.headers["Location"].rsplit("/", 1)[1])


def test_what_is_used_or_moved_is_judged_so_too(free_hour):
    firm = free_hour
    made = ask(firm, 0, 0.5)  # 40 yuan at most
    assert made.state is ReservationState.BOOKED
    longer = firm.mine.get("/calendar/quote", query_string=asked(firm.room, 0, 1) | {"moves": made.id})
    assert "这一单按 ¥80.00 算，超过你可自行预订的 ¥50.00" in longer.get_json()["problem"]
    assert firm.mine.post(f"/today/check-in/{made.id}").status_code == 302
    offered = firm.mine.get("/today").text.partition("延长到")[2].partition("</fieldset>")[0]
    assert "10:00" not in offered


def test_a_page_costs_no_statement_for_each_place_that_is_judged(free_hour, count_queries):
    when = {"kind": "meeting_room", "day": "2026-11-03", "starts": "13:00", "ends": "14:00", "people": 2}
    few = count_queries(lambda: free_hour.mine.get("/calendar/search", query_string=when))
    for _ in range(4):
        free_hour.world.space(free_hour.area)
    free_hour.session.commit()
    free_hour.mine.get("/calendar/search", query_string=when)
    assert count_queries(lambda: free_hour.mine.get("/calendar/search", query_string=when)) == few


def test_a_booking_is_not_stretched_beyond_ones_rights(firm):
    made = ask(firm, 1, 2)
    assert made.state is ReservationState.BOOKED
    page = firm.mine.get("/calendar/quote", query_string=asked(firm.room, 1, 3) | {"moves": made.id})
    assert "超过你可自行预订的" in page.get_json()["problem"]


def test_a_series_is_not_shown_to_move_where_it_would_cost_more_than_one_may(firm):
    where = firm.mine.post("/reservations/series/new", data=weekly(firm.room, step="book", count=2)).location
    change = {"since": "", "space": firm.room.id, "starts": "10:00", "ends": "13:00", "version": 1}
    seen = text_of(firm.mine.post(f"{where}/change", data=change | {"step": "look"}))
    assert seen.count("超过你可自行预订的") == 2
    assert "更改 2 次" not in seen
    assert "改后合计" not in seen
    done = text_of(firm.mine.post(f"{where}/change", data=change, follow_redirects=True))
    assert "2 次没有动" in done
    assert "每周三 10:00–11:00" in done, "the series stays what it was"
    shorter = change | {"ends": "10:30"}
    assert "更改 2 次" in text_of(firm.mine.post(f"{where}/change", data=shorter | {"step": "look"}))


def test_who_is_there_is_offered_only_the_ends_they_may_take_alone(firm):
    """An hour is 80 yuan, and they book up to 100 alone."""
    firm.mine.post("/reservations/new", data=asked(firm.room, 0, 1))
    assert firm.mine.post(f"/today/check-in/{last(firm).id}").status_code == 302
    today = firm.mine.get("/today").text
    offered = today.partition("延长到")[2].partition("</fieldset>")[0]
    assert "10:15" in offered
    assert "10:30" not in offered
    assert "申请接下来的时间" in today
    assert f"/reservations/new?space={firm.room.id}&start={at(1)}" in html.unescape(today)


def test_more_time_is_asked_for_as_long_as_the_rule_asks(firm):
    """Up to 80 alone, the hour's price, so that 15 minutes more are too many; 30 are the least there is."""
    firm.me.keep_rights(BookingRights(up_to=Money.yuan(80)))
    firm.session.commit()
    firm.mine.post("/reservations/new", data=asked(firm.room, 0, 1))
    assert firm.mine.post(f"/today/check-in/{last(firm).id}").status_code == 302
    form = f"/reservations/new?space={firm.room.id}&start={at(1)}&end={at(1.5)}"
    assert form in html.unescape(firm.mine.get("/today").text)
    assert "¥40.00" in firm.mine.get(form).text


def test_who_may_not_wait_alone_is_told_so_before_and_what_they_can_do(firm):
    """160 yuan, and they book up to 100 alone: what is taken is not asked for; their manager waits."""
    for room in (firm.room, firm.other):
        firm.others.post("/reservations/new", data=asked(room, 1, 3))
    said = "这一单 ¥160.00，超过你可自行预订的 ¥100.00，所以不能自己候补：请企业负责人加入候补"
    answer = firm.mine.post("/waiting/new", data=asked(firm.room, 1, 3))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "另提一份申请" not in answer.text
    form = f"/waiting/new?space={firm.room.id}&start={at(1)}&end={at(3)}"
    seen = firm.mine.get(form)
    assert said in text_of(seen)
    assert text_of(seen).count(said) == 1
    assert "不能自己候补" not in firm.mine.get(form.replace(at(3), at(2))).text, (
        "an hour is within their limit"
    )
    pool = {"kind": "meeting_room", "day": "2026-11-03", "starts": "10:00", "ends": "12:00", "people": 2}
    assert said in text_of(firm.mine.get("/waiting/new", query_string=pool)), "the least of all that would do"
    assert said not in text_of(firm.boss.get(form))
    taken = f"/reservations/new?space={firm.room.id}&start={at(1)}&end={at(3)}"
    for page in (firm.mine.get(taken), firm.mine.post("/reservations/new", data=asked(firm.room, 1, 3))):
        assert said in text_of(page)
        assert "/waiting/new" not in page.text, "nobody is sent where they are refused"
    price = firm.mine.get("/calendar/quote", query_string=asked(firm.room, 1, 3)).get_json()
    assert (said in price["problem"], price["wait_url"]) == (True, "")
    assert "/waiting/new" in firm.boss.get(taken).text
    assert firm.boss.post("/waiting/new", data=asked(firm.room, 1, 3)).status_code == 302


def test_whom_a_lowered_limit_passes_over_reads_so_and_what_to_do(firm, app):
    """An hour is 80 yuan; first in line, then they may book up to 60 alone: it goes to nobody."""
    firm.others.post("/reservations/new", data=asked(firm.room, 5, 6))
    firm.session.rollback()
    theirs = firm.session.scalars(select(Reservation.id)).one()
    page = firm.mine.post("/waiting/new", data=asked(firm.room, 5, 6)).location
    firm.others.post("/reservations/new", data=asked(firm.other, 5, 6))
    for_any = asked(firm.room, 5, 6) | {"space": "", "kind": "meeting_room", "people": "1"}
    any_page = firm.mine.post("/waiting/new", data=for_any).location
    passed, promised = "空出来时会跳过这次候补，先给后面的人。请企业负责人加入候补", "空出来会发邮件给你"
    mark, free = "候补中，空出来时会跳过", "这段时间现在就空着"
    for one in (page, any_page):
        seen = text_of(firm.mine.get(one))
        assert (passed in seen, promised in seen) == (False, True)
    assert mark not in text_of(firm.mine.get("/reservations"))
    firm.session.rollback()
    firm.me.keep_rights(BookingRights(up_to=Money.yuan(60)))
    firm.session.commit()
    for one in (page, any_page):
        seen = text_of(firm.mine.get(one))
        assert f"这一单 ¥80.00，超过你可自行预订的 ¥60.00：{passed}" in seen
        assert (promised in seen, free in seen) == (False, False)
    assert text_of(firm.mine.get("/reservations")).count(mark) == 2
    bosses = text_of(firm.boss.get(page))
    assert (passed in bosses, "你可自行预订" in bosses) == (True, False), "it is not the reader's own limit"
    assert text_of(firm.boss.get("/reservations?who=all")).count(mark) == 2
    firm.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    with app.app_context():
        run(FIND_FREE)
    firm.session.rollback()
    assert set(firm.session.scalars(select(Wait.state))) == {WaitState.WAITING}, "so it is"
    mine, manager = firm.mine.get(page), text_of(firm.boss.get(page))
    assert (free in text_of(mine), "去申请" in text_of(mine), "直接预订" in manager) == (True, True, True)
    way = f"/reservations/new?space={firm.room.id}&start={at(5)}&end={at(6)}"
    assert way in html.unescape(mine.text)
    firm.session.rollback()
    firm.me.keep_rights(BookingRights(up_to=Money.yuan(80)))
    firm.session.commit()
    assert passed not in text_of(firm.mine.get(page)), "what costs as much they take alone"
    with app.app_context():
        run(FIND_FREE)
    firm.session.rollback()
    assert WaitState.OFFERED in set(firm.session.scalars(select(Wait.state)))


def test_the_form_of_a_wait_tells_its_range_and_which_figure_decides(free_hour):
    """Two hours, one of them free unless the manager's booked one takes it: 80 or 160, of which that decides.

    Three are 160 or 240, and judged by 240 as well.
    """
    firm = free_hour
    firm.me.keep_rights(UP_TO_100)
    firm.session.commit()
    for end, both, most in ((7, "¥80.00–¥160.00", "¥160.00"), (8, "¥160.00–¥240.00", "¥240.00")):
        firm.others.post("/reservations/new", data=asked(firm.room, 5 if end == 7 else 7, end))
        form = f"/waiting/new?space={firm.room.id}&start={at(5)}&end={at(end)}"
        why = f"免费额度可能轮不到，这一单按 {most} 算，超过你可自行预订的 ¥100.00，所以不能自己候补"
        tried = firm.mine.post("/waiting/new", data=asked(firm.room, 5, end))
        for page in (firm.mine.get(form), tried):
            seen = text_of(page)
            assert (both in seen, why in seen, f"轮不到时是 {most}" in seen) == (True, True, True)
            assert "btn-primary btn-big" not in page.text, "what can only refuse is not the main way"
        assert both in text_of(firm.boss.get(form))
        assert "btn-primary btn-big" in firm.boss.get(form).text
    pool = {"kind": "meeting_room", "day": "2026-11-03", "starts": "14:00", "ends": "16:00", "people": 2}
    assert "¥80.00–¥160.00 起" in text_of(firm.mine.get("/waiting/new", query_string=pool))


def test_other_times_mark_what_needs_the_manager(firm):
    """Two hours are 160 yuan, above 100; one is within it."""
    for room in (firm.room, firm.other):
        firm.others.post("/reservations/new", data=asked(room, 5, 6))

    def marked(page, heading="最近的空闲时间"):
        listed = page.text.partition(heading)[2].partition("</ul>")[0]
        return {("需负责人批准" in row, "超出额度" in row) for row in listed.split("<li>")[1:]}

    search, say = "/calendar/search?day=2026-11-03&starts=14:00&ends={}:00", "/calendar/say?say=今天下午{}"
    for long, short in (
        (search.format(16), search.format(15)),
        (say.format("两点到四点%20会议室"), say.format("两点到三点%20会议室")),
    ):
        assert marked(firm.mine.get(long)) == {(True, False)}
        assert marked(firm.mine.get(short)) == {(False, False)}
        assert marked(firm.boss.get(long)) == {(False, False)}
    for end, asks in ((7, True), (6, False)):
        tried = firm.mine.post("/reservations/new", data=asked(firm.room, 5, end))
        assert marked(tried, "这个空间最近的空闲时间") == {(asks, False)}


def kept_day(firm):
    """Begin four Wednesdays of which the second is taken, at 80 yuan; then they may book up to 60 alone."""
    firm.others.post("/reservations/new", data=asked(firm.room, 25 + 168, 26 + 168))
    theirs = last(firm).id
    where = firm.mine.post("/reservations/series/new", data=weekly(firm.room, step="book")).location
    firm.session.rollback()
    firm.me.keep_rights(BookingRights(up_to=Money.yuan(60)))
    firm.session.commit()
    return theirs, where


def test_a_kept_day_says_before_the_press_that_the_manager_must_agree(firm):
    theirs, where = kept_day(firm)
    seen = text_of(firm.mine.get(where))
    assert "申请当天 09:00–10:00 · ¥80.00 · 需负责人批准" in seen
    assert "申请小会议室 10:00–11:00 · ¥80.00 · 需负责人批准" in seen
    bosses = text_of(firm.boss.get(where))
    assert ("换当天 09:00–10:00 · ¥80.00" in bosses, "需负责人批准" in bosses) == (True, False)
    look = weekly(firm.room, step="look", starts="09:30", ends="10:30")
    preview = text_of(firm.mine.post("/reservations/series/new", data=look))
    assert "申请小会议室 09:30–10:30 · ¥80.00 · 需负责人批准" in preview
    assert ("就能申请它" in preview, "就能订下它" in preview) == (True, False)
    firm.others.post("/reservations/new", data=asked(firm.other, 25 + 168, 26 + 168))
    preview = text_of(firm.mine.post("/reservations/series/new", data=weekly(firm.other, step="look")))
    assert ("次能申请，" in preview, "次能订" in preview) == (True, False)
    assert ("可以再申请" in preview, "一点就订" in preview) == (True, False)
    firm.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    seen, today = firm.mine.get(where), text_of(firm.mine.get("/today"))
    assert "空出来了 · ¥80.00 需负责人批准" in text_of(seen)
    assert ("现在空着，可以申请" in today, "空出来了，现在能订" in today) == (True, False)
    for page in (text_of(seen).partition("还没订上")[2].partition("不要了")[0], today):
        assert ("需负责人批准" in page, "提交申请" in page, "订下" in page) == (True, True, False)
    assert "需负责人批准" not in text_of(firm.boss.get(where))
    url = f"/reservations/series/wished/{firm.session.scalars(select(WishedOccurrence.id)).one()}/take"
    assert "申请已交给企业负责人（王总）" in text_of(firm.mine.post(url, follow_redirects=True))
    assert last(firm).state is ReservationState.REQUESTED


def test_a_kept_day_that_was_asked_for_and_declined_is_kept_on(firm, app):
    theirs, where = kept_day(firm)
    firm.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    url = f"/reservations/series/wished/{firm.session.scalars(select(WishedOccurrence.id)).one()}/take"
    for turn in ("once", "and once more"):
        firm.mine.post(url)
        made = last(firm)
        assert (made.state, made.series_id is None) == (ReservationState.REQUESTED, False), turn
        assert "还没订上 1 次" not in text_of(firm.mine.get(where))
        press(firm.boss, made, "decline", reason="太贵")
        press(firm.boss, made, "decline", reason="太贵")  # twice
        assert last(firm).state is ReservationState.DECLINED
        seen = text_of(firm.mine.get(where))
        assert ("将来 3 次，还没订上 1 次" in seen, "现在空着 · ¥80.00 需负责人批准" in seen) == (True, True)
        today = firm.mine.get("/today")
        assert ("空出来了" in today.text, url in today.text) == (False, False), "a no is not offered as new"
        listed = text_of(today).partition("现在空着，可以申请")[2]
        assert "上次申请没有通过：太贵" in listed
        assert f'href="/reservations/{made.id}"' in today.text
        assert seen.count("上次申请没有通过：太贵") == 1, "where its day stands"
        assert f'href="/reservations/{made.id}"' in firm.mine.get(where).text
        assert "太贵" in text_of(firm.mine.get(f"/reservations/{made.id}"))
    assert {one.id for one in letters(firm, app, TELL_CHANGES, "changes:%")}
    firm.boss.post(url)
    assert last(firm).state is ReservationState.BOOKED
    assert "还没订上" not in text_of(firm.mine.get(where))


def test_a_kept_day_whose_request_is_withdrawn_is_kept_on_until_its_row_says_otherwise(firm):
    theirs, where = kept_day(firm)
    firm.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    wished = firm.session.scalars(select(WishedOccurrence.id)).one()
    firm.mine.post(f"/reservations/series/wished/{wished}/take")
    made = last(firm)
    assert "这只撤销申请，不收费；这一次继续替你记着" in text_of(firm.mine.get(f"/reservations/{made.id}"))
    told = firm.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1}, follow_redirects=True)
    assert "申请已撤销，这一次继续替你记着" in text_of(told)
    assert "将来 3 次，还没订上 1 次" in text_of(told)
    assert "上次申请" not in text_of(told), "its asker knows"
    assert (last(firm).state, last(firm).series_id) == (ReservationState.CANCELLED, None)
    again = firm.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1}, follow_redirects=True)
    assert "还没订上 1 次" in text_of(firm.mine.get(where)), text_of(again)
    firm.mine.post(f"/reservations/series/wished/{wished}/drop")
    assert "还没订上" not in text_of(firm.mine.get(where))


def test_one_asked_for_from_the_start_is_no_kept_day_and_withdrawn_is_over(firm):
    firm.me.keep_rights(BookingRights(up_to=Money.yuan(60)))
    firm.session.commit()
    where = firm.mine.post("/reservations/series/new", data=weekly(firm.room, step="book")).location
    firm.session.rollback()
    made = last(firm)
    assert "继续替你记着" not in text_of(firm.mine.get(f"/reservations/{made.id}"))
    firm.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})
    assert last(firm).series_id is not None
    assert "还没订上" not in text_of(firm.mine.get(where))


def test_a_series_cancelled_whole_keeps_no_day_that_was_asked_for(firm):
    theirs, where = kept_day(firm)
    firm.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    wish = firm.session.scalars(select(WishedOccurrence)).one()
    firm.mine.post(f"/reservations/series/wished/{wish.id}/take")
    seen = firm.mine.get(f"{where}/cancel?since={wish.recurrence_id}")
    firm.mine.post(f"{where}/cancel", data={"since": wish.recurrence_id})
    firm.session.rollback()
    assert last(firm).state is ReservationState.CANCELLED, text_of(seen)
    assert "还没订上" not in text_of(firm.mine.get(where))


def test_a_kept_day_asked_for_at_another_time_and_not_answered_is_kept_on_for_its_own(
    firm, app, standing_clock
):
    """The second Wednesday is wanted from ten; asked for from nine instead, nobody answers by nine."""
    _, where = kept_day(firm)
    wished = firm.session.scalars(select(WishedOccurrence.id)).one()
    chosen = re.search(rf'name="choose" value="({wished}[^"]*)"', firm.mine.get(where).text)
    url = f"/reservations/series/wished/{wished}/take"
    assert "申请已交给" in text_of(
        firm.mine.post(url, data={"choose": html.unescape(chosen[1])}, follow_redirects=True)
    )
    made = last(firm)
    assert made.starts_at == TUESDAY + timedelta(hours=24 + 168)
    standing_clock.set(made.starts_at)
    for _ in range(2):
        with app.app_context():
            run(CLOSE_REQUESTS)
    firm.session.rollback()
    assert last(firm).state is ReservationState.DECLINED
    wish = firm.session.get_one(WishedOccurrence, wished)
    assert (wish.outcome, wish.starts_at) == (None, TUESDAY + timedelta(hours=25 + 168))
    assert "还没订上 1 次" in text_of(firm.mine.get(where))
    assert "上次申请没有等到答复" in text_of(firm.mine.get(where))


def test_a_firm_without_a_manager_is_sent_to_the_park(firm):
    firm.session.get_one(Member, firm.manager.id).active = False
    firm.session.commit()
    answer = firm.mine.post("/reservations/new", data=asked(firm.room, 1, 3))
    assert answer.status_code == 422
    assert "请联系园区" in answer.text


def test_rights_are_set_for_one_and_for_all_and_hold_for_who_comes_new(firm, app):
    page = firm.boss.get("/company/people").text
    assert "每单最多 ¥100.00" in page
    path = f"/company/people/{firm.me.id}/rights"
    wrong = firm.boss.post(path, data=drawn(firm, path) | {"kinds": ["storage"], "up_to": "-3"})
    assert wrong.status_code == 422
    assert "金额不能是负数" in wrong.text
    assert 'value="-3"' in wrong.text
    assert saved(firm, path, kinds=["meeting_room"], up_to="1,500.50")
    firm.session.rollback()
    firm.session.expire_all()
    assert firm.me.rights == BookingRights(frozenset({"workstation", "storage", "hall"}), Money(150_050))
    assert saved(firm, "/company/rights", kinds=["workstation", "meeting_room", "storage", "hall"], up_to="")
    firm.session.rollback()
    firm.session.expire_all()
    assert firm.me.rights == BookingRights()
    saved(firm, "/company/rights", kinds=["workstation"], up_to="30")
    invited = {"name": "何新", "email": "he@new.example", "role": "member"}
    assert firm.boss.post("/company/people", data=invited).status_code == 302
    firm.session.rollback()
    new = firm.session.scalars(select(Member).where(Member.name == "何新")).one()
    assert new.rights.up_to == Money.yuan(30)
    assert firm.boss.get(f"/company/people/{firm.manager.id}/rights").status_code == 404
    assert firm.rivals.get(path).status_code == 404
    assert firm.mine.get(path).status_code in REFUSED


def drawn(firm, path):
    found = firm.boss.get(path).text.partition('name="drawn_from" type="hidden" value="')[2]
    return {"drawn_from": html.unescape(found.partition('"')[0])}


def saved(firm, path, **form):
    return firm.boss.post(path, data=drawn(firm, path) | form).status_code == 302


def test_pages_cost_no_statement_for_each_request(firm, count_queries):
    ask(firm)
    paths = ("/today", "/company/requests", "/company/people")
    few = [count_queries(lambda one=one: firm.boss.get(one)) for one in paths]
    for start in (4, 6, 8):
        ask(firm, start, start + 2)
    firm.world.member(firm.ours)
    assert [count_queries(lambda one=one: firm.boss.get(one)) for one in paths] == few


def test_what_a_day_of_an_open_end_costs_is_said_to_who_asks_and_who_agrees(firm, app):
    """8.00 a day in letter and on pages, where the form said it; nobody agrees to a price unnamed."""
    store = firm.world.space(firm.area, Kind.STORAGE, capacity=1)
    firm.session.commit()
    form = {"space": store.id, "day": "2026-11-04", "until": "", "people": 1}
    assert firm.mine.post("/reservations/new", data=form).status_code == 302
    made, said = last(firm), "¥8.00／天，用到哪天算到哪天"
    (told,) = letters(firm, app, TELL_MANAGERS, "asked:%")
    assert f"报价：{said}" in told.body
    assert "为什么要批准：没有退租日" in told.body
    assert said in firm.boss.get("/company/requests").text
    assert said in firm.mine.get(f"/reservations/{made.id}").text


def test_who_is_asked_after_the_manager_is_said_before_and_after_asking_and_in_letters(firm, app):
    """The park answers within nine working hours of the manager's yes, and by the start at 10:00."""
    firm.world.rule(firm.park, needs_approval=True)
    firm.me.wants_copies = True
    firm.session.commit()
    when = {"kind": "meeting_room", "day": "2026-11-04", "starts": "10:00", "ends": "12:00", "people": 2}
    badge = "先由负责人批准，再由园区在 9 个工作小时内确认"
    for page in (
        firm.mine.get("/calendar/search", query_string=when).text,
        firm.mine.get("/calendar/say", query_string={"say": "11月4日上午十点到十二点 3人"}).text,
        firm.mine.post("/reservations/series/new", data=weekly(firm.room, step="look", ends="12:00")).text,
    ):
        assert badge in page
    then = "交到园区后 9 个工作小时内答复，最迟 11月4日 周三 10:00"
    start, end = "2026-11-04T10:00", "2026-11-04T12:00"
    form = firm.mine.get(f"/reservations/new?space={firm.room.id}&start={start}&end={end}").text
    assert then in form
    sent = firm.mine.post("/reservations/new", data=asked(firm.room, 25, 27), follow_redirects=True).text
    assert "批准后还要园区确认：" + then in sent
    assert "批准后会保留" not in sent
    made = last(firm)
    assert then in firm.mine.get(f"/reservations/{made.id}").text
    (copy,) = letters(firm, app, TELL_CHANGES, "%")
    assert f"等企业负责人（王总）批准，再由园区确认：{then}" in copy.body.replace("\n", "")
    (told,) = letters(firm, app, TELL_MANAGERS, "asked:%")
    assert "批准后还要园区确认：9 个工作小时内答复，最迟 11月4日 周三 10:00" in told.body
    assert "批准后还要园区确认：9 个工作小时内答复" in firm.boss.get("/company/requests").text
    firm.manager.language = "en"
    firm.session.commit()
    assert "The park is asked now; it answers by Tue 3 Nov 18:00." in press(firm.boss, made).text


def test_who_asks_for_the_very_same_again_is_led_to_what_they_asked_for(firm):
    """The form says so before it is sent, and so does its price; sent all the same it leads there."""
    made, said = ask(firm), "这个空间的这段时间你已经申请了，还没批准，不用再申请一次。"
    there = f"/reservations/{made.id}"
    form = firm.mine.get(f"/reservations/new?space={firm.room.id}&start={at(1)}&end={at(3)}")
    assert (said in text_of(form), f'href="{there}"' in form.text) == (True, True)
    assert "两个都要的话" not in form.text
    price = firm.mine.get("/calendar/quote", query_string=asked(firm.room, 1, 3)).get_json()
    assert (price["problem"], price["asked_url"]) == (said, there)
    another = firm.mine.get("/calendar/quote", query_string=asked(firm.room, 1, 4)).get_json()
    assert (another["problem"], another["asked_url"]) == (None, "")
    dialog = text_of(firm.mine.get(there))
    assert ("申请没有占着这段时间" in dialog, "立即释放" in dialog) == (True, False), "it holds nothing"
    for _ in range(2):
        answer = firm.mine.post("/reservations/new", data=asked(firm.room, 1, 3))
        assert (answer.status_code, answer.location) == (302, there)
        assert said in text_of(firm.mine.get(there))
    firm.session.rollback()
    assert len(firm.session.scalars(select(Reservation.id)).all()) == 1


def test_a_wait_knows_what_was_asked_for_from_its_page_and_ends_with_the_yes(firm):
    """An hour is 80 yuan; who may book up to 60 alone waits, it comes free, they ask, the manager agrees."""
    theirs = place_of_others(firm)
    page = firm.mine.post("/waiting/new", data=asked(firm.room, 5, 6)).location
    firm.session.rollback()
    firm.me.keep_rights(BookingRights(up_to=Money.yuan(60)))
    firm.session.commit()
    passed, free, waits = (
        f"候补中，{one}" for one in ("空出来时会跳过", "现在空着，可以申请", "已经申请，等批准")
    )
    assert passed in text_of(firm.mine.get("/reservations"))
    firm.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    listed = text_of(firm.mine.get("/reservations"))
    assert (free in listed, passed in listed) == (True, False)
    way = html.unescape(re.search(r'href="(/reservations/new\?[^"]+)"', firm.mine.get(page).text)[1])
    assert "提交申请" in firm.mine.get(way).text
    made = ask(firm, 5, 6)
    for reader in (firm.mine, firm.boss):
        seen = reader.get(page)
        assert "这段时间已经申请了，还没批准。批准以后，这次候补就结束。" in text_of(seen)
        assert f'href="/reservations/{made.id}"' in seen.text
        assert ("/reservations/new" in seen.text, "会跳过" in seen.text) == (False, False)
    assert waits in text_of(firm.mine.get("/reservations"))
    firm.boss.post(f"/company/requests/{made.id}/agree", data={"version": 1})
    assert "你自己已订下" in text_of(firm.mine.get(page))
    assert "候补中" not in text_of(firm.mine.get("/reservations"))


def place_of_others(firm):
    """Let somebody else have the room from two to three; gives the booking's id."""
    firm.others.post("/reservations/new", data=asked(firm.room, 5, 6))
    firm.session.rollback()
    return firm.session.scalars(select(Reservation.id)).one()
