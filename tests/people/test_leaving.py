"""An enterprise that left the park takes no more places, until it comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.audit.actions import Actor
from booking.people.enterprises import check_tenancy
from booking.people.rules import EnterpriseHasLeft
from booking.reservations.reserve import reserve
from booking.reservations.reserve_from_pool import reserve_from_pool
from booking.usage.check_in import walk_in
from booking.values import Money, Span
from tests.harness.times import SHANGHAI, TUESDAY


def test_after_its_last_day_nothing_can_be_reserved_or_walked_into(session, world):
    park = world.park()
    enterprise = world.enterprise(park, left_on=TUESDAY.date())
    member = world.member(enterprise)
    world.rule(park)
    room = world.space(world.area(park))
    by = Actor(member.name, member.id, park.id, enterprise.id)
    start = TUESDAY + timedelta(days=1)
    tomorrow = Span(start, start + timedelta(hours=1))
    price = Money.yuan(80)
    with pytest.raises(EnterpriseHasLeft):
        reserve(session, room, tomorrow, quote=price, by=by, now=TUESDAY)
    with pytest.raises(EnterpriseHasLeft):
        reserve_from_pool(
            session, [room], tomorrow, quote=lambda _: price, choose=lambda left: left[0], by=by, now=TUESDAY
        )
    with pytest.raises(EnterpriseHasLeft):
        walk_in(session, room, member, start + timedelta(hours=1), charger=None, by=by, now=start)
    today = Span(TUESDAY + timedelta(hours=1), TUESDAY + timedelta(hours=2))
    assert reserve(session, room, today, quote=price, by=by, now=TUESDAY).id


def test_coming_back_opens_the_park_again(session, world):
    enterprise = world.enterprise(world.park(), left_on=TUESDAY.date())
    start = TUESDAY + timedelta(days=1)
    tomorrow = Span(start, start + timedelta(hours=1))
    with pytest.raises(EnterpriseHasLeft):
        check_tenancy(session, enterprise.park_id, enterprise.id, tomorrow, SHANGHAI)
    enterprise.left_on = None
    session.commit()
    check_tenancy(session, enterprise.park_id, enterprise.id, tomorrow, SHANGHAI)
