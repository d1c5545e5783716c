"""series: reservations made by one rule, and those of its occurrences that could not be booked yet."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OF_SERIES = "(series_id IS NULL) = (recurrence_id IS NULL)"
SERIES_LAWS = {
    "within_a_day": "starts_minute >= 0 AND ends_minute <= 1440",
    "ends_after_it_starts": "ends_minute > starts_minute",
    "has_a_rule": "rule <> ''",
}
WISH_LAWS = {
    "outcome": "outcome IN ('taken', 'dropped')",
    "ends_after_it_starts": "ends_at > starts_at",
    "settled_when": "(outcome IS NULL) = (settled_at IS NULL)",
    "taken_as": "(reservation_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'taken')",
}


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", key(), nullable=False),
        of("series", "park"),
        of("series", "enterprise"),
        of("series", "member"),
        of("series", "space"),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("starts_minute", key(), nullable=False),
        sa.Column("ends_minute", key(), nullable=False),
        sa.Column("working_days_only", sa.Boolean(), nullable=False),
        sa.Column("people", key(), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("once_key", sa.String(64), nullable=True),
        of("series", "series", "split_from", nullable=True),
        sa.Column("version", key(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.CheckConstraint(law, name=op.f(f"ck_series_{name}")) for name, law in SERIES_LAWS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("once_key", name=op.f("uq_series_once_key")),
    )
    op.create_index("ix_series_enterprise", "series", ["enterprise_id", "id"])
    op.create_index("ix_series_member_id", "series", ["member_id"])
    op.create_table(
        "wished_occurrence",
        sa.Column("id", key(), nullable=False),
        of("wished_occurrence", "park"),
        of("wished_occurrence", "series"),
        sa.Column("recurrence_id", sa.String(16), nullable=False),
        of("wished_occurrence", "enterprise"),
        of("wished_occurrence", "member"),
        of("wished_occurrence", "space"),
        sa.Column("people", key(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        of("wished_occurrence", "reservation", nullable=True),
        *(
            sa.CheckConstraint(law, name=op.f(f"ck_wished_occurrence_{name}"))
            for name, law in WISH_LAWS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wished_occurrence")),
        sa.UniqueConstraint(
            "series_id", "recurrence_id", name=op.f("uq_wished_occurrence_series_id_recurrence_id")
        ),
    )
    for whose in ("space", "member"):
        where = sa.text("outcome IS NULL")
        op.create_index(
            f"ix_wished_occurrence_{whose}_start",
            "wished_occurrence",
            [f"{whose}_id", "starts_at"],
            sqlite_where=where,
            postgresql_where=where,
        )
    make_occurrences_of_reservations()


def make_occurrences_of_reservations() -> None:
    """Add plain columns, which takes no trigger away; what there is belongs to no series."""
    series = "series_id BIGINT" if not is_sqlite() else "series_id INTEGER"
    foreign = "CONSTRAINT fk_reservation_series_id REFERENCES series (id)"
    law = f"CONSTRAINT ck_reservation_occurrence_of_a_series CHECK ({OF_SERIES})"
    op.execute(f"ALTER TABLE reservation ADD COLUMN {series} {foreign}")
    op.execute(f"ALTER TABLE reservation ADD COLUMN recurrence_id VARCHAR(16) {law}")
    where = sa.text("series_id IS NOT NULL")
    op.create_index(
        "uq_reservation_occurrence",
        "reservation",
        ["series_id", "recurrence_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    op.drop_index("uq_reservation_occurrence", "reservation")
    if is_sqlite():
        # SQLite keeps a foreign key in the column; an index names it no more, and the check goes with its column.
        op.execute("ALTER TABLE reservation DROP COLUMN recurrence_id")
        op.execute("ALTER TABLE reservation DROP COLUMN series_id")
    else:
        op.execute("ALTER TABLE reservation DROP CONSTRAINT ck_reservation_occurrence_of_a_series")
        op.execute("ALTER TABLE reservation DROP COLUMN recurrence_id, DROP COLUMN series_id")
    op.drop_table("wished_occurrence")
    op.drop_table("series")


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(table, other, name=None, *, nullable=False) -> sa.Column:
    name = f"{name or other}_id"
    foreign = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, key(), foreign, nullable=nullable)
