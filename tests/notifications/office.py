"""A park with rooms at 80.00 an hour, and somebody who books."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from booking.jobs.job import run
from booking.jobs.reservations import REMIND_ENDS, REMIND_MISSED, REMIND_STARTS
from booking.mail.models import Letter
from booking.notifications.choices import choose_reminders
from booking.usage.check_in import check_in
from tests.harness.stays import CHARGER, actor, reserved
from tests.harness.world import World

MINUTE = timedelta(minutes=1)
CHOSEN = {
    "start_way": "mail",
    "start_minutes": 30,
    "end_way": "mail",
    "end_minutes": 10,
    "missed_way": "mail",
    "missed_minutes": 5,
    "quiet_from": 22,
    "quiet_to": 7,
}


class Office:
    """A park with rooms at 80.00 an hour, on one engine; times are minutes after 09:00."""

    def __init__(self, app, session, standing_clock):
        self.app, self.session, self.clock = app, session, standing_clock
        self.nine = standing_clock.instant
        self.world = World(session, self.nine)
        self.park = self.world.park()
        self.world.rule(self.park)
        self.area = self.world.area(self.park)
        self.room = self.world.space(self.area, name="大会议室")
        self.me = self.world.member(self.world.enterprise(self.park), name="张小明")
        self.world.tariff(self.park, no_show_permille=500)

    def at(self, minutes):
        return self.nine + minutes * MINUTE

    def booked(self, start, end, space=None, member=None):
        span, who = (self.at(start), self.at(end)), member or self.me
        facts = {"quote": 8000, "created_at": self.nine}
        return reserved(self.session, space or self.room, who, *span, **facts)

    def chosen(self, **chosen):
        choose_reminders(self.session, self.me.id, CHOSEN | chosen)
        self.session.commit()

    def told(self, minutes):
        """Run the jobs at a time, and give the letters so far: subject, text, way."""
        self.clock.set(self.at(minutes))
        with self.app.app_context():
            for job in (REMIND_STARTS, REMIND_ENDS, REMIND_MISSED):
                assert run(job).failed == 0
        self.session.rollback()
        written = select(Letter).where(Letter.key.like("reminder:%")).order_by(Letter.id)
        return self.session.scalars(written).all()

    def check_in(self, reservation, minutes):
        self.clock.set(self.at(minutes))
        stay = check_in(
            self.session,
            reservation.id,
            park=self.park,
            charger=CHARGER,
            by=actor(self.me),
            now=self.at(minutes),
        )
        self.session.commit()
        return stay
