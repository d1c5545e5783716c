"""What cancelling costs is what was shown, whatever somebody else does to a booking at that moment.

On PostgreSQL; SQLite has one writer.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.charges.models import Charge
from booking.reservations.models import Reservation
from booking.reservations.set_end import set_end
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.run import HANGS
from tests.harness.stays import actor
from tests.harness.times import TUESDAY
from tests.race.test_no_rings import waiting
from tests.reservations.conftest import place  # noqa: F401 - a fixture
from tests.reservations.test_series_pages import book, text_of
from tests.reservations.test_series_rule_pages import look, thursdays

pytestmark = pytest.mark.postgres


@pytest.fixture
def database_url(postgres_database):
    return postgres_database


@pytest.fixture
def where(place):  # noqa: F811 - the fixture
    """Book four Wednesdays at 80.00 each, the first of them late to cancel by now, at half of it."""
    place.world.tariff(
        place.park, valid_from=date(2026, 1, 1), late_cancel_permille=500, late_cancel_minutes=3000
    )
    place.session.commit()
    return book(place.mine, place.room)


def press(place, where, way, fee):  # noqa: F811 - the fixture
    if way == "change":
        return place.mine.post(f"{where}/change", data=thursdays(place, fee=fee), follow_redirects=True)
    return place.mine.post(f"{where}/cancel", data={"since": "", "fee": fee}, follow_redirects=True)


@pytest.mark.parametrize("way", ["change", "cancel"])
def test_the_fee_is_judged_by_what_is_charged_though_one_is_extended_meanwhile(
    place,  # noqa: F811 - the fixture
    where,
    app,
    standing_clock,
    way,
):
    """An hour of 80.00 becomes three of 240.00: half of that is 120.00, and 40.00 was shown."""
    assert 'name="fee" value="4000"' in look(place, where).text
    first = place.session.scalars(select(Reservation).order_by(Reservation.starts_at)).first()
    longer = {"quote": Money.yuan(240), "by": actor(place.me), "now": TUESDAY}
    with open_session(app) as other:
        set_end(other, first.id, first.starts_at + timedelta(hours=3), **longer)
        other.flush()
        pressed = ThreadPoolExecutor(1).submit(press, place, where, way, 4000)
        until = time.monotonic() + HANGS
        while not pressed.done() and not waiting(other):
            assert time.monotonic() < until, "it neither waits nor ends"
            time.sleep(0.01)
        other.commit()
    assert "现在取消收取 ¥120.00，刚才显示的是 ¥40.00" in text_of(pressed.result(HANGS))
    place.session.rollback()
    assert place.session.scalars(select(Charge)).all() == []
    again = press(place, where, way, 12000)
    assert "按价目收取迟取消费 ¥120.00。" in text_of(again)
    assert [one.amount for one in place.session.scalars(select(Charge))] == [Money.yuan(120)]
