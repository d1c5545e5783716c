"""What the database itself refuses: overlapping claims, and changes to what never changes.

Every migration that touches one of these tables calls `install_guards` again, since SQLite's batch
mode drops triggers silently; the app checks at start that all of them are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

FROZEN: dict[str, tuple[str, ...] | None] = {
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
"""Tables whose rows are never deleted, and the columns never changed (None: none of them)."""


def install_guards(connection: Connection) -> None:
    """Make the database refuse; harmless twice."""
    if connection.dialect.name == "sqlite":
        _install_sqlite(connection)
    else:
        _install_postgresql(connection)


def missing_guards(connection: Connection) -> list[str]:
    """Name the guards that are not there, in order; an empty list is what a healthy database gives."""
    if connection.dialect.name == "sqlite":
        found = {
            row[0]
            for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        }
        wanted = {"occupancy_no_overlap_insert", "occupancy_no_overlap_update"}
    else:
        found = {row[0] for row in connection.execute(text("SELECT tgname FROM pg_trigger"))}
        found |= {
            row[0]
            for row in connection.execute(text("SELECT conname FROM pg_constraint WHERE contype = 'x'"))
        }
        wanted = {"occupancy_no_overlap"}
    for table in FROZEN:
        wanted |= {f"{table}_never_changes", f"{table}_never_goes"}
    return sorted(wanted - found)


# Claims of one space are disjoint, so only the latest one that starts before the new end can overlap it.
_SQLITE_OVERLAP = """
CREATE TRIGGER occupancy_no_overlap_{event} BEFORE {event} ON occupancy
WHEN (
    SELECT ends_at FROM occupancy
    WHERE space_id = NEW.space_id AND starts_at < NEW.ends_at {other}
    ORDER BY starts_at DESC LIMIT 1
) > NEW.starts_at
BEGIN SELECT RAISE(ABORT, 'occupancy_no_overlap'); END
"""


def _install_sqlite(connection: Connection) -> None:
    for event, other in (("insert", ""), ("update", "AND id <> NEW.id")):
        connection.execute(text(f"DROP TRIGGER IF EXISTS occupancy_no_overlap_{event}"))
        connection.execute(text(_SQLITE_OVERLAP.format(event=event, other=other)))
    for table, columns in FROZEN.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        for name, event in (("changes", f"UPDATE{of}"), ("goes", "DELETE")):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_never_{name}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_never_{name} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table}_never_{name}'); END"
                )
            )


_POSTGRESQL_OVERLAP = """
ALTER TABLE occupancy ADD CONSTRAINT occupancy_no_overlap
EXCLUDE USING gist (space_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
"""

_POSTGRESQL_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def _install_postgresql(connection: Connection) -> None:
    # PDFs and pictures are compressed already: trying again costs a month's close dearly.
    connection.execute(text("ALTER TABLE document ALTER COLUMN content SET STORAGE EXTERNAL"))
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
    connection.execute(text("ALTER TABLE occupancy DROP CONSTRAINT IF EXISTS occupancy_no_overlap"))
    connection.execute(text(_POSTGRESQL_OVERLAP))
    connection.execute(text(_POSTGRESQL_REFUSE))
    for table, columns in FROZEN.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        for name, event in (("changes", f"UPDATE{of}"), ("goes", "DELETE")):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_never_{name} ON {table}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_never_{name} BEFORE {event} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                )
            )
