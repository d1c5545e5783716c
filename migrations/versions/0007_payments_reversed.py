"""payments reversed: a payment booked wrongly is taken back by a row beside it; both stay for ever."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "payment_reversal",
        sa.Column("id", number, nullable=False),
        sa.Column("park_id", number, nullable=False),
        sa.Column("payment_id", number, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reversed_by_id", number, nullable=True),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_payment_reversal_park_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_reversal_payment_id")),
        sa.ForeignKeyConstraint(
            ["reversed_by_id"], ["member.id"], name=op.f("fk_payment_reversal_reversed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_reversal")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_payment_reversal_payment_id")),
    )
    op.create_index(op.f("ix_payment_reversal_park_id"), "payment_reversal", ["park_id"])
    sqlite = op.get_context().dialect.name == "sqlite"
    for name, event in (("changes", "UPDATE"), ("goes", "DELETE")):
        trigger = f"payment_reversal_never_{name}"
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{trigger}'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {trigger} BEFORE {event} ON payment_reversal {refuse}")


def downgrade() -> None:
    op.drop_table("payment_reversal")
