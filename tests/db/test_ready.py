"""A statement handed to the driver as it is says, gives and raises what any other does."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    Column,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError, ProgrammingError

from booking.db import Base
from booking.db.ready import ReadyStatement
from booking.parks.models import Park
from booking.people.models import Member
from tests.db.every_column import NOW, copy_of, value_of
from tests.harness.app import open_session
from tests.harness.world import World


@pytest.fixture
def place(on_both_engines, app_on, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        world.member(world.enterprise(world.park()))
        session.commit()
    with open_session(app) as session:
        yield session


def test_every_column_there_is_keeps_and_gives_the_same(place):
    connection, metadata = place.connection(), MetaData()
    copies = [copy_of(table, metadata) for table in Base.metadata.tables.values()]
    metadata.create_all(connection)
    for table in copies:
        columns = table.c.keys()
        rows = [{key: value_of(table.c[key]) for key in columns}, dict.fromkeys(columns)]
        ready, plain = ReadyStatement(insert(table), columns), ReadyStatement(select(table))
        for row in rows:
            ready.run(connection, row)
        by_hand = connection.execute(select(table)).all()
        assert [dict(zip(columns, row, strict=True)) for row in by_hand] == rows, table.name
        assert [tuple(row) for row in plain.all(connection, {})] == [tuple(row) for row in by_hand]
        connection.execute(delete(table))
        connection.execute(insert(table), rows)
        assert [dict(zip(columns, row, strict=True)) for row in plain.all(connection, {})] == rows, table.name


def test_it_says_a_parameter_everywhere_it_stands_and_what_is_always_the_same(place):
    said = ReadyStatement(
        select(Member.name, func.coalesce(Member.email, "?"), bindparam("who", type_=String()))
        .where(Member.name == bindparam("who"), Member.active == True, Member.created_at <= bindparam("now"))  # noqa: E712
        .limit(1)
    )
    member = place.scalars(select(Member)).one()
    asked = {"who": member.name, "now": member.created_at}
    for _ in range(2):
        assert list(said.one(place.connection(), asked)) == [member.name, member.email, member.name]
    assert said.first(place.connection(), asked | {"who": "nobody"}) is None
    with pytest.raises(NoResultFound):
        said.one(place.connection(), asked | {"who": "nobody"})
    with pytest.raises(KeyError, match="now"):
        said.first(place.connection(), {"who": member.name})


def test_listeners_hear_of_it_as_of_any_other(place):
    heard = []
    connection = place.connection()
    event.listen(connection, "before_cursor_execute", lambda *said: heard.append(said[2]))
    statement = select(Park.id).where(Park.code == bindparam("code"))
    ReadyStatement(statement).all(connection, {"code": "x"})
    connection.execute(statement, {"code": "x"})
    assert heard[0] == heard[1]


def test_what_goes_wrong_is_raised_as_by_any_other(place):
    connection = place.connection()
    columns = MetaData()
    thing = Table("thing", columns, Column("name", String(9), unique=True))
    ready = ReadyStatement(insert(thing), ["name"])
    with pytest.raises((OperationalError, ProgrammingError)), connection.begin_nested():
        ready.run(connection, {"name": "there is no such table"})
    columns.create_all(connection)
    ready.run(connection, {"name": "a"})
    with pytest.raises(IntegrityError) as refused, connection.begin_nested():
        ready.run(connection, {"name": "a"})
    assert "[SQL parameters hidden" in str(refused.value)
    assert connection.execute(select(thing.c.name)).scalars().all() == ["a"]
    with pytest.raises(ValueError, match="naive"):
        ReadyStatement(select(Member.id).where(Member.created_at > bindparam("now"))).all(
            connection, {"now": NOW.replace(tzinfo=None)}
        )


def test_a_server_that_went_away_is_noticed(place, on_both_engines):
    if on_both_engines.startswith("sqlite"):
        pytest.skip("a file does not go away")
    connection = place.connection()
    ready = ReadyStatement(select(Park.id))
    backend = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    with connection.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:of)"), {"of": backend})
    with pytest.raises(OperationalError) as lost:
        ready.all(connection, {})
    assert lost.value.connection_invalidated
    assert connection.invalidated


def test_it_takes_no_statement_that_it_would_run_otherwise():
    with pytest.raises(ValueError, match="edition"):
        ReadyStatement(update(Base.metadata.tables["space"]).values(name=bindparam("name_is")))
    with pytest.raises(ValueError, match="edition"):
        ReadyStatement(insert(Base.metadata.tables["calendar_day"]), ["day"])


def test_parameters_that_expand_are_refused(place):
    ready = ReadyStatement(select(Park.id).where(Park.id.in_(bindparam("ids", expanding=True))))
    with pytest.raises(ValueError, match="expand"):
        ready.all(place.connection(), {"ids": [1, 2]})
