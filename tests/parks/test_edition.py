"""What hardly ever changes is kept in memory, and never served once it is no longer true."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from booking.db import db, transaction
from booking.parks.models import CalendarDay, CalendarYear, Park
from booking.parks.queries import kept, park_calendar
from booking.people.enterprises import check_tenancy
from booking.people.models import Enterprise
from booking.people.rules import EnterpriseHasLeft
from booking.spaces.models import Equipment, Kind, OpeningRule, Space
from booking.spaces.queries import rule_for, rules_for
from booking.tariffs.in_force import tariff_in_force
from booking.tariffs.rules import NoTariff
from booking.values import Span
from tests.harness.app import open_session, statements_of
from tests.harness.times import SHANGHAI, TUESDAY
from tests.harness.world import World

SATURDAY = date(2026, 11, 7)
NEXT_HOUR = Span(TUESDAY, TUESDAY + timedelta(hours=1))


@pytest.fixture
def yard(on_both_engines, app_on):
    """Give an app and the ids of a park with a room and an enterprise, all committed."""
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, TUESDAY)
        park = world.park()
        room, firm = world.space(world.area(park)), world.enterprise(park)
        session.commit()
        ids = park.id, room.id, firm.id
    with app.app_context():
        park_id, room_id, firm_id = ids
        yield app, park_id, db.session.get_one(Space, room_id), db.session.get_one(Enterprise, firm_id)


def edition(park_id: int) -> int:
    found = db.session.scalars(select(Park.edition).where(Park.id == park_id)).one()
    db.session.rollback()
    return found


CHANGES = (
    lambda park, room, _: insert(CalendarDay).values(park_id=park, day=SATURDAY, working=True, label=""),
    lambda park, *_: insert(CalendarYear).values(park_id=park, year=2031, published=True),
    lambda park, room, _: text(f"UPDATE area SET name = '二楼' WHERE id = {room.area_id}"),
    lambda park, room, _: text(f"UPDATE space SET capacity = 9 WHERE id = {room.id}"),
    lambda park, room, _: insert(Equipment).values(space_id=room.id, name="投影"),
    lambda park, *_: insert(OpeningRule).values(park_id=park, kind=Kind.MEETING_ROOM),
    lambda _, __, firm: update(Enterprise).where(Enterprise.id == firm.id).values(left_on=SATURDAY),
)


def test_every_change_of_what_is_kept_gives_the_park_another_edition_and_others_keep_theirs(yard):
    _, park_id, room, firm = yard
    other = World(db.session(), TUESDAY).park(code="P9")
    db.session.commit()
    editions, others = {edition(park_id)}, edition(other.id)
    for number, change in enumerate(CHANGES, start=1):
        with transaction() as session:
            session.execute(change(park_id, room, firm))
        editions.add(edition(park_id))
        assert len(editions) == 1 + number, change(park_id, room, firm)
    assert edition(other.id) == others


def test_what_is_taken_back_leaves_the_edition_as_it_was(yard):
    _, park_id, room, _ = yard
    before = edition(park_id)
    with suppress(ZeroDivisionError), transaction() as session:
        session.execute(insert(Equipment).values(space_id=room.id, name="投影"))
        raise ZeroDivisionError
    assert edition(park_id) == before


def test_an_enterprise_that_changes_its_telephone_costs_nobody_anything(yard):
    _, park_id, _, firm = yard
    before = edition(park_id)
    with transaction() as session:
        session.get_one(Enterprise, firm.id).billing_email = "other@example.com"
    assert edition(park_id) == before


def test_each_thing_kept_is_read_once_and_again_after_a_change(yard):
    app, park_id, room, firm = yard
    firm_id, park = firm.id, room.park  # which whoever asks holds

    def read_again() -> None:
        assert not park_calendar(db.session(), park_id).is_working_day(SATURDAY)
        rule_for(db.session(), room, since=SATURDAY)
        rules_for(db.session(), park_id, since=None)
        check_tenancy(db.session(), park_id, firm_id, NEXT_HOUR, SHANGHAI)

    cold = statements_of(app, read_again)
    assert statements_of(app, lambda: [read_again() for _ in range(9)]) == cold
    with transaction() as session:
        session.add(CalendarDay(park_id=park_id, day=SATURDAY, working=True, label="补班"))
        session.add(OpeningRule(park_id=park_id, kind=room.kind, opens_minute=9 * 60))
        session.flush()
        assert park_calendar(session, park_id).is_working_day(SATURDAY)  # its own
        assert rule_for(session, room, since=None).opens_minute == 9 * 60
        assert park_id == park.id
        session.get_one(Enterprise, firm.id).left_on = TUESDAY.date() - timedelta(days=1)
    assert park_calendar(db.session(), park_id).is_working_day(SATURDAY)
    assert rule_for(db.session(), room, since=None).opens_minute == 9 * 60
    with pytest.raises(EnterpriseHasLeft):
        check_tenancy(db.session(), park_id, firm.id, NEXT_HOUR, SHANGHAI)
    with pytest.raises(NoTariff):
        tariff_in_force(db.session(), room, SATURDAY)
    World(db.session(), TUESDAY).tariff(db.session().get_one(Park, park_id))
    db.session.commit()
    assert tariff_in_force(db.session(), room, SATURDAY)


def test_what_a_transaction_took_back_was_never_kept(yard):
    _, park_id, *_ = yard
    with suppress(ZeroDivisionError), transaction() as session:
        session.add(CalendarDay(park_id=park_id, day=SATURDAY, working=True, label="补班"))
        session.flush()
        assert park_calendar(session, park_id).is_working_day(SATURDAY)
        raise ZeroDivisionError
    assert not park_calendar(db.session(), park_id).is_working_day(SATURDAY)


def test_what_another_process_changed_while_it_was_read_is_not_kept(yard):
    app, park_id, *_ = yard
    with app.app_context():
        engine = db.engine

    def read() -> str:
        with Session(engine) as other:
            other.connection(execution_options={"writes": True})
            other.add(CalendarDay(park_id=park_id, day=SATURDAY, working=True, label="补班"))
            other.commit()
        return "read too early"

    assert kept(db.session(), park_id, "a test's", read) == "read too early"
    db.session.rollback()
    assert kept(db.session(), park_id, "a test's", lambda: "read again") == "read again"


def test_a_writing_transaction_looks_at_the_edition_again(yard):
    _, park_id, *_ = yard
    assert not park_calendar(db.session(), park_id).is_working_day(SATURDAY)
    with Session(db.engine) as other:
        other.connection(execution_options={"writes": True})
        other.add(CalendarDay(park_id=park_id, day=SATURDAY, working=True, label="补班"))
        other.commit()
    with transaction() as session:
        assert park_calendar(session, park_id).is_working_day(SATURDAY)
