"""booking letters: what whoever booked has yet to hear of, and who wants copies of their own acts."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody hears of what was done before: the table begins empty."""
    key = sa.Integer() if op.get_bind().dialect.name == "sqlite" else sa.BigInteger()
    op.create_table(
        "untold_change",
        sa.Column("change_id", key, nullable=False, autoincrement=False),
        sa.Column("reservation_id", key, nullable=False),
        sa.Column("member_id", key, nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["reservation_change.id"], name=op.f("fk_untold_change_change_id")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_untold_change_reservation_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_untold_change_member_id")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_untold_change")),
    )
    op.create_index("ix_untold_change_reservation_id", "untold_change", ["reservation_id"])
    op.create_index("ix_untold_change_member_id", "untold_change", ["member_id"])
    op.execute("ALTER TABLE member ADD COLUMN wants_copies BOOLEAN DEFAULT false NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE member DROP COLUMN wants_copies")
    op.drop_table("untold_change")
