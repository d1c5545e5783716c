"""What the database does by itself: refuses overlaps and changes to what never changes, and edits parks.

This is what a server looks for before it serves. The migrations build it, each with SQL of its own: a
migration that makes a table for FROZEN makes its triggers too, and one that alters such a table in SQLite's
batch mode, which drops triggers silently, makes them again.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from booking.db.edition_triggers import (
    Trigger,
    postgresql_editions,
    postgresql_function,
    sqlite_editions,
    sqlite_trigger,
)


def missing_triggers(connection: Connection) -> list[str]:
    """Name the triggers that are absent, off or other than described; a healthy database has none."""
    return sorted(trigger.name for trigger in _missing(connection))


def install_triggers(connection: Connection) -> list[str]:
    """Build the triggers that are missing, leave the others alone, and name what was built.

    To build the one against overlap anew means to look through all claims with the table locked.
    """
    missing = list(_missing(connection))
    for trigger in missing:
        for statement in filter(None, (trigger.drop, trigger.build)):
            connection.execute(text(statement))
    return [trigger.name for trigger in missing]


def _missing(connection: Connection) -> Iterator[Trigger]:
    sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(text(_SQLITE_TELLS if sqlite else _POSTGRESQL_TELLS))
    found = {(name, _on_one_line(told)) for name, told in rows}
    for trigger in _sqlite() if sqlite else _postgresql():
        if (trigger.name, _on_one_line(trigger.told)) not in found:
            yield trigger


def _on_one_line(statement: str) -> str:
    return " ".join(statement.split())


FROZEN: dict[str, tuple[str, ...] | None] = {
    "activity": ("park_id", "closure_id", "code", "created_at", "created_by_id"),
    "audit_entry": None,
    "baseline": (
        "park_id", "enterprise_id", "valid_from", "area_hundredths", "price", "own_area_hundredths",
        "own_price", "document_id", "note", "created_at", "created_by_id",
    ),
    "decision": ("matter_id", "month_key", "what", "who", "by_when", "decided_at", "decided_by_id"),
    "document": None,
    "extended_hours": (
        "park_id", "space_id", "day", "opens_minute", "closes_minute", "reason", "need_id", "granted_at",
        "granted_by_id",
    ),
    "need": (
        "park_id", "words", "picture_id", "member_id", "asker_name", "asker_company", "asker_phone",
        "raised_at",
    ),
    "need_step": None,
    "reservation_change": None,
    "stay_correction": None,
    "tariff": (
        "park_id", "kind", "space_id", "name", "valid_from", "basis", "rate", "increment_minutes",
        "minimum_minutes", "daily_cap", "no_show_permille", "late_cancel_permille", "late_cancel_minutes",
        "vat_permille", "vat_source", "created_by_id", "created_at",
    ),
    "tariff_band": None,
    "tariff_allowance": None,
    "savings_report": None,
    "disclosure_quarter": None,
    "enterprise_standing": None,
    "credit_note": (
        "invoice_id", "number", "amount", "tax", "reason", "document_id", "issued_at", "tax_lines",
    ),
    "credit_note_line": None,
    "payment_reversal": None,
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

# Calendar files that name a guest go with the guest's data.
_MAY_GO = {
    "document_never_goes": (
        "OLD.media_type <> 'text/calendar'", "old.media_type::text <> 'text/calendar'::text"
    ),
}  # fmt: skip
"""Of rows that may be deleted after all: which may not, as each engine writes it."""


def _frozen() -> Iterator[tuple[str, str, str]]:
    """Give the name, the table and the event of every trigger that keeps rows as they are."""
    for table, columns in FROZEN.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        yield f"{table}_never_changes", table, f"UPDATE{of}"
        yield f"{table}_never_goes", table, "DELETE"


# A tariff is withdrawn once, which is never taken back; a check on the table keeps it before its first day.
# A version of a baseline is decided on once: accepted, sent back or withdrawn. So is a decision settled. An
# activity is published once, and called off for good; who came says once whether it was useful. Extended
# hours are taken back once.
_ONCE = {
    "tariff_withdrawn_once": ("tariff", "withdrawn_on", "{old}.withdrawn_on IS NOT NULL"),
    "decision_settled_once": (
        "decision", "outcome, settled_at, settled_by_id, note", "{old}.settled_at IS NOT NULL"
    ),
    "baseline_decided_once": (
        "baseline", "state, evidence, decided_at, decided_by_id, reason", "{old}.decided_at IS NOT NULL"
    ),
    "extended_hours_taken_back_once": (
        "extended_hours", "taken_back_at, taken_back_by_id, taken_back_reason",
        "{old}.taken_back_at IS NOT NULL",
    ),
    "activity_published_once": (
        "activity", "published_at, notice_minutes, urgent_reason", "{old}.published_at IS NOT NULL"
    ),
    "activity_called_off_once": (
        "activity", "state, called_off_at, called_off_reason", "{old}.called_off_at IS NOT NULL"
    ),
    "sign_up_said_once": ("sign_up", "useful, useful_words, useful_at", "{old}.useful_at IS NOT NULL"),
}  # fmt: skip


def _once(old: str, each: str) -> Iterator[tuple[str, str, str]]:
    """Give the name, the table and the statement, all but its end, of what is written once."""
    for name, (table, columns, when) in _ONCE.items():
        head = f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} {each}"
        yield name, table, f"{head}WHEN ({when.format(old=old)}) "


_SQLITE_TELLS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"

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


# A credit note takes back no more of its invoice, and of each line, than was billed. On PostgreSQL the
# invoice or line is locked first, so that of two who credit at once the second counts what the first wrote.
_SQLITE_CREDIT = {
    "credit_note_within_invoice": """
