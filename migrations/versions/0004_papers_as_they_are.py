"""papers as they are: PostgreSQL keeps documents without trying to compress what is compressed.

A PDF or a photograph does not get smaller; trying took three quarters of the time it takes to keep one.
SQLite never compresses.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _store("EXTERNAL")


def downgrade() -> None:
    _store("EXTENDED")


def _store(how: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE document ALTER COLUMN content SET STORAGE {how}")
