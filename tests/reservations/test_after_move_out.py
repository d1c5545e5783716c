"""What an enterprise has booked for after its last day in the park ends with that day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.audit.models import AuditEntry
from booking.charges.models import Charge
from booking.charges.move_out import LEFT
from booking.jobs.job import run
from booking.jobs.reservations import MOVE_OUT
from booking.jobs.worker import JOBS
from booking.reservations.models import (
    FAR_FUTURE,
    Occupancy,
    Reservation,
    ReservationChange,
    ReservationState,
)
from booking.reservations.reserve import reserve
from booking.spaces.models import Kind
from booking.usage.check_in import begin_lease
from booking.usage.models import Stay
from booking.values import Money, Span
from tests.harness.times import TUESDAY

HOUR = timedelta(hours=1)
LAST_DAY = TUESDAY.date() + timedelta(days=2)
END = TUESDAY + timedelta(days=3) - 9 * HOUR  # the midnight that ends Thursday
REFUSED = 422


class Leaver:
    """An enterprise with a lease and two reservations, one of them after its last day."""

    def __init__(self, place):
        self.session, self.place = place.session, place
        by = Actor("张小明", place.me.id, place.park.id, place.ours.id)

        def booked(space, span):
            return reserve(self.session, space, span, quote=Money.yuan(1), by=by, now=TUESDAY).id

        def hours(first):
            return Span(TUESDAY + first * HOUR, TUESDAY + (first + 1) * HOUR)

        self.lease = booked(place.store, Span(TUESDAY, FAR_FUTURE))
        self.before, self.after = booked(place.room, hours(50)), booked(place.room, hours(74))
        begin_lease(self.session, self.lease, now=TUESDAY)
        self.session.commit()
        self.url = f"/enterprises/{place.ours.id}/leave"

    def get(self, reservation_id):
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(Reservation, reservation_id)

    def stay(self):
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Stay)).one()

    def leave(self, day=LAST_DAY):
        return self.place.admins.post(self.url, data={"left_on": day.isoformat()}, follow_redirects=True)


@pytest.fixture
def leaver(place):
    return Leaver(place)


def test_the_page_says_what_will_end_before_anything_does(leaver):
    page = leaver.place.admins.get(f"{leaver.url}?left_on={LAST_DAY}").text
    assert "登记后会取消 1 个预订，结束 1 个仓储租用" in page
    assert "到最后一天为止" in page
    later = leaver.place.admins.get(f"{leaver.url}?left_on={LAST_DAY + timedelta(days=1)}").text
    assert "登记后会取消 0 个预订，结束 1 个仓储租用" in later
    assert leaver.get(leaver.after).state is ReservationState.BOOKED


def test_leases_end_with_the_last_day_and_what_begins_later_is_cancelled(leaver):
    page = leaver.leave()
    assert "取消了 1 个预订，结束了 1 个仓储租用" in page.text
    after = leaver.get(leaver.after)
    assert (after.state, leaver.get(leaver.before).state) == (
        ReservationState.CANCELLED,
        ReservationState.BOOKED,
    )
    reasons = select(ReservationChange.reason).where(ReservationChange.reservation_id == leaver.after)
    assert leaver.session.scalars(reasons.order_by(ReservationChange.id)).all()[-1] == LEFT
    for path in (f"/front-desk/reservations/{leaver.after}", "/park/trail"):
        assert "企业离开园区" in leaver.place.admins.get(path).text
    trail = set(leaver.session.scalars(select(AuditEntry.action)))
    assert {"enterprise.left", "reservation.cancelled", "reservation.shortened"} <= trail
    assert leaver.session.scalars(select(Charge)).all() == []
    assert (leaver.get(leaver.lease).ends_at, leaver.stay().held_until) == (END, END)


def test_the_lease_is_charged_to_its_last_day_and_the_store_is_free(leaver, app, standing_clock):
    leaver.leave()
    standing_clock.set(END + HOUR)
    with app.app_context():
        for job in JOBS:
            run(job)
    assert leaver.stay().ended_at == END
    charge = leaver.session.scalars(select(Charge).where(Charge.space_kind == Kind.STORAGE)).one()
    assert (charge.days, charge.amount) == (3, Money.yuan(24))
    held = select(Occupancy).where(Occupancy.space_id == leaver.place.store.id, Occupancy.ends_at > END)
    assert leaver.session.scalars(held).all() == []


def test_a_last_day_that_is_over_ends_the_lease_now(leaver, standing_clock):
    now = standing_clock.set(TUESDAY + timedelta(days=5))
    assert "登记后立即结束" in leaver.place.admins.get(f"{leaver.url}?left_on={LAST_DAY}").text
    leaver.leave()
    assert leaver.stay().ended_at == now
    assert leaver.get(leaver.lease).state is ReservationState.DONE


def test_what_lapsed_after_the_last_day_is_cancelled_free_like_the_rest(leaver, standing_clock):
    """Booked for 11 o'clock of the day after; at 11:20 nobody came, nor was to come any more."""
    standing_clock.set(TUESDAY + 74 * HOUR + timedelta(minutes=20))
    assert "取消了 1 个预订" in leaver.leave().text
    assert leaver.get(leaver.after).state is ReservationState.CANCELLED
    charged = set(leaver.session.scalars(select(Charge.reservation_id)))
    assert leaver.after not in charged


def test_what_slipped_through_is_ended_by_the_house_once(leaver, app):
    leaver.place.ours.left_on = LAST_DAY
    leaver.session.commit()
    with app.app_context():
        assert run(MOVE_OUT).done == 1
        assert run(MOVE_OUT).done == 0
    assert leaver.get(leaver.after).state is ReservationState.CANCELLED
    assert leaver.get(leaver.lease).ends_at == END


def test_nobody_leaves_before_they_joined_and_nothing_ends(leaver):
    leaver.place.ours.joined_on = LAST_DAY
    leaver.session.commit()
    answer = leaver.place.admins.post(leaver.url, data={"left_on": "2026-11-01"})
    assert answer.status_code == REFUSED
    assert "不能早于入驻日期" in answer.text
    assert leaver.get(leaver.lease).open_ended
    assert leaver.place.admins.post(leaver.url, data={"left_on": "morgen"}).status_code == REFUSED
