"""An office on each engine; loaded when a test asks for it, since the tests of rules need none."""

from __future__ import annotations

import pytest


@pytest.fixture
def office(on_both_engines, app_on, standing_clock):
    """Give a park with a room, and somebody who books."""
    from tests.harness.app import open_session
    from tests.notifications.office import Office

    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield Office(app, session, standing_clock)
