"""Areas: added at the end, named once, moved, and removed only when empty."""

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.spaces.areas import add_area, edit_area, move_area, remove_area
from booking.spaces.inventory_queries import areas_of
from booking.spaces.models import Area
from booking.spaces.rules import AreaInUse, AreaNameTaken


def names(session, park):
    return [area.name for area in areas_of(session, park.id)]


def actions(session):
    return session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def test_a_new_area_stands_last_and_is_recorded(session, park, acting):
    for name in ("三层", "一层", "二层"):
        add_area(session, park.id, name, None, **acting)
    session.flush()
    assert names(session, park) == ["三层", "一层", "二层"]
    assert actions(session) == ["area.added"] * 3


def test_two_areas_of_a_park_never_share_a_name(session, park, world, acting):
    add_area(session, park.id, "一层", None, **acting)
    with pytest.raises(AreaNameTaken):
        add_area(session, park.id, "一层", None, **acting)
    assert add_area(session, world.park().id, "一层", None, **acting).name == "一层"


def test_an_area_may_keep_its_name_but_not_take_anothers(session, park, acting):
    first = add_area(session, park.id, "一层", None, **acting)
    second = add_area(session, park.id, "二层", None, **acting)
    edit_area(session, first, "一层", "First floor", **acting)
    assert first.name_en == "First floor"
    with pytest.raises(AreaNameTaken):
        edit_area(session, second, "一层", None, **acting)


def test_saying_the_same_again_is_no_change(session, park, acting):
    area = add_area(session, park.id, "一层", "F1", **acting)
    edit_area(session, area, "一层", "F1", **acting)
    session.flush()
    assert actions(session) == ["area.added"]


def test_an_area_moves_one_place_and_stops_at_the_end(session, park, acting):
    areas = [add_area(session, park.id, name, None, **acting) for name in ("甲", "乙", "丙")]
    move_area(session, areas[2], -1, **acting)
    session.flush()
    assert names(session, park) == ["甲", "丙", "乙"]
    move_area(session, areas[0], -1, **acting)
    move_area(session, areas[1], 5, **acting)
    session.flush()
    assert names(session, park) == ["甲", "丙", "乙"]


def test_an_area_goes_only_when_it_is_empty(session, world, area, now, acting):
    world.space(area, retired_at=now)
    with pytest.raises(AreaInUse) as refused:
        remove_area(session, area, **acting)
    assert refused.value.spaces == 1
    empty = world.area(world.park())
    remove_area(session, empty, **acting)
    assert session.get(Area, empty.id) is None
