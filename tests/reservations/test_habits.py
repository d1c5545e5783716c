"""What one person does again and again: two places at one time, favourites, the same time every week."""

import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import delete, select

from booking.reservations.models import Favourite, Occupancy, ReservationState
from booking.reservations.upcoming import free_and_own, own_between
from booking.spaces.models import Kind
from booking.values import Span
from tests.harness.app import open_session
from tests.harness.stays import reserved
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.conftest import asked, at
from tests.reservations.test_series_pages import weekly

WARNS = "你同一时间还订了"


def hours(number):
    return TUESDAY + timedelta(hours=number)


def book(place, space, start, end, member=None):
    place.session.rollback()
    return reserved(place.session, space, member or place.me, hours(start), hours(end), 0)


def form(place, space, start, end, browser=None):
    path = f"/reservations/new?space={space.id}&start={at(start)}&end={at(end)}"
    return (browser or place.mine).get(path).text


def told(place, space, start, end, **more):
    query = {"space": space.id, "start": at(start), "end": at(end)} | more
    return json.loads(place.mine.get("/calendar/quote", query_string=query).text)


def test_who_holds_two_places_at_one_time_is_warned_and_not_refused(place):
    book(place, place.room, 24, 25)
    shown = form(place, place.other, 24.5, 26)
    assert WARNS in shown
    assert "大会议室（11月4日 周三 09:00–10:00）" in shown
    price = told(place, place.other, 24.5, 26)
    assert WARNS in price["warning"]
    assert price["text"], "there is a price all the same"
    made = place.mine.post("/reservations/new", data=asked(place.other, 24.5, 26), follow_redirects=True)
    assert "订好了" in made.text
    assert WARNS in made.text, "and afterwards it stands beside the booking"


def test_what_only_touches_is_no_second_place(place):
    book(place, place.room, 24, 25)
    for first, last in ((23, 24), (25, 26)):
        assert WARNS not in form(place, place.other, first, last)
        assert not told(place, place.other, first, last)["warning"]


def test_only_what_is_ones_own_and_still_to_come_is_warned_of(place):
    colleague = place.world.member(place.ours)
    book(place, place.room, 24, 25, colleague)
    cancelled = book(place, place.room, 26, 27)
    cancelled.state = ReservationState.CANCELLED
    place.session.commit()
    assert WARNS not in form(place, place.other, 24, 25)
    assert WARNS not in form(place, place.desk, 26, 27)


def test_a_store_stands_beside_anything(place):
    place.session.rollback()
    reserved(place.session, place.store, place.me, hours(-9), hours(24 * 5 - 9), 0)
    assert WARNS not in form(place, place.room, 24, 25)
    book(place, place.room, 24, 25)
    days = f"/reservations/new?space={place.store.id}&day=2026-11-04"
    assert WARNS not in place.mine.get(days).text


def test_what_moves_is_not_beside_itself(place):
    moving = book(place, place.room, 24, 25)
    assert not told(place, place.other, 24, 25, moves=moving.id)["warning"]
    book(place, place.desk, 24, 25)
    assert "一号工位" in told(place, place.other, 24, 25, moves=moving.id)["warning"]


def test_a_colleague_reads_whose_two_places_they_are(place):
    first = book(place, place.room, 24, 25)
    book(place, place.desk, 24, 25)
    colleague = place.sign_in(place.world.member(place.ours))
    shown = colleague.get(f"/reservations/{first.id}").text
    assert "张小明同一时间还订了一号工位" in shown


SAME_MEETING = "同事王小红那时已有大会议室（11月4日 周三 09:00–10:00）。是同一个会吗？"


def colleague_of(place, name="王小红"):
    return place.world.member(place.ours, name=name)


def test_a_colleague_who_has_several_places_is_named_once(place):
    wanted = colleague_of(place)
    book(place, place.room, 24, 25, wanted)
    third = place.world.space(place.room.area, name="三号会议室")
    book(place, third, 24, 25, wanted)
    when = "（11月4日 周三 09:00–10:00）"
    assert f"同事王小红那时已有大会议室{when}、三号会议室{when}。是同一个会吗？" in form(
        place, place.other, 24, 25
    )


