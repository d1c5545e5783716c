"""A park of one room, and a press that keeps what it is given to print."""

import pytest


@pytest.fixture
def press(app):
    from tests.harness.months import Press, use_ports  # the rules' tests beside load no app

    press = Press()
    use_ports(app, printer=press)
    return press


@pytest.fixture
def park(world):
    return world.park(code="QPW")


@pytest.fixture
def room(world, park):
    return world.space(world.area(park))


@pytest.fixture
def tenant(world, park):
    return world.enterprise(park, name="云杉智能科技有限公司")
