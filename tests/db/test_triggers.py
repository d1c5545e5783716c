"""The database itself refuses what must never happen, on both engines, whoever writes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from booking.app import check_database
from booking.reservations.models import Occupancy
from booking.spaces.models import Closure
from booking.triggers import install_triggers, missing_triggers
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
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


def test_a_tariff_is_withdrawn_once_before_it_begins_and_keeps_its_figures(both):
    _, world = both
    tariff = world.tariff(world.park(), valid_from=date(2026, 12, 1))
    session, id_ = world.session, tariff.id
    session.commit()

    def withdraw(day):
        session.execute(text(f"UPDATE tariff SET withdrawn_on = {day} WHERE id = {id_}"))

    with pytest.raises(IntegrityError, match="withdrawn_before_it_begins"):
        withdraw("'2026-12-01'")
    session.rollback()
    withdraw("'2026-11-30'")
    session.commit()
    for day in ("NULL", "'2026-11-29'"):
        with pytest.raises(IntegrityError, match="tariff_withdrawn_once"):
            withdraw(day)
        session.rollback()


def test_a_migrated_database_has_all_its_guards(both):
    app, _ = both
    assert check_database(app) == []


SPOILT = {
    "sqlite": {
        "tariff_never_goes": ["DROP TRIGGER tariff_never_goes"],
        "payment_never_changes": [
            "DROP TRIGGER payment_never_changes",
            (
                "CREATE TRIGGER payment_never_changes BEFORE UPDATE OF method ON payment "
                "BEGIN SELECT RAISE(ABORT, 'payment_never_changes'); END"
            ),
        ],
        "occupancy_no_overlap_insert": ["DROP TRIGGER occupancy_no_overlap_insert"],
    },
    "postgresql": {
        "tariff_never_goes": ["DROP TRIGGER tariff_never_goes ON tariff"],
        "payment_never_changes": [
            "DROP TRIGGER payment_never_changes ON payment",
            (
                "CREATE TRIGGER payment_never_changes BEFORE UPDATE OF method ON payment "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            ),
        ],
        "charge_never_goes": ["ALTER TABLE charge DISABLE TRIGGER charge_never_goes"],
        "refuse_change": [
            (
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN NEW; END $$"
            )
        ],
        "occupancy_no_overlap": ["ALTER TABLE occupancy DROP CONSTRAINT occupancy_no_overlap"],
    },
}
"""What somebody may do to a database by hand, and the guard that is missing then."""


def written(connection, act):
    """Give what `act` did, and the statements that changed something."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        return act(connection), seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


def test_a_trigger_that_is_gone_off_or_other_is_named_and_it_alone_is_built(both):
    _, world = both
    connection = world.session.connection()
    assert written(connection, install_triggers) == ([], []), "what is there is left alone"
    for name, statements in SPOILT[connection.dialect.name].items():
        for statement in statements:
            connection.execute(text(statement))
        assert missing_triggers(connection) == [name]
        built, changes = written(connection, install_triggers)
        assert built == [name]
        assert all(name in change for change in changes), changes
        assert missing_triggers(connection) == []


def test_the_shell_builds_what_is_missing_and_says_so(both):
    app, world = both
    on = "" if world.session.get_bind().dialect.name == "sqlite" else " ON tariff"
    world.session.execute(text(f"DROP TRIGGER tariff_never_goes{on}"))
    world.session.commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["triggers"]).output == "triggers: built tariff_never_goes\n"
    assert runner.invoke(args=["guards"]).output == "triggers: all there, nothing to build\n"
    assert check_database(app) == []
