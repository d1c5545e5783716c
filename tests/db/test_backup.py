"""A backup brings everything back, on either engine, or says why not."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import signal
import stat
import tracemalloc
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, insert, select, text

from booking.app import check_database
from booking.db import Base, backup, db
from booking.db.backup import restore, save
from booking.db.backup_file import Backup, Lines
from booking.documents.store import store
from booking.people.models import SignInAttempt, Size
from booking.reservations.claim import claim
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.rules import Taken
from booking.spaces.models import Kind
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.schema import build_schema
from tests.harness.times import TUESDAY
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
    store(world.session, park.id, "图.bin", "application/octet-stream", bytes(range(256)), now=TUESDAY)
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
    """Read every row, but the editions of the parks: each database gives its own."""
    return {
        table.name: [tuple(row) for row in session.execute(_rows(table).order_by(*table.primary_key))]
        for table in Base.metadata.sorted_tables
    }


def _rows(table):
    return select(*(column for column in table.c if (table.name, column.name) != ("park", "edition")))


@pytest.fixture
def databases(request, sqlite_database, postgres_database):
    return {"sqlite": sqlite_database, "postgresql": postgres_database}


@pytest.fixture
def empty_databases(tmp_path, empty_postgres_database):
    return {"sqlite": f"sqlite:///{tmp_path / 'new.sqlite3'}", "postgresql": empty_postgres_database}


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
    (tmp_path / "spoilt").write_bytes(file.read_bytes()[:2000] + b"?" * 20 + file.read_bytes()[2020:])
    (tmp_path / "short").write_bytes(gzip.compress(b"".join(whole.splitlines(keepends=True)[:-1])))
    (tmp_path / "foreign").write_text("hello")
    for name, why in {
        "changed": "damaged",
        "cut": "cannot be read",
        "spoilt": "cannot be read",
        "short": "too early",
        "foreign": "read",
    }.items():
        said = runner.invoke(args=["restore", str(tmp_path / name)])
        assert said.exit_code == 1
        assert why in said.stderr, name


@pytest.mark.postgres
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_new_database_needs_no_migrating_before(app, world, empty_databases, app_on, tmp_path, target):
    fill(world)
    file = tmp_path / "park.json.gz"
    app.test_cli_runner().invoke(args=["backup", str(file)])
    new = app_on(empty_databases[target])
    said = new.test_cli_runner().invoke(args=["restore", str(file)])
    assert said.exit_code == 0, said.output
    with open_session(app) as before, open_session(new) as after:
        assert everything(after) == everything(before)
    assert check_database(new) == []


@pytest.mark.parametrize("of", ["backup", "database"])
def test_what_is_newer_than_the_product_is_refused_in_words(app, world, tmp_path, of):
    file = tmp_path / "park.json.gz"
    if of == "backup":
        world.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        world.session.commit()
        save(world.session.get_bind(), file)
    else:
        save(world.session.get_bind(), file)
        world.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        world.session.commit()
    said = app.test_cli_runner().invoke(args=["restore", str(file)])
    assert said.exit_code == 1
    assert f"the {of}'s tables are at 9999, newer than this version" in said.stderr


@pytest.mark.postgres
@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_json_stays_as_it_was_null_and_nothing_included(databases, other, app_on, tmp_path, source, target):
    said = {1: '{"b": 1.50, "a": [null]}', 2: "null", 3: None}
    first, second = app_on(databases[source]), app_on(other(target))
    with open_session(first) as session:
        World(session, TUESDAY).park()
        session.flush()
        for number, before in said.items():
            kept = "CAST(:before AS json)" if source == "postgresql" else ":before"
            session.execute(
                text(
                    "INSERT INTO audit_entry (id, at, actor_name, action, subject, before) "
                    f"VALUES (:number, :at, '', '', '', {kept})"
                ),
                {"number": number, "at": "2026-11-03 01:00:00.000000", "before": before},
            )
        session.commit()
        save(session.get_bind(), tmp_path / "park.json.gz")
    with open_session(second) as session:
        restore(session.get_bind(), tmp_path / "park.json.gz")
        found = session.execute(text("SELECT id, CAST(before AS text) FROM audit_entry")).all()
    assert dict(found) == said


@pytest.fixture
def folder(tmp_path):
    """Give a folder with yesterday's backup in it."""
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups/yesterday.json.gz").write_text("whole")
    return tmp_path / "backups"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_only_its_owner_may_read_a_backup_from_its_first_byte(app, world, folder, monkeypatch):
    seen = []

    def put(self, value):
        seen.extend(stat.S_IMODE(path.stat().st_mode) for path in folder.glob(".*.part"))

    monkeypatch.setattr(Lines, "put", put)
    monkeypatch.setattr(backup, "check", lambda file: Backup("0001", {}))
    before = os.umask(0)
    try:
        save(world.session.get_bind(), folder / "today.json.gz")
    finally:
        os.umask(before)
    assert set(seen) == {0o600}
    assert stat.S_IMODE((folder / "today.json.gz").stat().st_mode) == 0o600


