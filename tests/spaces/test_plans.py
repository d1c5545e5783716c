"""Plans of areas: a version a change, one step back at a time, and nothing of another area on them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from booking.audit.models import AuditEntry
from booking.spaces.areas import (
    area_plans,
    arrange,
    can_undo,
    latest_plan,
    remove_area,
    spaces_to_place,
    undo_arranging,
)
from booking.spaces.floor_plan import Box, Layout, NoEarlierPlan, NotOfThisArea, OneOverAnother, PlacedSpace
from booking.spaces.models import FloorPlan, Kind


@pytest.fixture
def desks(world, area):
    return [world.space(area, Kind.WORKSTATION, code=f"D{at}") for at in (1, 2)]


def at(*places):
    return Layout(12, 8, (), tuple(PlacedSpace(space.id, Box(*box)) for space, box in places))


def versions(session):
    rows = session.execute(select(FloorPlan.version, FloorPlan.copy_of).order_by(FloorPlan.id))
    return [tuple(row) for row in rows]


def test_each_change_is_a_version_and_the_same_again_is_none(session, area, desks, acting):
    first = arrange(session, area, at((desks[0], (0, 0, 2, 2))), **acting)
    second = arrange(session, area, at((desks[0], (4, 0, 2, 2))), **acting)
    assert arrange(session, area, at((desks[0], (4, 0, 2, 2))), **acting) is second
    assert (first.version, latest_plan(session, area.id).version) == (1, 2)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.before, one.after) for one in entries] == [
        ("area.plan_drawn", {"plan_version": 0}, {"plan_version": 1}),
        ("area.plan_drawn", {"plan_version": 1}, {"plan_version": 2}),
    ]


def test_a_refused_plan_leaves_the_one_there_was(session, area, desks, acting):
    arrange(session, area, at((desks[0], (0, 0, 2, 2))), **acting)
    with pytest.raises(OneOverAnother):
        arrange(session, area, at(*((one, (0, 0, 2, 2)) for one in desks)), **acting)
    assert versions(session) == [(1, None)]


def test_nothing_of_another_area_or_park_nor_retired_nor_combined_lies_on_it(
    session, world, park, area, desks, acting
):
    kept_out = [
        world.space(world.area(park)),
        world.space(world.area(world.park())),
        world.space(area, retired_at=acting["now"]),
        world.space(area, Kind.WORKSTATION, parts=desks),
    ]
    assert spaces_to_place(session, area.id) == desks
    for space in kept_out:
        with pytest.raises(NotOfThisArea):
            arrange(session, area, at((space, (0, 0, 2, 2))), **acting)


def test_undoing_goes_back_step_by_step_and_a_new_change_goes_on_from_there(session, area, desks, acting):
    layouts = [at((desks[0], (x, 0, 2, 2))) for x in (0, 2, 4)]
    for layout in layouts:
        arrange(session, area, layout, **acting)
    for held, back in ((3, 1), (4, 0)):
        made = undo_arranging(session, area, held, **acting)
        assert Layout.read(made.layout, of="this") == layouts[back]
    assert not can_undo(made)
    with pytest.raises(NoEarlierPlan):
        undo_arranging(session, area, made.version, **acting)
    last = arrange(session, area, at((desks[1], (6, 0, 2, 2))), **acting)
    again = undo_arranging(session, area, last.version, **acting)
    assert Layout.read(again.layout, of="this") == layouts[0]
    assert versions(session) == [(1, None), (2, None), (3, None), (4, 2), (5, 1), (6, None), (7, 1)]


def test_who_presses_twice_or_after_somebody_elses_change_undoes_nothing(session, area, desks, acting):
    for x in (0, 2, 4):
        arrange(session, area, at((desks[0], (x, 0, 2, 2))), **acting)
    undo_arranging(session, area, 3, **acting)
    with pytest.raises(NoEarlierPlan):
        undo_arranging(session, area, 3, **acting)
    assert latest_plan(session, area.id).version == 4


def test_the_plan_goes_with_its_area(session, world, park, acting):
    empty = world.area(park)
    arrange(session, empty, Layout(12, 8), **acting)
    assert [one.plan.version for one in area_plans(session, park.id)] == [1]
    remove_area(session, empty, **acting)
    assert session.scalar(select(func.count()).select_from(FloorPlan)) == 0
