"""The pages of the waiting list: joining it, what is held, the line of a space, and who may see them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from booking.audit.actions import BookingRights
from booking.jobs.job import run
from booking.jobs.reservations import EXPIRE_HOLDS, FIND_FREE, RELEASE_NO_SHOWS, TELL_HELD
from booking.mail.models import Letter
from booking.reservations.models import Reservation
from booking.reservations.waiting.models import Wait, WaitState
from booking.spaces.models import Kind, Space
from booking.tariffs.publish_tariff import withdraw_tariff
from booking.values import Money
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, book
from tests.reservations.test_verbs import ADMIN

pytestmark = pytest.mark.usefixtures("standing_clock")


def text_of(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def fields_of(page, action):
    """Give what a form that goes there would send by one press."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form, f"no form to {action}"
    named = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return [(name, unescape(value)) for name, value in named if name != "csrf_token"]


def press(browser, page, action):
    data = {}
    for name, value in fields_of(page, action):
        data.setdefault(name, []).append(value)
    return browser.post(action, data=data)


def waits(place):
    place.session.rollback()
    return place.session.scalars(select(Wait).order_by(Wait.id)).all()


def held_for_me(place, start=5, end=6):
    """Let the others give back what I wait for; gives my wait."""
    place.others.post("/reservations/new", data=asked(place.room, start, end))
    joined = place.mine.post("/waiting/new", data=asked(place.room, start, end))
    assert joined.status_code == 302, joined.text
    place.session.rollback()
    theirs = place.session.scalar(select(Reservation.id).order_by(Reservation.id.desc()))
    assert place.others.post(f"/reservations/{theirs}/cancel", data={"version": 1}).status_code == 302
    wait = waits(place)[-1]
    assert wait.state is WaitState.OFFERED
    return wait


def test_who_is_told_that_it_is_taken_joins_with_one_press_and_takes_it_when_it_is_their_turn(place):
    place.others.post("/reservations/new", data=asked(place.room, 5, 6))
    refused = place.mine.post("/reservations/new", data=asked(place.room, 5, 6, purpose="周会 & 复盘"))
    assert refused.status_code == 409
    assert "保留 15 分钟（只算工作时间）" in text_of(refused)
    joined = press(place.mine, refused.text, "/waiting/new")
    assert joined.status_code == 302, joined.text
    page = place.mine.get(joined.headers["Location"])
    assert "候补中，排第一" in text_of(page)
    assert "退出候补" in text_of(page)
    (wait,) = waits(place)
    assert (wait.people, wait.purpose, wait.space_id) == (2, "周会 & 复盘", place.room.id)
    theirs = place.session.scalar(select(Reservation.id))
    place.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    page = place.mine.get(f"/waiting/{wait.id}")
    assert "轮到你了" in text_of(page)
    assert "保留到 11月3日 周二 09:15" in text_of(page)
    assert "¥80.00" in text_of(page)
    assert page.text.count("btn-primary") == 1
    taken = place.mine.post(f"/waiting/{wait.id}/take")
    again = place.mine.post(f"/waiting/{wait.id}/take")
    assert taken.headers["Location"] == again.headers["Location"]
    place.session.rollback()
    made = place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()
    assert (made.member_id, made.purpose, made.quote.fen) == (place.me.id, "周会 & 复盘", 8000)
    assert "看这个预订" in text_of(place.mine.get(f"/waiting/{wait.id}"))


def test_who_takes_what_is_held_hears_before_of_two_places_at_once_and_of_a_late_fee(place, standing_clock):
    late = {"late_cancel_permille": 500, "late_cancel_minutes": 30, "bands": []}
    place.world.tariff(place.park, space_id=place.room.id, **late)
    book(place, space=place.other, start=5)
    wait = held_for_me(place, 5, 6)
    shown = text_of(place.mine.get(f"/waiting/{wait.id}"))
    assert "你同一时间还订了小会议室（11月3日 周二 14:00–15:00）。两个都要的话，可以照样预订。" in shown
    assert "离开始已近" not in shown
    wait.held_until = wait.starts_at
    place.session.commit()
    standing_clock.set(TUESDAY + timedelta(hours=4, minutes=50))
    shown = text_of(place.mine.get(f"/waiting/{wait.id}"))
    assert "离开始已近：接受以后再取消，按价目收取 ¥40.00。" in shown


