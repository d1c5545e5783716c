"""stays at hand: the leases to charge and what a member used today are found without looking through history."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STORED = sa.text("space_kind = 'storage'")


def upgrade() -> None:
    op.create_index(
        "ix_stay_storage",
        "stay",
        ["enterprise_id", "started_at"],
        sqlite_where=STORED,
        postgresql_where=STORED,
    )
    op.create_index("ix_stay_member_end", "stay", ["member_id", "ended_at"])


def downgrade() -> None:
    op.drop_index("ix_stay_member_end", table_name="stay")
    op.drop_index("ix_stay_storage", table_name="stay")
