"""Who wants to move to a taken time is offered another place, and told whose it is where they may know."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask_login import login_user
from sqlalchemy import func, select

from booking.blueprints.kit.session import SignedIn
from booking.blueprints.messages import wording
from booking.reservations.claim import claim
from booking.reservations.models import FAR_FUTURE, Reservation, ReservationState
from booking.reservations.refusals import Taken
from booking.spaces.models import Closure, Kind
from booking.usage.check_in import begin_lease
from booking.values import Span
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, at, manage


def book(place, space, start, end, browser=None, **more):
    answer = (browser or place.mine).post("/reservations/new", data=asked(space, start, end, **more))
    assert answer.status_code == 302, answer.text
    place.session.rollback()
    return place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()


def again(place, made):
    place.session.rollback()
    return place.session.get(Reservation, made.id)


def count(place):
    place.session.rollback()
    return place.session.scalar(select(func.count()).select_from(Reservation))


def move(place, made, space, start, end, **more):
    data = asked(space, start, end, version=made.version) | more
    return place.mine.post(f"/reservations/{made.id}/move", data=data)


def answer_of(text):
    """Cut the answer out of the page: what stands above the form."""
    assert "data-answer" in text
    return text.split("data-answer")[1].split('id="space"')[0]


def buttons(text, path):
    """Read the forms of one button that the answer holds, as what each would send."""
    forms = re.findall(rf'<form method="post" action="{path}">(.*?)</form>', answer_of(text), re.DOTALL)
    field = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
    return [{name: unescape(value) for name, value in field.findall(form)} for form in forms]


def from_now(button):
    """Press a button as if its page had just been drawn: those before it moved the reservation already."""
    return {name: value for name, value in button.items() if name != "drawn_from"}


def test_each_free_time_and_space_is_offered_to_move_to_and_not_to_book_a_second_time(place):
    made = book(place, place.room, 1, 2)
    book(place, place.room, 3, 4, place.others)
    refused = move(place, made, place.room, 3, 4)
    assert refused.status_code == 409
    assert "/reservations/new" not in answer_of(refused.text)
    offered = buttons(refused.text, f"/reservations/{made.id}/move")
    assert {one["space"] for one in offered} == {str(place.room.id), str(place.other.id)}
    for one in offered:
        moved = place.mine.post(f"/reservations/{made.id}/move", data=from_now(one))
        assert moved.status_code == 302, one
    assert count(place) == 2


def test_what_a_reservation_holds_itself_is_not_in_its_way(place):
    made = book(place, place.room, 0.5, 2.5)
    book(place, place.room, 3, 5, place.others)
    refused = move(place, made, place.room, 2, 4)  # nearest: an hour earlier, over its own place
    first = buttons(refused.text, f"/reservations/{made.id}/move")[0]
    assert (first["starts"], first["ends"]) == ("10:00", "12:00")


def test_an_earlier_time_of_the_day_is_offered_only_where_it_is_free(place):
    made = book(place, place.other, 1, 2)
    book(place, place.room, 3, 4, place.others)
    book(place, place.room, 4, 5, place.others)
    offered = buttons(move(place, made, place.room, 4, 5).text, f"/reservations/{made.id}/move")
    assert next(one["starts"] for one in offered if one["space"] == str(place.room.id)) == "14:00"
    assert "12:00" not in {one["starts"] for one in offered}


def test_a_whole_that_moves_to_a_part_of_itself_is_not_in_its_own_way(place):
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other], capacity=10)
    third = place.world.space(place.area, name="第三会议室", capacity=8)
    made = book(place, whole, 1, 2)
    book(place, third, 1, 2, place.others)
    refused = move(place, made, third, 1, 2)
    spaces = {one["space"] for one in buttons(refused.text, f"/reservations/{made.id}/move")}
    assert str(place.room.id) in spaces


def test_only_spaces_that_seat_as_many_are_offered(place):
    made = book(place, place.room, 1, 2, people=6)
    book(place, place.room, 3, 4, place.others)
    offered = buttons(move(place, made, place.room, 3, 4).text, f"/reservations/{made.id}/move")
    assert {one["space"] for one in offered} == {str(place.room.id)}


def test_nothing_is_offered_that_the_move_would_refuse_again(place):
    place.world.rule(place.park, buffer_minutes=30)
    place.world.rule(place.park, space_id=place.other.id, needs_approval=True)
    made = book(place, place.room, 1, 2)
    book(place, place.room, 3, 4, place.others)
    third = place.world.space(place.area, name="第三会议室")
    book(place, third, 4, 5, place.others)  # free from three to four, but for the half hour after it
    offered = buttons(move(place, made, place.room, 3, 4).text, f"/reservations/{made.id}/move")
    assert {one["space"] for one in offered} == {str(place.room.id)}
    for one in offered:
        assert place.mine.post(f"/reservations/{made.id}/move", data=from_now(one)).status_code == 302


def test_one_is_told_that_it_is_ones_own_or_a_colleagues_and_of_others_only_that_it_is_busy(place):
    colleague = place.sign_in(place.world.member(place.ours, name="赵同事"))
    made = book(place, place.room, 1, 2)
    own = book(place, place.room, 3, 4, purpose="季度复盘")
    theirs = book(place, place.room, 5, 6, colleague, purpose="产品评审")
    secret = book(place, place.room, 7, 8, place.others, purpose="并购谈判")
    answer = answer_of(move(place, made, place.room, 3, 4).text)
    assert "你自己的预订" in answer
    assert "季度复盘" in answer
    assert f'href="/reservations/{own.id}"' in answer
    answer = answer_of(move(place, made, place.room, 5, 6).text)
    assert "赵同事" in answer
    assert "产品评审" in answer
    assert f'href="/reservations/{theirs.id}"' in answer
    answer = answer_of(move(place, made, place.room, 7, 8).text)
    assert "已占用" in answer
    for word in ("并购谈判", "李四方", "乙公司", f"/reservations/{secret.id}"):
        assert word not in answer


def test_a_closure_says_what_it_is(place):
    made = book(place, place.room, 1, 2)
    closure = Closure(
        park_id=place.park.id, space_id=place.room.id, reason="换灯管", created_at=TUESDAY,
        starts_at=TUESDAY + timedelta(hours=3), ends_at=TUESDAY + timedelta(hours=5),
    )  # fmt: skip
    place.session.add(closure)
    claim(place.session, place.room, Span(closure.starts_at, closure.ends_at), closure)
    place.session.commit()
    assert "换灯管" in answer_of(move(place, made, place.room, 3, 4).text)


def closed(place, start, end, reason="换灯管"):
    until = FAR_FUTURE if end is None else TUESDAY + timedelta(hours=end)
    closure = Closure(
        park_id=place.park.id, space_id=place.room.id, reason=reason, created_at=TUESDAY,
        starts_at=TUESDAY + timedelta(hours=start), ends_at=until,
    )  # fmt: skip
    place.session.add(closure)
    claim(place.session, place.room, Span(closure.starts_at, closure.ends_at), closure)
    place.session.commit()


def beside_the_start(text):
    found = re.search(r'id="starts-error"[^>]*>.*?<span>(.*?)</span>', text, re.DOTALL)
    return re.sub("</?bdi[^>]*>", "", found[1])


def english(place):
    place.me.language = "en"
    place.session.commit()


def test_the_sentence_beside_the_start_says_whose_the_time_is(place):
    colleague = place.sign_in(place.world.member(place.ours, name="赵同事"))
    book(place, place.room, 1, 2, purpose="季度复盘")
    book(place, place.room, 2, 3, colleague)
    book(place, place.room, 3, 4, place.others, purpose="并购谈判")
    closed(place, 4, 5)
    said = [
        beside_the_start(place.mine.post("/reservations/new", data=asked(place.room, hour, hour + 1)).text)
        for hour in range(1, 5)
    ]
    assert "10:00–11:00 是你自己的预订“季度复盘”。请另选" in said[0]
    assert "11:00–12:00 是同事赵同事的预订“周会”。请另选" in said[1]
    assert "12:00–13:00 已占用。请另选" in said[2]
    assert "并购谈判" not in said[2]
    assert "停用到 11月3日 周二 14:00：换灯管。请另选" in said[3]
    english(place)
    answer = place.mine.post("/reservations/new", data=asked(place.room, 1, 2)).text
    assert "10:00–11:00 is your own booking “季度复盘”. Please choose" in beside_the_start(answer)


@pytest.mark.parametrize(
    ("end", "said"),
    [(None, "停用，直到另行通知：换灯管"), (39, "停用到 11月4日 周三 24:00：换灯管")],
    ids=["without an end", "at midnight"],
)
def test_the_price_of_a_closed_time_says_until_when_it_is_closed(place, end, said):
    closed(place, 1, end)
    asked_for = {"space": place.room.id, "start": at(2), "end": at(3)}
    assert said in place.mine.get("/calendar/quote", query_string=asked_for).json["problem"]


def test_what_one_holds_oneself_is_not_named_as_the_trouble(place):
    made = book(place, place.room, 1, 3)
    book(place, place.room, 3, 4, place.others)
    said = beside_the_start(move(place, made, place.room, 2, 4).text)
    assert "12:00–13:00 已占用" in said
    assert "你自己" not in said


def test_a_time_that_is_free_again_is_said_to_be(place, app):
    with app.test_request_context():
        login_user(SignedIn(place.me, "k"))
        taken = Taken(place.room.id, Span(TUESDAY, TUESDAY + timedelta(hours=1)))
        assert wording(taken) == "这段时间刚才有人占着，现在又空出来了，请再试一次。"


def test_each_price_that_is_offered_is_called_a_quote(place):
    made = book(place, place.room, 1, 2)
    book(place, place.room, 3, 4, place.others)
    answer = answer_of(move(place, made, place.room, 3, 4).text)
    assert answer.count("¥") == answer.count("报价") > 0


def test_who_books_what_they_have_already_is_told_so_too(place):
    own = book(place, place.room, 1, 2, purpose="季度复盘")
    answer = place.mine.post("/reservations/new", data=asked(place.room, 1, 2))
    assert answer.status_code == 409
    assert "你自己的预订" in answer.text
    assert f'href="/reservations/{own.id}"' in answer.text
    assert "/reservations/new?space=" in answer.text.split("data-answer")[1]


def test_the_reason_comes_before_everything_else_and_takes_the_focus(place):
    made = book(place, place.room, 1, 2)
    book(place, place.room, 3, 4, place.others)
    text = move(place, made, place.room, 3, 4).text
    assert text.index("data-answer") < text.index('id="space"')
    answer = answer_of(text)
    assert 'role="alert"' in answer
    assert 'tabindex="-1"' in answer
    assert re.search(r'role="alert" tabindex="-1">没有空：[^<]*</div>', answer), "one line is read at once"
    assert "原来的预订" in answer
    assert answer.index("原来的预订") < answer.index("<form")


def test_a_move_says_what_it_costs_there(place):
    made = book(place, place.room, 1, 2)
    book(place, place.room, 3, 4, place.others)
    assert answer_of(move(place, made, place.room, 3, 4).text).count("¥80.00") >= 2


def test_an_end_that_is_taken_offers_the_latest_that_is_free_and_where_it_would_fit(place):
    made = book(place, place.room, 1, 2)
    own = book(place, place.room, 3, 4, purpose="季度复盘")
    wanted = (TUESDAY + timedelta(hours=3, minutes=30)).isoformat()
    refused = place.mine.post(f"/reservations/{made.id}/end", data={"ends": wanted, "version": 1})
    assert refused.status_code == 409
    assert "你自己的预订" in refused.text
    assert f'href="/reservations/{own.id}"' in refused.text
    (end,) = buttons(refused.text, f"/reservations/{made.id}/end")
    places = buttons(refused.text, f"/reservations/{made.id}/move")
    assert {"space": str(place.other.id), "starts": "10:00", "ends": "12:30"}.items() <= places[-1].items()
    assert place.mine.post(f"/reservations/{made.id}/end", data=end).status_code == 302
    assert again(place, made).ends_at == TUESDAY + timedelta(hours=3)


def test_who_is_there_already_is_offered_another_space_for_the_rest(place, standing_clock):
    made = book(place, place.room, 1, 2)
    book(place, place.room, 2, 4, place.others)
    standing_clock.set(TUESDAY + timedelta(hours=1, minutes=5))
    assert place.mine.post(f"/today/check-in/{made.id}").status_code == 302
    version = again(place, made).version
    wanted = (TUESDAY + timedelta(hours=3)).isoformat()
    refused = place.mine.post(f"/reservations/{made.id}/end", data={"ends": wanted, "version": version})
    assert refused.status_code == 409
    assert buttons(refused.text, f"/reservations/{made.id}/move") == []
    rest = "start=2026-11-03T11:00&amp;end=2026-11-03T12:00"
    assert f"/reservations/new?space={place.other.id}&amp;{rest}" in refused.text


def test_the_page_of_the_end_says_why_it_cannot_be_later(place):
    made = book(place, place.room, 1, 2)
    book(place, place.room, 3, 4, purpose="季度复盘")
    page = place.mine.get(f"/reservations/{made.id}/end").text
    assert "12:00" in page
    assert "季度复盘" in page
    other = book(place, place.other, 1, 2)
    book(place, place.other, 3, 4, place.others, purpose="并购谈判")
    page = place.mine.get(f"/reservations/{other.id}/end").text
    assert "已占用" in page
    assert "并购谈判" not in page


def lease(place, first, last, browser=None, space=None):
    wish = {"space": (space or place.store).id, "day": first, "until": last, "people": 1}
    answer = (browser or place.mine).post("/reservations/new", data=wish)
    assert answer.status_code == 302, answer.text
    place.session.rollback()
    return place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()


@pytest.mark.parametrize("until", ["2026-11-25", ""])
def test_a_store_is_kept_until_the_day_before_the_next_or_moved_to_one_that_is_free(place, until):
    manage(place)
    free = place.world.space(place.area, Kind.STORAGE, name="二号仓", capacity=1)
    made = lease(place, "2026-11-05", "2026-11-10")
    lease(place, "2026-11-20", "2026-11-30", place.others)
    refused = place.mine.post(f"/reservations/{made.id}/end", data={"until": until, "version": 1})
    assert refused.status_code == 409
    (end,) = buttons(refused.text, f"/reservations/{made.id}/end")
    assert end["until"] == "2026-11-19"
    places = buttons(refused.text, f"/reservations/{made.id}/move")
    assert {"space": str(free.id), "day": "2026-11-05", "until": until}.items() <= places[-1].items()
    assert place.mine.post(f"/reservations/{made.id}/move", data=places[-1]).status_code == 302
    moved = again(place, made)
    assert moved.space_id == free.id
    assert (moved.ends_at == FAR_FUTURE) is (until == "")


def test_a_lease_that_has_begun_is_offered_the_latest_day_alone(place):
    made = lease(place, "2026-11-03", "2026-11-10")
    lease(place, "2026-11-20", "2026-11-30", place.others)
    begin_lease(place.session, made.id, now=TUESDAY)
    place.session.commit()
    refused = place.mine.post(f"/reservations/{made.id}/end", data={"until": "2026-11-25"})
    assert buttons(refused.text, f"/reservations/{made.id}/end")[0]["until"] == "2026-11-19"
    assert buttons(refused.text, f"/reservations/{made.id}/move") == []


def test_the_front_desk_sees_whose_it_is_and_moves_with_one_press(place):
    made = book(place, place.room, 1, 2)
    held = book(place, place.room, 3, 4, place.others)
    path = f"/front-desk/reservations/{made.id}/move"
    refused = place.admins.post(path, data=asked(place.room, 3, 4, version=1))
    assert refused.status_code == 422
    text = refused.text
    assert text.index("data-answer") < text.index('id="space"')
    assert "乙公司" in answer_of(text)
    assert f'href="/front-desk/reservations/{held.id}"' in answer_of(text)
    offered = buttons(text, path)
    assert offered
    for one in offered:
        assert place.admins.post(path, data=from_now(one)).status_code == 302
    assert count(place) == 2


def test_the_number_of_queries_of_an_answer_does_not_grow_with_what_is_in_the_way(place, count_queries):
    made = book(place, place.room, 1, 2)
    book(place, place.room, 3, 4)
    few = count_queries(lambda: move(place, made, place.room, 3, 6))
    for half in (4, 4.5, 5, 5.5):
        book(place, place.room, half, half + 0.5)
    for _ in range(4):
        place.world.space(place.area)
    assert count_queries(lambda: move(place, made, place.room, 3, 6)) <= few + 4  # two more places to price


def test_what_has_begun_says_from_the_start_that_only_its_space_can_change(place, standing_clock):
    """Day and start stand fixed in the form; the booking's own page offers checking in, and when it goes."""
    made = book(place, place.room, 1, 2)  # 10:00 to 11:00
    page, path = f"/reservations/{made.id}", f"/reservations/{made.id}/move"
    before = place.mine.get(page).text
    assert "改期或换空间" in before
    assert f'action="/today/check-in/{made.id}"' not in before
    assert "readonly" not in place.mine.get(path).text
    standing_clock.set(TUESDAY + timedelta(minutes=52))
    assert "现在可以签到；到 10:15 还没有签到，空间会放出。" in place.mine.get(page).text
    standing_clock.set(TUESDAY + timedelta(minutes=65))
    begun, form = place.mine.get(page).text, place.mine.get(path).text
    assert f'action="/today/check-in/{made.id}"' in begun
    assert "预订已经开始，请在 10:15 前签到，过时空间会放出。" in begun
    assert "改期或换空间" not in begun.partition("经过")[0]
    assert "预订 10:00 已经开始，日期和开始时间不能再改，只能换空间" in form
    assert form.count("readonly") == 2
    assert "确认换空间" in form
    assert f'action="/today/check-in/{made.id}"' not in place.admins.get(page).text
    assert move(place, made, place.other, 1, 2).status_code == 302
    assert "已换空间。" in place.mine.get(page).text
    place.mine.post(f"/today/check-in/{made.id}")
    assert f'action="/today/check-in/{made.id}"' not in place.mine.get(page).text, "once is enough"


