"""How Alembic reaches the database: through the app's own engine, in one writing transaction."""

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

from booking.db import db


def plain_type(kind, item, _autogen_context):
    """Write a type of the product's own as the plain one it is kept as: a migration stands on its own."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def migrate() -> None:
    """Run the asked-for migrations; SQLite changes tables by copying them (batch)."""
    with db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=plain_type,
            transaction_per_migration=False,
            **{
                **current_app.extensions["migrate"].configure_args,
                "render_as_batch": connection.dialect.name == "sqlite",
            },
        )
        with connection.begin(), context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations need a database to look at; run them online")
migrate()