def test_what_is_held_without_a_price_says_so_and_offers_no_press(place):
    tomorrow = TUESDAY.date() + timedelta(days=1)
    place.room = place.world.space(place.area, Kind.HALL, name="会客厅")
    tariff = place.world.tariff(place.park, Kind.HALL, valid_from=tomorrow)
    place.session.commit()
    wait = held_for_me(place, 29, 30)
    assert f"/waiting/{wait.id}/take" in place.mine.get(f"/waiting/{wait.id}").text
    withdraw_tariff(place.session, place.park, tariff.id, "写错了", by=ADMIN, now=TUESDAY)
    place.session.commit()
    page = place.mine.get(f"/waiting/{wait.id}")
    assert ("现在没有价目" in text_of(page), "¥" in text_of(page)) == (True, False)
    assert (f"/waiting/{wait.id}/take" in page.text, "不要了" in text_of(page)) == (False, True)
    pressed_before = place.mine.post(f"/waiting/{wait.id}/take", follow_redirects=True)
    assert "还没有价目，暂不能预订" in text_of(pressed_before)
    assert waits(place)[-1].state is WaitState.OFFERED, "it is held as before"
    place.world.tariff(place.park, Kind.HALL, valid_from=tomorrow)
    place.session.commit()
    assert f"/waiting/{wait.id}/take" in place.mine.get(f"/waiting/{wait.id}").text


def test_who_finds_no_room_at_all_waits_for_any(place):
    for room in (place.room, place.other):
        place.others.post("/reservations/new", data=asked(room, 5, 6))
    pool = asked(place.room, 5, 6, kind="meeting_room", area=0, equipment=["投影"]) | {"space": ""}
    refused = place.mine.post("/reservations/any", data=pool)
    assert refused.status_code == 409, refused.text
    joined = press(place.mine, refused.text, "/waiting/new")
    assert joined.status_code == 302, joined.text
    assert "任意会议室 · 投影" in text_of(place.mine.get(joined.headers["Location"]))
    (wait,) = waits(place)
    assert (wait.space_id, wait.equipment, wait.people) == (None, ["投影"], 2)
    assert "任意会议室" in text_of(place.admins.get(f"/waiting/line/{place.room.id}"))


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({}, 422, "不用候补，直接预订就好"),
        ({"people": 99}, 422, "最多"),
        ({"ends": "13:00"}, 422, "结束"),
        ({"day": "x"}, 422, "还不能提交"),
        ({"purpose": "长" * 121}, 422, "120"),
    ],
)
def test_a_no_stands_in_the_form_and_loses_nothing(place, change, status, words):
    answer = place.mine.post("/waiting/new", data=asked(place.room, 5, 6) | change)
    assert answer.status_code == status
    assert words in text_of(answer)
    assert 'value="14:00"' in answer.text
    assert waits(place) == []


def test_what_is_free_leads_to_its_booking_instead(place):
    when = {"day": "2026-11-03", "starts": "14:00", "ends": "15:00", "people": 2, "purpose": "周会"}
    page = place.mine.get("/waiting/new", query_string={"space": place.room.id} | when).text
    (way,) = [unescape(url) for url in re.findall(r'href="(/reservations/new[^"]*)"', page)]
    assert "¥80.00" in place.mine.get(way).text
    assert 'value="周会"' in place.mine.get(way).text
    place.others.post("/reservations/new", data=asked(place.room, 5, 6))
    page = place.mine.get("/waiting/new", query_string={"space": place.room.id} | when).text
    assert "直接预订" not in page
    page = place.mine.get("/waiting/new", query_string={"kind": "meeting_room"} | when).text
    (way,) = [unescape(url) for url in re.findall(r'href="(/calendar/search[^"]*)"', page)]
    assert "1 个空闲" in place.mine.get(way).text
    assert "直接预订" in place.mine.post("/waiting/new", data=asked(place.other, 5, 6)).text


def test_stores_have_no_line_and_another_parks_space_does_not_exist(place):
    elsewhere = place.world.space(place.world.area(place.world.park()))
    place.session.commit()
    for space in (place.store.id, elsewhere.id, 10**9):
        assert place.mine.get(f"/waiting/new?space={space}").status_code == 404
    assert place.mine.get("/waiting/new?kind=storage").status_code == 404
    assert "任意工位" in text_of(place.mine.get("/waiting/new?kind=workstation"))


