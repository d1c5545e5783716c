"""ended sessions: signing out ends that session for every copy of its cookie."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ended_session",
        sa.Column("id", number, nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("member_id", number, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cookie_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_ended_session_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_session")),
        sa.UniqueConstraint("key", name=op.f("uq_ended_session_key")),
    )
    op.create_index(op.f("ix_ended_session_cookie_until"), "ended_session", ["cookie_until"])


def downgrade() -> None:
    op.drop_table("ended_session")