def test_who_books_a_second_room_beside_a_colleague_s_is_asked_whether_it_is_one_meeting(place):
    book(place, place.room, 24, 25, colleague_of(place))
    assert SAME_MEETING in form(place, place.other, 24.5, 26)
    price = told(place, place.other, 24.5, 26)
    assert SAME_MEETING in price["warning"]
    assert price["text"], "there is a price all the same"
    search = place.mine.get("/calendar/search?day=2026-11-04&starts=09:00&ends=10:00")
    assert SAME_MEETING in search.text
    assert SAME_MEETING in place.mine.get("/calendar/say?say=明天九点到十点 会议室").text
    pool = {"kind": "meeting_room", "day": "2026-11-04", "starts": "09:00", "ends": "10:00", "people": 2}
    assert SAME_MEETING in place.mine.get("/reservations/any/price", query_string=pool).json["warning"]
    data = weekly(place.other, starts="09:30", ends="10:30", count=3, step="look")
    assert place.mine.post("/reservations/series/new", data=data).text.count(SAME_MEETING) == 1
    made = place.mine.post("/reservations/new", data=asked(place.other, 24.5, 26), follow_redirects=True)
    assert "订好了" in made.text
    assert "是同一个会的话，请取消一间" in made.text
    book(place, place.desk, 24, 25)
    both = form(place, place.other, 27, 28) + told(place, place.other, 24, 24.5)["warning"]
    assert both.count(WARNS) == both.count(SAME_MEETING) == 1


def test_a_colleague_s_room_is_named_to_nobody_else_and_for_no_desk(place):
    book(place, place.room, 24, 25, colleague_of(place))
    book(place, place.desk, 24, 25, colleague_of(place, "赵小兰"))
    asks = "是同一个会"
    assert asks not in form(place, place.other, 24, 25, place.others), "another enterprise"
    assert asks not in form(place, place.other, 25, 26), "what only touches"
    assert "赵小兰那时" not in form(place, place.other, 24, 25), "colleagues sit at desks all day"
    assert asks not in form(place, place.world.space(place.area, Kind.WORKSTATION), 24, 25)
    mine = book(place, place.other, 24, 25)
    assert asks in place.mine.get(f"/reservations/{mine.id}").text
    reader = place.sign_in(colleague_of(place, "钱小梅"))
    assert asks not in reader.get(f"/reservations/{mine.id}").text, "it is no booking of the reader's"


def test_where_nothing_is_free_a_colleague_s_room_is_one_to_join_and_no_reason_not_to_wait(place):
    for room in (place.room, place.other):
        book(place, room, 24, 25, colleague_of(place))
    search = place.mine.get("/calendar/search?day=2026-11-04&starts=09:00&ends=10:00").text
    assert "大会议室 11月4日 周三 09:00–10:00 是同事王小红的预订" in search
    assert "/waiting/new" in search


def test_the_warning_costs_the_form_no_statement_more(place, count_queries):
    path = f"/reservations/new?space={place.other.id}&start={at(24)}&end={at(25)}"
    place.mine.get(path)
    alone = count_queries(lambda: place.mine.get(path))
    book(place, place.room, 24, 25)
    book(place, place.world.space(place.area), 24, 25, colleague_of(place))
    place.mine.get(path)
    assert count_queries(lambda: place.mine.get(path)) == alone


def test_the_preview_of_a_series_warns_beside_each(place):
    book(place, place.room, 24, 25)
    data = weekly(place.other, starts="09:30", ends="10:30", count=3, step="look")
    shown = place.mine.post("/reservations/series/new", data=data)
    assert shown.status_code == 200
    assert shown.text.count(WARNS) == 1