def test_a_stranger_neither_sees_nor_takes_a_wait_and_learns_no_name(place):
    wait = held_for_me(place)
    for answer in (
        place.others.get(f"/waiting/{wait.id}"),
        place.others.post(f"/waiting/{wait.id}/take"),
        place.others.post(f"/waiting/{wait.id}/withdraw"),
    ):
        assert answer.status_code == 404
    refused = place.others.post("/reservations/new", data=asked(place.room, 5, 6))
    assert refused.status_code == 409
    assert "14:00–15:00 已占用" in text_of(refused)
    for page in (refused, place.others.get(f"/calendar/spaces/{place.room.id}?day={TUESDAY:%Y-%m-%d}")):
        assert not {"甲公司", "张小明", "候补保留"} & set(re.findall(r"甲公司|张小明|候补保留", page.text))
    mine = place.mine.post("/reservations/new", data=asked(place.room, 5, 6))
    assert f'href="/waiting/{wait.id}"' in mine.text
    line = text_of(place.admins.get(f"/waiting/line/{place.room.id}"))
    assert "张小明 · 甲公司" in line
    assert "为你保留" not in line


def test_the_list_of_reservations_shows_what_is_held_first_and_the_place_in_line(place, count_queries):
    def listed():
        return place.mine.get("/reservations")

    place.others.post("/reservations/new", data=asked(place.room, 7, 8))
    place.sign_in(place.world.member(place.theirs)).post("/waiting/new", data=asked(place.room, 7, 8))
    place.mine.post("/waiting/new", data=asked(place.room, 7, 8))
    assert "候补中，前面 1 位" in text_of(listed())
    few = count_queries(listed)
    wait = held_for_me(place)
    page = listed()
    assert text_of(page).index("为你保留到") < text_of(page).index("前面 1 位")
    assert f'href="/waiting/{wait.id}"' in page.text
    assert count_queries(listed) <= few


def test_the_jobs_write_once_let_it_lapse_and_find_what_is_free(place, app, standing_clock):
    def done(job):
        with app.app_context():
            return run(job).done

    wait = held_for_me(place)
    assert (done(TELL_HELD), done(TELL_HELD)) == (1, 0)
    place.session.rollback()
    (letter,) = place.session.scalars(select(Letter).where(Letter.key.like("waiting:%")))
    assert letter.to == place.me.email
    assert f"/waiting/{wait.id}" in letter.body
    assert "大会议室" in letter.body
    assert "保留到 11月3日 周二 09:15" in letter.body
    assert letter.subject == "候到了 大会议室 11月3日 周二 14:00–15:00，请尽快接受"
    assert "按现在的价目：¥80.00" in letter.body
    standing_clock.set(TUESDAY + timedelta(minutes=15))
    late = place.mine.post(f"/waiting/{wait.id}/take", follow_redirects=True)
    assert "保留的时间已经过了" in text_of(late)
    assert "为你保留到 11月3日 周二 09:15，没有接受，已经放出。" in text_of(late)
    assert (done(EXPIRE_HOLDS), done(EXPIRE_HOLDS)) == (1, 0)
    assert waits(place)[0].state is WaitState.LAPSED
    (lapsed,) = place.session.scalars(select(Letter).where(Letter.key.like("changes:wait:%")))
    assert (lapsed.to, lapsed.subject) == (
        place.me.email,
        "保留的时间过了：大会议室 11月3日 周二 14:00–15:00",
    )
    assert "没有接受，已经放出。" in lapsed.body
    assert lapsed.subject in place.mine.get("/today").text, "it is not gone without a word"
    assert done(FIND_FREE) == 0


