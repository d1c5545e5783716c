"""A worker that is killed in the middle, again and again, loses no letter, and leaves nothing half done."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select

from booking.audit.actions import BookingRights
from booking.jobs.job import run
from booking.jobs.reservations import (
    EXPIRE_HOLDS,
    REMIND_ANSWERS,
    REMIND_STARTS,
    TELL_CHANGES,
    TELL_GUESTS,
    TELL_MANAGERS,
)
from booking.mail.models import Letter
from booking.people.models import Role
from booking.reservations.approval.requests import decline
from booking.reservations.guests.invite import invite
from booking.reservations.guests.rules import AskedAlong, Visitor
from booking.reservations.models import Occupancy
from booking.reservations.move_or_cancel import cancel
from booking.reservations.reserve import reserve
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.wait_for import wait_for
from booking.values import Money, Span
from tests.harness.app import make_app, open_session
from tests.harness.run import HANGS
from tests.harness.stays import actor
from tests.notifications.office import Office

JOBS = (REMIND_STARTS, TELL_CHANGES, TELL_MANAGERS, TELL_GUESTS, REMIND_ANSWERS, EXPIRE_HOLDS)
MANY = 8


@pytest.fixture
def busy(on_both_engines, app_on, standing_clock):
    """Give an office where each of these jobs has eight things to do at ten to ten, and its database."""
    app = app_on(on_both_engines)
    with open_session(app) as session:
        office = Office(app, session, standing_clock)
        office.chosen()
        boss = office.world.member(office.me.enterprise, Role.MANAGER, password_hash="set")
        office.world.member(office.park, Role.ADMIN, password_hash="set")
        for number in range(MANY):
            _give_work(office, number)
        session.commit()
        yield office, on_both_engines, boss


def _give_work(office, number):
    """A booking with a guest, one called off, one asked of the manager, one declined, and a time held."""
    session, now = office.session, office.nine
    free, asked, waited = (office.world.space(office.area) for _ in range(3))
    office.world.rule(office.park, space_id=asked.id, needs_approval=True)
    mine, park = actor(office.me), actor(office.world.member(office.park))
    starts = office.booked(60, 120, free)
    invite(
        session, starts.id, AskedAlong(visitors=(Visitor("客", f"g{number}@g.example"),)), by=mine, now=now
    )
    called_off = office.booked(180, 240, free)
    cancel(session, called_off.id, by=park, now=now, reason="检修")
    limited = replace(mine, rights=BookingRights(frozenset(), Money.zero()))
    later = Span(office.at(300), office.at(360))
    reserve(session, free, later, quote=Money(8000), by=limited, now=now)
    request = reserve(session, asked, later, quote=Money(8000), by=mine, now=now)
    decline(session, request.id, "检修", by=park, now=now)
    other = office.world.member(office.world.enterprise(office.park))
    taken = office.booked(420, 480, waited, other)
    wait_for(session, waited, Span(office.at(420), office.at(480)), by=mine, now=now)
    cancel(session, taken.id, by=actor(other), now=now)


def work(database):
    """Do what is due in a process of its own, as the worker does."""
    app = make_app(database)
    with app.app_context():
        for job in JOBS:
            run(job)
    os._exit(0)


def killed_often(database, letters):
    """Start a worker and kill it as soon as so many letters are written; the last one may finish."""
    seen = []
    for at in (1, 4, 7, 10, 13, 18, None):
        process = get_context("fork").Process(target=work, args=(database,))
        process.start()
        until = time.monotonic() + HANGS
        while at is not None and process.is_alive() and letters() < at:
            assert time.monotonic() < until
            time.sleep(0.002)
        if at is not None:
            os.kill(process.pid, signal.SIGKILL)
        process.join(HANGS)
        seen.append((process.exitcode, letters()))
    return seen


def test_killed_in_the_middle_nothing_is_lost_doubled_or_left_half(busy):
    office, database, boss = busy
    office.clock.set(office.at(50))
    office.session.rollback()

    def letters():
        office.session.rollback()
        return office.session.scalar(select(func.count(Letter.id)))

    seen = killed_often(database, letters)
    assert [code for code, _ in seen[-2:]] == [-signal.SIGKILL, 0], seen
    assert len({count for _, count in seen}) > len(JOBS) // 2, f"each was killed in the middle: {seen}"
    keys = office.session.scalars(select(Letter.key)).all()
    count = {name: sum(key.startswith(name) for key in keys) for name in ("reminder:", "guest:")}
    assert count == {"reminder:": MANY, "guest:": MANY}
    with office.app.app_context():
        assert [run(job).done for job in JOBS] == [0] * len(JOBS), "all of it was done"
    to_boss = select(func.count(Letter.id)).where(Letter.to == boss.email)
    assert office.session.scalar(to_boss) >= 1
    waits = office.session.scalars(select(Wait.state)).all()
    holds = office.session.scalar(select(func.count(Occupancy.id)).where(Occupancy.wait_id.is_not(None)))
    assert holds == sum(state is WaitState.OFFERED for state in waits)
