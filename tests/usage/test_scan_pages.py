"""The page behind the code on a space: the one thing that makes sense there now."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from booking.charges.models import Charge
from booking.reservations.models import Occupancy, ReservationState
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.spaces.models import Kind, OpeningRule
from booking.usage.models import Stay
from booking.values import Money
from tests.usage.conftest import at

LAN = "/s/code-of-lan"


def look(house, member=None, path=LAN):
    return house.browser(member).get(path, follow_redirects=True).text


def walk_in(house, until, member=None, path=LAN):
    data = {"until": until.isoformat()}
    return house.browser(member).post(f"{path}/walk-in", data=data, follow_redirects=True).text


def test_a_stranger_says_a_need_about_the_space_or_signs_in_and_comes_back(house, client):
    page = client.get(LAN)
    assert page.status_code == 200
    assert "/ask/at/code-of-lan" in page.text
    assert f"/sign-in?next={LAN}" in page.text
    at_the_door = client.get(f"{LAN}?minutes=30").text
    assert f"/sign-in?next={LAN}?minutes%3D30" in at_the_door, "what the tablet there offered is kept"
    assert "walk-in" not in page.text
    assert client.get("/s/no-such-code").status_code == 302, "as with every page: sign in first"


def test_my_own_reservation_is_offered_for_check_in(house):
    row = house.reserve(at(9, 5), at(10))
    shown = look(house)
    assert f"/today/check-in/{row.id}" in shown
    assert "walk-in" not in shown
    assert f"/today/check-in/{row.id}" in look(house, house.manager)  # a colleague may be there first


def test_my_own_stay_is_offered_for_check_out_with_its_cost(house):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    house.clock.set(at(9, 45))
    shown = look(house)
    assert f"/today/check-out/{stay_id}" in shown
    assert "¥60.00" in shown


def test_behind_the_code_of_my_own_stay_later_ends_are_offered_with_what_they_add(house):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    house.reserve(at(11), at(12), member=house.rival)
    house.clock.set(at(9, 50))
    shown = look(house)
    offered = re.search(rf'action="/today/longer/{stay_id}">(.*?)</form>', shown, re.DOTALL)[1]
    assert re.findall(r">(\d\d:\d\d) <[^>]*>\+(¥[\d.]+)<", offered) == [
        ("10:15", "¥20.00"),
        ("10:30", "¥40.00"),
        ("11:00", "¥80.00"),
    ], "80.00 an hour, up to the next booking"
    assert f"/today/longer/{stay_id}" in look(house, house.manager), "as on the page of the stay"
    assert "/today/longer/" not in look(house, house.rival)
    last = {"until": re.findall(r'name="until" value="([^"]*)"', offered)[-1]}
    told = house.browser().post(f"/today/longer/{stay_id}", data=last, follow_redirects=True).text
    assert "已延长到 11:00" in told
    assert "不能更晚" not in look(house)
    assert "/today/longer/" not in look(house), "somebody comes then, and nothing is left to choose"


def test_walking_in_offers_ends_up_to_the_next_claim_with_their_prices(house):
    house.reserve(at(10, 10), at(11), member=house.rival)
    shown = look(house)
    assert "到 09:30" in shown
    assert "¥40.00" in shown
    assert "到 10:10" in shown
    assert "¥100.00" in shown  # 70 minutes, billed as 75
    assert "到 10:30" not in shown


def test_walking_in_offers_no_end_past_closing_time(house):
    house.clock.set(at(21, 20))
    shown = look(house)
    assert "到 21:50" in shown
    assert "到 22:00" in shown
    assert "22:20" not in shown
    assert "开放时间是" in walk_in(house, at(22, 30))
    assert house.all(Stay) == []


def test_who_walks_in_holds_the_space_and_pays_for_what_was_used(house):
    assert "已开始使用“兰亭”，到 10:00" in walk_in(house, at(10))
    assert [(claim.starts_at, claim.ends_at) for claim in house.all(Occupancy)] == [(at(9), at(10))]
    house.clock.set(at(9, 31))
    house.browser().post(f"/today/check-out/{house.all(Stay)[0].id}")
    assert [line.amount for line in house.all(Charge)] == [Money.yuan(60)]


def test_a_double_click_walks_in_once(house):
    walk_in(house, at(10))
    assert "已经签到了" in walk_in(house, at(10))
    assert len(house.all(Stay)) == 1


def test_two_who_want_the_space_get_one_stay_and_one_answer_to_act_on(house):
    walk_in(house, at(10), house.rival)
    told = walk_in(house, at(10))
    assert "还有人在用" in told
    assert "现在有人在用" in told
    assert "竹韵" in told
    assert len(house.all(Stay)) == 1


def test_a_busy_space_says_until_when_and_what_is_free_but_not_who_has_it(house):
    house.reserve(at(9), at(10), member=house.rival)
    house.reserve(at(10), at(11), member=house.rival)
    shown = look(house)
    assert "忙到 11:00" in shown
    assert "/s?code=M2" in shown
    assert "南溪" not in shown
    assert "陈立" not in shown


def test_only_lengths_that_the_quota_allows_are_offered(house):
    day = {"period": QuotaPeriod.DAY, "kind": Kind.MEETING_ROOM, "from_minute": 0, "until_minute": 24 * 60}
    quota = Quota(park_id=house.park.id, per=Per.ENTERPRISE, minutes=60, **day)
    house.session.add(quota)
    house.session.commit()
    shown = look(house)
    assert "到 10:00" in shown
    assert "到 10:30" not in shown
    assert "你们企业当天的额度：现在剩 1 小时，这次之后就用完" in shown
    quota.minutes = 10
    house.session.commit()
    shown = look(house)
    assert "额度不够" in shown
    assert "walk-in" not in shown
    assert walk_in(house, at(9, 30)).count("超出") == 2, "said by the press as by the page"


def test_a_closed_space_says_when_it_opens(house):
    house.clock.set(at(7))
    assert "开放时间是 08:00–22:00" in look(house)
    assert "开放时间是 08:00–22:00" in walk_in(house, at(7, 30))


def test_a_space_without_a_price_is_not_offered_and_not_given(house):
    house.world.rule(house.park, Kind.HALL)
    house.world.space(house.area, Kind.HALL, name="会客厅", scan_code="code-of-hall")
    page = house.browser().get("/s/code-of-hall").text
    assert "还没有价目" in page
    assert "walk-in" not in page
    told = house.browser().post(
        "/s/code-of-hall/walk-in", data={"until": at(10).isoformat()}, follow_redirects=True
    )
    assert "还没有价目" in told.text
    assert house.all(Stay) == []


def test_a_space_that_needs_approval_is_not_for_walking_in(house):
    house.session.execute(update(OpeningRule).values(needs_approval=True))
    house.session.commit()
    assert "要园区批准" in look(house)
    assert "不能随到随用" in walk_in(house, at(10))
    assert house.all(Stay) == []


def test_a_retired_space_points_to_others(house):
    house.room.retired_at = at(8)
    house.session.commit()
    shown = look(house)
    assert "已停用" in shown
    assert "竹韵" in shown
    assert "不能随到随用" in walk_in(house, at(10))


def test_storage_has_nothing_to_check_in_to(house):
    house.storage()
    assert "仓储按天预订" in look(house, path="/s/code-of-store")
    assert "不能随到随用" in walk_in(house, at(10), path="/s/code-of-store")


def test_what_has_no_price_is_not_begun(house):
    house.world.rule(house.park, Kind.HALL)
    house.world.space(house.area, Kind.HALL, scan_code="code-of-hall")
    assert "已开始使用" not in walk_in(house, at(10), path="/s/code-of-hall")
    assert house.all(Stay) == []


@pytest.mark.parametrize("until", ["", "later", "2020-01-01T10:00+00:00"])
def test_nonsense_for_an_end_is_a_bad_request(house, until):
    assert house.browser().post(f"{LAN}/walk-in", data={"until": until}).status_code == 400


def test_an_unknown_code_says_what_to_do(house):
    answer = house.browser().get("/s/no-such-code")
    assert answer.status_code == 404
    assert "输入门牌编号" in answer.text
    assert house.browser().post("/s/no-such-code/walk-in", data={"until": "x"}).status_code == 404


def test_another_parks_code_is_unknown(house):
    elsewhere = house.world.space(house.world.area(house.world.park()), scan_code="code-elsewhere", code="Z9")
    assert house.browser().get("/s/code-elsewhere").status_code == 404
    data = {"until": at(10).isoformat()}
    assert house.browser().post("/s/code-elsewhere/walk-in", data=data).status_code == 404
    assert "没有编号为" in look(house, path=f"/s?code={elsewhere.code}")


@pytest.mark.parametrize("typed", ["M1", "m1", " m1 "])
def test_what_stands_on_the_door_may_be_typed(house, typed):
    answer = house.browser().get("/s", query_string={"code": typed})
    assert answer.status_code == 302
    assert answer.location.endswith(LAN)


def test_a_mistyped_code_stays_in_its_field_with_what_is_wrong_beside_it(house):
    answer = house.browser().get("/s?code=M9")
    assert answer.status_code == 404
    assert "没有编号为“M9”的空间" in answer.text
    assert 'value="M9"' in answer.text


def test_who_comes_to_type_a_code_is_not_told_that_it_is_wrong(house):
    answer = house.browser().get("/s")
    assert answer.status_code == 200
    assert "输入门牌编号" in answer.text
    assert "没有编号为" not in answer.text


def test_the_front_desk_and_the_branch_see_a_state_and_no_button(house):
    house.reserve(at(9), at(10), member=house.rival)
    for member in (house.admin, house.branch):
        shown = look(house, member)
        assert "有预订" in shown
        assert "walk-in" not in shown
        assert house.browser(member).post(f"{LAN}/walk-in").status_code == 404


def test_a_reservation_of_mine_later_today_leaves_the_time_before_it(house):
    house.reserve(at(11), at(12))
    assert "到 11:00" in look(house)
    house.clock.set(at(10, 55))
    assert "/today/check-in/" in look(house)


def test_after_a_no_show_the_space_may_be_walked_into(house):
    row = house.reserve(at(9), at(10))
    row.state = ReservationState.NO_SHOW
    house.session.query(Occupancy).delete()
    house.session.commit()
    assert "现在空闲" in look(house)


def test_at_a_parts_door_stands_what_one_has_of_the_combined_space(house):
    """Its reservation and its stay, under its own name; to others that the part is taken with it."""
    other = house.world.space(house.room.area, name="小厅")
    whole = house.world.space(house.room.area, name="大厅", parts=[house.room, other])
    row = house.reserve(at(9, 5), at(10), space=whole)
    shown = look(house)
    assert f"/today/check-in/{row.id}" in shown
    assert "你们的预订 · 大厅" in shown
    assert house.browser().post(f"/today/check-in/{row.id}").status_code == 302
    shown = look(house)
    assert f"/today/check-out/{house.stay_of(row).id}" in shown
    assert "大厅" in shown


def test_others_at_a_parts_door_read_by_which_combined_space_it_is_taken(house):
    """By somebody's walking in, which reserves nothing."""
    other = house.world.space(house.room.area, name="小厅")
    house.world.space(house.room.area, name="大厅", parts=[house.room, other], scan_code="code-of-whole")
    assert "已开始使用“大厅”" in walk_in(house, at(10), member=house.rival, path="/s/code-of-whole")
    assert "兰亭 + 小厅" in look(house, path="/s/code-of-whole")
    (stay,) = house.all(Stay)
    assert "兰亭 + 小厅" in house.browser(house.admin).get(f"/front-desk/stays/{stay.id}").text
    shown = look(house)
    assert "忙到 10:00" in shown
    assert "合成“大厅”使用" in shown
    assert "合成“大厅”使用" in house.browser().get("/calendar").text


def test_the_shortest_end_that_is_offered_is_what_the_least_charge_buys(house):
    """A quarter of an hour costs what half an hour does, so that half an hour is the first."""
    shown = look(house)
    assert "到 09:15" not in shown
    assert shown.index("到 09:30") < shown.index("到 10:00")
    house.reserve(at(9, 20), at(11), member=house.rival)
    assert "到 09:20" in look(house)