def test_one_question_tells_on_both_engines_whether_it_is_free_and_what_is_held_besides(
    on_both_engines, app_on, now
):
    with open_session(app_on(on_both_engines)) as session:
        world = World(session, now)
        park = world.park()
        area = world.area(park)
        room, other = world.space(area), world.space(area)
        me, colleague = [world.member(ours := world.enterprise(park)), world.member(ours, name="王小红")]
        mine = reserved(session, room, me, now, now + timedelta(hours=1))
        span = Span(now, now + timedelta(hours=1))
        assert free_and_own(session, room, span, 0) == (False, [])
        assert free_and_own(session, room, span, me.id, but=mine.id) == (True, [])
        reserved(session, world.space(area), colleague, now, now + timedelta(hours=1))
        reserved(session, world.space(area, Kind.WORKSTATION), colleague, now, now + timedelta(hours=1))
        _, beside = free_and_own(session, other, span, me.id, rooms_of=ours.id)
        assert [one.colleague for one in beside] == ["", "王小红"]
        assert beside == own_between(session, me.id, span, rooms_of=ours.id)
        free, held = free_and_own(session, other, span, me.id)
        assert (free, [one.name for one in held]) == (True, [room.name])
        after = Span(span.end, span.end + timedelta(hours=1))
        assert free_and_own(session, room, after, me.id) == (True, [])


def weeks_of_use(place, space, *weeks, member=None):
    for week in weeks:
        row = book(place, space, 24 - week * 7 * 24, 25 - week * 7 * 24, member)
        row.state = ReservationState.DONE
        place.session.execute(delete(Occupancy).where(Occupancy.reservation_id == row.id))
        place.session.commit()


