"""booking rights: what an employee books alone, who answers a request, and what managers have yet to hear of."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody goes on booking what they may; what waits, waits for the park, as before."""
    for table in ("enterprise", "member"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN asks_for VARCHAR(80) DEFAULT '' NOT NULL")
        op.execute(f"ALTER TABLE {table} ADD COLUMN books_up_to BIGINT")
    op.execute(
        "ALTER TABLE reservation ADD COLUMN answerer VARCHAR(24) DEFAULT 'park' NOT NULL "
        "CONSTRAINT ck_reservation_answerer CHECK (answerer IN ('manager', 'park'))"
    )
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "untold_request",
        sa.Column("reservation_id", key, nullable=False, autoincrement=False),
        sa.Column("enterprise_id", key, nullable=False),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_untold_request_reservation_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_untold_request_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_untold_request")),
    )
    op.create_index("ix_untold_request_enterprise_id", "untold_request", ["enterprise_id"])


def downgrade() -> None:
    """What waits for a manager waits for the park from then on."""
    op.drop_table("untold_request")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE reservation DROP CONSTRAINT ck_reservation_answerer")
    for table, name in (
        ("reservation", "answerer"),
        ("enterprise", "asks_for"),
        ("enterprise", "books_up_to"),
        ("member", "asks_for"),
        ("member", "books_up_to"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
