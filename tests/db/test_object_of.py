"""Objects of plain columns: what the session would have loaded, and never over what it has."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, event, inspect, select, update

from booking.db.base import BigId
from booking.db.rows import (
    Follower,
    columns_of,
    facts_of,
    insert_once,
    object_of,
)
from booking.people.models import Enterprise, Member
from tests.harness.app import open_session
from tests.harness.world import World


@pytest.fixture
def place(on_both_engines, app_on, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        member_id = world.member(world.enterprise(world.park())).id
        session.commit()
    with open_session(app) as session:
        yield session, member_id


def read(session, member_id, *, but=()):
    columns = columns_of(Member, but=but)
    row = session.connection().execute(select(*columns).where(Member.id == member_id)).one()
    return facts_of(row, columns)[0]


def facts(member):
    return [getattr(member, column.key) for column in Member.__table__.c]


def test_it_is_the_object_that_a_query_gives(place):
    session, member_id = place
    made = object_of(session, Member, read(session, member_id))
    assert not inspect(made).expired_attributes, "nothing of it is asked anew"
    assert session.get(Member, member_id) is made
    told = facts(made)
    session.expunge_all()
    assert told == facts(session.get_one(Member, member_id))
    assert not session.dirty


def test_what_was_not_read_is_read_when_somebody_asks(place):
    session, member_id = place
    made = object_of(session, Member, read(session, member_id, but={"phone", "email"}))
    assert "email" in inspect(made).unloaded
    assert "@" in made.email
    assert made.enterprise.id == made.enterprise_id, "and so is what it refers to"


def test_what_the_session_has_stays_as_it_was_changed(place):
    session, member_id = place
    known = session.get_one(Member, member_id)
    known.name = "改过的名字"
    with session.no_autoflush:
        assert object_of(session, Member, read(session, member_id)) is known
    assert known.name == "改过的名字"
    assert known in session.dirty


def test_what_expired_is_filled_in(place):
    session, member_id = place
    known = session.get_one(Member, member_id)
    session.connection().execute(update(Member).values(name="后来改的名字"))
    session.expire_all()
    object_of(session, Member, read(session, member_id))
    assert not inspect(known).expired_attributes & set(Member.__table__.c.keys())
    assert known.name == "后来改的名字"


def test_a_change_of_it_is_written(place):
    session, member_id = place
    object_of(session, Member, read(session, member_id)).name = "新的名字"
    session.commit()
    assert session.scalar(select(Member.name)) == "新的名字"
    assert session.scalar(select(Enterprise.id)) is not None


THINGS = MetaData()
THING = Table("thing", THINGS, Column("id", BigId, primary_key=True), Column("name", String(9), unique=True))
PART = Table(
    "part", THINGS, Column("id", BigId, primary_key=True), Column("of", BigId), Column("size", Integer)
)


def test_what_goes_with_a_row_is_there_when_and_only_when_the_row_is(place):
    session, _ = place
    connection = session.connection()
    THINGS.create_all(connection)
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
    parts = [Follower(PART, "of", {"size": 1}), Follower(PART, "of", {"size": 2})]
    first = insert_once(session, THING, {"name": "a"}, "name", parts)
    assert len(asked) == (3 if connection.dialect.name == "sqlite" else 1)
    assert insert_once(session, THING, {"name": "a"}, "name", parts) is None
    alone = insert_once(session, THING, {"name": "b"}, "name")
    assert session.execute(select(THING.c.id).order_by(THING.c.name)).scalars().all() == [first, alone]
    assert session.execute(select(PART.c.of, PART.c.size).order_by(PART.c.size)).all() == [
        (first, 1),
        (first, 2),
    ]
