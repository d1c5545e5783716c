"""claims by holder: an index of those that a holder of the kind has, instead of one of all claims each."""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

HOLDERS = ("reservation", "stay", "closure", "wait")


def upgrade() -> None:
    for one in HOLDERS:
        op.execute(f"DROP INDEX ix_occupancy_{one}_id")
        op.execute(f"CREATE INDEX ix_occupancy_{one}_id ON occupancy ({one}_id) WHERE {one}_id IS NOT NULL")


def downgrade() -> None:
    for one in HOLDERS:
        op.execute(f"DROP INDEX ix_occupancy_{one}_id")
        op.execute(f"CREATE INDEX ix_occupancy_{one}_id ON occupancy ({one}_id)")
