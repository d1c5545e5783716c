"""Whom the journeys are of."""

import pytest

from tests.journeys.people import People, park

__all__ = ["park"]


@pytest.fixture
def people(park, open_page, standing_clock, smtp_sink):
    """Give the people of a park of its own, each in a browser of their own."""
    return People(park, open_page, standing_clock, smtp_sink)