def test_a_backup_is_on_the_disk_before_it_goes_by_its_name(app, world, folder, monkeypatch):
    done = []
    replace = os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(Path(f"/proc/self/fd/{handle}").readlink()))
    monkeypatch.setattr(os, "replace", lambda *names: (done.append("named"), replace(*names)))
    save(world.session.get_bind(), folder / "today.json.gz")
    part, *rest = done
    assert part.suffix == ".part"
    assert rest == ["named", folder]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [("disk full", 1), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 1)],
    ids=str,
)
def test_a_backup_that_is_stopped_leaves_nothing_behind(app, world, folder, monkeypatch, trouble, code):
    def stop(self, backup):
        if trouble == "disk full":
            raise OSError(errno.ENOSPC, "No space left on device")
        os.kill(os.getpid(), trouble)

    monkeypatch.setattr(Lines, "end", stop)
    handlers = signal.getsignal(signal.SIGTERM)
    said = app.test_cli_runner().invoke(args=["backup", str(folder / "yesterday.json.gz")])
    assert said.exit_code == code
    assert names(folder) == ["yesterday.json.gz"]
    assert (folder / "yesterday.json.gz").read_text() == "whole"
    assert signal.getsignal(signal.SIGTERM) == handlers


def heavy(session, now):
    """Put in sixteen megabytes of documents, and many small rows."""
    park = World(session, now).park()
    store(session, park.id, "图.bin", "application/octet-stream", os.urandom(500_000), now=now)
    session.flush()
    columns = "park_id, name, media_type, sha256, size, created_at, content"
    for _ in range(31):
        session.execute(text(f"INSERT INTO document ({columns}) SELECT {columns} FROM document WHERE id = 1"))
    session.execute(insert(SignInAttempt), [{"account": "a@x.example", "address": "::1", "at": now}] * 1_500)
    session.commit()


@contextmanager
def peak_of_memory():
    """Give a list that holds the most bytes used at once, in the end."""
    found = []
    tracemalloc.start()
    try:
        yield found
        found.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


@pytest.mark.postgres
def test_a_large_park_needs_no_more_memory_than_a_small_one(on_both_engines, app_on, tmp_path, other):
    with open_session(app_on(on_both_engines)) as session:
        heavy(session, TUESDAY)
        engine = session.get_bind()
    cursors = set()
    event.listen(engine, "before_cursor_execute", lambda _, cursor, *rest: cursors.add(type(cursor).__name__))
    with peak_of_memory() as most:
        backup = save(engine, tmp_path / "park.json.gz")
    assert backup.rows["document"] == 32
    assert most[0] < 12_000_000
    assert engine.dialect.name == "sqlite" or "ServerCursor" in cursors, (
        "PostgreSQL keeps what was not read yet"
    )
    with open_session(app_on(other(engine.dialect.name))) as session, peak_of_memory() as most:
        restore(session.get_bind(), tmp_path / "park.json.gz")
    assert most[0] < 12_000_000
