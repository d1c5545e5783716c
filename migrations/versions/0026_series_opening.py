"""series: from which day on an occurrence that lies too far ahead may be booked; then it books itself."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Leave empty what there is: why it could not be booked was not kept, and its page offers it."""
    op.add_column("wished_occurrence", sa.Column("opens_on", sa.Date(), nullable=True))
    where = sa.text("outcome IS NULL")
    op.create_index(
        "ix_wished_occurrence_opens_on",
        "wished_occurrence",
        ["opens_on"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    op.drop_index("ix_wished_occurrence_opens_on", "wished_occurrence")
    op.drop_column("wished_occurrence", "opens_on")
