"""Two parks: one room and a meter for the verbs on both engines; a park in use for the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.people.models import Role
from booking.reservations.models import ReservationState
from booking.spaces.models import Kind
from booking.usage.queries import stay_of
from tests.harness.app import open_session
from tests.harness.stays import reserved
from tests.harness.times import SHANGHAI
from tests.harness.world import World


@dataclass
class NotingMeter:
    """Notes what usage tells whoever puts a price on it."""

    ended_stays: list[int] = field(default_factory=list)
    undone_stays: list[int] = field(default_factory=list)
    no_shows: list[int] = field(default_factory=list)
    corrections: list[int] = field(default_factory=list)
    closed: Exception | None = None

    def ended(self, session, stay, *, now):
        self.ended_stays.append(stay.id)

    def not_used(self, session, reservation, *, now):
        self.no_shows.append(reservation.id)

    def used_after_all(self, session, stay, *, by, now):
        self.no_shows.remove(stay.reservation_id)

    def undone(self, session, stay, *, by, now):
        self.undone_stays.append(stay.id)

    def may_correct(self, session, stay, ended_at=None):
        assert stay.ended_at or ended_at, "the months are judged of an end"
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
        self.charger = NotingMeter()
        self.by = Actor("测试员", self.member.id, self.park.id, self.enterprise.id)

    def at(self, hours):
        return self.now + timedelta(hours=hours)

    def reservation(self, start=0, end=2, space=None, member=None):
        """Reserve `[now + start hours, now + end hours)` the short way: the row and its claim."""
        space, member = space or self.room, member or self.member
        return reserved(
            self.session, space, member, self.at(start), self.at(end), quote=16000, created_at=self.now
        )

    def storage(self):
        self.world.rule(self.park, Kind.STORAGE)
        return self.world.space(self.area, Kind.STORAGE, name="S1", code="S1")


@pytest.fixture
def place(on_both_engines, app_on, now):
    """Give the place on SQLite, then on PostgreSQL."""
    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield Place(World(session, now), now)


def at(hour, minute=0, day=3):
    """Give a local time in November 2026; the 3rd is the Tuesday of the tests."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


class House:
    """The park, its people, and the short ways to a reservation and to a page."""

    def __init__(self, world, sign_in, clock):
        self.world, self.session, self.clock, self._sign_in = world, world.session, clock, sign_in
        self.park = world.park()
        world.rule(self.park)
        world.tariff(self.park, no_show_permille=500)
        self.area = world.area(self.park, name="2号楼")
        self.room = world.space(self.area, name="兰亭", code="M1", scan_code="code-of-lan")
        self.other_room = world.space(self.area, name="竹韵", code="M2", scan_code="code-of-zhu")
        self.enterprise = world.enterprise(self.park, short_name="晨曦")
        self.member = world.member(self.enterprise, name="林晓")
        self.manager = world.member(self.enterprise, Role.MANAGER, name="周敏")
        self.neighbour = world.enterprise(self.park, short_name="南溪", name="南溪生物技术有限公司")
        self.rival = world.member(self.neighbour, name="陈立")
        self.admin = world.member(self.park, name="前台")
        self.branch = world.member(self.park, Role.BRANCH)

    def browser(self, member=None):
        return self._sign_in(member or self.member)

    def reserve(self, start, end, space=None, member=None, state=ReservationState.BOOKED):
        self.session.rollback()  # begin anew: a request may have written since
        space, member = space or self.room, member or self.member
        return reserved(
            self.session, space, member, start, end, quote=8000, state=state, created_at=self.world.now
        )

    def use(self, start, end=None, *, reserved=None, space=None, member=None):
        """Check in at `start` by the page, and out at `end`; give the stay's id."""
        planned = reserved or (start, end or at(20))
        row = self.reserve(*planned, space=space, member=member)
        browser = self.browser(member)
        self.clock.set(start)
        assert browser.post(f"/today/check-in/{row.id}").status_code == 302
        stay_id = self.stay_of(row).id
        if end is not None:
            self.clock.set(end)
            assert browser.post(f"/today/check-out/{stay_id}").status_code == 302
        self.session.rollback()
        return stay_id

    def stay_of(self, row):
        self.session.rollback()
        return stay_of(self.session, row.id)

    def all(self, what):
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(what).order_by(what.id)).all()

    def storage(self):
        self.world.rule(self.park, Kind.STORAGE)
        return self.world.space(self.area, Kind.STORAGE, code="S1", scan_code="code-of-store")


@pytest.fixture
def house(world, sign_in, standing_clock):
    return House(world, sign_in, standing_clock)
