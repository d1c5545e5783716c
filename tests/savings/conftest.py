"""A park whose October is closed, on either engine."""

from __future__ import annotations

import pytest

from tests.harness.times import TUESDAY


@pytest.fixture
def books(session):
    from tests.savings.books import Books

    return Books(session)


@pytest.fixture
def branch(world, park, sign_in):
    from booking.people.models import Role

    return sign_in(world.member(park, Role.BRANCH))


@pytest.fixture
def admin(world, park, sign_in):
    from booking.people.models import Role

    return sign_in(world.member(park, Role.ADMIN))


@pytest.fixture
def both(on_both_engines, app_on, now):
    """Give session, world and books on each engine in turn."""
    from tests.harness.app import open_session
    from tests.harness.world import World
    from tests.savings.books import Books

    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield session, World(session, TUESDAY), Books(session)
