"""guests: who is asked along to a booking; the calendar files that name them may be dropped with them."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLE = "booking_guest"
COLLEAGUE = sa.text("member_id IS NOT NULL")
WHEN = sa.DateTime(timezone=True)
NEVER_GOES = {
    "sqlite": (
        "CREATE TRIGGER document_never_goes BEFORE DELETE ON document {when}"
        "BEGIN SELECT RAISE(ABORT, 'document_never_goes'); END"
    ),
    "postgresql": (
        "CREATE TRIGGER document_never_goes BEFORE DELETE ON document FOR EACH ROW {when}"
        "EXECUTE FUNCTION refuse_change()"
    ),
}
DROP = {
    "sqlite": "DROP TRIGGER document_never_goes",
    "postgresql": "DROP TRIGGER document_never_goes ON document",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", number(), nullable=False),
        of("reservation"),
        of("member", nullable=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("company", sa.String(80), nullable=False),
        sa.Column("named_at", WHEN, nullable=False),
        sa.Column("removed_at", WHEN, nullable=True),
        sa.Column("arrived_at", WHEN, nullable=True),
        sa.Column("host_told_at", WHEN, nullable=True),
        of("space", "told_space_id", nullable=True),
        sa.Column("told_starts_at", WHEN, nullable=True),
        sa.Column("told_ends_at", WHEN, nullable=True),
        sa.Column("letters", number(), nullable=False),
        sa.CheckConstraint(
            "member_id IS NULL OR email = ''", name=op.f("ck_booking_guest_colleague_or_guest")
        ),
        sa.CheckConstraint(
            "(told_starts_at IS NULL) = (told_ends_at IS NULL)", name=op.f("ck_booking_guest_told_of_a_span")
        ),
        sa.CheckConstraint(
            "(told_starts_at IS NULL) = (told_space_id IS NULL)",
            name=op.f("ck_booking_guest_told_of_a_place"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_guest")),
    )
    op.create_index("ix_booking_guest_reservation_id", TABLE, ["reservation_id"])
    of_colleagues = {"sqlite_where": COLLEAGUE, "postgresql_where": COLLEAGUE}
    op.create_index("ix_booking_guest_member_id", TABLE, ["member_id"], **of_colleagues)
    op.create_index(
        "uq_booking_guest_colleague", TABLE, ["reservation_id", "member_id"], unique=True, **of_colleagues
    )
    let_files_go("WHEN (OLD.media_type <> 'text/calendar') ")


def downgrade() -> None:
    """Who was asked along is not known any more."""
    op.drop_table(TABLE)
    let_files_go("")


def let_files_go(when: str) -> None:
    engine = op.get_bind().dialect.name
    op.execute(DROP[engine])
    op.execute(
        NEVER_GOES[engine].format(when=when.replace("(", "").replace(")", "") if engine == "sqlite" else when)
    )


def number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(other: str, column: str = "", *, nullable: bool = False) -> sa.Column:
    column = column or f"{other}_id"
    name = op.f(f"fk_{TABLE}_{column}")
    return sa.Column(column, number(), sa.ForeignKey(f"{other}.id", name=name), nullable=nullable)
