"""days measured: when places were open, booked and used, and who was turned away."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = "('workstation', 'meeting_room', 'storage', 'hall')"


def upgrade() -> None:
    """Add the tables empty: the job `measure-days` fills them for days that were, and marks those it has."""
    op.create_table(
        "measured_day",
        sa.Column(
            "park_id", key(), sa.ForeignKey("park.id", name=op.f("fk_measured_day_park_id")), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("park_id", "day", name=op.f("pk_measured_day")),
    )
    stretches("open_stretch", sa.Column("beyond", sa.Boolean(), nullable=False))
    stretches("booked_stretch", of("booked_stretch", "reservation"))
    stretches(
        "used_stretch",
        sa.Column("band", sa.String(24), nullable=False),
        of("used_stretch", "stay"),
        of("used_stretch", "enterprise"),
        sa.CheckConstraint("band IN ('peak', 'off_peak', 'extended')", name=op.f("ck_used_stretch_band")),
    )
    op.create_table(
        "turned_away",
        sa.Column("id", key(), nullable=False),
        of("turned_away", "park"),
        of("turned_away", "member"),
        sa.Column("kind", sa.String(24), nullable=False),
        of("turned_away", "space", nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", key(), nullable=False),
        sa.Column("minutes", key(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_turned_away_kind")),
        sa.CheckConstraint("hour >= 0 AND hour < 24", name=op.f("ck_turned_away_hour_of_a_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turned_away")),
        sa.UniqueConstraint(
            "member_id", "kind", "day", "hour", name=op.f("uq_turned_away_member_id_kind_day_hour")
        ),
    )
    op.create_index("ix_turned_away_park_day", "turned_away", ["park_id", "day"])
    op.add_column("stay", sa.Column("measured_to", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "CREATE INDEX ix_stay_unmeasured ON stay (park_id, started_at) "
        "WHERE ended_at IS NULL OR measured_to IS NULL OR measured_to < ended_at"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_stay_unmeasured")
    op.drop_column("stay", "measured_to")
    for table in ("turned_away", "used_stretch", "booked_stretch", "open_stretch", "measured_day"):
        op.drop_table(table)


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(table, other, *, nullable=False) -> sa.Column:
    foreign = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{other}_id"))
    return sa.Column(f"{other}_id", key(), foreign, nullable=nullable)


UNIQUE = {
    "open_stretch": ("space_id", "day", "first_minute"),
    "booked_stretch": ("reservation_id", "space_id", "day", "first_minute"),
    "used_stretch": ("stay_id", "space_id", "day", "first_minute"),
}


def stretches(table, *more) -> None:
    unique = UNIQUE[table]
    op.create_table(
        table,
        sa.Column("id", key(), nullable=False),
        of(table, "park"),
        of(table, "space"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_minute", key(), nullable=False),
        sa.Column("last_minute", key(), nullable=False),
        *more,
        sa.CheckConstraint(
            "first_minute >= 0 AND last_minute > first_minute", name=op.f(f"ck_{table}_has_minutes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(*unique, name=op.f(f"uq_{table}_{'_'.join(unique)}")),
    )
    op.create_index(f"ix_{table}_park_day", table, ["park_id", "day"])
