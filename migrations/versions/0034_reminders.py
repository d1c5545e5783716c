"""reminders: how each wants to be reminded, what they were reminded of, and which way a letter takes."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

CHANNELS = "channel IN ('inbox', 'mail', 'push', 'robot')"
OCCASIONS = "occasion IN ('start', 'end', 'missed')"
HOURS = "quiet_from BETWEEN 0 AND 23 AND quiet_to BETWEEN 0 AND 23"
OF_ONE = "(reservation_id IS NULL) <> (stay_id IS NULL)"


def upgrade() -> None:
    """Every letter there is went by mail."""
    op.execute(
        "ALTER TABLE letter ADD COLUMN channel VARCHAR(24) DEFAULT 'mail' NOT NULL "
        f"CONSTRAINT ck_letter_channel CHECK ({CHANNELS})"
    )
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "reminder_choices",
        sa.Column("member_id", key, of("reminder_choices", "member"), nullable=False, autoincrement=False),
        *(column for name in ("start", "end", "missed") for column in plan(name, key)),
        sa.Column("quiet_from", key, nullable=False),
        sa.Column("quiet_to", key, nullable=False),
        *(ways(name) for name in ("start", "end", "missed")),
        sa.CheckConstraint(HOURS, name=op.f("ck_reminder_choices_hours_of_a_day")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_reminder_choices")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", key, nullable=False),
        sa.Column("occasion", sa.String(24), nullable=False),
        sa.Column("reservation_id", key, of("reminder", "reservation"), nullable=True),
        sa.Column("stay_id", key, of("reminder", "stay"), nullable=True),
        sa.Column("for_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter_id", key, of("reminder", "letter"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(OCCASIONS, name=op.f("ck_reminder_occasion")),
        sa.CheckConstraint(OF_ONE, name=op.f("ck_reminder_of_one_thing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_reminder_letter_id")),
        sa.UniqueConstraint(
            "reservation_id", "occasion", "for_at", name=op.f("uq_reminder_reservation_id_occasion_for_at")
        ),
        sa.UniqueConstraint(
            "stay_id", "occasion", "for_at", name=op.f("uq_reminder_stay_id_occasion_for_at")
        ),
    )


def downgrade() -> None:
    """Of letters that did not go by mail it is no longer known; a push that waits goes by mail."""
    op.drop_table("reminder")
    op.drop_table("reminder_choices")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE letter DROP CONSTRAINT ck_letter_channel")
    op.execute("ALTER TABLE letter DROP COLUMN channel")


def of(table, other) -> sa.ForeignKey:
    return sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{other}_id"))


def plan(name, key) -> tuple[sa.Column, ...]:
    return (
        sa.Column(f"{name}_way", sa.String(24), nullable=False),
        sa.Column(f"{name}_minutes", key, nullable=False),
    )


def ways(name) -> sa.CheckConstraint:
    allowed = f"{name}_way IN ('off', 'inbox', 'mail', 'push')"
    return sa.CheckConstraint(allowed, name=op.f(f"ck_reminder_choices_{name}_way"))
