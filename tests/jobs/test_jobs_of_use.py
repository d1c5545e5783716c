"""The jobs of use: they catch up once after a stop, share the work, and one item's trouble stays its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from booking.charges.models import Charge, ChargeKind
from booking.jobs.job import run
from booking.jobs.reservations import END_STAYS, RELEASE_NO_SHOWS
from booking.jobs.worker import JOBS
from booking.reservations.models import Occupancy, ReservationState
from booking.spaces.models import Kind
from booking.usage.models import Ending, Stay
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.run import HANGS
from tests.harness.stays import reserved
from tests.harness.world import World

HOUR = timedelta(hours=1)


class Yard:
    """A park with tariffs, on one engine, whose jobs have not run for a while."""

    def __init__(self, app, session, now):
        self.app, self.session, self.now = app, session, now
        self.world = World(session, now)
        self.park = self.world.park()
        self.area = self.world.area(self.park)
        self.enterprise = self.world.enterprise(self.park)
        self.member = self.world.member(self.enterprise)
        for kind in (Kind.MEETING_ROOM, Kind.STORAGE):
            self.world.rule(self.park, kind)
        self.world.tariff(self.park, no_show_permille=500)

    def reserved(self, start=0, end=1, kind=Kind.MEETING_ROOM):
        space = self.world.space(self.area, kind)
        span = (self.now + start * HOUR, self.now + end * HOUR)
        return reserved(self.session, space, self.member, *span, quote=8000, created_at=self.now)

    def in_use(self, start=0, end=1):
        row = self.reserved(start, end)
        row.state = ReservationState.IN_USE
        stay = Stay(
            park_id=self.park.id,
            enterprise_id=self.enterprise.id,
            member_id=self.member.id,
            space_id=row.space_id,
            space_kind=Kind.MEETING_ROOM,
            reservation_id=row.id,
            started_at=row.starts_at,
            held_until=row.ends_at,
        )
        self.session.add(stay)
        self.session.commit()
        return stay

    def run(self, *jobs):
        with self.app.app_context():
            return {job.name: (summary.done, summary.failed) for job in jobs for summary in [run(job)]}

    def fresh(self, row):
        self.session.rollback()
        self.session.refresh(row)
        return row

    def count(self, what):
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(what))


@pytest.fixture
def yard(on_both_engines, app_on, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield Yard(app, session, now)


USE = [job for job in JOBS if job.name in {"begin-leases", "release-no-shows", "end-stays"}]


def test_after_three_hours_of_standstill_the_jobs_catch_up_once(yard, standing_clock):
    lease, missed, forgotten = yard.reserved(0, 48, Kind.STORAGE), yard.reserved(), yard.in_use()
    later = yard.reserved(4, 5)
    standing_clock.set(yard.now + 3 * HOUR)
    assert yard.run(*USE) == {"begin-leases": (1, 0), "release-no-shows": (1, 0), "end-stays": (1, 0)}
    assert yard.fresh(lease).state is ReservationState.IN_USE
    assert yard.fresh(missed).state is ReservationState.NO_SHOW
    assert yard.fresh(later).state is ReservationState.BOOKED
    stay = yard.fresh(forgotten)
    assert (stay.ended_at, stay.ending, stay.needs_review) == (yard.now + HOUR, Ending.FORGOTTEN, True)
    charged = yard.session.execute(select(Charge.kind, Charge.amount).order_by(Charge.id)).all()
    assert sorted(charged) == [(ChargeKind.NO_SHOW, Money.yuan(40)), (ChargeKind.USE, Money.yuan(80))]
    assert yard.run(*USE) == {"begin-leases": (0, 0), "release-no-shows": (0, 0), "end-stays": (0, 0)}
    assert yard.count(Charge) == 2


def test_two_workers_at_once_do_each_item_once(yard, standing_clock):
    for _ in range(6):
        yard.reserved()
        yard.in_use()
    standing_clock.set(yard.now + 3 * HOUR)
    together = Barrier(2)

    def slow(job):
        def due(session, now):
            found = job.due(session, now)
            together.wait(timeout=HANGS)  # both workers have seen the same list before either does anything
            return found

        return replace(job, due=due)

    done = []
    for job in (slow(RELEASE_NO_SHOWS), slow(END_STAYS)):
        workers = [Thread(target=lambda job=job: done.append(yard.run(job)[job.name])) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sum(count for count, _ in done) == 12
    assert [failed for _, failed in done] == [0] * 4
    assert yard.count(Charge) == 12
    assert yard.count(Occupancy) == 6  # what was used stays in the calendar, what was missed is free


def test_one_items_trouble_does_not_stop_the_rest(yard, standing_clock):
    broken = yard.reserved()
    others = [yard.reserved(), yard.reserved()]
    standing_clock.set(yard.now + HOUR)

    def trips(session, item, now):
        done = RELEASE_NO_SHOWS.do(session, item, now)
        if item == broken.id:
            raise OSError(28, "No space left on device")
        return done

    assert yard.run(replace(RELEASE_NO_SHOWS, do=trips)) == {"release-no-shows": (2, 1)}
    assert {yard.fresh(row).state for row in others} == {ReservationState.NO_SHOW}
    assert yard.fresh(broken).state is ReservationState.BOOKED
    assert yard.run(RELEASE_NO_SHOWS) == {"release-no-shows": (1, 0)}


def test_a_lease_that_got_an_end_meanwhile_ends_there(yard, standing_clock):
    row = yard.reserved(0, 48, Kind.STORAGE)
    yard.world.tariff(yard.park, Kind.STORAGE, basis="day", bands=[])
    yard.run(*USE)
    row = yard.fresh(row)
    row.ends_at = yard.now + 24 * HOUR
    yard.session.commit()
    standing_clock.set(yard.now + 25 * HOUR)
    assert yard.run(*USE)["end-stays"] == (1, 0)
    ended = yard.session.scalars(select(Stay)).one()
    assert (ended.ended_at, ended.ending) == (yard.now + 24 * HOUR, Ending.LEASE_END)