def test_who_waits_for_what_nobody_comes_to_reads_of_the_rest_and_takes_it(place, app, standing_clock):
    def done(job):
        with app.app_context():
            return run(job).done

    place.others.post("/reservations/new", data=asked(place.room, 5, 7))
    place.mine.post("/waiting/new", data=asked(place.room, 5, 7))
    (wait,) = waits(place)
    second = place.sign_in(place.world.member(place.ours))
    behind = second.post("/waiting/new", data=asked(place.room, 5, 7)).headers["Location"]
    begins = TUESDAY + timedelta(hours=5)
    standing_clock.set(begins + timedelta(minutes=6))
    assert done(EXPIRE_HOLDS) == 0
    shown = text_of(place.mine.get(f"/waiting/{wait.id}"))
    assert "订了的人还没有签到。到 11月3日 周二 14:15 还没有来，就会放出来" in shown
    assert ("候补中，排第一" in shown, "退出候补" in shown) == (True, True)
    assert f"/waiting/{wait.id}" in place.mine.get("/reservations").text
    assert "张小明" in place.admins.get(f"/waiting/line/{place.room.id}").text
    standing_clock.set(begins + timedelta(minutes=15))
    assert [done(EXPIRE_HOLDS), done(RELEASE_NO_SHOWS), done(EXPIRE_HOLDS), done(TELL_HELD)] == [0, 1, 0, 1]
    place.session.rollback()
    (letter,) = place.session.scalars(select(Letter).where(Letter.key.like("waiting:%")))
    rest = "你候补的是 11月3日 周二 14:00–16:00：那段时间已经开始，空出来的是剩下的部分。"
    assert letter.subject == "候到了 大会议室 11月3日 周二 14:30–16:00，请尽快接受"
    assert rest in letter.body
    assert "保留到 11月3日 周二 14:30" in letter.body
    shown = text_of(place.mine.get(f"/waiting/{wait.id}"))
    assert (rest in shown, "14:30–16:00" in shown, "¥120.00" in shown) == (True, True, True)
    held = "这段时间已经开始，剩下的为排在前面的人保留到 11月3日 周二 14:30。没有接受，就轮到下一位。"
    assert held in text_of(second.get(behind))
    assert "候到了：大会议室" in text_of(place.mine.get("/today"))
    assert place.mine.post(f"/waiting/{wait.id}/take").status_code == 302
    place.session.rollback()
    made = place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()
    assert (made.starts_at, made.quote.fen) == (begins + timedelta(minutes=30), 12000)
    assert not place.session.scalars(select(Letter).where(Letter.key.like("changes:wait:%"))).all()


def test_who_waited_in_vain_finds_the_way_to_wait_again_or_to_what_is_left(place, app, standing_clock):
    wait = held_for_me(place, 5, 7)
    standing_clock.set(TUESDAY + timedelta(minutes=15))
    page = place.mine.get(f"/waiting/{wait.id}").text
    assert "已经放出。" in page
    (again,) = [unescape(url) for url in re.findall(r'href="(/waiting/new[^"]*)"', page)]
    form = place.mine.get(again).text
    assert ('value="14:00"' in form, 'value="16:00"' in form, 'value="周会"' in form) == (True, True, True)
    standing_clock.set(TUESDAY + timedelta(hours=5, minutes=2))
    page = place.mine.get(f"/waiting/{wait.id}").text
    assert "/waiting/new" not in page
    (rest,) = [unescape(url) for url in re.findall(r'href="(/calendar/search[^"]*day[^"]*)"', page)]
    assert "starts=14:15" in rest or "starts=14%3A15" in rest, rest


def test_leaving_the_line_gives_it_to_the_next(place):
    wait = held_for_me(place)
    left = place.mine.post(f"/waiting/{wait.id}/withdraw", follow_redirects=True)
    assert "已退出候补" in text_of(left)
    assert place.others.post("/reservations/new", data=asked(place.room, 5, 6)).status_code == 302


def test_the_day_shows_what_is_held_and_pages_lead_to_the_line(place):
    wait = held_for_me(place)
    today = place.mine.get("/today")
    assert "候到了：大会议室" in text_of(today)
    assert f'href="/waiting/{wait.id}"' in today.text
    assert "候到了" not in place.others.get("/today").text
    week = f"/calendar/spaces/{place.room.id}"
    assert f'href="/waiting/new?space={place.room.id}' in place.others.get(week).text
    assert f'href="/waiting/line/{place.room.id}"' in place.admins.get(week).text
    assert "/waiting/" not in place.mine.get(f"/calendar/spaces/{place.store.id}").text
    place.others.post("/reservations/new", data=asked(place.other, 5, 6))
    found = place.others.get(
        f"/calendar/search?kind=meeting_room&day={TUESDAY:%Y-%m-%d}&starts=14:00&ends=15:00"
    )
    assert 'href="/waiting/new?kind=meeting_room' in found.text


