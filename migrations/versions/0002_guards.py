"""guards: the database refuses overlap and changes of what never changes."""

from alembic import op
from sqlalchemy import text

from booking.guards import FROZEN, install_guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    install_guards(op.get_bind())


def downgrade() -> None:
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    for table in FROZEN:
        for name in ("changes", "goes"):
            on = "" if sqlite else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_never_{name}{on}"))
    if sqlite:
        for event in ("insert", "update"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS occupancy_no_overlap_{event}"))
    else:
        connection.execute(text("ALTER TABLE occupancy DROP CONSTRAINT IF EXISTS occupancy_no_overlap"))
        connection.execute(text("DROP FUNCTION IF EXISTS refuse_change()"))
