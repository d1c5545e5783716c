"""Which opening rule holds for a space: its own whole, else its kind's, else the park's hours."""

from datetime import time

from booking.parks.models import Park
from booking.spaces.models import Kind
from booking.spaces.queries import equipment_names, rule_for, rules_for, space_in_park, spaces_of_kind
from booking.spaces.rules import DAY_MINUTES, Opening


def both_ways(session, space):
    """The question about one space and the one about all give the same answer."""
    one = rule_for(session, space, since=None)
    assert rules_for(session, space.park_id, since=None).of(space.id, space.kind) == one
    return one


def test_without_any_rule_the_hours_of_the_park_hold(world, session):
    space = world.space(world.area(world.park(opens=time(9), closes=time(18), open_on_rest_days=False)))
    assert both_ways(session, space) == Opening(9 * 60, 18 * 60, open_on_rest_days=False)


def test_a_park_open_until_the_end_of_the_day_closes_at_midnight(world, session):
    space = world.space(world.area(world.park(opens=time(0), closes=time(23, 59))))
    assert both_ways(session, space).closes_minute == DAY_MINUTES


def test_storage_may_be_had_for_a_year_round_the_clock(world, session):
    space = world.space(world.area(world.park()), Kind.STORAGE)
    rule = both_ways(session, space)
    assert (rule.opens_minute, rule.closes_minute, rule.maximum_minutes) == (
        0,
        DAY_MINUTES,
        366 * DAY_MINUTES,
    )


def test_the_rule_of_a_kind_holds_for_its_spaces_and_no_others(world, session):
    area = world.area(world.park())
    world.rule(area_park(session, area), Kind.HALL, step_minutes=60)
    assert both_ways(session, world.space(area, Kind.HALL)).step_minutes == 60
    assert both_ways(session, world.space(area)).step_minutes == 15


def test_a_spaces_own_rule_wins_whole_not_field_by_field(world, session):
    area = world.area(world.park())
    park = area_park(session, area)
    space, other = world.space(area), world.space(area)
    world.rule(park, horizon_days=7, needs_approval=True)
    world.rule(park, space_id=space.id, buffer_minutes=10)
    assert both_ways(session, space) == Opening(buffer_minutes=10)
    assert both_ways(session, other) == Opening(horizon_days=7, needs_approval=True)


def test_another_parks_rules_spaces_and_equipment_are_not_seen(world, session):
    here, there = world.area(world.park()), world.area(world.park())
    space = world.space(here, equipment=["白板", "投影"])
    world.space(there, equipment=["音响"])
    world.rule(area_park(session, there), step_minutes=60)
    assert both_ways(session, space).step_minutes == 15
    assert space_in_park(session, there.park_id, space.id) is None
    assert space_in_park(session, here.park_id, space.id) is space
    assert list(equipment_names(session, here.park_id)) == sorted(["白板", "投影"])


def test_retired_spaces_and_other_areas_are_left_out_of_a_kinds_list(world, session, now):
    area = world.area(world.park())
    other = world.area(area_park(session, area))
    first, second = world.space(area), world.space(other)
    gone = world.space(area, retired_at=now)
    park = area.park_id
    assert list(spaces_of_kind(session, park, Kind.MEETING_ROOM)) == [first, second]
    assert list(spaces_of_kind(session, park, Kind.MEETING_ROOM, area_id=area.id)) == [first]
    assert gone in spaces_of_kind(session, park, Kind.MEETING_ROOM, with_retired=True)
    assert list(spaces_of_kind(session, park, Kind.HALL)) == []


def area_park(session, area):

    return session.get_one(Park, area.park_id)
