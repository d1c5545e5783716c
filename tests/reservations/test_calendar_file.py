"""A reservation goes into one's own calendar, and a newer copy of it takes the older one's place."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select

from booking.reservations.models import Reservation
from tests.reservations.conftest import asked, manage


def book(place, space=None, **facts):
    answer = place.mine.post("/reservations/new", data=asked(space or place.room, 1, 2) | facts)
    assert answer.status_code == 302, answer.text
    place.session.rollback()
    return place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()


def file_of(place, made):
    answer = place.mine.get(f"/reservations/{made.id}/calendar.ics")
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'inline; filename="reservation-{made.id}.ics"'
    for line in answer.data.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
    return answer.data


def entry_of(place, made):
    calendar = Calendar.from_ical(file_of(place, made))
    assert "METHOD" not in calendar
    assert (calendar["VERSION"], bool(calendar["PRODID"])) == ("2.0", True)
    (event,) = calendar.walk("VEVENT")
    assert not event.errors
    return event


def test_the_entry_says_what_where_and_when(place):
    made = book(place, purpose="周会; 预算, 下季度\\计划")
    entry = entry_of(place, made)
    assert entry["SUMMARY"] == "大会议室 · 周会; 预算, 下季度\\计划"
    assert entry["LOCATION"] == f"{place.park.name} · 3号楼 · {place.room.code}"
    assert entry["DTSTART"].dt == datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
    assert entry["DTEND"].dt == datetime(2026, 11, 3, 3, 0, tzinfo=UTC)
    assert b"DTSTART:20261103T020000Z\r\n" in file_of(place, made)
    assert entry["URL"] == f"http://127.0.0.1:5000/reservations/{made.id}"
    assert entry["STATUS"] == "CONFIRMED"


def test_a_moved_reservation_keeps_its_name_and_counts_up(place, standing_clock, now):
    made = book(place)
    before = entry_of(place, made)
    later = standing_clock.set(now.replace(minute=30))
    place.mine.post(f"/reservations/{made.id}/move", data=asked(place.other, 3, 5, version=1))
    after = entry_of(place, made)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before["LAST-MODIFIED"].dt, after["LAST-MODIFIED"].dt) == (now, later)
    assert after["DTSTAMP"].dt == later
    assert after["DTSTART"].dt == datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
    assert "小会议室" in after["SUMMARY"]


def test_a_cancelled_one_says_so_and_is_no_longer_offered(place):
    made = book(place)
    address = f"/reservations/{made.id}/calendar.ics"
    assert address in place.mine.get(f"/reservations/{made.id}").text
    place.mine.post(f"/reservations/{made.id}/cancel", data={"version": 1})
    assert entry_of(place, made)["STATUS"] == "CANCELLED"
    assert address not in place.mine.get(f"/reservations/{made.id}").text


@pytest.mark.parametrize(("until", "end"), [("2026-11-10", date(2026, 11, 11)), ("", None)])
def test_a_store_takes_whole_days_and_keeps_nobody_from_anything(place, until, end):
    manage(place)
    made = book(place, place.store, day="2026-11-05", until=until, people=1)
    entry = entry_of(place, made)
    assert entry["DTSTART"].dt == date(2026, 11, 5)
    assert ("DTEND" in entry) == (end is not None)
    assert end is None or entry["DTEND"].dt == end
    assert entry["TRANSP"] == "TRANSPARENT"


def test_another_enterprises_entry_is_not_found(place):
    made = book(place)
    assert place.others.get(f"/reservations/{made.id}/calendar.ics").status_code == 404
    abroad = place.sign_in(place.world.member(place.world.park()))
    assert abroad.get(f"/reservations/{made.id}/calendar.ics").status_code == 404
