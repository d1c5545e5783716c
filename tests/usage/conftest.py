"""A park with a meeting room, and a meter that notes what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from booking.audit.actor import Actor
from booking.reservations.claim import claim
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind
from booking.values.money import Money
from booking.values.span import Span
from tests.harness.app import open_session
from tests.harness.world import World


@dataclass
class NotingMeter:
    """Notes what usage tells whoever puts a price on it."""

    ended_stays: list[int] = field(default_factory=list)
    no_shows: list[int] = field(default_factory=list)
    corrections: list[int] = field(default_factory=list)
    closed: Exception | None = None

    def ended(self, session, stay, *, now):
        self.ended_stays.append(stay.id)

    def not_used(self, session, reservation, *, now):
        self.no_shows.append(reservation.id)

    def may_correct(self, session, stay):
        if self.closed:
            raise self.closed

    def corrected(self, session, stay, *, by, now):
        self.corrections.append(stay.id)


class Place:
    """A park of one room and one enterprise, on one engine, at one instant."""

    def __init__(self, world, now):
        self.world, self.session, self.now = world, world.session, now
        self.park = world.park()
        world.rule(self.park)
        self.area = world.area(self.park)
        self.room = world.space(self.area, name="兰亭", code="M1")
        self.enterprise = world.enterprise(self.park)
        self.member = world.member(self.enterprise)
        self.meter = NotingMeter()
        self.by = Actor("测试员", self.member.id, self.park.id, self.enterprise.id)

    def at(self, hours):
        return self.now + timedelta(hours=hours)

    def reservation(self, start=0, end=2, space=None, enterprise=None, member=None):
        """Reserve `[now + start hours, now + end hours)` the short way: the row and its claim."""
        space = space or self.room
        row = Reservation(
            park_id=self.park.id,
            enterprise_id=(enterprise or self.enterprise).id,
            member_id=(member or self.member).id,
            space_id=space.id,
            starts_at=self.at(start),
            ends_at=self.at(end),
            state=ReservationState.BOOKED,
            quote=Money(16000),
            created_at=self.now,
        )
        self.session.add(row)
        self.session.flush()
        claim(self.session, space, Span(row.starts_at, row.ends_at), row)
        self.session.commit()
        return row

    def storage(self):
        self.world.rule(self.park, Kind.STORAGE)
        return self.world.space(self.area, Kind.STORAGE, name="S1", code="S1")


@pytest.fixture
def place(on_both_engines, app_on, now):
    """Give the place on SQLite, then on PostgreSQL."""
    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield Place(World(session, now), now)
