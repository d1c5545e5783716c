"""Many rows in one statement are what they would be one by one, and are told by their numbers."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, Column, Integer, LargeBinary, MetaData, Table, delete, event, insert, select

from booking.db import Base
from booking.db.base import BigId
from booking.db.many_rows import insert_numbered, insert_rows, insert_what_fits
from tests.db.every_column import copy_of, value_of
from tests.harness.app import open_session

THINGS = MetaData()
PART = Table(
    "part", THINGS, Column("id", BigId, primary_key=True), Column("of", Integer), Column("size", Integer)
)


@pytest.fixture
def place(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield session


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 5)],
        [(1, 5), (1, 5), (1, 6)],
        [(1, 5), (1, 5)],
        [(None, 5), (None, None)],
        [(1, None), (2, None)],
    ],
)
def test_what_rows_say_alike_is_in_each_of_them(place, rows):
    THINGS.create_all(place.connection())
    insert_rows(place, PART, [{"of": of, "size": size} for of, size in rows])
    found = place.execute(select(PART.c.of, PART.c.size).order_by(PART.c.id)).all()
    assert [tuple(row) for row in found] == rows


def test_rows_that_were_inserted_are_told_by_their_numbers(place):
    THINGS.create_all(place.connection())
    insert_rows(place, PART, [{"of": 1, "size": 9}])
    sizes = insert_numbered(place, PART, [{"of": 1, "size": size} for size in (3, 1, 2)], "size")
    assert list(sizes) == sorted(sizes)
    assert sorted(sizes.values()) == [1, 2, 3], "what was there before is not named"
    there = place.execute(select(PART.c.id, PART.c.size).where(PART.c.id.in_(sizes))).all()
    assert dict(map(tuple, there)) == sizes


def test_each_row_keeps_of_every_column_what_it_keeps_alone(place):
    connection, metadata = place.connection(), MetaData()
    copies = [copy_of(table, metadata) for table in Base.metadata.tables.values()]
    metadata.create_all(connection)
    for table in copies:
        names = [one.key for one in table.c if not isinstance(one.type, JSON | LargeBinary)]
        said = {name: value_of(table.c[name]) for name in names}
        rows = [said, dict.fromkeys(names), said]
        columns = [table.c[name] for name in names]
        connection.execute(insert(table), rows)
        alone = connection.execute(select(*columns)).all()
        connection.execute(delete(table))
        insert_rows(place, table, rows)
        together = connection.execute(select(*columns)).all()
        assert [dict(zip(names, row, strict=True)) for row in together] == rows, table.name
        assert together == alone, table.name


def test_bytes_and_json_are_not_for_it(place):
    table = Table("picture", MetaData(), Column("id", BigId, primary_key=True), Column("bytes", LargeBinary))
    with pytest.raises(ValueError, match="bytes"):
        insert_rows(place, table, [{"bytes": b"1"}, {"bytes": b"2"}])


def test_one_statement_is_heard_of_and_keeps_what_conflicts_with_nothing(place):
    THINGS.create_all(place.connection())
    heard = []
    event.listen(place.connection(), "before_cursor_execute", lambda *said: heard.append(said[2]))
    insert_rows(place, PART, [{"id": number, "of": 1, "size": number} for number in (1, 2, 3)])
    assert len(heard) == 1
    if place.get_bind().dialect.name == "postgresql":
        rows = [{"id": number, "of": 2, "size": number} for number in (3, 4, 2, 5)]
        assert sorted(insert_what_fits(place, PART, rows, "size")) == [4, 5]
        kept = place.execute(select(PART.c.id, PART.c.of).order_by(PART.c.id)).all()
        assert [tuple(one) for one in kept] == [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2)]