def give_back(place, space, browser=None):
    """Let who has a space at two give it back."""
    place.session.rollback()
    theirs = select(Reservation.id).where(Reservation.space_id == space.id)
    made = place.session.scalars(theirs.order_by(Reservation.id.desc())).first()
    assert (browser or place.others).post(f"/reservations/{made}/cancel").status_code == 302


def take_all(place, *rooms):
    for room in rooms:
        assert place.others.post("/reservations/new", data=asked(room, 5, 6)).status_code == 302


def join_any(place, **more):
    wanted = asked(place.room, 5, 6, kind="meeting_room", **more)
    return place.mine.post("/waiting/new", data={name: wanted[name] for name in wanted if name != "space"})


def test_what_is_too_dear_for_who_is_first_is_held_for_who_may_have_it(place):
    """May book up to 100.00 alone, and waits for any room; the one for 500.00 comes free before theirs."""
    dear = place.world.space(place.area, name="贵宾厅", capacity=2)
    place.world.tariff(place.park, space_id=dear.id, rate=Money.yuan(500), name="贵宾厅价目")
    place.me.keep_rights(BookingRights(frozenset(), Money.yuan(100)))
    place.session.commit()
    take_all(place, place.room, place.other, dear)
    assert join_any(place).status_code == 302
    third = place.world.member(place.world.enterprise(place.park))
    place.session.commit()
    joined = place.sign_in(third).post("/waiting/new", data=asked(dear, 5, 6))
    assert joined.status_code == 302, joined.text
    give_back(place, dear)
    assert [one.state for one in waits(place)] == [WaitState.WAITING, WaitState.OFFERED]
    give_back(place, place.room)
    assert (waits(place)[0].state, waits(place)[0].offered_space_id) == (WaitState.OFFERED, place.room.id)


def test_who_waits_anew_with_more_people_waits_for_those_in_their_turn_and_with_fewer_behind(place):
    take_all(place, place.room, place.other)
    assert [join_any(place, people=number).status_code for number in (2, 6)] == [302, 302]
    (wait,) = waits(place)
    since = wait.created_at
    assert wait.people == 6
    give_back(place, place.other)
    assert waits(place)[0].state is WaitState.WAITING, "the small one seats four"
    third = place.sign_in(place.world.member(place.world.enterprise(place.park)))
    place.session.commit()
    assert third.post("/reservations/new", data=asked(place.other, 5, 6)).status_code == 302
    refused = join_any(place, people=9)
    assert refused.status_code == 422, "no room seats nine"
    assert waits(place)[0].people == 6
    assert waits(place)[0].created_at == since


def test_what_is_held_is_not_swapped_for_what_does_not_fit(place):
    wait = held_for_me(place)
    place.others.post("/reservations/new", data=asked(place.other, 5, 6))
    more = place.mine.post("/waiting/new", data=asked(place.room, 5, 6, people=7, purpose="董事会"))
    assert more.status_code == 302, "the held room seats eight"
    assert (waits(place)[-1].people, waits(place)[-1].purpose) == (7, "董事会")
    place.session.get_one(Space, place.room.id).capacity = 6
    place.session.get_one(Wait, wait.id).people = 2
    place.session.commit()
    any_room = held_any(place)
    big = place.world.space(place.area, name="报告厅", capacity=20)
    place.session.commit()
    assert place.others.post("/reservations/new", data=asked(big, 7, 8)).status_code == 302
    wanted = asked(place.room, 7, 8, kind="meeting_room", people=15)
    refused = place.mine.post("/waiting/new", data={one: wanted[one] for one in wanted if one != "space"})
    assert "这个时间已经为你保留了" in text_of(refused)
    assert waits(place)[-1].id == any_room.id
    assert (waits(place)[-1].state, waits(place)[-1].people) == (WaitState.OFFERED, 2)


def held_any(place):
    """Let a room at four come free for me, who waits for any."""
    for room in (place.room, place.other):
        assert place.others.post("/reservations/new", data=asked(room, 7, 8)).status_code == 302
    wanted = asked(place.room, 7, 8, kind="meeting_room")
    place.mine.post("/waiting/new", data={one: wanted[one] for one in wanted if one != "space"})
    give_back(place, place.room)
    assert waits(place)[-1].state is WaitState.OFFERED
    return waits(place)[-1]


