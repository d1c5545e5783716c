"""What a device at a door tells counts once: twice, late, at once or out of order it does no harm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from threading import Barrier

import pytest
from sqlalchemy import select

from booking.audit.actions import Action, Actor
from booking.db import transaction
from booking.parks.models import Park
from booking.reservations.history import changes_of
from booking.reservations.models import ReservationState
from booking.reservations.refusals import Taken
from booking.usage.check_in import check_in, release_no_show, walk_in
from booking.usage.check_out import check_out, check_out_of
from booking.usage.door.devices import DeviceEvent
from booking.usage.models import DoorEvent, Ending, Stay
from booking.usage.rules import EventMeansAnother, NotToCheckIn, TooEarly
from booking.usage.stay_longer import stay_longer, undo_check_out
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.run import HANGS
from tests.harness.world import World
from tests.usage.conftest import Place
from tests.usage.test_verbs import held


class Lock:
    """A lock at the door that tells the house what it saw, each event under an id of its own."""

    def __init__(self, place):
        self.place, self.by = place, Actor.device("门锁 M1", place.park.id)

    def told(self, key, hours):
        return DeviceEvent(key, self.place.at(hours))

    def came(self, row, key, hours, received=None):
        facts = {"park": self.place.park, "charger": self.place.charger, "by": self.by}
        now = self.place.at(hours if received is None else received)
        return check_in(self.place.session, row.id, **facts, now=now, event=self.told(key, hours))

    def left(self, row, key, hours, received=None):
        facts = {"charger": self.place.charger, "by": self.by}
        now = self.place.at(hours if received is None else received)
        return check_out_of(self.place.session, row.id, **facts, now=now, event=self.told(key, hours))

    def longer(self, stay, key, until, hours):
        facts = {"quote": Money.zero(), "by": self.by, "now": self.place.at(hours)}
        return stay_longer(
            self.place.session, stay.id, self.place.at(until), **facts, event=self.told(key, hours)
        )


@pytest.fixture
def lock(place):
    return Lock(place)


def test_told_twice_it_counts_once(place, lock):
    row = place.reservation(0, 2)
    stay = lock.came(row, "a", 0.1)
    assert lock.came(row, "a", 0.1, received=0.2) is stay
    assert lock.came(row, "another reader", 0.3) is stay
    assert stay.started_at == place.at(0.1)
    assert stay.member_id == place.member.id, "a lock knows no person: who reserved was there"
    lock.longer(stay, "b", 3, 0.5)
    version = stay.version
    lock.longer(stay, "b", 3, 0.5)
    lock.longer(stay, "c", 2.5, 0.6)
    assert (stay.planned_end, stay.version) == (place.at(3), version)
    lock.left(row, "d", 1)
    assert lock.left(row, "d", 1, received=1.5) is stay
    assert lock.left(row, "another reader out", 1.2) is stay
    lock.longer(stay, "e", 4, 1.3)
    assert lock.came(row, "late", 0.4, received=1.6) is stay
    assert (stay.ended_at, stay.ending) == (place.at(1), Ending.CHECKED_OUT)
    assert place.charger.ended_stays == [stay.id]
    assert held(place) == [(0, 1)]


def test_a_check_out_told_before_its_check_in_waits_for_it(place, lock):
    row = place.reservation(0, 2)
    assert lock.left(row, "out", 1) is None
    assert row.state is ReservationState.BOOKED
    stay = lock.came(row, "in", 0.1, received=1.1)
    assert (stay.started_at, stay.ended_at) == (place.at(0.1), place.at(1))
    assert held(place) == [(0, 1)]
    lock.left(row, "out", 1, received=1.2)
    assert place.charger.ended_stays == [stay.id]


@pytest.mark.parametrize("order", list(permutations(("in", "out", "in", "out"), 4))[::5])
def test_in_whatever_order_the_same_two_events_come_the_stay_is_the_same(place, lock, order):
    row = place.reservation(0, 2)
    for number, what in enumerate(order):
        tell, hours = (lock.came, 0.1) if what == "in" else (lock.left, 1)
        tell(row, what, hours, received=1 + number / 100)
    (stay,) = place.session.scalars(select(Stay)).all()
    assert (stay.started_at, stay.ended_at) == (place.at(0.1), place.at(1))
    assert place.charger.ended_stays == [stay.id]


def test_a_check_out_of_somebody_who_left_before_ends_nothing(place, lock):
    row = place.reservation(0, 2)
    stay = lock.came(row, "in", 0.5)
    lock.left(row, "of the cleaner before", 0.2, received=0.6)
    assert stay.ended_at is None


def test_an_undone_check_out_is_not_done_again_by_the_same_event(place, lock):
    row = place.reservation(0, 2)
    stay = lock.came(row, "in", 0)
    lock.left(row, "out", 1)
    undo_check_out(place.session, stay.id, charger=place.charger, by=place.by, now=place.at(1))
    lock.left(row, "out", 1, received=1.1)
    assert stay.ended_at is None


@pytest.mark.parametrize("told", [0.8, 0.99, 1, 1.01], ids=["long before", "before", "with it", "just after"])
def test_a_leaving_from_before_a_check_out_was_taken_back_is_taken_back_with_it(place, lock, told):
    """Out at 10:00, taken back at 10:02: a second reader that saw them leave until then ends nothing."""
    row = place.reservation(0, 2)
    stay = lock.came(row, "in", 0)
    lock.left(row, "out", 1)
    undo_check_out(place.session, stay.id, charger=place.charger, by=place.by, now=place.at(1 + 2 / 60))
    for _ in range(2):
        assert lock.left(row, "a second reader", told, received=1.2) is stay
    assert (stay.ended_at, row.state, held(place)) == (None, ReservationState.IN_USE, [(0, 2)])
    lock.left(row, "really out", 1 + 3 / 60)
    assert (stay.ended_at, held(place)) == (place.at(1 + 3 / 60), [(0, 1 + 3 / 60)])


def test_what_was_refused_is_judged_again_and_an_id_means_one_thing(place, lock):
    row = place.reservation(1, 2)
    with pytest.raises(TooEarly):
        lock.came(row, "in", 0.1)
    place.session.rollback()
    stay = lock.came(row, "in", 1.1)
    assert stay.started_at == place.at(1.1)
    with pytest.raises(EventMeansAnother):
        lock.left(row, "in", 1.5)
    long = "x" * 200
    lock.left(row, long, 1.6)
    lock.left(row, long, 1.6)
    assert {len(key) for key in place.session.scalars(select(DoorEvent.key))} == {2, 64}
    fast = lock.told("fast clock", 9)
    assert fast.happened(place.at(2)) == place.at(2)


@pytest.mark.race
def test_sixteen_who_tell_the_same_at_once_tell_it_once(on_both_engines, app_on, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        place = Place(World(session, now), now)
        lock, ready = Lock(place), Barrier(16)
        row = place.reservation(0, 2)
        facts = (app, ready, row.id, place.park.id, place.charger, lock.by)
        session.commit()
        with ThreadPoolExecutor(16) as pool:
            told = [lock.told("in", 0.1), lock.told("out", 1)] * 8
            answers = [pool.submit(_tell, *facts, event, place.at(1.1)) for event in told]
            assert [one.result() for one in answers] == ["told"] * 16
        session.rollback()
        (stay,) = session.scalars(select(Stay)).all()
        assert (stay.started_at, stay.ended_at) == (place.at(0.1), place.at(1))
        assert len(session.scalars(select(DoorEvent)).all()) == 2
        facts = {"charger": place.charger, "by": lock.by, "now": place.at(2)}
        with pytest.raises(EventMeansAnother):
            check_out(session, stay.id, **facts, event=lock.told("in", 1))


def _tell(app, ready, row_id, park_id, charger, by, event, now):
    with app.test_request_context():
        ready.wait(HANGS)
        with transaction() as session:
            facts = {"charger": charger, "by": by, "now": now, "event": event}
            if event.key == "in":
                check_in(session, row_id, park=session.get_one(Park, park_id), **facts)
            else:
                check_out_of(session, row_id, **facts)
    return "told"


@pytest.mark.parametrize("starts", [0.25, 0, -0.15])
def test_who_is_told_late_to_have_come_in_time_is_no_no_show(place, lock, starts):
    """At 9:50 that somebody left at 9:40, at 9:51 that they came at 9:05: it stands again."""
    row = place.reservation(starts, 2)
    facts = {"park": place.park, "charger": place.charger}
    assert release_no_show(place.session, row.id, **facts, now=place.at(0.6))
    lock.left(row, "left", 40 / 60, received=50 / 60)
    stay = lock.came(row, "came", 5 / 60, received=51 / 60)
    assert (stay.started_at, stay.ended_at) == (place.at(5 / 60), place.at(40 / 60))
    assert (row.state, place.charger.no_shows) == (ReservationState.DONE, [])
    steps = [one.what for one in changes_of(place.session, row.id)]
    assert steps[:2] == [Action.RESERVATION_RELEASED, Action.RESERVATION_REINSTATED], "what was written stays"


@pytest.mark.parametrize("left", [-2, 20], ids=["before its start", "after it"])
def test_who_came_early_and_was_gone_before_others_had_it_is_no_no_show(place, lock, left):
    """Booked from 9, there from 8:52; somebody else has it from half past nine."""
    row = place.reservation(0, 2)
    release_no_show(place.session, row.id, park=place.park, charger=place.charger, now=place.at(0.25))
    place.reservation(0.5, 1, member=place.world.member(place.world.enterprise(place.park)))
    lock.left(row, "left", left / 60, received=0.6)
    stay = lock.came(row, "came", -8 / 60, received=0.6)
    assert (stay.started_at, stay.ended_at) == (place.at(-8 / 60), place.at(left / 60))
    assert (row.state, place.charger.no_shows) == (ReservationState.DONE, [])
    assert held(place) == [(-8 / 60, left / 60), (0.5, 1)]


def test_who_walked_in_to_their_own_released_place_is_who_was_told_to_have_come(place, lock):
    """Released at a quarter past, walked in to at 9:17; told at 9:25 that they came at 9:03."""
    row = place.reservation(0, 1)
    facts = {"charger": place.charger}
    release_no_show(place.session, row.id, park=place.park, **facts, now=place.at(0.25))
    walked = walk_in(
        place.session, place.room, place.member, place.at(1), **facts, by=place.by, now=place.at(17 / 60)
    )
    stay = lock.came(row, "came", 3 / 60, received=25 / 60)
    assert stay is walked
    assert (stay.started_at, stay.reservation_id, row.state) == (
        place.at(3 / 60), row.id, ReservationState.IN_USE
    )  # fmt: skip
    assert held(place) == [(0, 1)]
    assert lock.came(row, "came", 3 / 60, received=30 / 60) is stay
    lock.left(row, "left", 40 / 60)
    assert (stay.ended_at, row.state, held(place)) == (
        place.at(40 / 60), ReservationState.DONE, [(0, 40 / 60)]
    )  # fmt: skip


@pytest.mark.parametrize("walks", [False, True], ids=["nobody", "they themselves"])
@pytest.mark.parametrize("out", [None, 18 / 60], ids=["still there", "gone"])
def test_a_coming_from_before_check_in_opens_takes_nothing_back_whoever_walked_in(place, lock, walks, out):
    """Booked from 9, walked in to at 9:17; a badge at six in the morning is no check-in, nor is 8:49."""
    row = place.reservation(0, 1)
    facts = {"charger": place.charger, "by": place.by}
    release_no_show(place.session, row.id, park=place.park, charger=place.charger, now=place.at(0.25))
    if walks:
        walked = walk_in(place.session, place.room, place.member, place.at(1), **facts, now=place.at(17 / 60))
        if out is not None:
            check_out(place.session, walked.id, **facts, now=place.at(out))
    for early in (-3, -11 / 60):
        with pytest.raises(TooEarly), place.session.begin_nested():
            lock.came(row, f"{early}", early, received=20 / 60)
    assert (row.state, place.charger.no_shows) == (ReservationState.NO_SHOW, [row.id])
    assert [one.started_at for one in place.session.scalars(select(Stay))] == [place.at(17 / 60)] * walks
    lock.came(row, "as it opens", -10 / 60, received=20 / 60)
    assert [one.started_at for one in place.session.scalars(select(Stay))] == [place.at(-10 / 60)]


@pytest.mark.parametrize("same", [True, False], ids=["they themselves", "somebody else"])
def test_who_was_gone_before_it_was_walked_in_to_used_it_before(place, lock, same):
    row = place.reservation(0, 1)
    facts = {"charger": place.charger, "by": place.by}
    release_no_show(place.session, row.id, park=place.park, charger=place.charger, now=place.at(0.25))
    who = place.member if same else place.world.member(place.world.enterprise(place.park))
    walked = walk_in(place.session, place.room, who, place.at(1), **facts, now=place.at(0.5))
    lock.left(row, "left", 10 / 60, received=0.6)
    stay = lock.came(row, "came", 3 / 60, received=0.6)
    assert (stay.started_at, stay.ended_at) == (place.at(3 / 60), place.at(10 / 60))
    assert (walked.reservation_id, walked.ended_at) == (None, None)
    assert held(place) == [(0, 10 / 60), (0.5, 1)]


def test_who_came_too_late_or_to_what_others_have_by_now_stays_a_no_show(place, lock):
    row = place.reservation(0, 2)
    release_no_show(place.session, row.id, park=place.park, charger=place.charger, now=place.at(0.25))
    with pytest.raises(NotToCheckIn):
        lock.came(row, "late", 0.26, received=0.5)
    place.reservation(1, 2, member=place.world.member(place.world.enterprise(place.park)))
    with pytest.raises(Taken), place.session.begin_nested():
        lock.came(row, "in time", 0.1, received=0.5)
    assert (row.state, place.charger.no_shows) == (ReservationState.NO_SHOW, [row.id])


@pytest.mark.parametrize("came", [3 / 60, -5 / 60], ids=["after the start", "before it"])
@pytest.mark.parametrize("others", [1, 2], ids=["from the end on", "later"])
def test_who_is_told_late_to_have_come_in_time_was_gone_when_others_came(place, lock, others, came):
    """Booked 9 to 10, nobody had it then; others are there by now, and nobody saw them leave: reviewed."""
    row = place.reservation(0, 1)
    facts = {"charger": place.charger}
    release_no_show(place.session, row.id, park=place.park, **facts, now=place.at(0.25))
    other = place.world.member(place.world.enterprise(place.park))
    theirs = {"by": Actor("别人", other.id, place.park.id, other.enterprise_id), "now": place.at(others)}
    walked = walk_in(place.session, place.room, other, place.at(3), **facts, **theirs)
    for _ in range(2):
        stay = lock.came(row, "came", came, received=others + 5 / 60)
        assert (stay.started_at, stay.ended_at) == (place.at(came), place.at(1))
    assert (stay.ending, stay.needs_review) == (Ending.FORGOTTEN, True)
    assert (row.state, place.charger.no_shows) == (ReservationState.DONE, [])
    assert place.charger.ended_stays == [stay.id]
    assert (walked.ended_at, held(place)) == (None, [(min(came, 0), 1), (others, 3)])


def test_a_leaving_told_before_it_is_when_they_left_though_others_are_there_by_now(place, lock):
    row = place.reservation(0, 1)
    release_no_show(place.session, row.id, park=place.park, charger=place.charger, now=place.at(0.25))
    other = place.world.member(place.world.enterprise(place.park))
    theirs = {"charger": place.charger, "by": place.by, "now": place.at(2)}
    walk_in(place.session, place.room, other, place.at(3), **theirs)
    lock.left(row, "left", 0.5, received=2.05)
    stay = lock.came(row, "came", 0.05, received=2.1)
    assert (stay.ended_at, stay.ending, stay.needs_review) == (place.at(0.5), Ending.CHECKED_OUT, False)


def test_who_is_told_late_while_nobody_else_came_may_be_told_to_have_left(place, lock):
    """What waited in one reader comes in its order: in, then out; nothing is forgotten in between."""
    row = place.reservation(0, 1)
    release_no_show(place.session, row.id, park=place.park, charger=place.charger, now=place.at(0.25))
    stay = lock.came(row, "came", 0.05, received=2.1)
    assert stay.ended_at is None
    lock.left(row, "left", 0.5, received=2.1)
    assert (stay.ended_at, stay.ending, stay.needs_review) == (place.at(0.5), Ending.CHECKED_OUT, False)