def pressed(shown):
    """Give the fields of the form that books the usual time."""
    block = shown.split('id="usual"')[1].split("</section>")[0]
    return dict(re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', block))


def test_the_usual_time_is_offered_on_my_day_and_booked_with_one_press(place):
    weeks_of_use(place, place.room, 1, 2, 4)
    shown = place.mine.get("/today").text
    assert "老时间：大会议室" in shown
    assert "11月4日 周三 09:00–10:00" in shown
    assert "最近八周里有 3 周" in shown
    assert "¥80.00" in shown
    made = place.mine.post("/reservations/new", data=pressed(shown), follow_redirects=True).text
    assert "订好了" in made
    assert "11月4日 周三 09:00–10:00" in made
    assert "老时间" not in place.mine.get("/today").text, "it is booked"


def test_nothing_is_offered_where_there_is_no_habit_or_it_is_anothers(place):
    weeks_of_use(place, place.room, 1, 2)
    weeks_of_use(place, place.other, 1, 2, 3, member=place.stranger)
    assert "老时间" not in place.mine.get("/today").text


def test_what_is_taken_is_not_offered_but_another_place_of_the_habit_is(place):
    weeks_of_use(place, place.room, 1, 2, 4)
    book(place, place.room, 24, 25, place.stranger)
    assert "老时间" not in place.mine.get("/today").text
    weeks_of_use(place, place.other, 3)
    assert "老时间：小会议室" in place.mine.get("/today").text


def again(place, row):
    return parse_qs(urlsplit(place.mine.get(f"/reservations/{row.id}/again").location).query)


def test_book_again_leads_to_the_next_free_time_like_it(place):
    row = book(place, place.room, -24 * 4, -24 * 4 + 1)  # Friday, 09:00
    row.state, row.people, row.purpose = ReservationState.DONE, 3, "周会"
    place.session.commit()
    assert f'href="/reservations/{row.id}/again"' in place.mine.get(f"/reservations/{row.id}").text
    told = again(place, row)
    assert told["start"] == ["2026-11-04T09:00"], "Tuesday at nine has begun"
    assert told["end"] == ["2026-11-04T10:00"]
    assert (told["people"], told["purpose"], told["space"]) == (["3"], ["周会"], [str(place.room.id)])
    book(place, place.room, 24.5, 26, place.stranger)
    assert again(place, row)["start"] == ["2026-11-05T09:00"]
    assert place.others.get(f"/reservations/{row.id}/again").status_code == 404


def test_a_habit_costs_my_day_a_number_of_statements_that_does_not_grow(place, count_queries):
    def cost():
        place.mine.get("/today")
        return count_queries(lambda: place.mine.get("/today"))

    weeks_of_use(place, place.room, 1, 2, 4)
    few = cost()
    weeks_of_use(place, place.room, 3, 5, 6, 7)
    assert cost() == few


def starred(place):
    place.session.rollback()
    return set(place.session.scalars(select(Favourite.space_id).where(Favourite.member_id == place.me.id)))


def names_in_order(shown, *names):
    """Tell in which order the names stand on a page, below its head."""
    main = shown.split("<main")[1]
    return sorted(names, key=main.index)


def test_a_star_is_put_and_taken_away_each_twice_without_harm_and_can_be_undone(place):
    path = f"/calendar/spaces/{place.room.id}"
    for _ in range(2):
        shown = place.mine.post(f"{path}/star", follow_redirects=True).text
        assert "已收藏" in shown
        assert starred(place) == {place.room.id}
    for _ in range(2):
        shown = place.mine.post(f"{path}/unstar", follow_redirects=True).text
        assert "不再收藏“大会议室”" in shown
        assert starred(place) == set()
    undo = re.search(r'class="undo-bar".*?action="(.*?)"', shown, re.DOTALL)[1]
    assert "不再收藏" not in place.mine.post(undo, follow_redirects=True).text
    assert starred(place) == {place.room.id}


def test_a_star_is_put_where_a_place_was_found_and_the_page_comes_again_or_the_star_alone(place):
    path, back = f"/calendar/spaces/{place.room.id}", "/calendar/search?day=2026-11-04"
    page = place.mine.get(back).text
    assert page.count('class="star"') == 2
    assert place.mine.post(f"{path}/star", data={"back": back}).location == back
    assert starred(place) == {place.room.id}
    assert (
        place.mine.post(f"{path}/unstar", data={"back": "//evil.example"}).location == f"{path}?unstarred=1"
    )
    alone = place.mine.post(f"{path}/star", data={"back": back}, headers={"HX-Request": "true"})
    assert alone.status_code == 200
    assert f'action="{path}/unstar"' in alone.text
    assert "<main" not in alone.text
    assert 'class="star"' not in place.admins.get(back).text


def test_favourites_come_first_wherever_somebody_looks_for_a_place_and_are_ones_own(place):
    names, when = ("大会议室", "小会议室"), "day=2026-11-04&starts=09:00&ends=10:00"
    pages = [
        f"/calendar/search?{when}",
        "/calendar?day=2026-11-04",
        "/calendar/say?say=明天上午九点到十点 会议室",
    ]

    def orders(browser):
        return [names_in_order(browser.get(path).text, *names) for path in pages]

    before = orders(place.mine)
    last = [place.room if names_in[-1] == "大会议室" else place.other for names_in in before]
    for number, space in enumerate(last):
        place.mine.post(f"/calendar/spaces/{space.id}/star")
        found = orders(place.mine)[number]
        assert found == before[number][::-1], pages[number]
        place.mine.post(f"/calendar/spaces/{space.id}/unstar")
    place.mine.post(f"/calendar/spaces/{place.other.id}/star")
    assert "收藏的空间" in place.mine.get("/today").text
    assert "收藏的空间" not in place.others.get("/today").text
    assert orders(place.others) == before


def test_favourites_cost_no_statement_but_what_is_kept_in_memory(place, count_queries):
    def costs():
        return [count_queries(lambda path=path: place.mine.get(path)) for path in ("/today", *LOOKED_FOR)]

    costs()
    none = costs()
    place.mine.post(f"/calendar/spaces/{place.room.id}/star")
    one = costs()
    assert one[1:] == none[1:]
    for space in (place.other, place.desk, place.store):
        place.mine.post(f"/calendar/spaces/{space.id}/star")
    assert costs() == one, "my day reads their names, which are kept, and no more of them for more stars"


LOOKED_FOR = ("/calendar/search", "/calendar")
