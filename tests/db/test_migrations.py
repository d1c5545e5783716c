"""The latest migration may be taken back and made again, on both engines, and no guard is lost."""

from __future__ import annotations

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from booking.app import check_database
from booking.db import db


def test_the_latest_migration_steps_back_and_forth(on_both_engines, app_on):
    app = app_on(on_both_engines)
    with app.app_context():
        flask_migrate.downgrade()
    assert check_database(app) == []
    with app.app_context():
        flask_migrate.upgrade()
    assert check_database(app) == []


def test_the_migrations_make_the_tables_that_the_models_speak_of(on_both_engines, app_on):
    with app_on(on_both_engines).app_context(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []
