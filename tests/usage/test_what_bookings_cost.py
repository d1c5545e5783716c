"""The list of bookings and a booking's own page say what was billed, and lead to what explains it."""

from __future__ import annotations

from datetime import date

import pytest

from booking.charges.models import Charge, Dispute
from booking.jobs.job import run
from booking.jobs.reservations import RELEASE_NO_SHOWS
from booking.people.models import Role
from booking.reservations.models import Reservation, ReservationState
from booking.usage.models import Stay
from booking.values import Money
from tests.usage.conftest import at


def row_of(text, reservation_id):
    """Give a reservation's row of the list, and the link beside it."""
    return text.split(f'href="/reservations/{reservation_id}"')[1].split("</li>")[0]


def past(house, member=None, who=""):
    return house.browser(member).get(f"/reservations?tab=past{who}").text


def shown(house, reservation_id, member=None):
    return house.browser(member).get(f"/reservations/{reservation_id}").text.split("<main")[1]


def reservation_of(house, stay_id):
    return house.session.get_one(Stay, stay_id).reservation_id


def test_what_is_to_come_is_a_quote_and_says_so(house):
    row = house.reserve(at(14), at(15))
    listed = row_of(house.browser().get("/reservations").text, row.id)
    assert "报价" in listed
    assert "¥80.00" in listed
    assert "实际计费" not in listed
    assert "预订时报价" in shown(house, row.id)
    assert "使用和费用" not in shown(house, row.id)


def test_what_was_used_shows_what_was_billed_and_leads_to_its_line(house):
    stay_id = house.use(at(9), at(9, 30), reserved=(at(9), at(10)))
    row = reservation_of(house, stay_id)
    house.clock.set(at(11))
    listed = row_of(past(house), row)
    assert "实际计费" in listed
    assert "¥40.00" in listed
    assert "¥80.00" not in listed, "the quote is not what was billed"
    line = f'href="/statement?month=2026-11#stay-{stay_id}"'
    assert line in listed
    own = shown(house, row)
    assert line in own
    assert f'href="/today/stays/{stay_id}"' in own
    assert "实际计费 ¥40.00" in own
    assert f'id="stay-{stay_id}"' in house.browser().get("/statement?month=2026-11").text


def test_a_colleagues_line_is_the_managers_to_see_and_others_are_led_to_the_stay(house):
    stay_id = house.use(at(9), at(10), member=house.manager, reserved=(at(9), at(10)))
    row = reservation_of(house, stay_id)
    assert f'href="/today/stays/{stay_id}"' in row_of(past(house, who="&who=all"), row)
    assert "/statement" not in row_of(past(house, who="&who=all"), row)
    assert f"#stay-{stay_id}" in row_of(past(house, house.manager), row)


def test_who_did_not_come_sees_the_fee_and_where_it_stands(house, app):
    row = house.reserve(at(9), at(10))
    house.clock.set(at(9, 20))
    with app.app_context():
        run(RELEASE_NO_SHOWS)
    listed = row_of(past(house), row.id)
    assert "未到费用" in listed
    assert "¥40.00" in listed
    assert f"/statement?month=2026-11#booking-{row.id}" in listed
    assert f'id="booking-{row.id}"' in house.browser().get("/statement").text


def test_nothing_and_not_yet_are_said(house):
    gone = house.reserve(at(9), at(10), state=ReservationState.CANCELLED)
    free = house.reserve(at(7), at(8), state=ReservationState.DONE)
    house.use(at(9), reserved=(at(9), at(10)))
    here = house.all(Reservation)[-1]
    house.clock.set(at(10, 20))
    text = past(house)
    assert "没有费用" in row_of(text, gone.id)
    assert "未产生费用" in row_of(text, free.id)
    assert "尚未计费" in row_of(text, here.id)
    assert "¥" not in row_of(text, gone.id) + row_of(text, free.id) + row_of(text, here.id)