CREATE TRIGGER credit_note_within_invoice BEFORE INSERT ON credit_note
WHEN NEW.amount + COALESCE((SELECT SUM(amount) FROM credit_note WHERE invoice_id = NEW.invoice_id), 0)
    > (SELECT total FROM invoice WHERE id = NEW.invoice_id)
BEGIN SELECT RAISE(ABORT, 'credit_note_within_invoice'); END
""",
    "credit_note_line_within_charge": """
CREATE TRIGGER credit_note_line_within_charge BEFORE INSERT ON credit_note_line
WHEN NOT EXISTS (
    SELECT 1 FROM charge JOIN credit_note ON credit_note.invoice_id = charge.invoice_id
    WHERE charge.id = NEW.charge_id AND credit_note.id = NEW.credit_note_id
    AND (charge.amount > 0) = (NEW.amount > 0)
    AND ABS(charge.amount) >= ABS(NEW.amount + COALESCE(
        (SELECT SUM(amount) FROM credit_note_line WHERE charge_id = NEW.charge_id), 0))
)
BEGIN SELECT RAISE(ABORT, 'credit_note_line_within_charge'); END
""",
}


def _sqlite() -> Iterator[Trigger]:
    for name, statement in _SQLITE_CREDIT.items():
        yield sqlite_trigger(name, statement)
    for event, other in (("insert", ""), ("update", "AND id <> NEW.id")):
        name = f"occupancy_no_overlap_{event}"
        yield sqlite_trigger(name, _SQLITE_OVERLAP.format(event=event, other=other))
    yield from sqlite_editions()
    for name, _, once in _once(old="OLD", each=""):
        yield sqlite_trigger(name, f"{once}BEGIN SELECT RAISE(ABORT, '{name}'); END")
    for name, table, event in _frozen():
        when = f"WHEN {_MAY_GO[name][0]} " if name in _MAY_GO else ""
        refuse = f"{when}BEGIN SELECT RAISE(ABORT, '{name}'); END"
        yield sqlite_trigger(name, f"CREATE TRIGGER {name} BEFORE {event} ON {table} {refuse}")


_POSTGRESQL_TELLS = """
SELECT tgname, pg_get_triggerdef(oid, true)
FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)
UNION ALL
SELECT conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'x' AND conrelid = to_regclass('occupancy')
UNION ALL
SELECT proname, prosrc FROM pg_proc WHERE pg_function_is_visible(oid)
AND proname IN (
    'refuse_change', 'credit_note_within_invoice', 'credit_note_line_within_charge', 'edit_park'
)
"""
_POSTGRESQL_OVERLAP = "EXCLUDE USING gist (space_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
_POSTGRESQL_REFUSE = (
    "BEGIN RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation'; END"
)
_POSTGRESQL_CREDIT = {
    "credit_note_within_invoice": (
        "credit_note",
        """
DECLARE billed bigint; taken bigint;
BEGIN
    SELECT total INTO billed FROM invoice WHERE id = NEW.invoice_id FOR NO KEY UPDATE;
    SELECT SUM(amount) INTO taken FROM credit_note WHERE invoice_id = NEW.invoice_id;
    IF NEW.amount + COALESCE(taken, 0) > billed THEN
        RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
""",
    ),
    "credit_note_line_within_charge": (
        "credit_note_line",
        """
DECLARE billed bigint; taken bigint;
BEGIN
    SELECT c.amount INTO billed FROM charge c JOIN credit_note n ON n.invoice_id = c.invoice_id
    WHERE c.id = NEW.charge_id AND n.id = NEW.credit_note_id FOR NO KEY UPDATE OF c;
    SELECT SUM(amount) INTO taken FROM credit_note_line WHERE charge_id = NEW.charge_id;
    IF billed IS NULL OR (billed > 0) <> (NEW.amount > 0)
        OR ABS(NEW.amount + COALESCE(taken, 0)) > ABS(billed) THEN
        RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
""",
    ),
}


def _postgresql() -> Iterator[Trigger]:
    yield postgresql_function("refuse_change", _POSTGRESQL_REFUSE)
    for name, (table, body) in _POSTGRESQL_CREDIT.items():
        yield postgresql_function(name, body)
        statement = f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        yield Trigger(name, statement, statement, f"DROP TRIGGER IF EXISTS {name} ON {table}")
    yield Trigger(
        "occupancy_no_overlap",
        _POSTGRESQL_OVERLAP,
        f"ALTER TABLE occupancy ADD CONSTRAINT occupancy_no_overlap {_POSTGRESQL_OVERLAP}",
        "ALTER TABLE occupancy DROP CONSTRAINT IF EXISTS occupancy_no_overlap",
    )
    yield from postgresql_editions()
    for name, table, once in _once(old="old", each="FOR EACH ROW "):
        statement = f"{once}EXECUTE FUNCTION refuse_change()"
        yield Trigger(name, statement, statement, f"DROP TRIGGER IF EXISTS {name} ON {table}")
    for name, table, event in _frozen():
        when = f"WHEN ({_MAY_GO[name][1]}) " if name in _MAY_GO else ""
        head = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW"
        statement = f"{head} {when}EXECUTE FUNCTION refuse_change()"
        yield Trigger(name, statement, statement, f"DROP TRIGGER IF EXISTS {name} ON {table}")
