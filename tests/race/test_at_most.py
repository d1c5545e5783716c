"""So many waits a person, so many mailboxes a host: asked for at once it is no more.

On both engines; on SQLite one writes after the other.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from booking.db import transaction
from booking.reservations.guests import rules
from booking.reservations.guests.invite import invite
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.rules import AskedAlong, TooManyAddresses, read_visitors
from booking.reservations.waiting import wait_for as waiting
from booking.reservations.waiting.models import Wait
from booking.reservations.waiting.rules import TooManyWaits
from booking.reservations.waiting.wait_for import wait_for
from booking.spaces.models import Space
from booking.values import Refusal
from tests.harness.app import open_session
from tests.harness.run import HANGS
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.test_verbs import Desk, hours

AT_ONCE = 6


@pytest.fixture
def desk(on_both_engines, app_on):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        made = Desk(World(session, TUESDAY))
        made.app = app
        yield made


def at_once(desk, act):
    """Let so many do it in transactions that have all begun; counts what they were told."""
    desk.session.commit()
    ready = Barrier(AT_ONCE)

    def one(number):
        ready.wait(HANGS)
        try:
            with desk.app.test_request_context(), transaction() as session:
                act(session, number)
        except Refusal as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = Counter(pool.map(one, range(AT_ONCE)))
    desk.session.rollback()
    return told


def test_a_host_names_no_more_mailboxes_in_several_bookings_at_once(desk, monkeypatch):
    """Five are the most of a day; in six bookings two each are named at once."""
    monkeypatch.setattr(rules, "MOST_ADDRESSES", 5)
    ids = [desk.reserve(24 + n, 25 + n, people=3).id for n in range(AT_ONCE)]
    me = desk.me

    def name(session, number):
        guests = read_visitors(f"甲, a{number}@guest.example\n乙, b{number}@guest.example")
        invite(session, ids[number], AskedAlong(frozenset(), guests), by=me, now=TUESDAY)

    assert at_once(desk, name) == {None: 2, TooManyAddresses: AT_ONCE - 2}
    assert desk.session.scalar(select(func.count(BookingGuest.email.distinct()))) == 4


def test_a_person_waits_for_no_more_times_asked_for_at_once(desk, monkeypatch):
    """Three are the most, and one waits already."""
    monkeypatch.setattr(waiting, "MOST_WAITS", 3)
    spans, other = [hours(24 + n, 25 + n) for n in range(AT_ONCE + 1)], desk.somebody()
    for n in range(len(spans)):
        desk.reserve(24 + n, 25 + n, by=other)
    me, room_id = desk.me, desk.room.id
    wait_for(desk.session, desk.room, spans[-1], by=me, now=TUESDAY)

    def ask(session, number):
        wait_for(session, session.get_one(Space, room_id), spans[number], by=me, now=TUESDAY)

    assert at_once(desk, ask) == {None: 2, TooManyWaits: AT_ONCE - 2}
    assert desk.session.scalar(select(func.count(Wait.id))) == 3
