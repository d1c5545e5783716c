"""Migrations stand on their own, the latest may be taken back and made again, and no guard is lost."""

from __future__ import annotations

import ast

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, text

from booking.app import check_database
from booking.db import db
from booking.db.engine import tune
from booking.db.migrate import versions
from tests.db.park_of_every_version import bring_up
from tests.harness.app import open_session
from tests.harness.run import ROOT

MIGRATIONS = sorted((ROOT / "migrations/versions").glob("*.py"))


def imported(source):
    """Name every module that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("file", MIGRATIONS, ids=lambda file: file.stem)
def test_a_migration_stands_on_its_own(file):
    """What it made must stay what it made, whatever the product becomes: it may only know its tools."""
    known = {name.partition(".")[0] for name in imported(file.read_text(encoding="utf-8"))}
    assert known <= {
        "__future__",
        "alembic",
        "sqlalchemy",
        "json",
        "re",
        "datetime",
        "decimal",
        "time",
        "hashlib",
    }, (
        f"{file.name} imports a part of the product (or of another migration); "
        "write the types, names and SQL it needs into the migration itself"
    )


def made_by(engine):
    """Give the statements that make up an SQLite database."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'")
        )
        return {row.name: row.sql for row in rows}


def test_migrations_make_the_same_without_the_product(sqlite_template, tmp_path):
    """Not even the product's names for constraints may slip in: write every name in full, with `op.f`."""
    bare = create_engine(f"sqlite:///{tmp_path / 'bare.sqlite3'}")
    with bare.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        for script in reversed(list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())):
            script.module.upgrade()
    assert made_by(bare) == made_by(create_engine(f"sqlite:///{sqlite_template}"))


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Give an engine on a database that went through every migration with rows in it."""
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('grown') / 'park.sqlite3'}")
    tune(engine)
    for revision in versions():
        bring_up(engine, revision)
    yield engine
    engine.dispose()


def test_every_table_and_column_is_tried_with_a_row(grown):
    """What is in no row cannot be seen to get lost by a migration, a backup or a restore."""
    with grown.connect() as connection:
        untried = [
            f"{table.name}.{column.name}"
            for table in db.metadata.sorted_tables
            for column in table.c
            if connection.execute(select(1).where(column.isnot(None)).limit(1)).first() is None
        ]
    assert not untried, (
        f"no row tries {', '.join(untried)}: write one into tests/db/rows/NUMBER.json, NUMBER being the "
        "migration that made it (tests/db/park_of_every_version.py says how)"
    )


def test_what_was_counted_under_a_name_has_a_kind_of_its_own(grown):
    """The names were `present password of 3` and `reset from ADDRESS`; one was typed at the door."""
    rows = text("SELECT id, kind, account, address FROM sign_in_attempt WHERE id BETWEEN 101 AND 103")
    with grown.connect() as connection:
        assert [tuple(row) for row in connection.execute(rows)] == [
            (101, "present", "3", ""),
            (102, "sign_in", "present password of 3", "192.0.2.8"),
            (103, "reset", "", "192.0.2.7"),
        ]


def test_a_new_migration_is_written_to_stand_on_its_own():
    template = (ROOT / "migrations/script.py.mako").read_text(encoding="utf-8")
    assert "booking" not in template


def test_the_latest_migration_steps_back_and_forth(on_both_engines, app_on):
    app = app_on(on_both_engines)
    with app.app_context():
        flask_migrate.downgrade()
        flask_migrate.upgrade()
    assert check_database(app) == []


def test_stepping_back_leaves_the_triggers_of_the_revision_before(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'bare.sqlite3'}")
    *before, latest = reversed(list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions()))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        for script in before:
            script.module.upgrade()
    there = guards_of(engine)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        latest.module.upgrade()
        latest.module.downgrade()
    assert guards_of(engine) == there


def guards_of(engine):
    return {name: sql for name, sql in made_by(engine).items() if sql and sql.startswith("CREATE TRIGGER")}


def test_the_migrations_make_the_tables_that_the_models_speak_of(on_both_engines, app_on):
    with app_on(on_both_engines).app_context(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []


IMPATIENT = ["lock_timeout=20ms", "tries=3"]


@pytest.fixture
def kept_busy(postgres_database, app_on):
    """Give an app whose database somebody keeps busy, and that somebody."""
    app = app_on(postgres_database)
    with open_session(app) as somebody:
        somebody.execute(text("LOCK TABLE alembic_version IN EXCLUSIVE MODE"))
        yield app, somebody


@pytest.mark.postgres
def test_a_migration_steps_back_for_whoever_is_in_the_way_and_tries_again(kept_busy, monkeypatch):
    app, somebody = kept_busy
    pauses = []
    monkeypatch.setattr("time.sleep", lambda seconds: (pauses.append(seconds), somebody.rollback()))
    with app.app_context():
        flask_migrate.downgrade(x_arg=IMPATIENT)
        assert len(pauses) == 1
        flask_migrate.upgrade()
    assert check_database(app) == []


@pytest.mark.postgres
def test_a_migration_gives_up_in_words_and_leaves_everything_as_it_was(kept_busy, monkeypatch, caplog):
    app, somebody = kept_busy
    pauses = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with app.app_context(), pytest.raises(SystemExit):
        flask_migrate.downgrade(x_arg=IMPATIENT)
    assert len(pauses) == 2
    assert "kept busy by others in 3 tries; nothing was changed" in caplog.text
    somebody.rollback()
    with app.app_context(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []
