"""tariffs withdrawn: until the day it begins a version can be withdrawn, once; its figures stay as they are."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FIGURES = (
    "park_id", "kind", "space_id", "name", "valid_from", "basis", "rate", "increment_minutes",
    "minimum_minutes", "daily_cap", "no_show_permille", "late_cancel_permille", "late_cancel_minutes",
    "vat_permille", "vat_source", "created_by_id", "created_at",
)  # fmt: skip
UNIQUE = {
    "uq_tariff_kind_day": ("park_id, kind, valid_from", "space_id IS NULL"),
    "uq_tariff_space_day": ("space_id, valid_from", "space_id IS NOT NULL"),
}


def upgrade() -> None:
    op.execute(
        "ALTER TABLE tariff ADD COLUMN withdrawn_on DATE "
        "CONSTRAINT ck_tariff_withdrawn_before_it_begins CHECK (withdrawn_on < valid_from)"
    )
    index(" AND withdrawn_on IS NULL")
    drop_trigger("tariff_never_changes")
    trigger("tariff_never_changes", f"UPDATE OF {', '.join(FIGURES)}")
    trigger("tariff_withdrawn_once", "UPDATE OF withdrawn_on", withdrawn=True)


def downgrade() -> None:
    drop_trigger("tariff_withdrawn_once")
    drop_trigger("tariff_never_changes")
    index("")
    if not is_sqlite():
        op.execute("ALTER TABLE tariff DROP CONSTRAINT ck_tariff_withdrawn_before_it_begins")
    op.execute("ALTER TABLE tariff DROP COLUMN withdrawn_on")
    trigger("tariff_never_changes", "UPDATE")


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def index(and_withdrawn) -> None:
    """Keep one version a day: of those that are not withdrawn, or of all."""
    for name, (columns, where) in UNIQUE.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE UNIQUE INDEX {name} ON tariff ({columns}) WHERE {where}{and_withdrawn}")


def drop_trigger(name) -> None:
    op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite() else " ON tariff"))


def trigger(name, event, *, withdrawn=False) -> None:
    if is_sqlite():
        when = "WHEN (OLD.withdrawn_on IS NOT NULL) " if withdrawn else ""
        refuse = f"{when}BEGIN SELECT RAISE(ABORT, '{name}'); END"
    else:
        when = "WHEN (old.withdrawn_on IS NOT NULL) " if withdrawn else ""
        refuse = f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON tariff {refuse}")
