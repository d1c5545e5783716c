"""needs: what people ask for with its history, matters with decisions, liaisons and their cards."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FROZEN = {
    "need": (
        "park_id", "words", "picture_id", "member_id", "asker_name", "asker_company", "asker_phone", "raised_at",
    ),
    "need_step": (),
    "decision": ("matter_id", "month_key", "what", "who", "by_when", "decided_at", "decided_by_id"),
}  # fmt: skip
SETTLED = "outcome, settled_at, settled_by_id, note"
TABLES = (
    "need_step", "need_link", "need", "decision", "matter", "need_owner", "liaison", "contact_card", "earlier_figure",
)  # fmt: skip
KINDS = "('sign_in', 'present', 'reset')"
KINDS_AND_NEEDS = "('sign_in', 'present', 'reset', 'need')"


def upgrade() -> None:
    op.create_table(
        "contact_card",
        sa.Column("enterprise_id", ID, nullable=False),
        sa.Column("liaison_id", ID, nullable=False),
        sa.Column("deputy_id", ID, nullable=True),
        sa.Column("card_code", sa.String(length=32), nullable=False),
        sa.CheckConstraint("deputy_id <> liaison_id", name=op.f("ck_contact_card_deputy_is_another")),
        sa.ForeignKeyConstraint(["deputy_id"], ["member.id"], name=op.f("fk_contact_card_deputy_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_contact_card_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["liaison_id"], ["member.id"], name=op.f("fk_contact_card_liaison_id")),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_contact_card")),
        sa.UniqueConstraint("card_code", name=op.f("uq_contact_card_card_code")),
    )
    op.create_index(op.f("ix_contact_card_liaison_id"), "contact_card", ["liaison_id"])

    op.create_table(
        "earlier_figure",
        sa.Column("id", ID, nullable=False),
        sa.Column("park_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.CheckConstraint(
            "kind IN ('wish', 'fault', 'complaint', 'visit')", name=op.f("ck_earlier_figure_kind")
        ),
        sa.Column("month_key", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", ID, nullable=True),
        sa.CheckConstraint("source <> ''", name=op.f("ck_earlier_figure_has_a_source")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_earlier_figure_not_negative")),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["member.id"], name=op.f("fk_earlier_figure_declared_by_id")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_earlier_figure_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_figure")),
        sa.UniqueConstraint(
            "park_id", "kind", "month_key", name=op.f("uq_earlier_figure_park_id_kind_month_key")
        ),
    )
    op.create_table(
        "liaison",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("picture_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_liaison_member_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["document.id"], name=op.f("fk_liaison_picture_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_liaison")),
    )
    op.create_table(
        "matter",
        sa.Column("id", ID, nullable=False),
        sa.Column("park_id", ID, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("proposal", sa.String(length=300), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", ID, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["opened_by_id"], ["member.id"], name=op.f("fk_matter_opened_by_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_matter_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
    )
    op.create_index(op.f("ix_matter_park_id_opened_at"), "matter", ["park_id", "opened_at"])

    op.create_table(
        "need_owner",
        sa.Column("id", ID, nullable=False),
        sa.Column("park_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=True),
        sa.CheckConstraint(
            "kind IN ('wish', 'fault', 'complaint', 'visit')", name=op.f("ck_need_owner_kind")
        ),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("member_id", ID, nullable=False),
        sa.CheckConstraint(
            "(kind IS NULL) <> (area_id IS NULL)", name=op.f("ck_need_owner_of_a_kind_or_a_place")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_need_owner_area_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_need_owner_member_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_need_owner_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_owner")),
        sa.UniqueConstraint("area_id", name=op.f("uq_need_owner_area_id")),
        sa.UniqueConstraint("park_id", "kind", name=op.f("uq_need_owner_park_id_kind")),
    )
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("month_key", ID, nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("by_when", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.CheckConstraint("outcome IN ('done', 'carried_on')", name=op.f("ck_decision_outcome")),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", ID, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_decision_settled_when")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["member.id"], name=op.f("fk_decision_decided_by_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_decision_matter_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["member.id"], name=op.f("fk_decision_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_matter_id"), "decision", ["matter_id"])
    op.create_index(
        op.f("uq_decision_standing"),
        "decision",
        ["matter_id"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )

    op.create_table(
        "need",
        sa.Column("id", ID, nullable=False),
        sa.Column("park_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.CheckConstraint("kind IN ('wish', 'fault', 'complaint', 'visit')", name=op.f("ck_need_kind")),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("space_id", ID, nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("picture_id", ID, nullable=True),
        sa.Column("enterprise_id", ID, nullable=True),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("asker_name", sa.String(length=60), nullable=False),
        sa.Column("asker_company", sa.String(length=120), nullable=False),
        sa.Column("asker_phone", sa.String(length=40), nullable=False),
        sa.Column("asker_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.CheckConstraint("state IN ('open', 'answered', 'done')", name=op.f("ck_need_state")),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matter_id", ID, nullable=True),
        sa.Column("same_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_need_done_when")),
        sa.CheckConstraint(
            "kind <> 'visit' OR enterprise_id IS NOT NULL", name=op.f("ck_need_visits_an_enterprise")
        ),
        sa.CheckConstraint(
            "member_id IS NOT NULL OR (asker_name <> '' AND asker_phone <> '')",
            name=op.f("ck_need_asker_is_known"),
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_need_answered_when")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["member.id"], name=op.f("fk_need_answered_by_id")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_need_area_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_need_enterprise_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_need_matter_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_need_member_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"], name=op.f("fk_need_owner_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_need_park_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["document.id"], name=op.f("fk_need_picture_id")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_need_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_closes_at"), "need", ["closes_at"])
    op.create_index(op.f("ix_need_enterprise_id"), "need", ["enterprise_id"])
    op.create_index(op.f("ix_need_matter_id"), "need", ["matter_id"])
    op.create_index(op.f("ix_need_member_id"), "need", ["member_id"])
    op.create_index(op.f("ix_need_owner_id"), "need", ["owner_id"])
    op.create_index(op.f("ix_need_park_id_raised_at"), "need", ["park_id", "raised_at"])
    op.create_index(op.f("ix_need_park_id_state_due_at"), "need", ["park_id", "state", "due_at"])
    op.create_index(op.f("ix_need_space_id"), "need", ["space_id"])
    op.create_index(
        op.f("uq_need_same"),
        "need",
        ["park_id", "same_key"],
        unique=True,
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )

    op.create_table(
        "need_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("need_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_link_need_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_need_link")),
    )
    op.create_index(op.f("ix_need_link_need_id"), "need_link", ["need_id"])

    op.create_table(
        "need_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("need_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["member.id"], name=op.f("fk_need_step_actor_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_step_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_step")),
    )
    op.create_index(op.f("ix_need_step_need_id"), "need_step", ["need_id"])
    triggers()
    try_kinds(KINDS_AND_NEEDS)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM sign_in_attempt WHERE kind = 'need'")
    try_kinds(KINDS)


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def trigger(name, table, event, when="") -> None:
    if is_sqlite():
        refuse = f"{when}BEGIN SELECT RAISE(ABORT, '{name}'); END"
    else:
        refuse = f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {refuse}")


def triggers() -> None:
    for table, columns in FROZEN.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        trigger(f"{table}_never_changes", table, f"UPDATE{of}")
        trigger(f"{table}_never_goes", table, "DELETE")
    old = "OLD" if is_sqlite() else "old"
    when = f"WHEN ({old}.settled_at IS NOT NULL) "
    trigger("decision_settled_once", "decision", f"UPDATE OF {SETTLED}", when)


ATTEMPTS = """
CREATE TABLE sign_in_attempt_new (
    id INTEGER NOT NULL,
    account VARCHAR(254) NOT NULL,
    address VARCHAR(64) NOT NULL,
    at DATETIME NOT NULL,
    device VARCHAR(43),
    kind VARCHAR(24) DEFAULT 'sign_in' NOT NULL CONSTRAINT ck_sign_in_attempt_kind CHECK (kind IN {kinds}),
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
)
"""


def try_kinds(kinds) -> None:
    """Let tries be of these kinds; SQLite's table is written anew, to which no row refers."""
    if not is_sqlite():
        op.execute("ALTER TABLE sign_in_attempt DROP CONSTRAINT ck_sign_in_attempt_kind")
        op.execute(
            f"ALTER TABLE sign_in_attempt ADD CONSTRAINT ck_sign_in_attempt_kind CHECK (kind IN {kinds})"
        )
        return
    op.execute(ATTEMPTS.format(kinds=kinds))
    columns = "id, account, address, at, device, kind"
    op.execute(f"INSERT INTO sign_in_attempt_new ({columns}) SELECT {columns} FROM sign_in_attempt")  # noqa: S608
    op.execute("DROP TABLE sign_in_attempt")
    op.execute("ALTER TABLE sign_in_attempt_new RENAME TO sign_in_attempt")
    for column in ("account", "address"):
        op.execute(f"CREATE INDEX ix_sign_in_attempt_{column}_at ON sign_in_attempt ({column}, at)")
