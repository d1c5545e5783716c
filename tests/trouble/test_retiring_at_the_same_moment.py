"""Retiring a space and booking it in the same instant: one of the two comes first."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.reservations.refusals import Retired
from booking.reservations.reserve import reserve
from booking.reservations.upcoming import upcoming
from booking.spaces.models import Space
from booking.spaces.retire_space import retire_space
from booking.values.money import Money
from booking.values.span import Span
from tests.harness.app import TUESDAY, open_session
from tests.harness.world import World

pytestmark = pytest.mark.postgres
NOBODY = Actor("园区管理员")


@pytest.fixture
def place(app_on, postgres_database, now):
    """Give a session, a room, and who books it; SQLite lets one writer in at a time anyway."""
    with open_session(app_on(postgres_database)) as session:
        world = World(session, now)
        park = world.park()
        world.rule(park)
        world.tariff(park)
        member = world.member(world.enterprise(park))
        room = world.space(world.area(park))
        yield session, room.id, Actor(member.name, member.id, park.id, member.enterprise_id), now


def book(session, room, by, now):
    span = Span(TUESDAY.replace(hour=10), TUESDAY.replace(hour=11))
    return reserve(session, room, span, quote=Money.yuan(80), by=by, now=now)


def test_who_read_the_space_before_it_was_retired_does_not_get_it(place):
    session, room_id, by, now = place
    room = session.get_one(Space, room_id)
    assert room.retired_at is None
    with Session(session.get_bind()) as other:
        retire_space(other, other.get_one(Space, room_id), upcoming=upcoming, by=NOBODY, now=now)
        other.commit()
    with pytest.raises(Retired):
        book(session, room, by, now)


def test_who_retires_a_space_waits_for_whom_is_just_booking_it(place):
    session, room_id, by, now = place
    book(session, session.get_one(Space, room_id), by, now)
    with Session(session.get_bind()) as other:
        other.execute(text("SET LOCAL lock_timeout = '300ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            retire_space(other, other.get_one(Space, room_id), upcoming=upcoming, by=NOBODY, now=now)
