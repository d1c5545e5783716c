"""What people see and do on the pages of a reservation."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from booking.blueprints.reservations import overview
from booking.charges.models import Charge, ChargeKind
from booking.reservations.models import FAR_FUTURE, Occupancy, Reservation, ReservationState
from booking.spaces.models import Kind
from booking.usage.check_in import check_in, walk_in
from booking.usage.check_out import check_out
from booking.values import Money
from tests.harness.pages import form_with
from tests.harness.stays import CHARGER, actor
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, at, book as book_at, manage
from tests.reservations.test_series_pages import weekly
from tests.reservations.test_waiting_pages import text_of


def only(place):
    place.session.rollback()
    return place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()


def count(place, model=Reservation):
    place.session.rollback()
    return place.session.scalar(select(func.count()).select_from(model))


def book(place, browser=None, **facts):
    answer = (browser or place.mine).post("/reservations/new", data=asked(place.room, 1, 2) | facts)
    assert answer.status_code == 302, answer.text
    return only(place)


def booked(place, room, browser=None):
    answer = (browser or place.mine).post("/reservations/new", data=asked(room, 1, 2))
    assert answer.status_code == 302, answer.text
    return only(place)


def test_the_form_shows_the_price_before_anything_is_sent(place):
    answer = place.mine.get(f"/reservations/new?space={place.room.id}&start={at(1)}&end={at(2)}")
    assert answer.status_code == 200
    assert "¥80.00" in answer.text
    assert 'value="10:00"' in answer.text
    assert count(place) == 0


def test_without_scripts_the_price_is_worked_out_anew_and_no_guest_stands_in_an_address(place):
    page = place.mine.get(f"/reservations/new?space={place.room.id}").text
    assert "formmethod" not in page
    sent = asked(place.room, 3, 5) | {"step": "price", "guests": "来客 a@guest.example"}
    anew = place.mine.post("/reservations/new", data=sent)
    assert anew.status_code == 200
    assert "¥160.00" in anew.text
    assert "来客 a@guest.example" in anew.text
    assert place.session.scalars(select(Reservation)).all() == []


def test_the_price_box_names_no_price_for_what_nobody_can_have(place):
    """Neither when the page is opened nor when its form comes back: the same as while somebody types."""

    def box(answer):
        return answer.text.partition('class="booking-price"')[2].partition("</div>")[0]

    book(place)
    opened = place.others.get(f"/reservations/new?space={place.room.id}&start={at(1)}&end={at(2)}")
    sent = place.others.post("/reservations/new", data=asked(place.room, 1, 2))
    for answer in (opened, sent):
        assert "¥" not in box(answer)
        assert "已占用" in box(answer)
    made = book(place, **asked(place.room, 4, 5))
    moved = place.mine.post(f"/reservations/{made.id}/move", data=asked(place.room, 1, 2))
    assert "¥" not in box(moved)
    assert "是你自己的预订" in box(moved)
    kept = place.mine.get(f"/reservations/{made.id}/move")
    assert "¥80.00" in box(kept), "its own time is in nobody's way"


def test_a_sent_form_books_and_shows_the_reservation(place):
    made = book(place)
    assert made.quote == Money.yuan(80)
    shown = place.mine.get(f"/reservations/{made.id}").text
    assert "大会议室" in shown
    assert "10:00–11:00" in shown
    assert "订好了" in shown


def test_a_double_click_books_once(place):
    first = book(place, idempotency_key="k1")
    again = place.mine.post("/reservations/new", data=asked(place.room, 1, 2, idempotency_key="k1"))
    assert again.location.endswith(f"/reservations/{first.id}")
    assert count(place) == 1


def test_the_loser_sees_what_is_free_instead_and_not_who_has_it(place):
    book(place)
    answer = place.others.post("/reservations/new", data=asked(place.room, 1, 2, purpose="面试"))
    assert answer.status_code == 409
    assert "10:00–11:00 已占用" in answer.text
    assert answer.text.index("已占用") < answer.text.index("小会议室")  # first what happened
    assert "11:00–12:00" in answer.text
    assert "小会议室" in answer.text
    assert 'value="面试"' in answer.text
    assert "张小明" not in answer.text
    assert "甲公司" not in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": "2026-11-02"}, "已经过去"),
        ({"starts": "11:00", "ends": "10:00"}, "结束时间要晚于开始时间"),
        ({"starts": "10:05"}, "15 分钟"),
        ({"starts": "07:00"}, "08:00–22:00"),
        ({"day": "2027-03-01"}, "最多提前 60 天"),
        ({"people": 9}, "最多坐 8 人"),
        ({"people": 0}, "人数至少为 1"),
        ({"people": ""}, "请填写人数"),
        ({"starts": "soon"}, "请填写时间"),
        ({"day": "tomorrow"}, "请填写日期"),
        ({"purpose": "长" * 121}, "不要超过 120"),
    ],
)
def test_a_bad_request_is_answered_beside_its_field_and_keeps_what_was_typed(place, change, words):
    answer = place.mine.post("/reservations/new", data=asked(place.room, 1, 2) | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert "form-error" in answer.text
    if "purpose" not in change:
        assert 'value="周会"' in answer.text
    assert count(place) == count(place, Occupancy) == 0


def test_a_time_that_the_clocks_skip_is_refused_beside_its_field_and_not_booked_as_another(place):
    """On 28 March 2027 clocks in Berlin go from 2:00 to 3:00."""
    place.park.zone_name = "Europe/Berlin"
    place.world.rule(place.park, opens_minute=0, closes_minute=1440, horizon_days=200)
    wish = asked(place.room, 1, 2) | {"day": "2027-03-28"}
    for starts, ends in (("02:00", "03:30"), ("02:30", "03:30"), ("01:00", "02:15")):
        answer = place.mine.post("/reservations/new", data=wish | {"starts": starts, "ends": ends})
        assert answer.status_code == 422
        skipped = starts if starts > "02" else ends
        assert f"因时钟调整没有 {skipped} 这个时间" in answer.text
        looked = place.mine.get("/calendar/search", query_string=wish | {"starts": starts, "ends": ends})
        assert f"因时钟调整没有 {skipped} 这个时间" in looked.text
        assert f'id="{"starts" if skipped == starts else "ends"}-error"' in answer.text
        form = place.mine.get("/reservations/new", query_string=wish | {"starts": starts, "ends": ends})
        assert f"因时钟调整没有 {skipped} 这个时间" in form.text, "before it is pressed"
    assert count(place) == 0
    hours = {"starts": "01:30", "ends": "03:00"}
    assert place.mine.post("/reservations/new", data=wish | hours).status_code == 302
    assert only(place).quote == Money.yuan(40)  # half an hour it is


def test_a_time_that_is_past_and_taken_is_called_past(place, standing_clock):
    book(place)
    standing_clock.set(TUESDAY + timedelta(hours=3))
    answer = place.others.post("/reservations/new", data=asked(place.room, 1, 2))
    assert answer.status_code == 422
    assert "已经过去" in answer.text


def test_a_retired_space_is_refused(place):
    place.room.retired_at = TUESDAY
    place.session.commit()
    answer = place.mine.post("/reservations/new", data=asked(place.room, 1, 2))
    assert answer.status_code == 422
    assert "已停止使用" in answer.text


def test_spaces_of_another_park_do_not_exist(place):
    elsewhere = place.world.space(place.world.area(place.world.park()))
    assert place.mine.get(f"/reservations/new?space={elsewhere.id}").status_code == 404
    assert place.mine.post("/reservations/new", data=asked(elsewhere, 1, 2)).status_code == 404


def test_strangers_get_404_and_administrators_may_look(place):
    made = book(place)
    for path in ("", "/move", "/end"):
        assert place.others.get(f"/reservations/{made.id}{path}").status_code == 404
    for path in ("/cancel", "/move", "/end"):
        assert place.others.post(f"/reservations/{made.id}{path}").status_code == 404
    assert place.admins.get(f"/reservations/{made.id}").status_code == 200
    assert place.admins.post(f"/reservations/{made.id}/cancel").status_code == 404
    abroad = place.sign_in(place.world.member(place.world.park()))
    assert abroad.get(f"/reservations/{made.id}").status_code == 404
    assert only(place).state is ReservationState.BOOKED


def test_a_colleague_sees_and_changes_what_the_company_booked(place):
    made = book(place)
    colleague = place.sign_in(place.world.member(place.ours))
    assert colleague.get(f"/reservations/{made.id}").status_code == 200
    assert "大会议室" in colleague.get("/reservations?who=all").text
    assert "大会议室" not in colleague.get("/reservations").text


@pytest.mark.parametrize("path", ["/reservations/new", "/reservations/any", "/reservations/series/new"])
def test_a_form_sent_again_after_its_booking_was_cancelled_books_anew(place, path):
    form = asked(place.room, 1, 2, idempotency_key="k1")
    if path == "/reservations/any":
        form = form | {"kind": "meeting_room", "area": "0"}
        del form["space"]
    elif path == "/reservations/series/new":
        form = weekly(place.room, step="book", idempotency_key="k1")

    def send():
        return place.mine.post(path, data=form).location

    first = send()
    much = count(place, Occupancy)
    assert much
    assert send() == first
    assert place.mine.post(f"{first}/cancel").status_code == 302
    assert count(place, Occupancy) == 0
    second = send()
    assert second != first
    assert count(place, Occupancy) == much, "said to be booked, and it is"
    send()
    assert count(place, Occupancy) == much, "pressed twice, it is booked once"


def test_a_cancelled_reservation_can_be_booked_again_with_one_press(place):
    made = book(place)
    place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})
    shown = place.mine.get(f"/reservations/{made.id}").text
    assert "已取消" in shown
    assert "再订" in shown
    assert only(place).state is ReservationState.CANCELLED
    assert count(place, Occupancy) == 0
    assert "大会议室" in place.mine.get("/reservations?tab=cancelled").text


def test_cancelling_from_a_stale_page_is_refused(place):
    made = book(place)
    answer = place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 7}, follow_redirects=True)
    assert "刚被修改过" in answer.text
    assert only(place).state is ReservationState.BOOKED


def test_cancelling_late_costs_what_the_page_said_once(place):
    place.world.tariff(
        place.park, space_id=place.room.id, late_cancel_permille=500, late_cancel_minutes=120, bands=[]
    )
    made = book(place)
    assert "¥40.00" in place.mine.get(f"/reservations/{made.id}").text
    for _ in range(2):
        place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})
    place.session.rollback()
    charges = place.session.scalars(select(Charge)).all()
    assert [(one.kind, one.amount) for one in charges] == [(ChargeKind.LATE_CANCEL, Money.yuan(40))]


def test_cancelling_in_time_costs_nothing(place):
    place.world.tariff(
        place.park, space_id=place.room.id, late_cancel_permille=500, late_cancel_minutes=30, bands=[]
    )
    made = book(place)
    assert "不收费" in place.mine.get(f"/reservations/{made.id}").text
    place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})
    assert count(place, Charge) == 0


def test_moving_keeps_the_place_when_refused_and_takes_the_new_one_when_free(place):
    made = book(place)
    book(place, place.others, **asked(place.room, 3, 4))
    path = f"/reservations/{made.id}/move"
    page = place.mine.get(path).text
    assert 'value="10:00"' in page
    drawn_from = form_with(page, "starts").fields["drawn_from"]
    refused = place.mine.post(path, data=asked(place.room, 3, 4, drawn_from=drawn_from))
    assert refused.status_code == 409
    assert "12:00–13:00 已占用" in refused.text
    moved = place.mine.post(path, data=asked(place.other, 3, 5, drawn_from=drawn_from))
    assert moved.status_code == 302
    place.session.rollback()
    kept = place.session.get(Reservation, made.id)
    assert (kept.space_id, kept.version, kept.quote) == (place.other.id, 2, Money.yuan(160))
    stale = place.mine.post(path, data=asked(place.room, 5, 6, drawn_from=drawn_from))
    assert stale.status_code == 409
    assert "这里被改动过" in stale.text
    assert form_with(stale.text, "starts").fields["drawn_from"] != drawn_from


def test_extending_and_shortening_from_the_list_of_free_ends(place):
    made = book(place)
    book(place, place.others, **asked(place.room, 3, 4))
    path = f"/reservations/{made.id}/end"
    page = place.mine.get(path).text
    assert "10:00–12:00" in page
    assert "10:00–12:15" not in page
    assert "10:00–10:30" in page
    longer = (TUESDAY + timedelta(hours=2, minutes=30)).isoformat()
    assert place.mine.post(path, data={"ends": longer}).status_code == 302
    assert only_one(place, made.id).ends_at == TUESDAY + timedelta(hours=2, minutes=30)
    taken = (TUESDAY + timedelta(hours=3, minutes=30)).isoformat()
    assert place.mine.post(path, data={"ends": taken}).status_code == 409
    assert place.mine.post(path, data={"ends": "nonsense"}).status_code == 422


def test_what_one_has_oneself_leads_there_and_to_no_waiting_list(place):
    """Both rooms that would do are the reader's own then; another's room can be waited for."""
    mine = [booked(place, room) for room in (place.room, place.other)]
    search = "/calendar/search?day=2026-11-03&starts=10:00&ends=11:00"
    page = place.mine.get(search).text
    for made in mine:
        assert f'href="/reservations/{made.id}">' in page
    assert "大会议室 11月3日 周二 10:00–11:00 是你自己的预订" in page
    assert "两个都要" not in page
    assert "/waiting/new" not in page
    assert "/waiting/new" in place.others.get(search).text
    again = place.mine.post("/reservations/new", data=asked(place.room, 1, 2))
    assert again.status_code == 409
    assert "是你自己的预订" in again.text
    assert "/waiting" not in again.text.partition("<main")[2]
    quoted = place.mine.get("/calendar/quote", query_string=asked(place.room, 1, 2)).json
    assert (quoted["wait_url"], "是你自己的预订" in quoted["problem"]) == ("", True)
    quoted = place.others.get("/calendar/quote", query_string=asked(place.room, 1, 2)).json
    assert quoted["wait_url"] == f"/waiting/new?space={place.room.id}&start={at(1)}&end={at(2)}"
    assert "用不上的那个请取消" in place.mine.get(f"/reservations/{mine[0].id}").text


def test_the_nearest_free_times_have_their_price_and_nothing_is_promised_that_is_not_there(place):
    for room in (place.room, place.other):
        booked(place, room, browser=place.others)
    page = place.mine.get("/calendar/search?day=2026-11-03&starts=10:00&ends=11:00").text
    assert "下面是最近的空闲时间。" in page
    assert "相近的空间" not in page
    assert page.partition("最近的空闲时间</h2>")[2].count("¥80.00") == 3


def test_any_one_has_a_price_before_it_is_booked(place):
    form = asked(place.room, 1, 2, kind="meeting_room", area=0)
    shown = place.mine.get("/reservations/any", query_string=form).text
    assert "¥80.00" in shown
    assert "2 个空闲，分到哪个按哪个计" in shown
    place.world.tariff(place.park, Kind.MEETING_ROOM, rate=Money.yuan(150), space_id=place.other.id, bands=[])
    told = place.mine.get("/reservations/any/price", query_string=form).json
    assert (told["text"], told["problem"]) == ("¥80.00–¥150.00", None)
    unscripted = place.mine.post("/reservations/any", data=form | {"step": "price"})
    assert (unscripted.status_code, "¥80.00–¥150.00" in unscripted.text) == (200, True)
    for room in (place.room, place.other):
        booked(place, room, browser=place.others)
    told = place.mine.get("/reservations/any/price", query_string=form).json
    assert (told["text"], "没有空" in told["problem"]) == ("", True)
    refused = [({"day": ""}, "请选择日期"), ({"starts": "12:00"}, "结束"), ({"day": "2026-11-02"}, "过去")]
    for typed, why in refused:
        told = place.mine.get("/reservations/any/price", query_string=form | typed).json
        assert why in told["problem"]


@pytest.mark.parametrize("dear", ["room", "other"])
def test_any_one_costs_no_more_than_was_said_whichever_chance_gives(place, dear):
    """An hour a month is free, and one is booked: of 80.00 and 160.00 an hour 160.00 may come of it.

    A third room at 100.00 has no free minutes: the most is still that of the other.
    """
    facts = {"valid_from": date(2026, 1, 1), "allowances": {place.ours.size: 60}}
    place.world.tariff(place.park, **facts)
    place.world.tariff(place.park, space_id=getattr(place, dear).id, rate=Money.yuan(160), **facts)
    third = place.world.space(place.area)
    place.world.tariff(place.park, space_id=third.id, rate=Money.yuan(100))
    form = asked(place.room, 3, 4, kind="meeting_room", area=0)
    before = place.mine.get("/reservations/any/price", query_string=form).json
    assert (before["text"], before["shared"]) == ("¥0.00–¥100.00", "")
    book(place, **asked(place.room, 5, 6))
    told = place.mine.get("/reservations/any/price", query_string=form).json
    assert told["text"] == "¥0.00–¥160.00"
    assert told["shared"] == "免费额度可能轮不到，那时是 ¥160.00"
    assert "轮不到时是 ¥160.00" in told["detail"]


def only_one(place, reservation_id):
    place.session.rollback()
    return place.session.get(Reservation, reservation_id)


def test_the_past_begins_with_what_was_and_what_was_called_off_ahead_has_a_tab_of_its_own(
    place, standing_clock, count_queries
):
    """Tuesday from nine: one at ten, cancelled, one at eleven, one tomorrow, cancelled as well."""
    soon, mine, tomorrow = (book_at(place, start=hours) for hours in (1, 2, 25))
    for made in (soon, tomorrow):
        place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})

    def listed(tab):
        page = place.mine.get(f"/reservations?tab={tab}").text
        return [int(one) for one in re.findall(r'id="booked-(\d+)"', page)]

    assert (listed("past"), listed("cancelled")) == ([], [tomorrow.id, soon.id])
    standing_clock.set(TUESDAY + timedelta(hours=3))
    assert (listed("past"), listed("cancelled")) == ([mine.id, soon.id], [tomorrow.id, soon.id])
    few = count_queries(lambda: listed("cancelled"))
    for hours in (26, 27):
        made = book_at(place, start=hours)
        place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})
    assert count_queries(lambda: listed("cancelled")) == few
    standing_clock.set(TUESDAY + timedelta(hours=30))
    assert len(listed("past")) == 5


def test_the_forms_that_change_a_booking_say_what_became_of_one_that_is_over(place):
    made = book(place)
    for path in ("move", "end"):
        assert place.mine.get(f"/reservations/{made.id}/{path}").status_code == 200
    place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})
    for path in ("move", "end"):
        page = place.mine.get(f"/reservations/{made.id}/{path}", follow_redirects=True)
        assert "这个预订现在是“已取消”，不能再这样修改。" in page.text, path
        assert page.request.path == f"/reservations/{made.id}"


def test_a_store_is_booked_by_days_with_an_open_end_and_given_back(place):
    manage(place)
    wish = {"space": place.store.id, "day": "2026-11-05", "until": "", "people": 1}
    assert place.mine.post("/reservations/new", data=wish).status_code == 302
    made = only(place)
    assert made.ends_at == FAR_FUTURE
    assert "退租" in place.mine.get(f"/reservations/{made.id}").text
    path = f"/reservations/{made.id}/end"
    assert place.mine.post(path, data={"until": "2026-11-20"}).status_code == 302
    ended = only_one(place, made.id)
    assert ended.ends_at == TUESDAY.replace(day=21, hour=0)
    backwards = {"space": place.store.id, "day": "2026-11-25", "until": "2026-11-24", "people": 1}
    assert place.mine.post("/reservations/new", data=backwards).status_code == 422


def test_any_desk_will_do(place):
    wish = asked(place.desk, 1, 2, kind="workstation", area=place.area.id, people=1)
    assert place.mine.get("/reservations/any?kind=workstation").status_code == 200
    got = place.mine.post("/reservations/any", data=wish, follow_redirects=True)
    assert f"分到的是“{place.desk.name}”" in got.text
    assert only(place).space_id == place.desk.id
    assert place.others.post("/reservations/any", data=wish).status_code == 409


def test_any_room_will_do_but_one_with_what_is_needed(place):
    wish = asked(place.room, 1, 2, kind="meeting_room", area=0, people=1, equipment="投影")
    assert place.mine.post("/reservations/any", data=wish).status_code == 302
    assert only(place).space_id == place.room.id  # the small one has none
    assert place.others.post("/reservations/any", data=wish).status_code == 409
    page = place.mine.get("/reservations/any?kind=meeting_room&equipment=投影&people=6").text
    assert re.search(r'<input[^>]*checked[^>]*value="投影"', page)


def test_any_room_is_a_combined_one_only_where_nothing_else_is_left(place):
    """It would take both its parts of two who need one each; by chance it came once in three."""
    whole = place.world.space(place.area, name="合并会议室", parts=[place.room, place.other])
    for hour in range(1, 7):
        wish = asked(place.room, hour, hour + 1, kind="meeting_room", area=0, people=1)
        assert place.mine.post("/reservations/any", data=wish).status_code == 302
        assert only(place).space_id != whole.id
    seven = asked(place.room, 8, 9, kind="meeting_room", area=0, people=whole.capacity)
    assert place.mine.post("/reservations/any", data=seven).status_code == 302


def test_any_one_says_how_many_the_largest_seats_and_what_the_park_confirms_one_by_one(place):
    wish = asked(place.room, 1, 2, kind="meeting_room", area=0, people=9)
    assert "最多坐 8 人" in place.mine.post("/reservations/any", data=wish).text
    place.world.rule(place.park, needs_approval=True)
    answer = place.mine.post("/reservations/any", data=wish | {"people": 2})
    assert answer.status_code == 422
    assert "要园区确认" in answer.text
    assert "没有空闲的空间" not in answer.text


def test_who_loses_the_last_of_a_pool_reads_when_one_is_free_and_what_else_is_then(place):
    """The one desk of this area is taken from ten to eleven; it is free at nine, and another area has one."""
    far = place.world.area(place.park, name="5号楼")
    other = place.world.space(far, Kind.WORKSTATION, name="二号工位", capacity=1)
    taken = place.others.post("/reservations/new", data=asked(place.desk, 1, 2, people=1))
    assert taken.status_code == 302
    wish = asked(place.desk, 1, 2, kind="workstation", area=place.area.id, people=1)
    lost = place.mine.post("/reservations/any", data=wish)
    assert lost.status_code == 409
    seen = text_of(lost)
    assert "下面是最近的空闲时间和相近的空间。" in seen
    assert "一号工位 11月3日 周二 09:00–10:00" in seen
    assert f"space={place.desk.id}&amp;start={at(0)}&amp;end={at(1)}" in lost.text
    assert other.name in seen
    assert "去候补" in seen
    assert "还不能提交" not in seen
    form = form_with(lost.text, "idempotency_key")
    assert form.fields["starts"] == "10:00", "what was typed is still there"
    alone = place.mine.post("/reservations/any", data=wish | {"day": "2026-11-05"})
    assert alone.status_code == 302


def test_any_one_names_equipment_in_the_readers_language(place):
    place.me.language = "en"
    place.session.commit()
    page = place.mine.get("/reservations/any?kind=meeting_room").text
    assert "projector" in page
    assert "投影" not in re.sub(r'value="[^"]*"', "", page)


def test_a_request_says_that_it_waits(place):
    place.world.rule(place.park, needs_approval=True)
    made = book(place)
    assert made.state is ReservationState.REQUESTED
    assert "待确认" in place.mine.get(f"/reservations/{made.id}").text


def test_a_place_one_holds_is_not_given_up_for_one_that_may_be_declined(place):
    made = book(place)
    place.world.rule(place.park, space_id=place.other.id, needs_approval=True)
    typed = {"space": place.other.id, "day": "2026-11-03", "starts": "13:00", "ends": "14:00"}
    answer = place.mine.post(f"/reservations/{made.id}/move", data=typed)
    assert answer.status_code == 422
    assert "原来的预订还在" in answer.text
    assert f"/reservations/new?space={place.other.id}" in answer.text
    kept = only(place)
    assert (kept.state, kept.space_id, kept.version) == (ReservationState.BOOKED, place.room.id, 1)
    assert len(place.session.scalars(select(Occupancy)).all()) == 1


def test_a_request_may_move_and_stays_a_request(place):
    place.world.rule(place.park, needs_approval=True)
    made = book(place)
    typed = {"space": place.other.id, "day": "2026-11-03", "starts": "13:00", "ends": "14:00"}
    assert place.mine.post(f"/reservations/{made.id}/move", data=typed).status_code == 302
    assert (only(place).state, only(place).space_id) == (ReservationState.REQUESTED, place.other.id)


def test_a_series_in_two_rooms_says_how_often_in_which_and_where_the_next_is(place):
    """Four Wednesdays, the second moved to the other room, an hour later."""
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=4))
    listed = place.mine.get("/reservations").text
    assert "下次" not in listed, "all are in one room at one time"
    second = sorted({int(one) for one in re.findall(r'href="/reservations/(\d+)"', listed)})[1]
    moved = {"space": place.other.id, "day": "2026-11-11", "starts": "11:00", "ends": "12:00"}
    assert place.mine.post(f"/reservations/{second}/move", data=moved).status_code == 302
    row = (
        place.mine.get("/reservations").text.partition('<details class="fold"')[2].partition("</summary>")[0]
    )
    assert f"下次在 {place.room.name} · 10:00–11:00" in row
    each = f"4 次：{place.room.name} 3 次、{place.other.name} 1 次 · 到 11月25日 周三"
    assert each in row
    back = {"space": place.room.id, "day": "2026-11-11", "starts": "11:00", "ends": "12:00"}
    assert place.mine.post(f"/reservations/{second}/move", data=back).status_code == 302
    row = (
        place.mine.get("/reservations").text.partition('<details class="fold"')[2].partition("</summary>")[0]
    )
    assert "下次 10:00–11:00" in row
    assert f"{place.other.name}" not in row


def test_what_comes_stands_under_its_day_and_a_series_is_one_line_until_it_is_opened(place, standing_clock):
    book(place, space=place.other.id, starts="12:00", ends="13:00")
    place.mine.post("/reservations/series/new", data=weekly(place.room, step="book", count=4))
    page = place.mine.get("/reservations").text
    listed = page.partition("<main")[2]
    assert (
        listed.index("<h2>11月3日 周二</h2>")
        < listed.index("12:00–13:00")
        < listed.index("<h2>11月4日 周三</h2>")
    )
    assert listed.count("<h2>11月") == 2, "the other three stand where the series does"
    assert "4 次 · 到 11月25日 周三" in listed
    assert len(re.findall(r'href="/reservations/\d+"', listed)) == 5, "and are there, folded"
    assert "看整个系列" in listed
    standing_clock.set(TUESDAY + timedelta(days=21))
    over = place.mine.get("/reservations?tab=past").text
    assert "<h2>11月18日 周三</h2>" in over
    assert '<details class="fold"' not in over, "of what is over each stands by itself, as it came out"


def test_a_long_series_cuts_no_other_short_and_pages_are_cut_by_lines(place, monkeypatch):
    """35 days from 4 November, the last the 8th of December, beside four Wednesdays and one booking."""
    daily = weekly(place.room, frequency="daily", step="book", count=35, purpose="站会")
    place.mine.post("/reservations/series/new", data=daily)
    place.mine.post("/reservations/series/new", data=weekly(place.other, step="book", count=4))
    alone = asked(place.desk, 51, 52, people=1)
    assert place.mine.post("/reservations/new", data=alone).status_code == 302
    listed = place.mine.get("/reservations").text.partition("<main")[2]
    assert "35 次 · 到 12月8日 周二" in listed
    assert "4 次 · 到 11月25日 周三" in listed
    assert "还有 25 次，看整个系列" in listed, "so many more than ten"
    assert "第 1–" not in listed, "three lines are one page"
    monkeypatch.setattr(overview, "PAGE", 1)
    whole = place.mine.get("/reservations").text
    assert "35 次 · 到 12月8日 周二" in whole
    assert "第 1–1 条" in whole
    second, third = (place.mine.get(f"/reservations?page={one}").text for one in (2, 3))
    assert "4 次 · 到 11月25日 周三" in second
    assert "站会" not in second + third
    assert "12:00–13:00" in third
    assert "次 · 到" not in place.others.get("/reservations?who=all").text


def test_a_use_that_goes_on_stands_under_today_and_is_settled_when_it_is_over(place, standing_clock):
    made = book(place)
    standing_clock.set(TUESDAY + timedelta(hours=1))
    assert place.admins.post(f"/front-desk/reservations/{made.id}/check-in").status_code == 302
    page = place.mine.get("/reservations").text
    assert "<h2>11月3日 周二</h2>" in page
    assert "用完后结算" in page
    assert "尚未计费" not in page


def test_who_was_named_with_a_booking_is_no_step_of_it(place, standing_clock):
    made = book(place, guests="访客甲")
    path = f"/reservations/{made.id}"
    assert "订下了 · 大会议室" in place.mine.get(path).text
    assert "改了同行的人" not in place.mine.get(path).text
    standing_clock.set(TUESDAY + timedelta(minutes=1))
    answer = place.mine.post(f"{path}/guests", data={"guests": "访客乙", "version": made.version})
    assert answer.status_code == 302, answer.text
    assert "改了同行的人" in place.mine.get(path).text


def test_the_number_of_queries_of_the_list_does_not_grow(place, count_queries):
    book(place)
    few = count_queries(lambda: place.mine.get("/reservations"))
    for hour in (3, 5, 7, 9, 11):
        book(place, **asked(place.other, hour, hour + 1))
    assert count_queries(lambda: place.mine.get("/reservations")) == few


def test_a_booking_page_reads_english_too(place):
    place.me.language = "en"
    place.session.commit()
    made = book(place)
    for path in (f"/reservations/{made.id}", "/reservations", f"/reservations/new?space={place.room.id}"):
        text = place.mine.get(path).text
        assert 'lang="en"' in text


def test_the_same_free_minutes_are_not_promised_to_each_booking_without_a_word(place):
    """An hour a month is free. The first booking is told so; the second also that the first may take it."""
    place.world.tariff(place.park, valid_from=date(2026, 1, 1), allowances={place.ours.size: 60})
    form = f"/reservations/new?space={place.room.id}&start={at(3)}&end={at(4)}"
    told = "免费额度每月只抵一次"
    seen = text_of(place.mine.get(form))
    assert "其中免费 1 小时" in seen
    assert told not in seen
    place.mine.post("/reservations/new", data=asked(place.other, 5, 6))
    place.mine.post("/reservations/new", data=asked(place.desk, 5, 6))
    place.others.post("/reservations/new", data=asked(place.other, 7, 8))
    seen = text_of(place.mine.get(form))
    assert f"{told}，谁先用完谁抵扣；当月另有预订，轮不到时是 ¥80.00。" in seen
    price = place.mine.get("/calendar/quote", query_string=asked(place.room, 3, 4)).json
    assert told in price["detail"]
    assert price["text"] == "¥0.00–¥80.00"
    assert place.mine.get(form).text.count(">¥0.00–¥80.00</strong>") == 2, "in the form and in its bar"
    mine = place.session.scalars(select(Reservation).where(Reservation.space_id == place.other.id)).first()
    alone = text_of(place.mine.get(f"/reservations/{mine.id}"))
    assert "预订时报价 ¥0.00 预订人" in alone, "nobody else has booked a room of the kind"
    moved = text_of(place.mine.get(f"/reservations/{mine.id}/move"))
    assert told not in moved
    second = book(place, **asked(place.room, 3, 4))
    for browser, path in ((place.mine, "/reservations"), (place.admins, "/front-desk/reservations")):
        own = text_of(browser.get(f"{path}/{second.id}"))
        assert "¥0.00–¥80.00，免费额度可能轮不到，那时是 ¥80.00" in own, (
            "booked, its page says what the form did"
        )


def test_free_minutes_that_are_used_by_now_are_promised_by_no_page(place, standing_clock):
    """An hour a month is free; two hours are booked for 80.00. Half an hour is used elsewhere.

    Then 80.00 is as it stands 120.00, and 160.00 where another booking takes the half hour that is left; with
    that used too it surely is 160.00, and so it is charged.
    """
    place.world.tariff(place.park, valid_from=date(2026, 1, 1), allowances={place.ours.size: 60})
    made = book(place, **asked(place.room, 5, 7))
    used = "当月的免费额度已用在别处，现在算是"

    def seen():
        return text_of(place.mine.get(f"/reservations/{made.id}"))

    def uses(start, hours):
        facts = {"charger": CHARGER, "by": actor(place.me)}
        now = TUESDAY + timedelta(hours=start)
        until = now + timedelta(hours=hours)
        stay = walk_in(place.session, place.other, place.me, until, **facts, now=now)
        check_out(place.session, stay.id, **facts, now=until)
        place.session.commit()

    assert "预订时报价 ¥80.00 预订人" in seen()
    uses(0, 0.5)
    assert f"预订时报价 ¥80.00，{used} ¥120.00 预订人" in seen()
    place.mine.post("/reservations/new", data=asked(place.other, 24, 25))
    assert f"预订时报价 ¥80.00，{used} ¥120.00–¥160.00 预订人" in seen()
    assert f"{used} ¥120.00–¥160.00" in text_of(place.admins.get(f"/front-desk/reservations/{made.id}"))
    uses(1, 0.5)
    assert f"预订时报价 ¥80.00，{used} ¥160.00 预订人" in seen()
    facts = {"charger": CHARGER, "by": actor(place.me)}
    stay = check_in(place.session, made.id, park=place.park, **facts, now=made.starts_at)
    place.session.commit()
    standing_clock.set(made.starts_at + timedelta(hours=1))
    assert f"预订时报价 ¥80.00，{used} ¥160.00 预订人" in seen(), "who could still leave reads it"
    check_out(place.session, stay.id, **facts, now=made.ends_at)
    place.session.commit()
    paid = place.session.scalars(select(Charge.amount).where(Charge.stay_id == stay.id))
    assert Money.total(paid) == Money.yuan(160)
    came = "预订时报价 ¥80.00，当月的免费额度后来用在别处，照剩下的算是 ¥160.00 预订人"
    standing_clock.set(made.ends_at)
    assert came in seen()
    assert "实际计费 ¥160.00" in seen()
    assert came.removesuffix(" 预订人") in text_of(place.admins.get(f"/front-desk/reservations/{made.id}"))


def test_what_was_quoted_stands_alone_after_use_where_the_free_minutes_were_left_to_it(place, standing_clock):
    """An hour is free and booked for 0.00; used for 45 minutes more it is 60.00."""
    place.world.tariff(place.park, valid_from=date(2026, 1, 1), allowances={place.ours.size: 60})
    made, later = book(place), book(place, **asked(place.room, 24, 25))
    facts = {"charger": CHARGER, "by": actor(place.me)}
    stay = check_in(place.session, made.id, park=place.park, **facts, now=made.starts_at)
    check_out(place.session, stay.id, **facts, now=made.starts_at + timedelta(minutes=105))
    place.session.commit()
    standing_clock.set(made.starts_at + timedelta(hours=3))
    shown = text_of(place.mine.get(f"/reservations/{made.id}"))
    assert "预订时报价 ¥0.00 预订人" in shown
    assert "实际计费 ¥60.00" in shown
    assert "现在算是 ¥80.00" in text_of(place.mine.get(f"/reservations/{later.id}"))


def test_a_dearer_tariff_is_not_said_to_be_free_minutes_that_are_used(place):
    """Two hours are booked at 80.00 each; by a tariff of since at 200.00, and an hour is free: 200.00."""
    made = book(place, **asked(place.room, 5, 7))
    facts = {"valid_from": date(2026, 1, 1), "allowances": {place.ours.size: 60}}
    place.world.tariff(place.park, rate=Money.yuan(200), **facts)
    now, facts = TUESDAY + timedelta(minutes=30), {"charger": CHARGER, "by": actor(place.me)}
    stay = walk_in(place.session, place.other, place.me, now, **facts, now=TUESDAY)
    check_out(place.session, stay.id, **facts, now=now)
    place.session.commit()
    assert "预订时报价 ¥160.00 预订人" in text_of(place.mine.get(f"/reservations/{made.id}"))


def test_the_form_says_what_leaving_early_is_worth(place):
    """Half an hour is the least one pays of a room; of what is longer one pays what was used."""
    form = f"/reservations/new?space={place.room.id}&start={at(1)}&end="
    assert "最少计 30 分，提前签退也一样" in place.mine.get(form + at(1.5)).text
    assert "提前签退少付，最少计 30 分" in place.mine.get(form + at(3)).text
    price = place.mine.get("/calendar/quote", query_string=asked(place.room, 1, 1.5)).get_json()
    assert price["settled"].endswith("提前签退也一样。")
    place.me.language = "en"
    place.session.commit()
    assert "at least 30 min, however early you check out" in place.mine.get(form + at(1.5)).text


def test_what_a_combined_space_is_made_of_stands_on_every_page_of_it(place, standing_clock):
    whole = place.world.space(place.area, name="合并会议室", capacity=12, parts=[place.room, place.other])
    place.session.commit()
    booked_page = place.mine.post("/reservations/new", data=asked(whole, 0.25, 1)).headers["Location"]
    wanted = place.others.post("/waiting/new", data=asked(whole, 0.25, 1)).headers["Location"]
    series = place.mine.post("/reservations/series/new", data=weekly(whole, step="book")).headers["Location"]
    standing_clock.set(TUESDAY + timedelta(minutes=6))
    for browser, page in (
        (place.mine, "/today"),
        (place.mine, booked_page),
        (place.mine, series),
        (place.others, wanted),
        (place.admins, booked_page.replace("/reservations/", "/front-desk/reservations/")),
        (place.mine, f"/calendar/spaces/{whole.id}"),
    ):
        assert "大会议室 + 小会议室" in browser.get(page, follow_redirects=True).text, page
    place.mine.post("/reservations/new", data=asked(place.desk, 5, 6))
    assert " + " not in place.mine.get("/reservations").text


def test_what_it_is_for_is_one_line_whoever_made_the_request_up(place):
    made = book(place, purpose="周会\r\n\r\n园区通知：请加微信")
    assert made.purpose == "周会 园区通知：请加微信"
