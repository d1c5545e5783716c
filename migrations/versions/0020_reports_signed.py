"""reports signed: a report has versions and who signed them; a quarter keeps who may be shown how."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDINGS = "standing IN ('named', 'grouped', 'waiting', 'withdrawn')"


def upgrade() -> None:
    """Count what was published as a first version that nobody is known to have signed."""
    op.add_column("enterprise", sa.Column("naming_withdrawn_at", sa.DateTime(timezone=True)))
    for name in ("savings_report_never_changes", "savings_report_never_goes"):
        drop_trigger(name, "savings_report")
    if is_sqlite():
        rebuild(NEW_REPORT, "1, published_at, NULL, ''", "version, signed_at, signed_by_id, reason")
    else:
        op.execute("ALTER TABLE savings_report RENAME COLUMN published_at TO signed_at")
        op.execute("ALTER TABLE savings_report ADD COLUMN version BIGINT DEFAULT 1 NOT NULL")
        op.execute("ALTER TABLE savings_report ALTER COLUMN version DROP DEFAULT")
        op.execute("ALTER TABLE savings_report ADD COLUMN signed_by_id BIGINT")
        op.execute("ALTER TABLE savings_report ADD COLUMN reason VARCHAR(500) DEFAULT '' NOT NULL")
        op.execute("ALTER TABLE savings_report ALTER COLUMN reason DROP DEFAULT")
        op.execute("ALTER TABLE savings_report DROP CONSTRAINT uq_savings_report_park_id_month_key")
        op.execute(
            "ALTER TABLE savings_report ADD CONSTRAINT uq_savings_report_park_id_month_key_version "
            "UNIQUE (park_id, month_key, version)"
        )
        op.execute(
            f"ALTER TABLE savings_report ADD CONSTRAINT ck_savings_report_correction_says_why CHECK ({SAYS_WHY})"
        )
        op.execute(
            "ALTER TABLE savings_report ADD CONSTRAINT fk_savings_report_signed_by_id "
            "FOREIGN KEY (signed_by_id) REFERENCES member (id)"
        )
    op.create_table(
        "disclosure_quarter",
        sa.Column("id", ID, nullable=False),
        sa.Column("park_id", ID, nullable=False),
        sa.Column("quarter_key", ID, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name="fk_disclosure_quarter_park_id"),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure_quarter"),
        sa.UniqueConstraint("park_id", "quarter_key", name="uq_disclosure_quarter_park_id_quarter_key"),
    )
    op.create_table(
        "enterprise_standing",
        sa.Column("quarter_id", ID, nullable=False),
        sa.Column("enterprise_id", ID, nullable=False),
        sa.Column("standing", sa.String(24), nullable=False),
        sa.Column("in_small_group", sa.Boolean(), nullable=False),
        sa.CheckConstraint(STANDINGS, name=op.f("ck_enterprise_standing_standing")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name="fk_enterprise_standing_enterprise_id"
        ),
        sa.ForeignKeyConstraint(
            ["quarter_id"], ["disclosure_quarter.id"], name="fk_enterprise_standing_quarter_id"
        ),
        sa.PrimaryKeyConstraint("quarter_id", "enterprise_id", name="pk_enterprise_standing"),
    )
    for table in ("savings_report", "disclosure_quarter", "enterprise_standing"):
        freeze(table)


def downgrade() -> None:
    """Keep the newest version of each month's report."""
    for table in ("savings_report", "disclosure_quarter", "enterprise_standing"):
        for name in (f"{table}_never_changes", f"{table}_never_goes"):
            drop_trigger(name, table)
    op.drop_table("enterprise_standing")
    op.drop_table("disclosure_quarter")
    op.execute(
        "DELETE FROM savings_report WHERE EXISTS (SELECT 1 FROM savings_report AS later "
        "WHERE later.park_id = savings_report.park_id AND later.month_key = savings_report.month_key "
        "AND later.version > savings_report.version)"
    )
    if is_sqlite():
        rebuild(OLD_REPORT, "signed_at", "published_at")
    else:
        op.execute("ALTER TABLE savings_report DROP CONSTRAINT fk_savings_report_signed_by_id")
        op.execute("ALTER TABLE savings_report DROP CONSTRAINT ck_savings_report_correction_says_why")
        op.execute("ALTER TABLE savings_report DROP CONSTRAINT uq_savings_report_park_id_month_key_version")
        for column in ("version", "signed_by_id", "reason"):
            op.execute(f"ALTER TABLE savings_report DROP COLUMN {column}")
        op.execute("ALTER TABLE savings_report RENAME COLUMN signed_at TO published_at")
        op.execute(
            "ALTER TABLE savings_report ADD CONSTRAINT uq_savings_report_park_id_month_key "
            "UNIQUE (park_id, month_key)"
        )
    freeze("savings_report")
    op.execute("ALTER TABLE enterprise DROP COLUMN naming_withdrawn_at")


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def drop_trigger(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite() else f" ON {table}"))


def freeze(table: str) -> None:
    for name, event in ((f"{table}_never_changes", "UPDATE"), (f"{table}_never_goes", "DELETE")):
        refuse = f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        if not is_sqlite():
            refuse = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {refuse}")


SAYS_WHY = "version = 1 OR reason <> ''"
OLD_REPORT = """
CREATE TABLE savings_report_new (
    id INTEGER NOT NULL,
    park_id INTEGER NOT NULL,
    month_key INTEGER NOT NULL,
    published_at DATETIME NOT NULL,
    figures JSON NOT NULL,
    pdf_id INTEGER NOT NULL,
    xlsx_id INTEGER NOT NULL,
    CONSTRAINT pk_savings_report PRIMARY KEY (id),
    CONSTRAINT fk_savings_report_park_id FOREIGN KEY(park_id) REFERENCES park (id),
    CONSTRAINT fk_savings_report_pdf_id FOREIGN KEY(pdf_id) REFERENCES document (id),
    CONSTRAINT fk_savings_report_xlsx_id FOREIGN KEY(xlsx_id) REFERENCES document (id),
    CONSTRAINT uq_savings_report_park_id_month_key UNIQUE (park_id, month_key)
)
"""
NEW_REPORT = (
    OLD_REPORT.replace(
        "    published_at DATETIME NOT NULL,\n",
        "    version INTEGER NOT NULL,\n"
        "    signed_at DATETIME NOT NULL,\n"
        "    signed_by_id INTEGER,\n"
        "    reason VARCHAR(500) NOT NULL,\n",
    )
    .replace(
        "park_id_month_key UNIQUE (park_id, month_key)",
        "park_id_month_key_version UNIQUE (park_id, month_key, version)",
    )
    .replace(
        "    CONSTRAINT fk_savings_report_xlsx_id",
        f"    CONSTRAINT ck_savings_report_correction_says_why CHECK ({SAYS_WHY}),\n"
        "    CONSTRAINT fk_savings_report_signed_by_id FOREIGN KEY(signed_by_id) REFERENCES member (id),\n"
        "    CONSTRAINT fk_savings_report_xlsx_id",
    )
)


def rebuild(table: str, filled: str, columns: str) -> None:
    """Write SQLite's table anew, which cannot change a constraint otherwise; nothing refers to its rows."""
    op.execute(table)
    kept = "id, park_id, month_key, figures, pdf_id, xlsx_id"
    filling = (
        f"INSERT INTO savings_report_new ({kept}, {columns}) SELECT {kept}, {filled} FROM savings_report"  # noqa: S608
    )
    op.execute(filling)
    op.execute("DROP TABLE savings_report")
    op.execute("ALTER TABLE savings_report_new RENAME TO savings_report")
