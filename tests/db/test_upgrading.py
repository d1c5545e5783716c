"""Upgrading works from every version with a park in it, in place and through a backup, on both engines."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine

from booking.db import db
from booking.db.backup import restore
from booking.db.backup_file import Backup, check
from booking.db.base import MoneyFen
from booking.db.engine import tune
from booking.db.migrate import bring_to, changing_tables, versions
from booking.triggers import missing_triggers
from tests.db.park_of_every_version import WITH_FIRST_FORMAT, contents_of, every_version, write_first_format
from tests.harness.postgres import new_database

pytestmark = pytest.mark.xdist_group("upgrading")

ENGINES = ("sqlite", "postgresql")
REWORKED: dict[str, set[str]] = {}
"""Tables of which a migration is meant to make rows fewer or more, or to mend sums, by its number."""

MONEY = {
    table.name: [column.name for column in table.c if isinstance(column.type, MoneyFen)]
    for table in db.metadata.sorted_tables
}


@contextmanager
def engine_on(url):
    engine = create_engine(url)
    tune(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("upgrading")


@pytest.fixture(scope="module")
def of_sqlite(folder):
    """Give a park of every version as SQLite kept it; the databases themselves stay in the folder."""
    file, backups = folder / "park.sqlite3", folder / "sqlite"
    backups.mkdir()
    with engine_on(f"sqlite:///{file}") as engine:
        return every_version(engine, backups, lambda revision: shutil.copy(file, folder / revision))


@pytest.fixture(scope="module")
def of_postgresql(folder, postgres_server):
    """Give a park of every version as PostgreSQL kept it."""
    backups = folder / "postgresql"
    backups.mkdir()
    with new_database(postgres_server) as url, engine_on(url) as engine:
        return every_version(engine, backups)


@pytest.fixture(scope="module")
def upgraded(of_sqlite, folder):
    """Give what is in the park of every version after it is upgraded in place."""
    return {revision: upgrade(folder / revision) for revision in of_sqlite}


def upgrade(file):
    with engine_on(f"sqlite:///{file}") as engine:
        with changing_tables(engine) as connection:
            bring_to(connection, versions()[-1])
        return contents_of(engine, file.parent)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_park(request, tmp_path, sqlite_template, postgres_server, postgres_template):
    """Give an engine on an empty database of today."""
    if request.param == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "empty.sqlite3")
        with engine_on(f"sqlite:///{tmp_path / 'empty.sqlite3'}") as engine:
            yield engine
    else:
        with new_database(postgres_server, postgres_template) as url, engine_on(url) as engine:
            yield engine


def figures(contents):
    """Count the rows of each table and add up its money."""
    return {
        table: (len(rows), {name: sum(row.get(name) or 0 for row in rows) for name in MONEY.get(table, [])})
        for table, rows in contents.items()
        if rows
    }


def test_a_backup_of_every_version_holds_all_rows(of_sqlite):
    for version in of_sqlite.values():
        held = {table: len(rows) for table, rows in version.contents.items()}
        assert check(version.backup) == Backup(version.revision, held)


@pytest.mark.parametrize("revision", versions())
def test_a_park_of_every_version_upgrades_without_losing_a_row_or_a_fen(of_sqlite, upgraded, revision):
    before, after = figures(of_sqlite[revision].contents), figures(upgraded[revision])
    reworked = {table for number, tables in REWORKED.items() if number > revision for table in tables}
    for table in set(before) - reworked:
        assert after[table] == before[table], (
            f"{table} has other rows or sums after upgrading from {revision} than before; if a migration is "
            "meant to do so, say so in REWORKED"
        )


@pytest.mark.postgres
def test_both_engines_keep_and_upgrade_the_same(of_sqlite, of_postgresql):
    for revision, version in of_sqlite.items():
        assert of_postgresql[revision].contents == version.contents, revision


@pytest.mark.parametrize("revision", versions())
def test_a_backup_of_every_version_is_restored_into_a_database_of_today(
    of_sqlite, of_postgresql, upgraded, empty_park, tmp_path, revision
):
    turn = versions().index(revision) + ENGINES.index(empty_park.dialect.name)
    source = (of_sqlite, of_postgresql)[turn % 2]  # so that all four ways are gone
    restore(empty_park, source[revision].backup)
    assert contents_of(empty_park, tmp_path) == upgraded[revision]
    with empty_park.connect() as connection:
        assert missing_triggers(connection) == []


@pytest.mark.parametrize("revision", WITH_FIRST_FORMAT)
def test_a_backup_that_the_first_release_wrote_is_restored(
    of_sqlite, upgraded, empty_park, tmp_path, revision
):
    file = tmp_path / "old.json.gz"
    write_first_format(of_sqlite[revision], file)
    restore(empty_park, file)
    assert contents_of(empty_park, tmp_path) == upgraded[revision]
