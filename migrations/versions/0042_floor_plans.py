"""floor plans: where the spaces of an area lie, a row a version."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "floor_plan",
        sa.Column("id", key, nullable=False),
        sa.Column(
            "park_id", key, sa.ForeignKey("park.id", name=op.f("fk_floor_plan_park_id")), nullable=False
        ),
        sa.Column(
            "area_id", key, sa.ForeignKey("area.id", name=op.f("fk_floor_plan_area_id")), nullable=False
        ),
        sa.Column("version", key, nullable=False),
        sa.Column("copy_of", key, nullable=True),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by_id",
            key,
            sa.ForeignKey("member.id", name=op.f("fk_floor_plan_created_by_id")),
            nullable=True,
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_floor_plan_counts_from_one")),
        sa.CheckConstraint(
            "copy_of IS NULL OR copy_of < version", name=op.f("ck_floor_plan_copies_an_earlier_one")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor_plan")),
        sa.UniqueConstraint("area_id", "version", name=op.f("uq_floor_plan_area_id_version")),
    )
    op.create_index("ix_floor_plan_park_id", "floor_plan", ["park_id"])


def downgrade() -> None:
    """What was drawn is lost; pictures of plans hang at their areas and stay."""
    op.drop_table("floor_plan")
