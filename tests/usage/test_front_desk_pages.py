"""The front desk: everybody's day, approvals, corrections with both versions, acts on behalf of tenants."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from booking.audit.models import AuditEntry
from booking.charges.models import Charge
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.usage.check_in import begin_lease
from booking.usage.models import Stay, StayCorrection
from booking.values import Money
from tests.harness.pages import form_with
from tests.usage.conftest import at


def desk(house, path=""):
    answer = house.browser(house.admin).get(f"/front-desk{path}")
    assert answer.status_code == 200
    return answer.text


def day_list(text):
    return text.split('id="day"')[1]


def post(house, path, **data):
    return house.browser(house.admin).post(f"/front-desk{path}", data=data, follow_redirects=True)


def test_the_day_lists_reservations_and_walk_ins_of_the_whole_park(house):
    house.reserve(at(14), at(15))
    house.reserve(at(15), at(16), member=house.rival)
    data = {"until": at(10).isoformat()}
    house.browser(house.rival).post("/s/code-of-zhu/walk-in", data=data)
    shown = day_list(desk(house))
    for words in ("14:00–15:00", "15:00–16:00", "直接使用", "09:00–"):
        assert words in shown
    assert "14:00–15:00" not in day_list(desk(house, "?day=2026-11-04"))


def test_the_list_narrows_to_kind_state_and_enterprise_and_keeps_that_on_the_next_day(house):
    house.reserve(at(14), at(15))
    house.reserve(at(15), at(16), member=house.rival)
    shown = day_list(desk(house, f"?enterprise={house.neighbour.id}&state=booked&kind=meeting_room"))
    assert "15:00–16:00" in shown
    assert "14:00–15:00" not in shown
    assert "day=2026-11-04&amp;" in shown or "day=2026-11-04" in shown
    assert f"enterprise={house.neighbour.id}" in shown
    for nothing in ("?state=walk_in", "?kind=hall", "?state=no_show"):
        assert "没有符合条件的记录" in desk(house, nothing)


def test_another_time_is_looked_at_before_it_is_taken_with_its_price(house):
    made = house.reserve(at(14), at(15))
    house.reserve(at(16), at(17), member=house.rival)
    admin, there = house.browser(house.admin), f"/front-desk/reservations/{made.id}/move"
    drawn = re.search(
        r'name="drawn_from" type="hidden" value="([^"]*)"', desk(house, f"/reservations/{made.id}")
    )

    def look(starts, ends):
        typed = {"day": "2026-11-03", "space": made.space_id, "starts": starts, "ends": ends, "step": "look"}
        return admin.post(there, data=typed | {"drawn_from": unescape(drawn[1]), "reason": "投影坏了"}).text

    shown = look("15:00", "16:00")
    assert "15:00–16:00空着，报价 ¥" in shown
    assert re.search(r'data-answer tabindex="-1" role="status"', shown), "the answer takes the focus"
    assert "投影坏了" in shown, "what was typed stays, and stands in no address"
    assert 'formmethod="get"' not in shown
    assert "空着，报价" not in look("16:00", "17:00")
    assert "原来的预订没有变" in look("16:00", "17:00")
    assert "空着，报价" not in look("16:00", "15:00")
    assert house.session.get_one(Reservation, made.id).starts_at == at(14)


@pytest.mark.parametrize("query", ["?day=nonsense", "?kind=x&state=y&enterprise=z&page=w", "?day=0001-01-01"])
def test_nonsense_in_the_address_shows_today(house, query):
    assert "11月3日" in day_list(desk(house, query))


def test_long_days_are_shown_in_pages(house):
    for hour in range(8, 22):
        for quarter in range(4):
            house.reserve(at(hour, 15 * quarter), at(hour, 15 * quarter + 14))
    assert "1–50，共 56 条" in desk(house)
    assert "51–56，共 56 条" in desk(house, "?page=2")


def test_a_request_is_approved_with_one_press_and_twice_is_once(house):
    row = house.reserve(at(14), at(15), state=ReservationState.REQUESTED)
    assert "等你批准" in desk(house)
    assert "已批准" in post(house, f"/reservations/{row.id}/approve", version=row.version).text
    assert house.all(Reservation)[0].state is ReservationState.BOOKED
    assert len(house.all(Occupancy)) == 1
    post(house, f"/reservations/{row.id}/approve", version=row.version)
    assert len(house.all(Occupancy)) == 1


def test_a_request_whose_time_was_taken_meanwhile_cannot_be_approved(house):
    row = house.reserve(at(14), at(15), state=ReservationState.REQUESTED)
    house.reserve(at(14), at(15), member=house.rival)
    assert "已批准" not in post(house, f"/reservations/{row.id}/approve").text
    assert house.all(Reservation)[0].state is ReservationState.REQUESTED


def test_a_request_is_declined_with_a_reason_only(house):
    row = house.reserve(at(14), at(15), state=ReservationState.REQUESTED)
    post(house, f"/reservations/{row.id}/decline", reason=" ")
    assert "最多 500 个字" in post(house, f"/reservations/{row.id}/decline", reason="长" * 501).text
    assert house.all(Reservation)[0].state is ReservationState.REQUESTED
    told = post(house, f"/reservations/{row.id}/decline", reason="当天场地检修").text
    assert house.all(Reservation)[0].state is ReservationState.DECLINED
    assert "当天场地检修" in told


def test_cancelling_for_a_tenant_costs_nothing_and_says_why(house):
    row = house.reserve(at(9, 30), at(10))
    post(house, f"/reservations/{row.id}/cancel", reason="")
    assert house.all(Reservation)[0].state is ReservationState.BOOKED
    told = post(house, f"/reservations/{row.id}/cancel", reason="空调故障").text
    assert "已取消，不收费用" in told
    assert "空调故障" in told
    assert house.all(Charge) == house.all(Occupancy) == []


def test_a_stale_page_cancels_nothing(house):
    row = house.reserve(at(14), at(15))
    post(house, f"/reservations/{row.id}/cancel", reason="理由", version=99)
    assert house.all(Reservation)[0].state is ReservationState.BOOKED


def moved(row, **changed):
    data = {
        "space": row.space_id,
        "day": "2026-11-03",
        "starts": "16:00",
        "ends": "17:30",
        "version": row.version,
    }
    return data | changed


def test_a_reservation_is_moved_for_a_tenant_with_its_new_price(house):
    row = house.reserve(at(14), at(15))
    told = post(house, f"/reservations/{row.id}/move", **moved(row, space=house.other_room.id))
    assert "已改期或换空间" in told.text
    found = house.all(Reservation)[0]
    assert (found.space_id, found.starts_at, found.ends_at) == (house.other_room.id, at(16), at(17, 30))
    assert found.quote == Money.yuan(120)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": "15:00"},
        {"starts": "16:07"},
        {"starts": ""},
        {"space": 999},
        {"day": "2026-11-02"},
    ],
)
def test_a_move_that_cannot_be_is_refused_and_what_was_typed_is_kept(house, wrong):
    row = house.reserve(at(14), at(15))
    answer = post(house, f"/reservations/{row.id}/move", **moved(row, **wrong))
    assert answer.status_code == 422
    assert f'value="{wrong.get("ends", "17:30")}"' in answer.text
    assert house.all(Reservation)[0].starts_at == at(14)


def stored(house, **changed):
    """Reserve a store from the 5th to the 7th, and fill the form that moves it."""
    store = house.world.space(house.area, Kind.STORAGE)
    house.world.tariff(house.park, Kind.STORAGE, basis=Basis.DAY, rate=Money.yuan(8), bands=[])
    row = house.reserve(at(0, day=5), at(0, day=8), space=store)
    data = {"space": store.id, "day": "2026-11-06", "until": "2026-11-09", "version": row.version}
    return row, data | changed


def test_a_store_is_moved_for_a_tenant_by_whole_days(house):
    row, data = stored(house)
    assert 'name="until"' in desk(house, f"/reservations/{row.id}")
    assert "已改期或换空间" in post(house, f"/reservations/{row.id}/move", **data).text
    found = house.all(Reservation)[0]
    assert (found.starts_at, found.ends_at) == (at(0, day=6), at(0, day=10))
    assert found.quote == Money.yuan(32)
    (held,) = house.all(Occupancy)
    assert (held.starts_at, held.ends_at) == (at(0, day=6), at(0, day=10))


def test_a_store_moves_into_no_room_and_a_lease_that_began_nowhere(house):
    row, data = stored(house)
    told = post(house, f"/reservations/{row.id}/move", **data | {"space": house.room.id})
    assert told.status_code == 422
    seen = form_with(desk(house, f"/reservations/{row.id}"), "until").fields["drawn_from"]
    begin_lease(house.session, row.id, now=house.clock.set(at(9, day=5)))
    house.session.commit()
    assert 'name="until"' not in desk(house, f"/reservations/{row.id}")
    assert "已经签到使用" in post(house, f"/reservations/{row.id}/move", **data | {"drawn_from": seen}).text
    assert house.all(Reservation)[0].starts_at == at(0, day=5)


def test_the_park_moves_a_booking_into_what_it_would_have_to_approve_itself(house):
    house.world.rule(house.park, space_id=house.other_room.id, needs_approval=True)
    row = house.reserve(at(14), at(15))
    assert (
        "已改期" in post(house, f"/reservations/{row.id}/move", **moved(row, space=house.other_room.id)).text
    )
    found = house.all(Reservation)[0]
    assert (found.state, found.space_id) == (ReservationState.BOOKED, house.other_room.id)


def test_checking_in_for_somebody_makes_it_their_stay(house):
    row, later = house.reserve(at(9), at(10)), house.reserve(at(11), at(12))
    offered = ["代为签到" in desk(house, f"/reservations/{one.id}") for one in (row, later)]
    assert offered == [True, False], "from ten minutes before, as everybody"
    assert "已代为签到" in post(house, f"/reservations/{row.id}/check-in").text
    assert house.stay_of(row).member_id == house.member.id


def test_checking_out_for_somebody_charges_their_enterprise(house):
    stay_id = house.use(at(9), reserved=(at(9), at(12)))
    house.clock.set(at(10))
    assert "已代为签退" in post(house, f"/stays/{stay_id}/check-out").text
    assert [line.enterprise_id for line in house.all(Charge)] == [house.enterprise.id]
    assert "已在 11月3日 周二 10:00 签退" in post(house, f"/stays/{stay_id}/check-out").text


def test_checking_out_for_somebody_long_gone_asks_for_the_true_end(house):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    house.clock.set(at(13))
    browser = house.browser(house.admin)
    told = browser.post(f"/front-desk/stays/{stay_id}/check-out")
    assert told.location.endswith(f"/front-desk/stays/{stay_id}#correct")
    assert "请按门禁或本人说明核对离开时间" in browser.get(told.location).text
    assert [line.minutes for line in house.all(Charge)] == [60]


def corrected(stay, **changed):
    data = {
        "started_at": "2026-11-03T09:00",
        "ended_at": "2026-11-03T09:30",
        "reason": "门禁记录",
        "version": stay.version,
    }
    return data | changed


def test_a_correction_shows_both_versions_who_and_why(house):
    stay_id = house.use(at(9), at(11))
    house.clock.set(at(12))
    stay = house.all(Stay)[0]
    shown = post(house, f"/stays/{stay_id}/correct", **corrected(stay)).text
    assert "已更正并重新计费" in shown
    for words in ("09:00–11:00", "09:00–09:30", "前台", "门禁记录", "¥40.00"):
        assert words in shown
    live = [line.amount for line in house.all(Charge) if line.superseded_at is None]
    assert live == [Money.yuan(40)]
    assert len(house.all(Charge)) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": ""}, "请写明更正的原因"),
        ({"ended_at": "2026-11-03T08:00"}, "离开时间不能早于到达时间"),
        ({"ended_at": "2026-11-03T23:00"}, "只能填写已经过去的时间"),
        ({"ended_at": ""}, "请填写日期和时间"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_what_was_typed_is_kept(house, wrong, said):
    stay_id = house.use(at(9), at(11))
    house.clock.set(at(12))
    data = corrected(house.all(Stay)[0], **wrong)
    answer = post(house, f"/stays/{stay_id}/correct", **data)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{data["ended_at"]}"' in answer.text
    assert house.all(StayCorrection) == []


def came_and_left(house):
    """Give a stay whose ends are no whole minutes: 09:00:17 to 11:00:42."""
    came, left = at(9) + timedelta(seconds=17), at(11) + timedelta(seconds=42)
    stay_id = house.use(came, left, reserved=(at(9), at(12)))
    house.clock.set(at(13))
    return stay_id, house.all(Stay)[0]


def test_a_correction_that_changes_nothing_is_refused_in_words_and_writes_nothing(house):
    stay_id, stay = came_and_left(house)
    as_it_is = {"started_at": "2026-11-03T09:00", "ended_at": "2026-11-03T11:00", "reason": "没改"}
    charges, trail = len(house.all(Charge)), len(house.all(AuditEntry))
    answer = post(house, f"/stays/{stay_id}/correct", **corrected(stay, **as_it_is))
    assert answer.status_code == 422
    assert "没有改动，这条使用记录的时间就是 11月3日 周二 09:00–11:00。" in answer.text
    assert 'value="没改"' in answer.text
    assert house.all(StayCorrection) == []
    assert (len(house.all(Charge)), len(house.all(AuditEntry))) == (charges, trail)
    assert "没改" not in house.browser().get(f"/today/stays/{stay_id}").text


def test_a_late_correction_to_what_is_there_now_is_not_called_a_correction(house):
    stay_id, stay = came_and_left(house)
    page = house.browser(house.admin).get(f"/front-desk/stays/{stay_id}").text
    drawn = unescape(re.search(r'name="drawn_from"[^>]*value="([^"]+)"', page)[1])
    first = corrected(stay, drawn_from=drawn)
    assert "已更正并重新计费" in post(house, f"/stays/{stay_id}/correct", **first).text
    late = post(house, f"/stays/{stay_id}/correct", **first | {"reason": "另一个原因"})
    assert late.status_code == 422
    assert "没有改动" in late.text
    assert [one.reason for one in house.all(StayCorrection)] == ["门禁记录"]


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ({"started_at": "2026-11-03T09:00"}, at(9) + timedelta(seconds=17), at(9, 30)),
        (
            {"started_at": "2026-11-03T09:10", "ended_at": "2026-11-03T11:00"},
            at(9, 10),
            at(11) + timedelta(seconds=42),
        ),
        # who left in the minute of arriving did not leave before it
        ({"ended_at": "2026-11-03T09:00"}, at(9) + timedelta(seconds=17), at(9) + timedelta(seconds=17)),
    ],
)
def test_correcting_one_end_leaves_the_other_as_it_was_to_the_second(house, typed, start, end):
    stay_id, stay = came_and_left(house)
    assert "已更正并重新计费" in post(house, f"/stays/{stay_id}/correct", **corrected(stay, **typed)).text
    [kept] = house.all(StayCorrection)
    assert (kept.new_started_at, kept.new_ended_at) == (start, end)
    [stay] = house.all(Stay)
    assert (stay.started_at, stay.ended_at) == (start, end)


def test_what_needs_attention_is_counted(house):
    house.use(at(9), reserved=(at(9), at(10)))
    missed = house.reserve(at(14), at(15))
    missed.state = ReservationState.NO_SHOW
    house.session.commit()
    house.clock.set(at(10, 30))
    shown = desk(house)
    assert "超时" in shown
    assert "会议室 1 / 2" in shown


def test_the_front_desk_is_the_administrators(house, client):
    row = house.reserve(at(14), at(15))
    stay_id = house.use(at(9), at(10), space=house.other_room)
    paths = [f"/reservations/{row.id}", f"/stays/{stay_id}"]
    acts = ["approve", "decline", "cancel", "move", "check-in"]
    posts = [f"/reservations/{row.id}/{act}" for act in acts]
    posts += [f"/stays/{stay_id}/check-out", f"/stays/{stay_id}/correct"]
    for member in (house.member, house.manager, house.branch):
        browser = house.browser(member)
        assert browser.get("/front-desk").status_code == 403
        assert {browser.get(f"/front-desk{path}").status_code for path in paths} == {404}
        assert {browser.post(f"/front-desk{path}").status_code for path in posts} == {404}
    assert client.get("/front-desk").status_code == 302
    elsewhere = house.browser(house.world.member(house.world.park()))
    assert {elsewhere.get(f"/front-desk{path}").status_code for path in paths} == {404}
    assert {elsewhere.post(f"/front-desk{path}").status_code for path in posts} == {404}


def test_the_number_of_queries_does_not_grow_with_the_rows(house, count_queries):
    browser = house.browser(house.admin)

    def a_lot(hour, member):
        room = house.world.space(house.area)
        house.use(at(hour), reserved=(at(hour), at(hour + 1)), space=room, member=member)
        house.reserve(at(hour + 2), at(hour + 3), space=room, member=member)
        house.reserve(at(16), at(17), member=member, state=ReservationState.REQUESTED)
        stay_id = house.use(at(hour), at(hour, 30), space=house.world.space(house.area), member=member)
        house.session.get(Stay, stay_id, populate_existing=True).needs_review = True
        house.session.commit()

    a_lot(9, house.member)
    browser.get("/front-desk")
    few = count_queries(lambda: browser.get("/front-desk"))
    for hour in range(9, 14):
        somebody = house.world.member(house.world.enterprise(house.park))
        a_lot(hour, somebody)
    assert count_queries(lambda: browser.get("/front-desk")) == few
