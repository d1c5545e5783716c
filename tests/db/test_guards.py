"""The database itself refuses what must never happen, on both engines, whoever writes."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from booking.app import check_database
from booking.reservations.models import Occupancy
from booking.spaces.models import Closure
from tests.harness.app import TUESDAY, open_session
from tests.harness.world import World


def closure_claim(world, space, start, end):
    closure = Closure(
        park_id=space.park_id,
        space_id=space.id,
        starts_at=start,
        ends_at=end,
        reason="维修",
        created_at=TUESDAY,
    )
    world.session.add(closure)
    world.session.flush()
    world.session.add(
        Occupancy(
            park_id=space.park_id,
            space_id=space.id,
            space_kind=space.kind,
            starts_at=start,
            ends_at=end,
            closure_id=closure.id,
        )
    )
    world.session.flush()


@pytest.fixture
def both(on_both_engines, app_on):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield app, World(session, TUESDAY)


def hours(count):
    return timedelta(hours=count)


@pytest.mark.parametrize(("start", "end"), [(0, 2), (-1, 1), (1, 3), (0.5, 1.5), (-1, 3)])
def test_two_claims_of_one_space_never_overlap(both, start, end):
    _, world = both
    space = world.space(world.area(world.park()))
    closure_claim(world, space, TUESDAY, TUESDAY + hours(2))
    with pytest.raises(IntegrityError, match="occupancy_no_overlap"):
        closure_claim(world, space, TUESDAY + hours(start), TUESDAY + hours(end))


def test_touching_claims_do_not_overlap(both):
    _, world = both
    area = world.area(world.park())
    space, other = world.space(area), world.space(area)
    closure_claim(world, space, TUESDAY, TUESDAY + hours(2))
    closure_claim(world, space, TUESDAY + hours(2), TUESDAY + hours(3))
    closure_claim(world, space, TUESDAY - hours(2), TUESDAY)
    closure_claim(world, other, TUESDAY, TUESDAY + hours(2))


def test_a_claim_cannot_be_stretched_over_another(both):
    _, world = both
    space = world.space(world.area(world.park()))
    closure_claim(world, space, TUESDAY, TUESDAY + hours(2))
    closure_claim(world, space, TUESDAY + hours(3), TUESDAY + hours(4))
    first = world.session.query(Occupancy).order_by(Occupancy.starts_at).first()
    first.ends_at = TUESDAY + hours(3.5)
    with pytest.raises(IntegrityError, match="occupancy_no_overlap"):
        world.session.flush()


def test_a_tariff_is_never_changed_nor_removed(both):
    _, world = both
    world.tariff(world.park())
    for statement in ("UPDATE tariff SET rate = 1", "DELETE FROM tariff_band"):
        with pytest.raises(IntegrityError, match="never_"):
            world.session.execute(text(statement))
        world.session.rollback()


def test_a_migrated_database_has_all_its_guards(both):
    app, _ = both
    assert check_database(app) == []
