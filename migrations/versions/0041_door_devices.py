"""door devices: tablets and screens at spaces, found by a secret of which the hash is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

    def of(table: str) -> sa.Column[int]:
        there = sa.ForeignKey(f"{table}.id", name=op.f(f"fk_door_device_{table}_id"))
        return sa.Column(f"{table}_id", key, there, nullable=False)

    op.create_table(
        "door_device",
        sa.Column("id", key, nullable=False),
        of("park"),
        of("space"),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_device")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_door_device_key_hash")),
    )
    op.create_index(op.f("ix_door_device_space_id"), "door_device", ["space_id"])


def downgrade() -> None:
    """Addresses made meanwhile show nothing any more."""
    op.drop_table("door_device")
