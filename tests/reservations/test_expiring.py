"""A request that nobody answered before its start is closed by the house, and who asked is told."""

from __future__ import annotations

from datetime import timedelta

from booking.jobs.job import run
from booking.jobs.reservations import CLOSE_REQUESTS
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, manage

HOUR = timedelta(hours=1)
CLOSED = "这个申请已自动关闭"


def requested(place, space, **form):
    place.world.rule(place.park, space.kind, needs_approval=True)
    place.mine.post("/reservations/new", data=asked(space, 1, 2) | form)
    return only(place).id


def only(place):
    place.session.rollback()
    place.session.expire_all()
    (found,) = place.session.query(Reservation).all()
    assert found.state in {ReservationState.REQUESTED, ReservationState.DECLINED}
    return found


def swept(app):
    with app.app_context():
        return run(CLOSE_REQUESTS)


def test_a_request_is_closed_at_its_start_and_not_before_however_late_the_job_runs(
    place, app, standing_clock
):
    requested(place, place.room)
    standing_clock.set(TUESDAY + HOUR - timedelta(minutes=1))
    assert swept(app).done == 0
    standing_clock.set(TUESDAY + 40 * HOUR)
    assert [swept(app).done, swept(app).done] == [1, 0]
    assert only(place).state is ReservationState.DECLINED


def test_who_asked_is_told_why_and_the_administrator_sees_it_no_more(place, app, standing_clock):
    url = f"/reservations/{requested(place, place.room)}"
    assert "等你批准" in place.admins.get("/front-desk").text
    assert CLOSED not in place.mine.get(url).text
    standing_clock.set(TUESDAY + HOUR)
    swept(app)
    page = place.mine.get(url).text
    assert CLOSED in page
    assert "再订" in page
    assert "系统" in page
    assert "close requests" not in page
    assert "的申请没有通过" in place.mine.get("/today").text
    assert "等你批准" not in place.admins.get("/front-desk").text


def test_the_request_for_a_store_can_be_answered_all_its_first_day(place, app, standing_clock):
    manage(place)
    reservation_id = requested(place, place.store, day="2026-11-03", until="", people="1")
    standing_clock.set(TUESDAY + 14 * HOUR)
    assert swept(app).done == 0
    standing_clock.set(TUESDAY + 15 * HOUR)
    answer = place.admins.post(f"/front-desk/reservations/{reservation_id}/approve", follow_redirects=True)
    assert "不能再批准" in answer.text
    assert swept(app).done == 1
    assert place.store.kind is Kind.STORAGE
