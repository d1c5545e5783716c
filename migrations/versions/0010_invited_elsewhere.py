"""invited elsewhere: who has an account elsewhere is pending here like everybody else who was invited."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("invited_email", sa.String(length=254), nullable=True))


def downgrade() -> None:
    # Without the column such a row is somebody with a broken e-mail; nobody ever came in by it.
    op.execute("UPDATE member SET active = false WHERE invited_email IS NOT NULL")
    op.drop_column("member", "invited_email")
