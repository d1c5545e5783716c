"""A park in use: rooms with prices, two enterprises, the front desk, and a park next door."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from booking.people.models import Role
from booking.reservations.claim import claim
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind
from booking.usage.front_desk_queries import stay_of_reservation
from booking.values.money import Money
from booking.values.span import Span
from tests.harness.app import SHANGHAI


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
        row = Reservation(
            park_id=self.park.id,
            enterprise_id=member.enterprise_id,
            member_id=member.id,
            space_id=space.id,
            starts_at=start,
            ends_at=end,
            state=state,
            quote=Money.yuan(80),
            created_at=self.world.now,
        )
        self.session.add(row)
        self.session.flush()
        if state is ReservationState.BOOKED:
            claim(self.session, space, Span(start, end), row)
        self.session.commit()
        return row

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
        return stay_of_reservation(self.session, row.id)

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
