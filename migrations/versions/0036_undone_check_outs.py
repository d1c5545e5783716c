"""undone check-outs: a stay says who checked out, since they may take it back for two minutes."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who checked out before is not known, and may take nothing back any more."""
    key = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE stay ADD COLUMN ended_by_id {key} CONSTRAINT fk_stay_ended_by_id REFERENCES member (id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE stay DROP COLUMN ended_by_id")
