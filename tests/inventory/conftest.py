"""What the tests of the inventory's pages share: a park, its administrator's browser, and a stranger's."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from booking.people.models import Role


@pytest.fixture
def park(world):
    return world.park(name="测试园区")


@pytest.fixture
def area(world, park):
    return world.area(park, name="A座")


@pytest.fixture
def admin(world, park, sign_in):
    """The administrator's browser."""
    return sign_in(world.member(park))


@pytest.fixture
def stranger(world, sign_in):
    """The browser of another park's administrator."""
    return sign_in(world.member(world.park()))


@pytest.fixture
def tenant(world, park, sign_in):
    return sign_in(world.member(world.enterprise(park), Role.MANAGER))


@pytest.fixture
def again(session):
    """Read a row anew, as the last request left it."""

    def read(row):
        session.expire_all()
        session.rollback()
        return session.get(type(row), row.id)

    return read


def photograph():
    out = BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    return out.getvalue()
