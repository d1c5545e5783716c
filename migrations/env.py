"""How Alembic reaches the database: through the app's own engine, in one writing transaction.

A table that somebody else keeps busy is not waited for without end: whoever came after would wait behind the
migration. It steps back, lets them through, tries again, and after some tries says so; nothing is changed then.
`flask db upgrade -x lock_timeout=10s -x tries=20` asks for more patience.
"""

import time

from alembic import context
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator

from booking.db import db
from booking.db.migrate import changing_tables

PATIENCE = {"lock_timeout": "5s", "tries": "12"}
PAUSE_SECONDS = 2
IN_THE_WAY = {"55P03", "40P01"}  # PostgreSQL: a lock not to be had in time, a ring of locks


def plain_type(kind, item, _autogen_context):
    """Write a type of the product's own as the plain one it is kept as: a migration stands on its own."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def migrate() -> None:
    """Run the asked-for migrations: in the caller's transaction, or in one of their own."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        run(connection)
    else:
        step_back_for_others()


def step_back_for_others() -> None:
    """Run them in a transaction of their own, trying again a bounded number of times."""
    patience = PATIENCE | context.get_x_argument(as_dictionary=True)
    tries = int(patience["tries"])
    for left in reversed(range(tries)):
        try:
            with changing_tables(db.engine) as connection:
                if connection.dialect.name == "postgresql":
                    wait = text("SELECT set_config('lock_timeout', :value, true)")
                    connection.execute(wait, {"value": patience["lock_timeout"]})
                run(connection)
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


def run(connection) -> None:
    """Run them once. What is made stands in the migrations; today's tables are only compared with."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=plain_type,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # A trigger that waits for the commit would refuse to have its table altered: it acts at once instead.
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        context.run_migrations()


def somebody_is_in_the_way(error: OperationalError) -> bool:
    """Tell a database that others keep busy from one that is away or broken."""
    return getattr(error.orig, "sqlstate", None) in IN_THE_WAY or "database is locked" in str(error.orig)


if context.is_offline_mode():
    raise SystemExit("migrations need a database to look at; run them online")
migrate()
