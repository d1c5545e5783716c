"""guards: the database refuses overlap and changes of what never changes."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = {
    "audit_entry": None,
    "document": None,
    "reservation_change": None,
    "stay_correction": None,
    "tariff": None,
    "tariff_band": None,
    "tariff_allowance": None,
    "savings_report": None,
    "credit_note": ("invoice_id", "number", "amount", "tax", "reason", "document_id", "issued_at"),
    "payment": ("invoice_id", "method", "amount", "received_on", "provider_id"),
    "invoice": (
        "park_id", "enterprise_id", "month_key", "year", "serial", "number", "issued_at", "due_on",
        "total", "tax", "tax_lines", "seller", "buyer", "left_out", "document_id",
    ),
    "charge": (
        "park_id", "enterprise_id", "month_key", "kind", "stay_id", "reservation_id", "space_id", "day",
        "band", "factor", "minutes", "free_minutes", "days", "amount", "uncapped", "terms", "vat_permille",
    ),
}  # fmt: skip

SQLITE_OVERLAP = """
CREATE TRIGGER occupancy_no_overlap_{event} BEFORE {event} ON occupancy
WHEN (
    SELECT ends_at FROM occupancy
    WHERE space_id = NEW.space_id AND starts_at < NEW.ends_at {other}
    ORDER BY starts_at DESC LIMIT 1
) > NEW.starts_at
BEGIN SELECT RAISE(ABORT, 'occupancy_no_overlap'); END
"""

POSTGRESQL_OVERLAP = """
ALTER TABLE occupancy ADD CONSTRAINT occupancy_no_overlap
EXCLUDE USING gist (space_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
"""

POSTGRESQL_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for event, other in (("insert", ""), ("update", "AND id <> NEW.id")):
            op.execute(SQLITE_OVERLAP.format(event=event, other=other))
    else:
        op.execute("ALTER TABLE document ALTER COLUMN content SET STORAGE EXTERNAL")
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(POSTGRESQL_OVERLAP)
        op.execute(POSTGRESQL_REFUSE)
    for table, columns in FROZEN.items():
        freeze(table, columns)


def freeze(table, columns) -> None:
    of = f" OF {', '.join(columns)}" if columns else ""
    sqlite = op.get_context().dialect.name == "sqlite"
    for name, event in (("changes", f"UPDATE{of}"), ("goes", "DELETE")):
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table}_never_{name}'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {table}_never_{name} BEFORE {event} ON {table} {refuse}")


def downgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in FROZEN:
        for name in ("changes", "goes"):
            on = "" if sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER IF EXISTS {table}_never_{name}{on}")
    if sqlite:
        for event in ("insert", "update"):
            op.execute(f"DROP TRIGGER IF EXISTS occupancy_no_overlap_{event}")
    else:
        op.execute("ALTER TABLE occupancy DROP CONSTRAINT IF EXISTS occupancy_no_overlap")
        op.execute("DROP FUNCTION IF EXISTS refuse_change()")
