"""calendar feeds: secret addresses that calendar programs subscribe to."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KINDS = "kind IN ('own', 'enterprise', 'space', 'activities')"
OF_ONE_SPACE = "(kind = 'space') = (space_id IS NOT NULL)"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "calendar_feed",
        sa.Column("id", key, nullable=False),
        sa.Column(
            "park_id", key, sa.ForeignKey("park.id", name=op.f("fk_calendar_feed_park_id")), nullable=False
        ),
        sa.Column(
            "member_id",
            key,
            sa.ForeignKey("member.id", name=op.f("fk_calendar_feed_member_id")),
            nullable=False,
        ),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column(
            "space_id", key, sa.ForeignKey("space.id", name=op.f("fk_calendar_feed_space_id")), nullable=True
        ),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_calendar_feed_kind")),
        sa.CheckConstraint(OF_ONE_SPACE, name=op.f("ck_calendar_feed_of_one_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
    )
    op.create_index("ix_calendar_feed_member_id", "calendar_feed", ["member_id"])


def downgrade() -> None:
    """Addresses made meanwhile open nothing any more."""
    op.drop_table("calendar_feed")