def released(house, app, permille, **quoted):
    house.world.tariff(house.park, no_show_permille=permille, valid_from=date(2026, 11, 3), name="新价目")
    row = house.reserve(at(9), at(10))
    for name, value in quoted.items():
        setattr(row, name, value)
    house.session.commit()
    house.clock.set(at(9, 20))
    with app.app_context():
        run(RELEASE_NO_SHOWS)
    return row


def test_who_did_not_come_and_pays_nothing_is_told_why_and_led_there(house, app):
    row = released(house, app, 0)
    listed = row_of(past(house), row.id)
    assert "没有费用" in listed
    assert f'href="/reservations/{row.id}#cost"' in listed
    own = shown(house, row.id)
    assert 'id="cost"' in own
    assert "价目“新价目”规定：订了没有来，不收费。" in own


def test_where_nothing_was_quoted_not_coming_costs_nothing_and_says_so(house, app):
    row = released(house, app, 500, quote=Money.zero())
    assert "预订时的报价就没有费用" in shown(house, row.id)


@pytest.mark.parametrize(
    ("permille", "minutes", "said"),
    [(0, 0, "取消预订不收费"), (500, 60, "开始前 1 小时以前取消，不收费")],
)
def test_what_was_cancelled_for_nothing_says_by_which_rule(house, permille, minutes, said):
    day = {"valid_from": date(2026, 11, 3)}
    house.world.tariff(house.park, late_cancel_permille=permille, late_cancel_minutes=minutes, **day)
    row = house.reserve(at(14), at(15))
    house.clock.set(at(9))
    house.browser().post(f"/reservations/{row.id}/cancel", data={"version": row.version})
    assert said in shown(house, row.id)


def test_what_the_park_cancels_late_is_not_said_to_be_in_time(house):
    late = {"late_cancel_permille": 500, "late_cancel_minutes": 60, "valid_from": date(2026, 11, 3)}
    house.world.tariff(house.park, **late)
    row = house.reserve(at(9, 30), at(10, 30))
    house.clock.set(at(9, 10))
    data = {"version": row.version, "reason": "漏水"}
    house.browser(house.admin).post(f"/front-desk/reservations/{row.id}/cancel", data=data)
    assert "园区没有收取" in shown(house, row.id)


def test_what_is_in_question_is_not_called_billed(house):
    stay_id = house.use(at(9), at(10), reserved=(at(9), at(10)))
    line = house.all(Charge)[0]
    asked = {"opened_at": at(11), "opened_by_id": house.member.id, "words": "？"}
    house.session.add(Dispute(charge_id=line.id, park_id=house.park.id, **asked))
    house.session.commit()
    listed = row_of(past(house), reservation_of(house, stay_id))
    assert "另有异议中的未计入" in listed
    assert "¥0.00" in listed


def test_the_front_desk_sees_it_beside_the_quote(house):
    stay_id = house.use(at(9), at(9, 30), reserved=(at(9), at(10)))
    page = house.browser(house.admin).get(f"/front-desk/reservations/{reservation_of(house, stay_id)}").text
    assert "预订时报价" in page
    assert "实际计费 ¥40.00" in page


def test_the_list_asks_no_more_for_more_rows(house, count_queries):
    house.use(at(8), at(8, 30), reserved=(at(8), at(8, 30)))
    browser = house.browser(house.world.member(house.enterprise, Role.MANAGER))
    browser.get("/reservations?tab=past&who=all")
    few = count_queries(lambda: browser.get("/reservations?tab=past&who=all"))
    for minute in (0, 15, 30):
        house.use(at(9, minute), at(9, minute + 14), reserved=(at(9, minute), at(9, minute + 15)))
        house.reserve(at(6, minute), at(6, minute + 10), state=ReservationState.NO_SHOW)
    assert count_queries(lambda: browser.get("/reservations?tab=past&who=all")) == few
