"""credits by line: a credit note names the lines it takes back, and keeps its tax by rate.

Notes made before name no lines: they stay as they are, and only learn their taxes by rate, split as they
were printed: over the rates of the invoice by their share of its total, one note after the other.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = ("invoice_id", "number", "amount", "tax", "reason", "document_id", "issued_at")

SQLITE = (
    """CREATE TRIGGER credit_note_within_invoice BEFORE INSERT ON credit_note
WHEN NEW.amount + COALESCE((SELECT SUM(amount) FROM credit_note WHERE invoice_id = NEW.invoice_id), 0)
    > (SELECT total FROM invoice WHERE id = NEW.invoice_id)
BEGIN SELECT RAISE(ABORT, 'credit_note_within_invoice'); END
""",
    """CREATE TRIGGER credit_note_line_within_charge BEFORE INSERT ON credit_note_line
WHEN NOT EXISTS (
    SELECT 1 FROM charge JOIN credit_note ON credit_note.invoice_id = charge.invoice_id
    WHERE charge.id = NEW.charge_id AND credit_note.id = NEW.credit_note_id
    AND (charge.amount > 0) = (NEW.amount > 0)
    AND ABS(charge.amount) >= ABS(NEW.amount + COALESCE(
        (SELECT SUM(amount) FROM credit_note_line WHERE charge_id = NEW.charge_id), 0))
)
BEGIN SELECT RAISE(ABORT, 'credit_note_line_within_charge'); END
""",
)

POSTGRESQL = (
    (
        "credit_note_within_invoice",
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
    (
        "credit_note_line_within_charge",
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
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "credit_note_line",
        sa.Column("id", number, nullable=False),
        sa.Column("credit_note_id", number, nullable=False),
        sa.Column("charge_id", number, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_credit_note_line_amount_is_something")),
        sa.ForeignKeyConstraint(
            ["credit_note_id"], ["credit_note.id"], name=op.f("fk_credit_note_line_credit_note_id")
        ),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_credit_note_line_charge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_line")),
        sa.UniqueConstraint("credit_note_id", "charge_id", name=op.f("uq_credit_note_line_once")),
    )
    op.create_index(op.f("ix_credit_note_line_charge_id"), "credit_note_line", ["charge_id"])
    op.execute("ALTER TABLE credit_note ADD COLUMN tax_lines JSON DEFAULT '[]' NOT NULL")
    tell_taxes_of_earlier_notes()
    thaw("credit_note")
    freeze("credit_note", (*BEFORE, "tax_lines"))
    freeze("credit_note_line")
    if is_sqlite():
        for statement in SQLITE:
            op.execute(statement)
        return
    for name, table, body in POSTGRESQL:
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body} $$")
        op.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    on = "" if is_sqlite() else " ON credit_note"
    op.execute(f"DROP TRIGGER credit_note_within_invoice{on}")
    op.drop_table("credit_note_line")
    if not is_sqlite():
        for name, _table, _body in POSTGRESQL:
            op.execute(f"DROP FUNCTION {name}()")
    thaw("credit_note")
    op.execute("ALTER TABLE credit_note DROP COLUMN tax_lines")
    freeze("credit_note", BEFORE)


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def thaw(table) -> None:
    for name in ("changes", "goes"):
        op.execute(f"DROP TRIGGER {table}_never_{name}" + ("" if is_sqlite() else f" ON {table}"))


def freeze(table, columns=()) -> None:
    of = f" OF {', '.join(columns)}" if columns else ""
    for name, event in (("changes", f"UPDATE{of}"), ("goes", "DELETE")):
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table}_never_{name}'); END"
            if is_sqlite()
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {table}_never_{name} BEFORE {event} ON {table} {refuse}")


def tell_taxes_of_earlier_notes() -> None:
    connection = op.get_bind()
    notes = connection.execute(
        sa.text(
            "SELECT n.id, n.invoice_id, n.amount, i.tax_lines FROM credit_note n "
            "JOIN invoice i ON i.id = n.invoice_id ORDER BY n.invoice_id, n.id"
        )
    ).all()
    before = {}
    for note in notes:
        taxes = json.loads(note.tax_lines) if isinstance(note.tax_lines, str) else note.tax_lines
        credited = before.get(note.invoice_id, 0)
        before[note.invoice_id] = credited + note.amount
        connection.execute(
            sa.text("UPDATE credit_note SET tax_lines = :taxes WHERE id = :id"),
            {"id": note.id, "taxes": json.dumps(split(taxes, credited, credited + note.amount))},
        )


def split(taxes, before, after) -> list:
    found = []
    for tax, (gross, part), (gross_before, part_before) in zip(
        taxes, taken_back(taxes, after), taken_back(taxes, before), strict=True
    ):
        if gross != gross_before:
            amounts = {"gross_fen": gross - gross_before, "tax_fen": part - part_before}
            found.append({"vat_permille": tax["vat_permille"], **amounts})
    return found


def taken_back(taxes, credited) -> list:
    total = sum(tax["gross_fen"] for tax in taxes)
    taken, counted, given = [], 0, 0
    for tax in taxes:
        counted += tax["gross_fen"]
        upto = half_up(credited * counted, total)
        gross, given = upto - given, upto
        rate = tax["vat_permille"]
        whole = gross == tax["gross_fen"]
        taken.append((gross, tax["tax_fen"] if whole else half_up(gross * rate, 1000 + rate)))
    return taken


def half_up(numerator, denominator) -> int:
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size
