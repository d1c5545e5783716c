"""group robots: through which an enterprise's chat group hears of its bookings."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLE = "group_robot"
KINDS = "kind IN ('wecom', 'dingtalk', 'feishu')"
WORKING = "gone_at IS NULL"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        TABLE,
        sa.Column("id", key, nullable=False),
        sa.Column("park_id", key, of("park"), nullable=False),
        sa.Column("enterprise_id", key, of("enterprise"), nullable=False),
        sa.Column("added_by_id", key, of("member", "added_by"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
        sa.Column("tells_day", sa.Boolean(), nullable=False),
        sa.Column("tells_changes", sa.Boolean(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("failures", key, nullable=False),
        sa.Column("off_at", moment, nullable=True),
        sa.Column("off_because", sa.String(200), nullable=True),
        sa.Column("added_at", moment, nullable=False),
        sa.Column("gone_at", moment, nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_group_robot_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_robot")),
    )
    working = {"sqlite_where": sa.text(WORKING), "postgresql_where": sa.text(WORKING)}
    op.create_index("ix_group_robot_working", TABLE, ["enterprise_id"], **working)
    op.create_index("ix_group_robot_park_told", TABLE, ["park_id", "told_on"])
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE letter ADD COLUMN robot_id {number} "
        "CONSTRAINT fk_letter_robot_id REFERENCES group_robot (id)"
    )
    op.create_index("ix_letter_robot_id", "letter", ["robot_id"])


def downgrade() -> None:
    """Letters that a robot said, or was to say, stay, and nobody says them again: they have no mailbox."""
    op.drop_index("ix_letter_robot_id", "letter")
    op.execute(
        "UPDATE letter SET channel = 'inbox', sent_at = CASE WHEN failed_at IS NULL THEN "
        "COALESCE(sent_at, created_at) ELSE sent_at END WHERE channel = 'robot'"
    )
    op.execute("ALTER TABLE letter DROP COLUMN robot_id")
    op.drop_table(TABLE)


def of(other, name="") -> sa.ForeignKey:
    return sa.ForeignKey(f"{other}.id", name=op.f(f"fk_group_robot_{name or other}_id"))
