"""What goes wrong on pages gets a sentence, keeps what was typed, and does nothing by halves.

Where else it is told: bad times, too many people and a retired space in tests/reservations/test_pages.py,
a double click and a stale cancelling there too; an expired session in tests/people/test_resubmission.py;
unreachable SMTP in tests/mail/test_letters.py and tests/gateways/test_smtp.py; a Stripe answer of 500 in
tests/payments/test_paying_online.py; a full disk in tests/invoices/test_issuing.py and
test_closing_pages.py; a closed month's questions in tests/charges/test_statement.py.
"""

from __future__ import annotations

from datetime import date

import pytest

from booking.charges.models import MonthClose
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.usage.models import Stay
from tests.reservations.conftest import asked
from tests.usage.conftest import at

FAR_AWAY = ("9999-12-31T23:59+00:00", "2199-12-31T10:00+08:00", "0001-01-01T00:00+14:00")


def booked(place):
    answer = place.mine.post("/reservations/new", data=asked(place.room, 1, 2))
    assert answer.status_code == 302
    return answer.location


def only(place):
    place.session.rollback()
    place.session.expire_all()
    (found,) = place.session.query(Reservation).all()
    return found


def test_who_has_left_the_park_books_nothing_any_more(place):
    place.ours.left_on = date(2026, 11, 2)
    place.session.commit()
    answer = place.mine.post("/reservations/new", data=asked(place.room, 1, 2))
    assert answer.status_code == 422
    assert "已离开园区" in answer.text
    assert 'value="周会"' in answer.text
    pool = asked(place.desk, 1, 2) | {"kind": "workstation", "area": "0", "people": "1"}
    assert "已离开园区" in place.mine.post("/reservations/any", data=pool).text
    assert place.session.query(Reservation).count() == 0


def test_who_leaves_later_books_until_then(place):
    place.ours.left_on = date(2026, 11, 3)
    place.session.commit()
    assert place.mine.post("/reservations/new", data=asked(place.room, 1, 2)).status_code == 302
    assert place.mine.post("/reservations/new", data=asked(place.room, 25, 26)).status_code == 422


def test_who_has_left_the_park_walks_in_nowhere(house):
    house.enterprise.left_on = date(2026, 11, 2)
    house.session.commit()
    answer = house.browser().post(
        "/s/code-of-lan/walk-in", data={"until": at(10).isoformat()}, follow_redirects=True
    )
    assert "已离开园区" in answer.text
    assert house.all(Stay) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": "2026-11-02"}, "已经过去"),
        ({"starts": "11:00", "ends": "10:00"}, "结束时间要晚于开始时间"),
        ({"starts": "10:05"}, "15 分钟"),
        ({"ends": "23:00"}, "08:00–22:00"),
        ({"day": "2027-03-01"}, "最多提前 60 天"),
    ],
)
def test_a_move_that_cannot_be_says_why_keeps_what_was_typed_and_moves_nothing(place, change, words):
    url = booked(place)
    before = only(place)
    typed = {"space": place.other.id, "day": "2026-11-04", "starts": "13:00", "ends": "14:00"} | change
    answer = place.mine.post(f"{url}/move", data=typed)
    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert f'value="{typed["starts"]}"' in answer.text
    assert f'value="{typed["day"]}"' in answer.text
    after = only(place)
    assert (after.space_id, after.starts_at, after.version) == (
        place.room.id,
        before.starts_at,
        before.version,
    )


@pytest.mark.parametrize("end", FAR_AWAY)
def test_an_end_that_nobody_means_changes_nothing(place, end):
    url = booked(place)
    ends_at = only(place).ends_at
    answer = place.mine.post(f"{url}/end", data={"ends": end})
    assert answer.status_code == 422
    assert "form-error" in answer.text
    assert only(place).ends_at == ends_at
    assert place.session.query(Occupancy).count() == 1


@pytest.mark.parametrize("until", FAR_AWAY)
def test_nobody_stays_for_centuries(house, until):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    answer = house.browser().post(f"/today/longer/{stay_id}", data={"until": until}, follow_redirects=True)
    assert answer.status_code in {200, 400}
    (stay,) = house.all(Stay)
    assert stay.held_until == at(10)


def test_a_stay_of_a_closed_month_is_not_corrected_at_the_desk_and_the_form_is_kept(house):
    stay_id = house.use(at(9), at(10))
    closed = MonthClose(park_id=house.park.id, month_key=202611, closed_at=at(12), closed_by="测试")
    house.session.add(closed)
    house.session.commit()
    typed = {"started_at": "2026-11-03T09:00", "ended_at": "2026-11-03T09:30", "reason": "提前离开"}
    answer = house.browser(house.admin).post(f"/front-desk/stays/{stay_id}/correct", data=typed)
    assert answer.status_code == 422
    assert "已结账" in answer.text
    assert "提前离开" in answer.text
    (stay,) = house.all(Stay)
    assert stay.ended_at == at(10)


def test_a_second_press_of_every_button_does_nothing_twice(house):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    (row,) = house.all(Reservation)
    browser = house.browser()
    assert browser.post(f"/today/check-in/{row.id}").status_code == 302
    house.clock.set(at(9, 30))
    assert browser.post(f"/today/check-out/{stay_id}").status_code == 302
    house.clock.set(at(9, 45))
    assert browser.post(f"/today/check-out/{stay_id}").status_code == 302
    (stay,) = house.all(Stay)
    assert stay.ended_at == at(9, 30)
    (row,) = house.all(Reservation)
    assert row.state is not ReservationState.IN_USE
