"""hall held quietly: no draft's title is read off the closure that holds its hall."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of halls held by what was never published only that something is on."""
    unknown = "SELECT closure_id FROM activity WHERE published_at IS NULL"
    op.execute(f"UPDATE closure SET reason = '园区活动' WHERE id IN ({unknown})")  # noqa: S608


def downgrade() -> None:
    """Leave it: whoever plans on writes the title anew."""
