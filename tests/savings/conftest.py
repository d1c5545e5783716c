"""A park whose October is closed, on either engine."""

from __future__ import annotations

import pytest

from tests.harness.app import TUESDAY, open_session
from tests.harness.world import World
from tests.savings.books import Books


@pytest.fixture
def books(session):
    return Books(session)


@pytest.fixture
def both(on_both_engines, app_on, now):
    """Give session, world and books on each engine in turn."""
    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield session, World(session, TUESDAY), Books(session)
