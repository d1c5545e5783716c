"""baselines checked: a version counts once somebody has checked it, and then never changes."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATED = (
    "park_id", "enterprise_id", "valid_from", "area_hundredths", "price", "own_area_hundredths", "own_price",
    "document_id", "note", "created_at", "created_by_id",
)  # fmt: skip
DECIDED = ("state", "evidence", "decided_at", "decided_by_id", "reason")
STATES = "state IN ('pending', 'checked', 'sent_back', 'withdrawn')"
AS_CHECKED = "'checked', created_at, created_by_id, ''"
WHEN = "(state = 'pending') = (decided_at IS NULL)"


def upgrade() -> None:
    """Take what there is as checked by who entered it, when they did: no figure of a park moves."""
    if is_sqlite():
        rebuild(NEW_TABLE, ", state, decided_at, decided_by_id, reason", f", {AS_CHECKED}")
    else:
        op.execute("ALTER TABLE baseline DROP CONSTRAINT uq_baseline_enterprise_id_valid_from")
        op.execute("ALTER TABLE baseline ADD COLUMN state VARCHAR(24) DEFAULT 'checked' NOT NULL")
        op.execute("ALTER TABLE baseline ALTER COLUMN state DROP DEFAULT")
        op.execute("ALTER TABLE baseline ADD COLUMN decided_at TIMESTAMP WITH TIME ZONE")
        op.execute("ALTER TABLE baseline ADD COLUMN decided_by_id BIGINT")
        op.execute("ALTER TABLE baseline ADD COLUMN reason VARCHAR(500) DEFAULT '' NOT NULL")
        op.execute("ALTER TABLE baseline ALTER COLUMN reason DROP DEFAULT")
        op.execute("UPDATE baseline SET decided_at = created_at, decided_by_id = created_by_id")
        op.execute(f"ALTER TABLE baseline ADD CONSTRAINT ck_baseline_state CHECK ({STATES})")
        op.execute(f"ALTER TABLE baseline ADD CONSTRAINT ck_baseline_decided_when CHECK ({WHEN})")
        op.execute(
            "ALTER TABLE baseline ADD CONSTRAINT fk_baseline_decided_by_id "
            "FOREIGN KEY (decided_by_id) REFERENCES member (id)"
        )
    op.execute(
        "CREATE UNIQUE INDEX uq_baseline_pending ON baseline (enterprise_id, valid_from) "
        "WHERE state = 'pending'"
    )
    trigger("baseline_never_changes", f"UPDATE OF {', '.join(STATED)}")
    trigger("baseline_never_goes", "DELETE")
    trigger("baseline_decided_once", f"UPDATE OF {', '.join(DECIDED)}", decided=True)


def downgrade() -> None:
    """Keep what was in force: of each month the version that was checked last."""
    for name in ("baseline_decided_once", "baseline_never_goes", "baseline_never_changes"):
        op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite() else " ON baseline"))
    op.execute("DROP INDEX uq_baseline_pending")
    op.execute(
        "DELETE FROM baseline WHERE state <> 'checked' OR EXISTS (SELECT 1 FROM baseline AS later "
        "WHERE later.enterprise_id = baseline.enterprise_id AND later.valid_from = baseline.valid_from "
        "AND later.state = 'checked' AND (later.decided_at > baseline.decided_at "
        "OR (later.decided_at = baseline.decided_at AND later.id > baseline.id)))"
    )
    if is_sqlite():
        rebuild(OLD_TABLE)
        return
    op.execute("ALTER TABLE baseline DROP CONSTRAINT ck_baseline_decided_when")
    op.execute("ALTER TABLE baseline DROP CONSTRAINT ck_baseline_state")
    for column in ("state", "decided_at", "decided_by_id", "reason"):
        op.execute(f"ALTER TABLE baseline DROP COLUMN {column}")
    op.execute(
        "ALTER TABLE baseline ADD CONSTRAINT uq_baseline_enterprise_id_valid_from "
        "UNIQUE (enterprise_id, valid_from)"
    )


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def trigger(name, event, *, decided=False) -> None:
    if is_sqlite():
        when = "WHEN (OLD.decided_at IS NOT NULL) " if decided else ""
        refuse = f"{when}BEGIN SELECT RAISE(ABORT, '{name}'); END"
    else:
        when = "WHEN (old.decided_at IS NOT NULL) " if decided else ""
        refuse = f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON baseline {refuse}")


COLUMNS = (
    "id, park_id, enterprise_id, valid_from, area_hundredths, price, own_area_hundredths, own_price, "
    "evidence, document_id, note, created_at, created_by_id"
)
OLD_TABLE = """
CREATE TABLE baseline_new (
    id INTEGER NOT NULL,
    park_id INTEGER NOT NULL,
    enterprise_id INTEGER NOT NULL,
    valid_from DATE NOT NULL,
    area_hundredths INTEGER NOT NULL,
    price BIGINT NOT NULL,
    own_area_hundredths INTEGER NOT NULL,
    own_price BIGINT NOT NULL,
    evidence VARCHAR(24) NOT NULL,
    document_id INTEGER,
    note VARCHAR(300) NOT NULL,
    created_at DATETIME NOT NULL,
    created_by_id INTEGER,
    CONSTRAINT ck_baseline_evidence CHECK (evidence IN ('documented', 'declared')),
    CONSTRAINT pk_baseline PRIMARY KEY (id),
    CONSTRAINT ck_baseline_area_is_positive CHECK (area_hundredths > 0),
    CONSTRAINT ck_baseline_own_area_not_negative CHECK (own_area_hundredths >= 0),
    CONSTRAINT fk_baseline_created_by_id FOREIGN KEY(created_by_id) REFERENCES member (id),
    CONSTRAINT fk_baseline_document_id FOREIGN KEY(document_id) REFERENCES document (id),
    CONSTRAINT fk_baseline_enterprise_id FOREIGN KEY(enterprise_id) REFERENCES enterprise (id),
    CONSTRAINT fk_baseline_park_id FOREIGN KEY(park_id) REFERENCES park (id),
    CONSTRAINT uq_baseline_enterprise_id_valid_from UNIQUE (enterprise_id, valid_from)
)
"""
NEW_TABLE = OLD_TABLE.replace(
    "    created_by_id INTEGER,\n",
    "    created_by_id INTEGER,\n"
    "    state VARCHAR(24) NOT NULL,\n"
    "    decided_at DATETIME,\n"
    "    decided_by_id INTEGER,\n"
    "    reason VARCHAR(500) NOT NULL,\n"
    f"    CONSTRAINT ck_baseline_state CHECK ({STATES}),\n"
    f"    CONSTRAINT ck_baseline_decided_when CHECK ({WHEN}),\n"
    "    CONSTRAINT fk_baseline_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES member (id),\n",
).replace(",\n    CONSTRAINT uq_baseline_enterprise_id_valid_from UNIQUE (enterprise_id, valid_from)", "")


def rebuild(table, more="", filled="") -> None:
    """Write SQLite's table anew, which cannot lose a constraint otherwise; nothing refers to its rows."""
    op.execute(table)
    filling = f"INSERT INTO baseline_new ({COLUMNS}{more}) SELECT {COLUMNS}{filled} FROM baseline"  # noqa: S608
    op.execute(filling)
    op.execute("DROP TABLE baseline")
    op.execute("ALTER TABLE baseline_new RENAME TO baseline")
    for column in ("enterprise_id", "park_id"):
        op.execute(f"CREATE INDEX ix_baseline_{column} ON baseline ({column})")
