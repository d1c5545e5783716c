"""A park with one enterprise that met on three Wednesday afternoons of October."""

from __future__ import annotations

from sqlalchemy import select

from booking.mail.models import Letter
from booking.people.models import Role, Size
from booking.usage.models import Stay
from tests.harness.stays import at, used
from tests.harness.world import World

WEDNESDAYS = ("2026-10-14", "2026-10-21", "2026-10-28")


class Town:
    """The park, its room, and the enterprise with a manager and a member."""

    def __init__(self, session, now):
        self.session, self.world = session, World(session, now)
        self.park = self.world.park()
        self.room = self.world.space(self.world.area(self.park), name="云起间")
        self.world.tariff(self.park, allowances={Size.SMALL: 60})
        self.enterprise = self.world.enterprise(self.park)
        self.manager = self.world.member(self.enterprise, Role.MANAGER, password_hash="set")
        self.member = self.world.member(self.enterprise, password_hash="set")
        for day in WEDNESDAYS:
            used(session, self.room, self.member, at(day, "16:00"), at(day, "17:30"))

    def letters(self):
        return self.session.scalars(select(Letter).order_by(Letter.id)).all()

    def stays(self):
        return self.session.scalars(select(Stay).order_by(Stay.id)).all()
