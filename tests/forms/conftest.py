"""A park with one of each thing that a form is about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.audit.actions import Actor
from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.reservations.reserve import reserve
from booking.spaces.models import IdlePlace, IdleState
from booking.usage.models import Stay
from booking.values import Money, Span
from tests.access_cases import add_need, make_all


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
    # What a fault needs is no longer hours.
    have.ids["hours_need_id"] = add_need(world, have, NeedKind.WISH, "周二想用到 23 点")
    have.ids["used_idle_place_id"] = used_idle_place(world, have)
    return have


def used_idle_place(world, have):
    """Put a place to use as a space."""
    place = IdlePlace(
        park_id=have.park.id,
        name="门厅",
        area_hundredths=18_00,
        empty_since=date(2026, 3, 1),
        state=IdleState.IN_USE,
        put_to_use_on=date(2026, 5, 6),
        created_at=world.now,
    )
    place.spaces = [world.space(world.area(have.park))]
    world.session.add(place)
    world.session.commit()
    return place.id


def held(world, have):
    """Reserve a room as anybody does, with its place in the occupancy."""
    member, start = have.people[Role.MEMBER], world.now + timedelta(days=1)
    by = Actor(member.name, member.id, have.park.id, have.enterprise.id)
    span = Span(start, start + timedelta(hours=1))
    space = world.space(world.area(have.park))
    made = reserve(world.session, space, span, quote=Money.yuan(80), by=by, now=world.now)
    world.session.commit()
    return made.id