def test_what_the_park_agrees_to_by_now_is_not_taken_as_a_mere_request(place):
    wait = held_for_me(place)
    place.world.rule(place.park, needs_approval=True)
    place.session.commit()
    page = place.mine.get(f"/waiting/{wait.id}")
    assert ("现在要园区确认" in text_of(page), f"/waiting/{wait.id}/take" in page.text) == (True, False)
    refused = place.mine.post(f"/waiting/{wait.id}/take", follow_redirects=True)
    assert "现在要园区确认" in text_of(refused)
    assert waits(place)[0].state is WaitState.OFFERED, "it is held as before"


def told_who_waited(place):
    place.session.rollback()
    return place.session.scalars(select(Letter).where(Letter.key.like("wait-settled:%"))).all()


@pytest.mark.parametrize(
    ("act", "words"), [("take", "王同事接受了为你保留的时间"), ("withdraw", "王同事放弃了为你保留的时间")]
)
def test_who_waits_hears_what_a_colleague_did_with_their_hold_and_not_what_they_did_themselves(
    place, act, words
):
    colleague = place.sign_in(place.world.member(place.ours, name="王同事"))
    wait = held_for_me(place)
    for _ in range(2):
        colleague.post(f"/waiting/{wait.id}/{act}")
    (letter,) = told_who_waited(place)
    assert (letter.to, letter.subject) == (place.me.email, words)
    assert "大会议室" in letter.body
    own = held_for_me(place, 7, 8)
    place.mine.post(f"/waiting/{own.id}/{act}")
    assert len(told_who_waited(place)) == 1


def test_who_leaves_the_line_for_a_colleague_tells_them_in_their_language(place):
    place.me.language = "en"
    place.session.commit()
    take_all(place, place.room, place.other)
    assert join_any(place).status_code == 302
    colleague = place.sign_in(place.world.member(place.ours, name="王同事"))
    colleague.post(f"/waiting/{waits(place)[0].id}/withdraw")
    (letter,) = told_who_waited(place)
    assert letter.subject == "王同事 left the waiting list for you"
    assert "Meeting room" in letter.body


def test_who_looks_for_any_room_is_told_of_their_own_hold_and_where_to_accept_it(place):
    wait = held_for_me(place)
    place.others.post("/reservations/new", data=asked(place.other, 5, 6))
    for path in (
        "/calendar/search?kind=meeting_room&day=2026-11-03&starts=14:00&ends=15:00",
        "/calendar/say?say=今天下午两点到三点 会议室",
    ):
        seen = place.mine.get(path)
        assert "这段时间没有符合条件的空闲" in seen.text
        assert re.search(
            rf'<a href="/waiting/{wait.id}">大会议室[^<]*为你的候补保留到[^<]*点这里接受', seen.text
        )
        for nobodys in (place.others, place.admins):
            assert "为你的候补保留到" not in nobodys.get(path).text, "it is nobody else's"
    for room in (place.room, place.other):
        place.others.post("/reservations/new", data=asked(room, 7, 8))
    later = "/calendar/search?kind=meeting_room&day=2026-11-03&starts=16:00&ends=17:00"
    desk = "/calendar/search?kind=workstation&day=2026-11-03&starts=14:00&ends=15:00"
    for path in (later, desk):
        assert "为你的候补保留到" not in place.mine.get(path).text


def test_one_s_own_second_wait_says_that_the_first_comes_before_and_is_over_with_it(place):
    place.others.post("/reservations/new", data=asked(place.room, 5, 9))
    for start, end in ((5, 9), (6, 7)):
        assert place.mine.post("/waiting/new", data=asked(place.room, start, end)).status_code == 302
    first, within = waits(place)
    words = "候补中，先轮到自己 11月3日 周二 14:00–18:00 的那次"
    for page in ("/reservations", f"/waiting/{within.id}"):
        assert words in text_of(place.mine.get(page)), page
    assert "候补中，排第一" in text_of(place.mine.get(f"/waiting/{first.id}"))
    give_back(place, place.room)
    told = place.mine.post(f"/waiting/{first.id}/take", follow_redirects=True)
    assert "订好了。你在这里 11月3日 周二 15:00–16:00 的候补也就结束了。" in text_of(told)
    seen = text_of(place.mine.get(f"/waiting/{within.id}"))
    assert "你自己已订下 11月3日 周二 14:00–18:00，这次候补就结束了。" in seen
    assert "候补中" not in text_of(place.mine.get("/reservations"))
