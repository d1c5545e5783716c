"""Spaces: added, changed, combined, retired and brought back, each refusal, and each thing twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.upcoming import upcoming
from booking.spaces.inventory import (
    add_space,
    bring_back_space,
    edit_space,
    renew_scan_code,
    retire_space,
    space_facts,
)
from booking.spaces.models import Closure, Kind
from booking.spaces.rules import (
    CodeTaken,
    OnePartIsNoCombination,
    PartCannotBe,
    PartCannotCombine,
    PartOfCombined,
    PartsRetired,
    PartsStillBooked,
    SpaceStillBooked,
)
from booking.usage.check_in import walk_in
from booking.usage.check_out import check_out
from booking.values import Money
from tests.harness.stays import CHARGER, actor, used


def actions(session):
    session.flush()
    return session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


@pytest.fixture
def pair(world, area):
    return world.space(area), world.space(area)


@pytest.fixture
def whole(session, pair, facts_in, acting):
    facts = facts_in(part_ids=tuple(part.id for part in pair))
    return add_space(session, pair[0].park_id, facts, scan_code="w" * 16, **acting)


def test_a_new_space_is_as_it_was_described_and_stands_last(session, world, area, facts_in, acting):
    before = world.space(area)
    facts = facts_in(equipment=("投影", "白板", "投影"), capacity=12, area_hundredths=35_50)
    space = add_space(session, area.park_id, facts, scan_code="s" * 16, **acting)
    assert [item.name for item in space.equipment] == ["投影", "白板"]
    assert (space.capacity, space.area_hundredths, space.kind) == (12, 35_50, Kind.MEETING_ROOM)
    assert space.position > before.position
    assert actions(session) == ["space.added"]


def test_a_code_stands_on_one_door_of_a_park_only_retired_ones_included(
    session, world, area, now, facts_in, acting
):
    world.space(area, code="A-101", retired_at=now)
    with pytest.raises(CodeTaken):
        add_space(session, area.park_id, facts_in(), scan_code="s" * 16, **acting)
    other = world.area(world.park())
    assert (
        add_space(session, other.park_id, facts_in(area_id=other.id), scan_code="t" * 16, **acting).code
        == "A-101"
    )


def test_changing_a_space_is_recorded_with_before_and_after(
    session, world, area, facts_in, nothing_to_come, acting
):
    space = world.space(area, code="A-101", equipment=["白板"])
    assert edit_space(session, space, facts_in(equipment=("音响",)), upcoming=nothing_to_come, **acting)
    session.flush()
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.before["equipment"], entry.after["equipment"]) == (["白板"], ["音响"])


def test_saying_the_same_again_is_no_change(session, world, area, nothing_to_come, acting):
    space = world.space(area, equipment=["白板"])
    assert not edit_space(session, space, space_facts(space), upcoming=nothing_to_come, **acting)
    assert actions(session) == []


def test_a_space_does_not_take_the_code_of_another(session, pair, facts_in, nothing_to_come, acting):
    with pytest.raises(CodeTaken):
        edit_space(session, pair[0], facts_in(code=pair[1].code), upcoming=nothing_to_come, **acting)


def test_a_combined_space_has_two_parts_or_more(session, pair, facts_in, acting):
    facts = facts_in(part_ids=(pair[0].id,))
    with pytest.raises(OnePartIsNoCombination):
        add_space(session, pair[0].park_id, facts, scan_code="s" * 16, **acting)


@pytest.mark.parametrize("wrong", ["other kind", "retired", "combined", "other park"])
def test_a_part_is_simple_in_use_and_of_the_same_kind_and_park(
    session, world, area, pair, whole, now, facts_in, acting, wrong
):
    unfit = {
        "other kind": lambda: world.space(area, Kind.HALL),
        "retired": lambda: world.space(area, retired_at=now),
        "combined": lambda: whole,
        "other park": lambda: world.space(world.area(world.park())),
    }[wrong]()
    facts = facts_in(code="A-102", part_ids=(pair[0].id, unfit.id))
    with pytest.raises(PartCannotBe):
        add_space(session, area.park_id, facts, scan_code="s" * 16, **acting)


def test_a_part_is_not_combined_itself(session, world, area, pair, whole, facts_in, nothing_to_come, acting):
    facts = facts_in(code=pair[0].code, part_ids=(pair[1].id, world.space(area).id))
    with pytest.raises(PartCannotCombine) as refused:
        edit_space(session, pair[0], facts, upcoming=nothing_to_come, **acting)
    assert refused.value.wholes == ("A-101",)


def test_parts_change_only_while_nothing_is_reserved(
    session, world, area, pair, whole, facts_in, two_to_come, nothing_to_come, acting
):
    facts = facts_in(part_ids=(pair[0].id, world.space(area).id))
    with pytest.raises(PartsStillBooked):
        edit_space(session, whole, facts, upcoming=two_to_come, **acting)
    edit_space(session, whole, facts, upcoming=nothing_to_come, **acting)
    same_parts = facts_in(name="新名", part_ids=facts.part_ids)
    assert edit_space(session, whole, same_parts, upcoming=two_to_come, **acting)


def test_a_space_retires_once_and_comes_back_once(session, world, area, nothing_to_come, acting):
    space = world.space(area)
    for _ in range(2):
        retire_space(session, space, upcoming=nothing_to_come, **acting)
    assert space.retired_at == acting["now"]
    for _ in range(2):
        bring_back_space(session, space, **acting)
    assert space.retired_at is None
    assert actions(session) == ["space.retired", "space.brought_back"]


def test_a_space_with_things_to_come_does_not_retire(session, world, area, two_to_come, acting):
    space = world.space(area)
    with pytest.raises(SpaceStillBooked) as refused:
        retire_space(session, space, upcoming=two_to_come, **acting)
    assert refused.value.count == 2
    assert space.retired_at is None


def test_a_part_retires_only_after_its_combinations(session, pair, whole, nothing_to_come, acting):
    with pytest.raises(PartOfCombined) as refused:
        retire_space(session, pair[0], upcoming=nothing_to_come, **acting)
    assert refused.value.wholes == ("A-101",)
    retire_space(session, whole, upcoming=nothing_to_come, **acting)
    retire_space(session, pair[0], upcoming=nothing_to_come, **acting)
    with pytest.raises(PartsRetired):
        bring_back_space(session, whole, **acting)


def test_a_new_scan_code_replaces_the_old_and_no_secret_is_written_down(session, world, area, acting):
    space = world.space(area)
    renew_scan_code(session, space, "new-secret-new-secret", **acting)
    session.flush()
    entry = session.scalars(select(AuditEntry)).one()
    assert space.scan_code == "new-secret-new-secret"
    assert (entry.action, entry.before, entry.after) == ("space.scan_code_renewed", None, None)


@pytest.fixture
def reserve(session, world, park, now):
    enterprise = world.enterprise(park)
    member = world.member(enterprise)

    def add(space, state, hours):
        reservation = Reservation(
            park_id=park.id,
            enterprise_id=enterprise.id,
            member_id=member.id,
            space_id=space.id,
            starts_at=now + timedelta(hours=hours - 1),
            ends_at=now + timedelta(hours=hours),
            state=state,
            quote=Money(0),
            created_at=now,
        )
        session.add(reservation)
        session.flush()

    return add


def test_what_is_booked_asked_for_or_in_use_is_to_come(session, world, area, reserve, now):
    space = world.space(area)
    for state in ReservationState:
        reserve(space, state, 5)
    reserve(space, ReservationState.BOOKED, -5)
    reserve(space, ReservationState.IN_USE, 0)
    assert upcoming(session, space.id, now=now) == 4


def test_a_combination_reserved_is_to_come_for_its_parts_too(session, pair, whole, reserve, now):
    reserve(whole, ReservationState.BOOKED, 5)
    assert upcoming(session, pair[0].id, now=now) == 1
    reserve(pair[1], ReservationState.BOOKED, 5)
    assert upcoming(session, pair[0].id, now=now) == 1
    assert upcoming(session, whole.id, now=now) == 1


def test_who_walked_in_is_to_come_while_there_and_never_after(session, world, pair, whole, now, acting):
    place, other = pair
    world.tariff(place.park, place.kind)
    world.rule(place.park, place.kind, opens_minute=0, closes_minute=24 * 60)
    member = world.member(world.enterprise(place.park))
    used(session, place, member, now - timedelta(days=1), now - timedelta(days=1, hours=-1))
    assert upcoming(session, place.id, now=now) == 0, "a space once used can leave the inventory"
    by = {"charger": CHARGER, "by": actor(member)}
    there = walk_in(session, place, member, now + timedelta(hours=1), now=now, **by)
    assert [upcoming(session, one.id, now=now) for one in (place, other, whole)] == [1, 0, 1]
    facts = replace(space_facts(whole), part_ids=(place.id, world.space(place.area).id))
    with pytest.raises(PartsStillBooked):
        edit_space(session, whole, facts, upcoming=upcoming, **acting)
    check_out(session, there.id, now=now + timedelta(minutes=30), **by)
    later = now + timedelta(minutes=30)
    assert [upcoming(session, one.id, now=later) for one in (place, other, whole)] == [0, 0, 0]
    retire_space(session, whole, upcoming=upcoming, **acting)
    retire_space(session, place, upcoming=upcoming, **acting)


def test_a_closure_is_nothing_to_come(session, world, area, now):
    space = world.space(area)
    session.add(_closure_claim(session, space, now))
    session.flush()
    assert upcoming(session, space.id, now=now) == 0


def _closure_claim(session, space, now):
    span = {"starts_at": now, "ends_at": now + timedelta(hours=1)}
    closure = Closure(park_id=space.park_id, space_id=space.id, reason="维修", created_at=now, **span)
    session.add(closure)
    session.flush()
    return Occupancy(
        park_id=space.park_id, space_id=space.id, space_kind=space.kind, closure_id=closure.id, **span
    )
