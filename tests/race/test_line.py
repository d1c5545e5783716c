"""Two who free, take, let lapse or book at once meet at the waiting list; nobody waits in a ring.

On PostgreSQL, as in `test_no_rings.py`; SQLite has one writer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import BookingRights
from booking.parks.models import Park
from booking.people.models import Enterprise, Role
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.move_or_cancel import cancel
from booking.reservations.refusals import Taken
from booking.reservations.reserve import reserve
from booking.reservations.space_queries import SpaceFilter
from booking.reservations.waiting import end_wait
from booking.reservations.waiting.end_wait import expire_wait, withdraw
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.rules import HoldOver
from booking.reservations.waiting.take_hold import agree_to_held, ask_for_hold, take_hold
from booking.reservations.waiting.wait_for import AnyOf, wait_for
from booking.spaces.models import Kind, Space
from booking.usage.check_in import check_in, release_no_show
from booking.usage.rules import NotToCheckIn
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.stays import CHARGER, actor, reserved
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.race.test_no_rings import Two
from tests.reservations.test_waiting import settled

pytestmark = pytest.mark.postgres
WANTED = Span(TUESDAY + timedelta(hours=5), TUESDAY + timedelta(hours=6))
LATE = WANTED.start + timedelta(minutes=15)
FREE = Money.zero()


class Queue(Two):
    """Two rooms, and what is made of them, that somebody has; and people who wait."""

    def __init__(self, app, world) -> None:
        super().__init__(app, world)
        self.park = world.park()
        world.tariff(self.park)
        area = world.area(self.park)
        self.rooms = [world.space(area), world.space(area)]
        self.whole = world.space(area, parts=self.rooms, capacity=20)
        self.owner, *people = [world.member(world.enterprise(self.park)) for _ in range(3)]
        self.people = [actor(one) for one in people]
        self.taken = [
            reserved(self.session, room, self.owner, WANTED.start, WANTED.end).id for room in self.rooms
        ]

    def wait(self, what, who, **facts):
        made = wait_for(self.session, what, WANTED, by=who, now=TUESDAY, **facts)
        self.session.commit()
        return made.id

    def give_back(self, number):
        return lambda session: cancel(session, self.taken[number], by=actor(self.owner), now=TUESDAY)

    def nobody_comes(self, session):
        """Let the first room go a quarter of an hour after its booking began."""
        park = session.get_one(Park, self.park.id)
        return release_no_show(session, self.taken[0], park=park, charger=CHARGER, now=LATE)

    def come(self, session):
        park = session.get_one(Park, self.park.id)
        return check_in(session, self.taken[0], park=park, charger=CHARGER, by=actor(self.owner), now=LATE).id

    def held(self):
        """Give a hold on the first room for the first of the people."""
        wait = self.wait(self.rooms[0], self.people[0])
        self.give_back(0)(self.session)
        self.session.commit()
        return wait

    def take(self, wait, now=TUESDAY):
        return lambda session: take_hold(
            session, wait, quote=FREE, letter=settled, by=self.people[0], now=now
        )

    def meet(self, first, second):
        """Do the first, let the second run into it, commit the first; give what came of the second."""
        with open_session(self.app) as session:
            first(session)
            met = self.second_meets(session, second)
            session.commit()
            return met.result(60)

    def states(self, *waits):
        self.session.rollback()
        return [self.session.get_one(Wait, one).state for one in waits]

    def holds(self):
        self.session.rollback()
        rows = select(Occupancy.wait_id).where(Occupancy.wait_id.is_not(None)).order_by(Occupancy.id)
        return list(self.session.scalars(rows))


@pytest.fixture
def queue(postgres_database, app_on, standing_clock):
    app = app_on(postgres_database)
    with open_session(app) as session:
        yield Queue(app, World(session, TUESDAY))


def test_two_who_free_at_once_give_the_first_one_hold_and_the_second_the_other(queue):
    any_room = AnyOf(Kind.MEETING_ROOM, SpaceFilter())
    first, second = (queue.wait(any_room, who) for who in queue.people)
    queue.meet(queue.give_back(0), queue.give_back(1))
    assert queue.states(first, second) == [WaitState.OFFERED, WaitState.OFFERED]
    assert sorted(queue.holds()) == [first, second]


def test_who_books_while_it_is_given_back_finds_it_held(queue):
    wait = queue.wait(queue.rooms[0], queue.people[0])

    def book(session):
        space = session.get_one(Space, queue.rooms[0].id)
        return reserve(session, space, WANTED, quote=FREE, by=queue.people[1], now=TUESDAY)

    with pytest.raises(Taken):
        queue.meet(queue.give_back(0), book)
    assert queue.holds() == [wait]


def test_a_whole_that_is_booked_while_a_part_is_given_back_waits_in_no_ring(queue):
    whole = queue.wait(queue.whole, queue.people[0], people=12)
    queue.give_back(1)(queue.session)
    queue.session.commit()

    def book(session):
        space = session.get_one(Space, queue.whole.id)
        return reserve(session, space, WANTED, quote=FREE, by=queue.people[1], now=TUESDAY)

    with pytest.raises(Taken):
        queue.meet(queue.give_back(0), book)
    assert queue.holds() == [whole, whole]


def test_a_hold_on_a_whole_is_taken_while_a_part_is_given_back_and_none_waits_in_a_ring(queue, monkeypatch):
    later = Span(WANTED.end, WANTED.end + timedelta(hours=1))
    other = reserved(queue.session, queue.rooms[0], queue.owner, later.start, later.end).id
    whole = queue.wait(queue.whole, queue.people[0], people=12)
    wait_for(queue.session, queue.rooms[0], later, by=queue.people[1], now=TUESDAY)
    for number in (0, 1):
        queue.give_back(number)(queue.session)
        queue.session.commit()
    assert queue.states(whole) == [WaitState.OFFERED]
    real, met = end_wait.claim.release, []

    def meanwhile(session, holder):
        """Let somebody cancel between its lock and its claim."""
        if not met:
            by = {"by": actor(queue.owner), "now": TUESDAY}
            met.append(queue.second_meets(session, lambda one: cancel(one, other, **by).id))
        return real(session, holder)

    with open_session(queue.app) as first:
        with monkeypatch.context() as patched:
            patched.setattr(end_wait.claim, "release", meanwhile)
            queue.take(whole)(first)
        first.commit()
    assert met[0].result(60) == other


@pytest.mark.parametrize("lapses_first", [False, True])
def test_what_is_taken_and_lapses_at_once_does_exactly_one(queue, lapses_first):
    wait, over = queue.held(), TUESDAY + timedelta(minutes=15)

    def lapse(session):
        return expire_wait(session, wait, now=over)

    take = queue.take(wait, over - timedelta(minutes=1))
    if lapses_first:
        with pytest.raises(HoldOver):
            queue.meet(lapse, take)
        assert queue.states(wait) == [WaitState.LAPSED]
    else:
        assert queue.meet(take, lapse) is False
        assert queue.states(wait) == [WaitState.TAKEN]
    made = queue.session.scalars(select(Reservation.id).where(Reservation.id.not_in(queue.taken))).all()
    assert len(made) == (0 if lapses_first else 1)
    assert queue.holds() == []


@pytest.mark.parametrize("lapses_first", [False, True])
def test_what_is_held_and_asked_for_lapses_while_the_manager_agrees(queue, lapses_first):
    """Lapsed first with nobody next, a yes books what is free then; else the yes takes what is held."""
    wait, over = queue.held(), TUESDAY + timedelta(minutes=15)
    asker = replace(queue.people[0], rights=BookingRights(frozenset(), Money.yuan(1)))
    firm = queue.session.get_one(Enterprise, asker.enterprise_id)
    boss = actor(queue.world.member(firm, Role.MANAGER, password_hash="x"))
    asked = ask_for_hold(queue.session, wait, quote=Money.yuan(80), by=asker, now=TUESDAY).id
    queue.session.commit()

    def lapse(session):
        return expire_wait(session, wait, now=over)

    def agreed(session):
        return agree_to_held(session, asked, by=boss, now=over - timedelta(minutes=1)).id

    if lapses_first:
        assert queue.meet(lapse, agreed) == asked
    else:
        assert queue.meet(agreed, lapse) is False
    assert queue.states(wait) == [WaitState.LAPSED if lapses_first else WaitState.TAKEN]
    assert queue.session.get_one(Reservation, asked).state is ReservationState.BOOKED
    assert queue.holds() == []


def test_a_manager_who_agrees_twice_at_once_to_what_is_held_books_it_once(queue):
    wait = queue.held()
    asker = replace(queue.people[0], rights=BookingRights(frozenset(), Money.yuan(1)))
    firm = queue.session.get_one(Enterprise, asker.enterprise_id)
    boss = actor(queue.world.member(firm, Role.MANAGER, password_hash="x"))
    queue.session.commit()

    def ask(session):
        return ask_for_hold(session, wait, quote=Money.yuan(80), by=asker, now=TUESDAY).id

    def agreed(session):
        return agree_to_held(session, asked, by=boss, now=TUESDAY).id

    asked = queue.meet(ask, ask)
    assert queue.holds() == [wait]
    assert queue.meet(agreed, agreed) == asked
    assert (queue.states(wait), queue.holds()) == ([WaitState.TAKEN], [])
    made = queue.session.scalars(select(Reservation.id).where(Reservation.id.not_in(queue.taken))).all()
    assert made == [asked]


def test_a_hold_that_is_taken_twice_at_once_is_one_reservation(queue):
    wait = queue.held()
    queue.meet(queue.take(wait), queue.take(wait))
    made = queue.session.scalars(select(Reservation.id).where(Reservation.id.not_in(queue.taken))).all()
    assert len(made) == 1


def test_who_leaves_the_line_while_it_is_served_gives_the_hold_to_the_next(queue):
    first, second = (queue.wait(queue.rooms[0], who) for who in queue.people)
    queue.meet(
        queue.give_back(0),
        lambda session: withdraw(session, first, letter=settled, by=queue.people[0], now=TUESDAY),
    )
    assert queue.states(first, second) == [WaitState.WITHDRAWN, WaitState.OFFERED]
    assert queue.holds() == [second]


@pytest.mark.parametrize("let_go_first", [False, True])
def test_a_wait_whose_time_has_begun_keeps_its_turn_while_the_place_is_let_go(queue, let_go_first):
    first, second = (queue.wait(queue.rooms[0], who) for who in queue.people)

    def lapse(session):
        return expire_wait(session, first, now=LATE)

    both = [queue.nobody_comes, lapse] if let_go_first else [lapse, queue.nobody_comes]
    assert queue.meet(*both) is not let_go_first, "it is let go, and the wait goes on"
    assert queue.states(first, second) == [WaitState.OFFERED, WaitState.WAITING]
    assert queue.holds() == [first]


def test_who_asks_for_the_rest_besides_while_it_is_freed_has_it_held_once(queue):
    """They wait for 14:00 to 15:00; at 14:05 they ask for 14:15 to 15:00, too, which is freed just then."""
    (me, other), owner, now = queue.people, actor(queue.owner), WANTED.start + timedelta(minutes=5)
    first, second = (queue.wait(queue.rooms[0], who) for who in (me, other))
    rest = Span(LATE, WANTED.end)
    with open_session(queue.app) as asks:
        room = asks.get_one(Space, queue.rooms[0].id)
        besides = wait_for(asks, room, rest, by=me, now=now).id
        act = queue.second_meets(asks, lambda session: cancel(session, queue.taken[0], by=owner, now=now))
        asks.commit()
    act.result(20)
    assert queue.states(first, second, besides) == [WaitState.WAITING, WaitState.OFFERED, WaitState.WAITING]
    assert queue.holds() == [second]


@pytest.mark.parametrize("come_first", [False, True])
def test_who_comes_as_the_place_is_let_go_has_it_or_who_waits_does(queue, come_first):
    wait = queue.wait(queue.rooms[0], queue.people[0])
    if come_first:
        assert queue.meet(queue.come, queue.nobody_comes) is False
        assert queue.states(wait) == [WaitState.WAITING]
        assert expire_wait(queue.session, wait, now=LATE)
    else:
        with pytest.raises(NotToCheckIn):
            queue.meet(queue.nobody_comes, queue.come)
        assert queue.states(wait) == [WaitState.OFFERED]
    assert queue.holds() == ([] if come_first else [wait])