@pytest.mark.parametrize("permille", [500, 0], ids=["at its share", "free"])
def test_what_nobody_came_to_in_time_says_so_and_offers_no_change(place, standing_clock, permille):
    """At 10:15 the job has not run: what it costs is said, and no press makes less of it."""
    place.world.tariff(place.park, valid_from=TUESDAY.date(), no_show_permille=permille)
    made = book(place, place.room, 1, 3)  # 10:00 to 12:00
    page, desk = f"/reservations/{made.id}", f"/front-desk/reservations/{made.id}"
    standing_clock.set(TUESDAY + timedelta(minutes=75))
    fee = "收取未到费用 ¥80.00" if permille else "不收费用"
    said = f"预订保留到 10:15，没有人签到：按未到处理，{fee}；不能再取消、改期或改时长。"
    offered = (
        f"{page}/cancel",
        f"{page}/move",
        f"{page}/end",
        f"/today/check-in/{made.id}",
        f"{desk}/cancel",
    )
    for shown in (place.mine.get(page).text, place.admins.get(desk).text):
        assert said in shown
        assert not [url for url in offered if f'"{url}"' in shown]
    assert f'action="{desk}/move"' not in place.admins.get(desk).text
    refused = "预订保留到 10:15，没有人签到：按未到处理，按价目收取未到费用；不能再取消、改期或改时长。"
    cancelled = place.mine.post(f"{page}/cancel", data={"fee": "0"}, follow_redirects=True)
    assert refused in cancelled.text
    moved = move(place, made, place.other, 1, 3)
    assert (moved.status_code, refused in moved.text) == (422, True)
    why = {"reason": "代为取消", "version": made.version}
    assert refused in place.admins.post(f"{desk}/cancel", data=why, follow_redirects=True).text
    place.session.rollback()
    kept = place.session.get_one(Reservation, made.id, populate_existing=True)
    assert (kept.state, kept.space_id) == (ReservationState.BOOKED, place.room.id)
    english(place)
    assert "was kept until 10:15 and nobody checked in. It counts as a no-show" in place.mine.get(page).text
