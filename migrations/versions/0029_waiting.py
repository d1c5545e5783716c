"""waiting: who waits for a time that is taken, and what is held for the first in line."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

WAIT_LAWS = {
    "kind": "kind IN ('workstation', 'meeting_room', 'storage', 'hall')",
    "state": "state IN ('waiting', 'offered', 'taken', 'lapsed', 'withdrawn')",
    "ends_after_it_starts": "ends_at > starts_at",
    "somebody_comes": "people >= 1",
    "by_the_hour": "kind <> 'storage'",
    "one_or_any": "space_id IS NULL OR area_id IS NULL",
    "offered_whole": "(offered_at IS NULL) = (held_until IS NULL) AND (offered_at IS NULL) = (offered_space_id IS NULL)",
    "offered_when": "CASE state WHEN 'waiting' THEN offered_at IS NULL WHEN 'offered' THEN offered_at IS NOT NULL WHEN 'taken' THEN offered_at IS NOT NULL ELSE 1 = 1 END",
    "held_until_it_starts": "held_until > offered_at AND held_until <= starts_at",
    "settled_when": "(state IN ('waiting', 'offered')) = (settled_at IS NULL)",
    "taken_as": "(state = 'taken') = (reservation_id IS NOT NULL)",
}
OPEN = "state IN ('waiting', 'offered') AND wished_id IS NULL AND space_id"
PARTIAL = (
    ("ix_wait_line", ("park_id", "starts_at"), "state = 'waiting'", False),
    ("ix_wait_held", ("held_until",), "state = 'offered'", False),
    ("uq_wait_open_for_one", ("member_id", "space_id", "starts_at", "ends_at"), f"{OPEN} IS NOT NULL", True),
    ("uq_wait_open_for_any", ("member_id", "kind", "starts_at", "ends_at"), f"{OPEN} IS NULL", True),
)
HOLDERS = ("reservation", "stay", "closure", "wait")


def upgrade() -> None:
    law = "CONSTRAINT ck_park_holds_a_while CHECK (hold_minutes >= 1)"
    op.execute(f"ALTER TABLE park ADD COLUMN hold_minutes {whole()} DEFAULT '15' NOT NULL {law}")
    op.create_table(
        "wait",
        sa.Column("id", key(), nullable=False),
        of("park"),
        of("enterprise"),
        of("member"),
        sa.Column("kind", sa.String(24), nullable=False),
        of("space", nullable=True),
        of("area", nullable=True),
        sa.Column("equipment", sa.JSON(), nullable=False),
        sa.Column("people", key(), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        instant("starts_at"),
        instant("ends_at"),
        sa.Column("state", sa.String(24), nullable=False),
        instant("created_at"),
        of("wished_occurrence", "wished", nullable=True),
        *(instant(name, nullable=True) for name in ("offered_at", "held_until")),
        of("space", "offered_space", nullable=True),
        *(instant(name, nullable=True) for name in ("told_at", "settled_at")),
        of("reservation", nullable=True),
        *(sa.CheckConstraint(law, name=op.f(f"ck_wait_{name}")) for name, law in WAIT_LAWS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait")),
        sa.UniqueConstraint("wished_id", name=op.f("uq_wait_wished_id")),
    )
    op.create_index("ix_wait_member", "wait", ["member_id", "starts_at"])
    op.create_index("ix_wait_space", "wait", ["space_id", "starts_at"])
    for name, columns, where, unique in PARTIAL:
        only = sa.text(where)
        op.create_index(name, "wait", list(columns), unique=unique, sqlite_where=only, postgresql_where=only)
    if is_sqlite():
        rebuild_occupancy(HOLDERS, kept=HOLDERS[:-1])
    else:
        op.execute("ALTER TABLE occupancy DROP CONSTRAINT ck_occupancy_held_by_exactly_one")
        op.execute(
            "ALTER TABLE occupancy ADD COLUMN wait_id BIGINT CONSTRAINT fk_occupancy_wait_id REFERENCES wait (id)"
        )
        op.execute(
            f"ALTER TABLE occupancy ADD CONSTRAINT ck_occupancy_held_by_exactly_one CHECK ({by_one(HOLDERS)})"
        )
        op.create_index("ix_occupancy_wait_id", "occupancy", ["wait_id"])


def downgrade() -> None:
    """Let go of what is held: before, nothing could hold a place for who waits."""
    op.execute("DELETE FROM occupancy WHERE wait_id IS NOT NULL")
    if is_sqlite():
        rebuild_occupancy(HOLDERS[:-1], kept=HOLDERS[:-1])
    else:
        op.execute("ALTER TABLE occupancy DROP CONSTRAINT ck_occupancy_held_by_exactly_one")
        op.execute("ALTER TABLE occupancy DROP COLUMN wait_id")
        law = by_one(HOLDERS[:-1])
        op.execute(f"ALTER TABLE occupancy ADD CONSTRAINT ck_occupancy_held_by_exactly_one CHECK ({law})")
    op.drop_table("wait")
    op.execute("ALTER TABLE park DROP COLUMN hold_minutes")


OVERLAP = """
CREATE TRIGGER occupancy_no_overlap_{event} BEFORE {event} ON occupancy
WHEN (
    SELECT ends_at FROM occupancy
    WHERE space_id = NEW.space_id AND starts_at < NEW.ends_at {other}
    ORDER BY starts_at DESC LIMIT 1
) > NEW.starts_at
BEGIN SELECT RAISE(ABORT, 'occupancy_no_overlap'); END
"""
INDEXES = (
    "ix_occupancy_kind_time ON occupancy (space_kind, starts_at, ends_at, space_id)",
    "ix_occupancy_space_start ON occupancy (space_id, starts_at)",
    "ix_occupancy_open_end ON occupancy (ends_at, space_kind, starts_at, space_id) WHERE ends_at = '2999-01-01 00:00:00.000000'",
)


def rebuild_occupancy(holders, kept) -> None:
    """Make the table anew with another law: SQLite has no other way, and takes its triggers with it."""
    references = {"park_id": "park", "space_id": "space", "enterprise_id": "enterprise"} | {
        f"{holder}_id": holder for holder in holders
    }
    columns = ["id INTEGER NOT NULL", "park_id INTEGER NOT NULL", "space_id INTEGER NOT NULL"]
    columns += ["space_kind VARCHAR(24) NOT NULL", "starts_at DATETIME NOT NULL", "ends_at DATETIME NOT NULL"]
    columns += ["enterprise_id INTEGER", *(f"{holder}_id INTEGER" for holder in holders)]
    laws = {
        "space_kind": "space_kind IN ('workstation', 'meeting_room', 'storage', 'hall')",
        "ends_after_it_starts": "ends_at > starts_at",
        "held_by_exactly_one": by_one(holders),
    }
    columns += [f"CONSTRAINT ck_occupancy_{name} CHECK ({law})" for name, law in laws.items()]
    columns += [
        f"CONSTRAINT fk_occupancy_{column} FOREIGN KEY({column}) REFERENCES {table} (id)"
        for column, table in references.items()
    ]
    columns.append("CONSTRAINT pk_occupancy PRIMARY KEY (id)")
    op.execute(f"CREATE TABLE occupancy_anew ({', '.join(columns)})")
    same = "id, park_id, space_id, space_kind, starts_at, ends_at, enterprise_id"
    same += "".join(f", {holder}_id" for holder in kept)
    op.execute(f"INSERT INTO occupancy_anew ({same}) SELECT {same} FROM occupancy")  # noqa: S608 - names of columns
    op.execute("DROP TABLE occupancy")
    op.execute("ALTER TABLE occupancy_anew RENAME TO occupancy")
    for index in (*INDEXES, *(f"ix_occupancy_{one}_id ON occupancy ({one}_id)" for one in holders)):
        op.execute(f"CREATE INDEX {index}")
    for event, other in (("insert", ""), ("update", "AND id <> NEW.id")):
        op.execute(OVERLAP.format(event=event, other=other).strip())


def by_one(holders) -> str:
    each = " + ".join(f"CASE WHEN {holder}_id IS NULL THEN 0 ELSE 1 END" for holder in holders)
    return f"({each}) = 1"


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def whole() -> str:
    return "INTEGER" if is_sqlite() else "BIGINT"


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def instant(name, *, nullable=False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def of(other, name=None, *, nullable=False) -> sa.Column:
    name = f"{name or other}_id"
    return sa.Column(
        name, key(), sa.ForeignKey(f"{other}.id", name=op.f(f"fk_wait_{name}")), nullable=nullable
    )
