"""A park with one of each thing that a form is about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.audit.actor import Actor
from booking.people.models import Role
from booking.reservations.reserve import reserve
from booking.usage.models import Stay
from booking.values.money import Money
from booking.values.span import Span
from tests.access_cases import make_all


@pytest.fixture
def have(world):
    have = make_all(world, world.park())
    start = world.now - timedelta(hours=24)
    space = world.space(world.area(have.park))
    world.tariff(have.park, space_id=space.id)
    ended = Stay(
        park_id=have.park.id,
        enterprise_id=have.enterprise.id,
        member_id=have.people[Role.MEMBER].id,
        space_id=space.id,
        space_kind=space.kind,
        started_at=start,
        held_until=start + timedelta(hours=1),
        ended_at=start + timedelta(hours=1),
        ending="checked_out",
    )
    world.session.add(ended)
    world.session.commit()
    have.ids["ended_stay_id"] = ended.id
    have.ids["held_id"] = held(world, have)
    return have


def held(world, have):
    """Reserve a room as anybody does, with its place in the occupancy."""
    member, start = have.people[Role.MEMBER], world.now + timedelta(days=1)
    by = Actor(member.name, member.id, have.park.id, have.enterprise.id)
    span = Span(start, start + timedelta(hours=1))
    space = world.space(world.area(have.park))
    made = reserve(world.session, space, span, quote=Money.yuan(80), by=by, now=world.now)
    world.session.commit()
    return made.id
