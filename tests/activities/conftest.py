"""A park with a hall, loaded when a test asks for it."""

import pytest


@pytest.fixture
def hall(world, session, now):
    from tests.activities.hall import Hall

    return Hall(world, session, now)
