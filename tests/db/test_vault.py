"""A backup brings everything back, on either engine, or says why not."""

from __future__ import annotations

import gzip
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking.archive.keep import keep
from booking.db import Base, db
from booking.people.models import Size
from booking.reservations.claim import claim
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.rules import Taken
from booking.spaces.models import Kind
from booking.values.money import Money
from booking.values.span import Span
from tests.harness.app import TUESDAY, open_session
from tests.harness.schema import build_schema
from tests.harness.world import World


def fill(world):
    """Make a park in which every kind of column has something to say."""
    park = world.park(name="江南“园区”\n二期")
    area = world.area(park)
    one, two = world.space(area, equipment=["投影", "白板"]), world.space(area)
    world.space(area, parts=[one, two])
    world.space(area, Kind.STORAGE)
    world.tariff(park, allowances={Size.SMALL: 60}, daily_cap=Money(6000))
    member = world.member(world.enterprise(park))
    keep(world.session, park.id, "图.bin", "application/octet-stream", bytes(range(256)), now=TUESDAY)
    row = Reservation(
        park_id=park.id,
        enterprise_id=member.enterprise_id,
        member_id=member.id,
        space_id=one.id,
        starts_at=TUESDAY,
        ends_at=TUESDAY + timedelta(hours=1, microseconds=5),
        state=ReservationState.BOOKED,
        quote=Money(8000),
        created_at=TUESDAY,
    )
    world.session.add(row)
    claim(world.session, one, Span(row.starts_at, row.ends_at), row)
    world.session.commit()
    return row


def everything(session):
    return {
        table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
        for table in Base.metadata.sorted_tables
    }


@pytest.fixture
def databases(request, sqlite_database, postgres_database):
    return {"sqlite": sqlite_database, "postgresql": postgres_database}


@pytest.fixture
def other(request, tmp_path, sqlite_template, empty_postgres_database):
    shutil.copy(sqlite_template, tmp_path / "other.sqlite3")

    def url(engine):
        if engine == "sqlite":
            return f"sqlite:///{tmp_path / 'other.sqlite3'}"
        build_schema(empty_postgres_database)
        return empty_postgres_database

    return url


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("source", "target"),
    [("sqlite", "sqlite"), ("postgresql", "postgresql"), ("sqlite", "postgresql"), ("postgresql", "sqlite")],
)
def test_everything_comes_back(databases, other, app_on, tmp_path, source, target):
    first = app_on(databases[source])
    with open_session(first) as session:
        row = fill(World(session, TUESDAY))
        kept = everything(session)
    file = tmp_path / "park.json.gz"
    said = first.test_cli_runner().invoke(args=["backup", str(file)])
    assert said.exit_code == 0, said.output
    second = app_on(other(target))
    said = second.test_cli_runner().invoke(args=["restore", str(file)])
    assert said.exit_code == 0, said.output
    with open_session(second) as session:
        assert everything(session) == kept
        world = World(session, TUESDAY)
        assert world.park(code="NEW").id > row.park_id, "new rows go on counting after the old ones"
        space = session.get(Reservation, row.id).space
        with pytest.raises(Taken):
            claim(session, space, Span(row.starts_at, row.ends_at), session.get(Reservation, row.id))


def test_a_restore_never_mixes_with_what_is_there(app, world, tmp_path):
    fill(world)
    file = tmp_path / "park.json.gz"
    runner = app.test_cli_runner()
    runner.invoke(args=["backup", str(file)])
    said = runner.invoke(args=["restore", str(file)])
    assert said.exit_code == 1
    assert "has rows already" in said.stderr
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reservation)) == 1


def test_a_damaged_or_foreign_file_is_refused(app, world, tmp_path):
    fill(world)
    file = tmp_path / "park.json.gz"
    runner = app.test_cli_runner()
    runner.invoke(args=["backup", str(file)])
    whole = gzip.decompress(file.read_bytes())
    (tmp_path / "changed").write_bytes(
        gzip.compress(whole.replace(b'"fen"', b'"fee"').replace(b"8000", b"8001"))
    )
    (tmp_path / "cut").write_bytes(file.read_bytes()[:-40])
    (tmp_path / "short").write_bytes(gzip.compress(b"".join(whole.splitlines(keepends=True)[:-1])))
    (tmp_path / "foreign").write_text("hello")
    for name, why in {
        "changed": "damaged",
        "cut": "cannot be read",
        "short": "too early",
        "foreign": "read",
    }.items():
        said = runner.invoke(args=["restore", str(tmp_path / name)])
        assert said.exit_code == 1
        assert why in said.stderr, name
