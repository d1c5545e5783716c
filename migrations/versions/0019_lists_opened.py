"""lists opened: when an enterprise first opened a month's list."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = "list_opening"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        TABLE,
        sa.Column(
            "enterprise_id",
            number,
            sa.ForeignKey("enterprise.id", name=op.f("fk_list_opening_enterprise_id")),
            nullable=False,
        ),
        sa.Column("month_key", number, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "month_key", name=op.f("pk_list_opening")),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
