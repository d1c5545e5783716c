"""known devices: a try at a password on a device that signed in before is counted by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_attempt", sa.Column("device", sa.String(length=43), nullable=True))


def downgrade() -> None:
    op.drop_column("sign_in_attempt", "device")
