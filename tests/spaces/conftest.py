"""What the tests of spaces share: a park with an area, and the administrator who does things."""

import pytest


@pytest.fixture
def park(world):
    return world.park()


@pytest.fixture
def area(world, park):
    return world.area(park, name="A座")


@pytest.fixture
def admin(world, park):
    return world.member(park)


@pytest.fixture
def acting(admin, now):
    """Who does a verb, and when."""
    from booking.audit.actions import Actor

    by = Actor(admin.name, member_id=admin.id, park_id=admin.park_id)
    return {"by": by, "now": now}


@pytest.fixture
def nothing_to_come():
    return lambda session, space_id, *, now: 0


@pytest.fixture
def two_to_come():
    return lambda session, space_id, *, now: 2


@pytest.fixture
def facts_in(area):
    from booking.spaces.inventory import SpaceFacts
    from booking.spaces.models import Kind

    def make(**facts):
        filled = {"code": "A-101", "name": "星火", "kind": Kind.MEETING_ROOM, "area_id": area.id}
        return SpaceFacts(**(filled | facts))

    return make
