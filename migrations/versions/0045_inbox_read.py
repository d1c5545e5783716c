"""inbox read: up to when somebody has seen their letters; when a robot was last tried."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = "DATETIME" if op.get_context().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute(f"ALTER TABLE member ADD COLUMN inbox_read_at {instant}")
    op.execute(f"ALTER TABLE group_robot ADD COLUMN tried_at {instant}")
    # Nobody finds years of letters unread: what is there counts as seen.
    op.execute(
        "UPDATE member SET inbox_read_at ="
        ' (SELECT max(letter.created_at) FROM letter WHERE letter."to" = member.email)'
    )


def downgrade() -> None:
    """Which letters are new is lost; the letters stay."""
    op.execute("ALTER TABLE group_robot DROP COLUMN tried_at")
    op.execute("ALTER TABLE member DROP COLUMN inbox_read_at")
