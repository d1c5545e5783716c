"""activities: what happens in the hall, whom it is for, and who signed up."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
KINDS = "kind IN ('study', 'training', 'salon', 'culture')"
AUDIENCES = "audience IN ('all', 'sizes', 'chosen')"
STATES = "state IN ('draft', 'scheduled', 'published', 'called_off')"
KEPT = "park_id, closure_id, code, created_at, created_by_id"
TRIGGERS = (
    ("activity_never_changes", "activity", f"UPDATE OF {KEPT}", ""),
    ("activity_never_goes", "activity", "DELETE", ""),
    (
        "activity_published_once",
        "activity",
        "UPDATE OF published_at, notice_minutes, urgent_reason",
        "{old}.published_at IS NOT NULL",
    ),
    (
        "activity_called_off_once",
        "activity",
        "UPDATE OF state, called_off_at, called_off_reason",
        "{old}.called_off_at IS NOT NULL",
    ),
    (
        "sign_up_said_once",
        "sign_up",
        "UPDATE OF useful, useful_words, useful_at",
        "{old}.useful_at IS NOT NULL",
    ),
)


def upgrade() -> None:
    make_activities()
    make_guests()
    make_sign_ups()
    for name, table, event, when in TRIGGERS:
        make_trigger(name, table, event, when)


def make_activities() -> None:
    op.create_table(
        "activity",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("park_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("audience", sa.String(24), nullable=False),
        sa.Column("places", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("closure_id", NUMBER, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("publish_at", INSTANT),
        sa.Column("published_at", INSTANT),
        sa.Column("notice_minutes", NUMBER),
        sa.Column("urgent_reason", sa.String(200), nullable=False),
        sa.Column("called_off_at", INSTANT),
        sa.Column("called_off_reason", sa.String(200), nullable=False),
        sa.Column("reminded_at", INSTANT),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", NUMBER),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_activity_kind")),
        sa.CheckConstraint(AUDIENCES, name=op.f("ck_activity_audience")),
        sa.CheckConstraint(STATES, name=op.f("ck_activity_state")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_activity_ends_after_it_starts")),
        sa.CheckConstraint("places >= 1", name=op.f("ck_activity_has_a_place")),
        sa.CheckConstraint(
            "(state = 'scheduled') <= (publish_at IS NOT NULL)", name=op.f("ck_activity_scheduled_for_a_time")
        ),
        sa.CheckConstraint(
            "(state = 'published') <= (published_at IS NOT NULL)",
            name=op.f("ck_activity_published_at_a_time"),
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (notice_minutes IS NULL)",
            name=op.f("ck_activity_notice_counts_from_publication"),
        ),
        sa.CheckConstraint(
            "notice_minutes >= 4320 OR urgent_reason <> ''", name=op.f("ck_activity_notice_or_reason")
        ),
        sa.CheckConstraint(
            "(state = 'called_off') = (called_off_at IS NOT NULL)",
            name=op.f("ck_activity_called_off_at_a_time"),
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_activity_park_id")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_activity_space_id")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_activity_closure_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["member.id"], name=op.f("fk_activity_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("id", "places", name=op.f("uq_activity_id_places")),
        sa.UniqueConstraint("closure_id", name=op.f("uq_activity_closure_id")),
        sa.UniqueConstraint("code", name=op.f("uq_activity_code")),
    )
    op.create_index("ix_activity_park_start", "activity", ["park_id", "starts_at"])
    op.create_index("ix_activity_space_id", "activity", ["space_id"])


def make_guests() -> None:
    op.create_table(
        "activity_size",
        sa.Column("activity_id", NUMBER, nullable=False),
        sa.Column("size", sa.String(24), nullable=False),
        sa.CheckConstraint(
            "size IN ('micro', 'small', 'medium', 'large')", name=op.f("ck_activity_size_size")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_size_activity_id")),
        sa.PrimaryKeyConstraint("activity_id", "size", name=op.f("pk_activity_size")),
    )
    op.create_table(
        "activity_guest",
        sa.Column("activity_id", NUMBER, nullable=False),
        sa.Column("enterprise_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_guest_activity_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_activity_guest_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", "enterprise_id", name=op.f("pk_activity_guest")),
    )
    op.create_index("ix_activity_guest_enterprise_id", "activity_guest", ["enterprise_id"])


def make_sign_ups() -> None:
    op.create_table(
        "sign_up",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("park_id", NUMBER, nullable=False),
        sa.Column("activity_id", NUMBER, nullable=False),
        sa.Column("places", NUMBER, nullable=False),
        sa.Column("seat", NUMBER),
        sa.Column("member_id", NUMBER),
        sa.Column("enterprise_id", NUMBER),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("firm", sa.String(60), nullable=False),
        sa.Column("firm_key", sa.String(80), nullable=False),
        sa.Column("person_key", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("signed_up_at", INSTANT, nullable=False),
        sa.Column("moved_up_at", INSTANT),
        sa.Column("left_at", INSTANT),
        sa.Column("came_at", INSTANT),
        sa.Column("useful", sa.String(24)),
        sa.Column("useful_words", sa.String(200), nullable=False),
        sa.Column("useful_at", INSTANT),
        sa.CheckConstraint("useful IN ('yes', 'partly', 'no')", name=op.f("ck_sign_up_useful")),
        sa.CheckConstraint("seat BETWEEN 1 AND places", name=op.f("ck_sign_up_seat_is_a_place")),
        sa.CheckConstraint("left_at IS NULL OR seat IS NULL", name=op.f("ck_sign_up_who_left_has_no_seat")),
        sa.CheckConstraint("useful IS NULL OR came_at IS NOT NULL", name=op.f("ck_sign_up_who_came_says_so")),
        sa.CheckConstraint("(useful IS NULL) = (useful_at IS NULL)", name=op.f("ck_sign_up_said_at_a_time")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_sign_up_park_id")),
        sa.ForeignKeyConstraint(
            ["activity_id", "places"],
            ["activity.id", "activity.places"],
            name=op.f("fk_sign_up_activity_id_places"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_sign_up_member_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_sign_up_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint("activity_id", "seat", name=op.f("uq_sign_up_activity_id_seat")),
        sa.UniqueConstraint("token", name=op.f("uq_sign_up_token")),
    )
    op.create_index("ix_sign_up_member_id", "sign_up", ["member_id"])
    for name, column in (("uq_sign_up_person", "person_key"), ("uq_sign_up_member", "member_id")):
        op.execute(f"CREATE UNIQUE INDEX {name} ON sign_up (activity_id, {column}) WHERE left_at IS NULL")


def make_trigger(name, table, event, when) -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    says = f"WHEN ({when.format(old='OLD' if sqlite else 'old')}) " if when else ""
    if sqlite:
        refuse = f"{says}BEGIN SELECT RAISE(ABORT, '{name}'); END"
    else:
        refuse = f"FOR EACH ROW {says}EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {refuse}")


def downgrade() -> None:
    for name, table, _, _ in TRIGGERS:
        op.execute(
            f"DROP TRIGGER {name}" + ("" if op.get_context().dialect.name == "sqlite" else f" ON {table}")
        )
    for table in ("sign_up", "activity_guest", "activity_size", "activity"):
        op.drop_table(table)
