"""answers promised: by when the park answers a request, and what it proposes instead."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole, instant = ("INTEGER", "DATETIME") if is_sqlite() else ("BIGINT", "TIMESTAMP WITH TIME ZONE")
    law = "CONSTRAINT ck_park_answers_some_time CHECK (answer_hours >= 1)"
    op.execute(f"ALTER TABLE park ADD COLUMN answer_hours {whole} DEFAULT '9' NOT NULL {law}")
    # Nobody promised anything to who asked before.
    op.execute(f"ALTER TABLE reservation ADD COLUMN answer_by {instant}")
    op.execute(f"ALTER TABLE reservation ADD COLUMN answer_told {whole} DEFAULT '0' NOT NULL")
    op.create_table(
        "proposed_place",
        of("reservation"),
        of("space"),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quote", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_proposed_place_ends_after_it_starts")),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_proposed_place")),
    )
    op.create_index("ix_proposed_place_space_id", "proposed_place", ["space_id"])


def downgrade() -> None:
    """What was promised and proposed is lost; requests stay as they were asked for."""
    op.drop_table("proposed_place")
    op.execute("ALTER TABLE reservation DROP COLUMN answer_told")
    op.execute("ALTER TABLE reservation DROP COLUMN answer_by")
    op.execute("ALTER TABLE park DROP COLUMN answer_hours")


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(other: str) -> sa.Column:
    name = op.f(f"fk_proposed_place_{other}_id")
    return sa.Column(f"{other}_id", key(), sa.ForeignKey(f"{other}.id", name=name), nullable=False)
