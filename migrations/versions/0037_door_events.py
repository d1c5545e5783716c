"""door events: what devices at doors tell, each under an id of its own, counts once."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KINDS = "kind IN ('check_in', 'check_out', 'extend')"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

    def of(name: str, table: str, *, needed: bool = False) -> sa.Column[int]:
        there = sa.ForeignKey(f"{table}.id", name=op.f(f"fk_door_event_{name}"))
        return sa.Column(name, key, there, nullable=not needed)

    op.create_table(
        "door_event",
        sa.Column("id", key, nullable=False),
        of("park_id", "park", needed=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        of("reservation_id", "reservation"),
        of("stay_id", "stay"),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_door_event_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_event")),
        sa.UniqueConstraint("park_id", "key", name=op.f("uq_door_event_told_once")),
    )
    op.create_index(op.f("ix_door_event_reservation_id"), "door_event", ["reservation_id"])


def downgrade() -> None:
    """What was told may be told again, and finds what it brought about."""
    op.drop_table("door_event")
