"""What rules judge by changes while somebody books: the parts of a space, free minutes, a stay.

On PostgreSQL, as in `test_no_rings.py`; SQLite has one writer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from booking.audit.actions import BookingRights
from booking.charges.quote_each import limit_prices
from booking.people.models import Member, Role
from booking.reservations.approval.agree import LIMIT_PRICES
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.move_or_cancel import move
from booking.reservations.refusals import Taken
from booking.reservations.reserve import hold_to_book, reserve
from booking.reservations.reserve_from_pool import reserve_from_pool
from booking.reservations.series.begin_series import begin_series
from booking.reservations.upcoming import upcoming
from booking.spaces.inventory import edit_space, space_facts
from booking.spaces.models import Space
from booking.spaces.rules import PartsStillBooked
from booking.usage.check_in import check_in, walk_in
from booking.usage.check_out import check_out
from booking.usage.stay_longer import undo_check_out
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.stays import CHARGER, actor, reserved
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.race.test_no_rings import Two
from tests.reservations.test_series import plan

pytestmark = pytest.mark.postgres
HOUR = timedelta(hours=1)
SPAN = Span(TUESDAY + 5 * HOUR, TUESDAY + 6 * HOUR)
NOTHING = Money.zero()


class House(Two):
    """Three rooms, one made of the first two, and a single one; either becomes one of the last two."""

    def __init__(self, app, world) -> None:
        super().__init__(app, world)
        self.park = world.park()
        world.rule(self.park)
        area, firm = world.area(self.park), world.enterprise(self.park)
        self.rooms = [world.space(area).id for _ in range(3)]
        self.single = world.space(area).id
        self.whole = world.space(area, parts=[self.session.get_one(Space, one) for one in self.rooms[:2]]).id
        world.tariff(self.park, allowances={firm.size: 60})
        world.member(firm, Role.MANAGER, password_hash="x")
        self.me, self.other = (actor(world.member(one)) for one in (firm, world.enterprise(self.park)))
        self.admin = actor(world.member(self.park))
        self.session.commit()

    def edit(self, space_id):
        """Make it of the last two rooms, as an import does, which has locked nothing before."""

        def act(session):
            space = session.get_one(Space, space_id)
            facts = replace(space_facts(space), part_ids=tuple(self.rooms[1:]))
            return edit_space(session, space, facts, upcoming=upcoming, by=self.admin, now=TUESDAY)

        return act

    def book(self, session, space_id, who=None):
        space = hold_to_book(session, self.park.id, space_id)
        return reserve(session, space, SPAN, quote=NOTHING, by=who or self.me, now=TUESDAY).id

    def book_by_pool(self, session, space_id):
        facts = {"quote": lambda _: NOTHING, "choose": lambda left: left[0], "by": self.me, "now": TUESDAY}
        return reserve_from_pool(session, [session.get_one(Space, space_id)], SPAN, **facts).id

    def move_there(self, session, space_id):
        there = session.scalar(select(Reservation.id))
        space = session.get_one(Space, space_id)
        return move(session, there, space, SPAN, quote=NOTHING, by=self.me, now=TUESDAY).id

    def begin_there(self, session, space_id):
        space, by = session.get_one(Space, space_id), {"by": self.me, "now": TUESDAY}
        return begin_series(
            session, space, plan(), price=lambda _, some: {one.key: NOTHING for one in some}, **by
        ).id

    def walk_there(self, session, space_id):
        space, who = session.get_one(Space, space_id), session.get_one(Member, self.me.member_id)
        return walk_in(session, space, who, SPAN.end, charger=CHARGER, by=self.me, now=SPAN.start).id

    def held(self):
        self.session.rollback()
        return set(self.session.scalars(select(Occupancy.space_id)))


@pytest.fixture
def house(postgres_database, app_on, standing_clock):
    app = app_on(postgres_database)
    with open_session(app) as session:
        yield House(app, World(session, TUESDAY))


@pytest.mark.parametrize("which", ["whole", "single"])
@pytest.mark.parametrize("way", ["book", "book_by_pool", "move_there", "begin_there", "walk_there"])
def test_a_space_whose_parts_are_changed_while_it_is_taken_holds_the_new_ones(house, way, which):
    space_id = getattr(house, which)
    if way == "move_there":
        elsewhere = house.session.get_one(Space, house.rooms[0])
        earlier = Span(SPAN.start - 2 * HOUR, SPAN.start - HOUR)
        reserve(house.session, elsewhere, earlier, quote=NOTHING, by=house.me, now=TUESDAY)
        house.session.commit()
    with open_session(house.app) as first:
        house.edit(space_id)(first)
        second = house.second_meets(first, lambda session: getattr(house, way)(session, space_id))
        first.commit()
    second.result(20)
    assert house.held() == set(house.rooms[1:])
    if way != "begin_there":
        with pytest.raises(Taken), open_session(house.app) as session:
            house.book(session, house.rooms[2], house.other)


@pytest.mark.parametrize("which", ["whole", "single"])
def test_parts_are_not_changed_under_whoever_books_just_now(house, which):
    space_id = getattr(house, which)
    with open_session(house.app) as first:
        house.book(first, space_id)
        second = house.second_meets(first, house.edit(space_id))
        first.commit()
    with pytest.raises(PartsStillBooked):
        second.result(20)


def test_the_parts_are_asked_for_a_second_time_of_a_combined_room_alone(house):
    seen = {}
    for which in (house.single, house.whole):
        asked = []

        def note(_connection, _cursor, statement, *_, asked=asked):
            asked.append(statement)

        with open_session(house.app) as session:
            event.listen(session.get_bind(), "before_cursor_execute", note)
            house.book(session, which)
            session.rollback()
            event.remove(session.get_bind(), "before_cursor_execute", note)
        parts = [one for one in asked if one.startswith("SELECT") and "space_part.whole_id =" in one]
        seen[which] = len([one for one in parts if "occupancy" not in one])
    assert seen == {house.single: 1, house.whole: 2}


@pytest.mark.parametrize("way", ["book", "book_by_pool"])
def test_two_presses_at_once_do_not_both_take_the_free_hour_past_a_limit(house, way):
    house.me = replace(house.me, rights=BookingRights(up_to=Money.yuan(50)))

    def act(room):
        def press(session):
            session.info[LIMIT_PRICES] = limit_prices
            return getattr(house, way)(session, room)

        return press

    with open_session(house.app) as first:
        act(house.rooms[0])(first)
        second = house.second_meets(first, act(house.rooms[1]))
        first.commit()
    second.result(20)
    house.session.rollback()
    states = sorted(house.session.scalars(select(Reservation.state)))
    assert states == [ReservationState.BOOKED, ReservationState.REQUESTED]


def test_who_ends_a_stay_or_lets_it_go_on_says_so_of_its_reservation_whatever_they_had_read(house):
    """What they had read is what they write, but somebody wrote otherwise before they had the stay locked."""
    start, minute = TUESDAY, HOUR / 60
    room, who = (house.session.get_one(*one) for one in ((Space, house.single), (Member, house.me.member_id)))
    row = reserved(house.session, room, who, start, start + HOUR, 8000)
    facts = {"charger": CHARGER, "by": house.me}
    stay = check_in(house.session, row.id, park=house.park, **facts, now=start)
    house.session.commit()

    def after(meanwhile, verb, now):
        with open_session(house.app) as stale:
            read = stale.get_one(Reservation, row.id)
            meanwhile(house.session, stay.id, **facts, now=now)
            house.session.commit()
            verb(stale, stay.id, **facts, now=now)
            stale.commit()
        house.session.expire_all()
        assert read.state is row.state
        return stay.ended_at, row.state

    now = start + 20 * minute
    assert after(check_out, undo_check_out, now) == (None, ReservationState.IN_USE)
    check_out(house.session, stay.id, **facts, now=now + minute)
    house.session.commit()
    assert after(undo_check_out, check_out, now + 2 * minute) == (now + 2 * minute, ReservationState.DONE)
