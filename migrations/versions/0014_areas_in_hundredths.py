"""areas in hundredths: an area's column is called after what it holds, hundredths of a square metre."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

RENAMED = (
    ("space", "area_cm2", "area_hundredths"),
    ("baseline", "area_cm2", "area_hundredths"),
    ("baseline", "own_area_cm2", "own_area_hundredths"),
)


def upgrade() -> None:
    for table, before, after in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {before} TO {after}")


def downgrade() -> None:
    for table, before, after in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {after} TO {before}")
