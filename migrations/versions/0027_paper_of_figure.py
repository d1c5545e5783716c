"""paper of an earlier figure: what the branch declares of before can have the paper it has it from."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column by hand: SQLite takes a foreign key with a column only where it is written into it."""
    kind = "INTEGER" if is_sqlite() else "BIGINT"
    law = "CONSTRAINT fk_earlier_figure_document_id REFERENCES document (id)"
    op.execute(f"ALTER TABLE earlier_figure ADD COLUMN document_id {kind} {law}")


def downgrade() -> None:
    if is_sqlite():
        with op.batch_alter_table("earlier_figure") as table:
            table.drop_column("document_id")
    else:
        op.drop_column("earlier_figure", "document_id")


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
