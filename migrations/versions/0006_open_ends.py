"""open ends: a closure until further notice is one row of occupancy, found by an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_occupancy_open_end",
        "occupancy",
        ["ends_at", "space_kind", "starts_at", "space_id"],
        sqlite_where=sa.text("ends_at = '2999-01-01 00:00:00.000000'"),
        postgresql_where=sa.text("ends_at = '2999-01-01 00:00:00+00'::timestamptz"),
    )


def downgrade() -> None:
    op.drop_index("ix_occupancy_open_end", table_name="occupancy")
