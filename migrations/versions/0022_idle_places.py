"""idle places: the register of what stood empty, and of what was made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idle_place",
        sa.Column("id", key(), nullable=False),
        of("idle_place", "park", "park"),
        sa.Column("name", sa.String(60), nullable=False),
        of("idle_place", "area", "area", nullable=True),
        sa.Column("location", sa.String(120), nullable=False),
        sa.Column("area_hundredths", key(), nullable=False),
        of("idle_place", "given_back_by", "enterprise", nullable=True),
        sa.Column("whose", sa.String(120), nullable=False),
        sa.Column("empty_since", sa.Date(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("proposal", sa.String(500), nullable=False),
        sa.Column("put_to_use_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(1000), nullable=False),
        of("idle_place", "before", "document", nullable=True),
        of("idle_place", "after", "document", nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        of("idle_place", "created_by", "member", nullable=True),
        sa.CheckConstraint("area_hundredths > 0", name=op.f("ck_idle_place_has_area")),
        sa.CheckConstraint(
            "(state = 'in_use') = (put_to_use_on IS NOT NULL)",
            name=op.f("ck_idle_place_in_use_since_a_day"),
        ),
        sa.CheckConstraint(
            "put_to_use_on IS NULL OR put_to_use_on >= empty_since",
            name=op.f("ck_idle_place_used_after_it_was_empty"),
        ),
        sa.CheckConstraint("state IN ('idle', 'proposed', 'in_use')", name=op.f("ck_idle_place_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idle_place")),
    )
    op.create_index("ix_idle_place_park_id", "idle_place", ["park_id"])
    op.create_table(
        "idle_place_space",
        of("idle_place_space", "idle_place", "idle_place"),
        of("idle_place_space", "space", "space"),
        sa.PrimaryKeyConstraint("idle_place_id", "space_id", name=op.f("pk_idle_place_space")),
        sa.UniqueConstraint("space_id", name=op.f("uq_idle_place_space_space_id")),
    )


def downgrade() -> None:
    for table in ("idle_place_space", "idle_place"):
        op.drop_table(table)


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(table, name, other, *, nullable=False) -> sa.Column:
    foreign = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{name}_id"))
    return sa.Column(f"{name}_id", key(), foreign, nullable=nullable)
