"""How Alembic reaches the database: through the app's own engine, in one writing transaction.

A table that somebody else keeps busy is not waited for without end: whoever came after would wait behind the
migration. It steps back, lets them through, tries again, and after some tries says so; nothing is changed then.
`flask db upgrade -x lock_timeout=10s -x tries=20` asks for more patience.
"""

import time

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator

from booking.db import db

PATIENCE = {"lock_timeout": "5s", "tries": "12"}
PAUSE_SECONDS = 2
IN_THE_WAY = {"55P03", "40P01"}  # PostgreSQL: a lock not to be had in time, a ring of locks


def plain_type(kind, item, _autogen_context):
    """Write a type of the product's own as the plain one it is kept as: a migration stands on its own."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def migrate() -> None:
    """Run the asked-for migrations, stepping back for others a bounded number of times."""
    patience = PATIENCE | context.get_x_argument(as_dictionary=True)
    tries = int(patience["tries"])
    for left in reversed(range(tries)):
        try:
            run(patience["lock_timeout"])
            return
        except OperationalError as error:
            if not somebody_is_in_the_way(error):
                raise
            if not left:
                raise CommandError(
                    f"the database was kept busy by others in {tries} tries; nothing was changed. "
                    "Stop web and workers (or wait until a long report or backup is done) and run it again"
                ) from error
            time.sleep(PAUSE_SECONDS)


def run(lock_timeout: str) -> None:
    """Run them once; SQLite changes tables by copying them (batch)."""
    with db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,  # to compare with; what is made stands in the migrations
            render_item=plain_type,
            transaction_per_migration=False,
            **{
                **current_app.extensions["migrate"].configure_args,
                "render_as_batch": connection.dialect.name == "sqlite",
            },
        )
        with connection.begin(), context.begin_transaction():
            if connection.dialect.name == "postgresql":
                wait_for_locks_only(connection, lock_timeout)
            context.run_migrations()


def wait_for_locks_only(connection, lock_timeout: str) -> None:
    """Bound the wait for others, not the work: the product's own bounds are for requests."""
    for name, value in {
        "lock_timeout": lock_timeout,
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
    }.items():
        connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})


def somebody_is_in_the_way(error: OperationalError) -> bool:
    """Tell a database that others keep busy from one that is away or broken."""
    return getattr(error.orig, "sqlstate", None) in IN_THE_WAY or "database is locked" in str(error.orig)


if context.is_offline_mode():
    raise SystemExit("migrations need a database to look at; run them online")
migrate()
