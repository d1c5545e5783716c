"""inbox: letters are looked up by whom they are for."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_letter_to", "letter", ["to", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_letter_to", "letter")
