"""push devices: browsers that their owners allowed to show pushes."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    whose = sa.ForeignKey("member.id", name=op.f("fk_push_device_member_id"))
    op.create_table(
        "push_device",
        sa.Column("id", key, nullable=False),
        sa.Column("member_id", key, whose, nullable=False),
        sa.Column("session_version", key, nullable=False),
        sa.Column("endpoint_hash", sa.String(64), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_device")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_device_endpoint_hash")),
    )
    op.create_index("ix_push_device_member_id", "push_device", ["member_id"])


def downgrade() -> None:
    """Browsers are asked again."""
    op.drop_table("push_device")
