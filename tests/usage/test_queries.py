"""What the pages of use ask, on both engines."""

from __future__ import annotations

import pytest

from booking.charges.queries import month_to_date
from booking.reservations.habits.habits import past_weeks
from booking.reservations.models import ReservationState
from booking.spaces.models import Kind
from booking.usage.check_in import check_in, walk_in
from booking.usage.check_out import check_out
from booking.usage.door.at_the_door import at_the_door, free_now, latest_stay_end, space_by_code
from booking.usage.front_desk_queries import ReservationFilter, count_spaces, day_rows, no_shows_of, who_is_in
from booking.usage.my_day_queries import coming, last_used_space, reservations_by_id, used_in
from booking.usage.rules import end_choices
from booking.values import Money, Month, Span


@pytest.fixture
def busy(place):
    """A day with a stay that goes on, a walk-in next door, a no-show and a reservation to come."""
    place.next_door = place.world.space(place.area, name="隔壁")
    place.act = {"charger": place.charger, "by": place.by, "now": place.now}
    place.stay = check_in(place.session, place.reservation(0, 2).id, park=place.park, **place.act)
    place.walk_in = walk_in(place.session, place.next_door, place.member, place.at(1), **place.act)
    missed = place.reservation(5, 6, space=place.next_door)
    missed.state = ReservationState.NO_SHOW
    place.to_come = place.reservation(3, 4)
    place.session.commit()
    place.day = Span(place.at(-9), place.at(15))
    return place


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ReservationFilter(), 4),
        (ReservationFilter(kind=Kind.MEETING_ROOM), 4),
        (ReservationFilter(kind=Kind.HALL), 0),
        (ReservationFilter(state="walk_in"), 1),
        (ReservationFilter(state="no_show"), 1),
        (ReservationFilter(state="booked", enterprise_id=1), 1),
        (ReservationFilter(enterprise_id=99), 0),
    ],
)
def test_a_day_is_listed_in_order_of_time_and_counted(busy, wanted, found):
    rows, total = day_rows(busy.session, busy.park.id, busy.day, wanted, limit=50, offset=0)
    assert (len(rows), total) == (found, found)
    begins = [row.reservation.starts_at if row.reservation else row.stay.started_at for row in rows]
    assert begins == sorted(begins)
    assert all(row.reservation or row.stay for row in rows)


def test_a_page_of_the_day_is_a_part_of_it_and_the_count_is_the_whole(busy):
    rows, total = day_rows(busy.session, busy.park.id, busy.day, ReservationFilter(), limit=2, offset=3)
    assert (len(rows), total) == (1, 4)


def test_my_day_knows_what_comes_what_was_missed_and_what_was_used(busy):
    whose = (busy.enterprise.id, busy.member.id)
    assert coming(busy.session, *whose, busy.now, busy.at(15)) == [busy.to_come]
    assert coming(busy.session, *whose, busy.now, busy.at(15), others=True) == []
    [missed] = [row for row in past_weeks(busy.session, busy.member.id, busy.day) if row.state == "no_show"]
    assert [row.id for row in reservations_by_id(busy.session, [missed.id])] == [missed.id]
    assert reservations_by_id(busy.session, []) == ()
    assert used_in(busy.session, *whose, busy.day) == []
    check_out(busy.session, busy.stay.id, charger=busy.charger, by=busy.by, now=busy.at(1))
    busy.session.commit()
    assert used_in(busy.session, *whose, busy.day) == [busy.stay]
    assert last_used_space(busy.session, *whose) in {busy.room, busy.next_door}


def test_the_desk_counts_who_is_in_and_who_did_not_come(busy):
    assert {stay.id for stay in who_is_in(busy.session, busy.park.id)} == {busy.stay.id, busy.walk_in.id}
    assert no_shows_of(busy.session, busy.park.id, busy.day) == 1
    assert count_spaces(busy.session, busy.park.id) == {Kind.MEETING_ROOM: 2}


def test_a_stay_may_be_longer_up_to_the_next_claim(busy):
    assert latest_stay_end(busy.session, busy.stay, busy.at(1)) == busy.at(3)
    assert latest_stay_end(busy.session, busy.walk_in, busy.at(0.5)) == busy.at(5)


def test_a_door_knows_whose_stay_goes_on_and_what_is_free_instead(busy):
    other = busy.world.space(busy.area, name="第三间")
    mine = at_the_door(busy.session, busy.park, busy.room, busy.enterprise.id, busy.at(0.5))
    assert (mine.stay, mine.busy, mine.busy_until) == (busy.stay, True, busy.at(2))
    theirs = at_the_door(busy.session, busy.park, busy.room, 99, busy.at(2.5))
    assert theirs.reservation is None
    assert [row.id for row in free_now(busy.session, busy.park, Kind.MEETING_ROOM, busy.at(0.5))] == [
        other.id
    ]
    assert space_by_code(busy.session, busy.park.id, "m1") == busy.room


def test_a_whole_is_busy_while_somebody_is_in_a_part(busy):
    whole = busy.world.space(busy.area, parts=[busy.room, busy.next_door])
    door = at_the_door(busy.session, busy.park, whole, 99, busy.at(0.5))
    assert (door.busy, door.busy_until, door.latest) == (True, busy.at(2), None)


def test_a_forgotten_stay_leaves_the_space_free(busy):
    door = at_the_door(busy.session, busy.park, busy.next_door, 99, busy.at(2))
    assert (door.stay, door.busy, door.latest) == (None, False, busy.at(5))


def test_ends_are_offered_within_what_is_possible(place):
    def choices(earliest, latest):
        found = end_choices(place.now, place.at(earliest), place.at(latest))
        return [(end - place.now).total_seconds() / 3600 for end in found]

    assert choices(0.25, 13) == [0.25, 0.5, 1, 1.5, 13]
    assert choices(0.5, 1) == [0.5, 1]
    assert choices(1, 1.2) == [1, 1.2]
    assert choices(2, 1) == []


def test_a_month_without_charges_has_cost_nothing_so_far(busy):
    month = Month.of(busy.now, busy.park.zone)
    assert month_to_date(busy.session, busy.enterprise.id, month) == Money.zero()
    own = month_to_date(busy.session, busy.enterprise.id, month, member_id=busy.member.id)
    assert own == Money.zero()
