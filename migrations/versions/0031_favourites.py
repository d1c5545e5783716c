"""favourites: which spaces a person marked with a star."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLE = "favourite"


def upgrade() -> None:
    op.create_table(
        TABLE,
        of("member"),
        of("space"),
        sa.Column("starred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "space_id", name=op.f("pk_favourite")),
    )


def downgrade() -> None:
    op.drop_table(TABLE)


def of(other) -> sa.Column:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    name = op.f(f"fk_favourite_{other}_id")
    return sa.Column(f"{other}_id", number, sa.ForeignKey(f"{other}.id", name=name), nullable=False)
