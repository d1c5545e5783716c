"""extended hours: days on which places are open for longer than by rule, granted and taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

GRANTED = "park_id, space_id, day, opens_minute, closes_minute, reason, need_id, granted_at, granted_by_id"
TAKEN_BACK = "taken_back_at, taken_back_by_id, taken_back_reason"
TRIGGERS = (
    ("extended_hours_never_changes", f"UPDATE OF {GRANTED}", ""),
    ("extended_hours_never_goes", "DELETE", ""),
    ("extended_hours_taken_back_once", f"UPDATE OF {TAKEN_BACK}", "{old}.taken_back_at IS NOT NULL"),
)
LAWS = {
    "names_an_hour": "opens_minute IS NOT NULL OR closes_minute IS NOT NULL",
    "opens_on_its_day": "opens_minute BETWEEN 0 AND 1439",
    "closes_on_its_day": "closes_minute BETWEEN 1 AND 1440",
    "opens_before_it_closes": "closes_minute > opens_minute",
    "says_why": "reason <> ''",
    "taken_back_says_why": "(taken_back_at IS NULL) = (taken_back_reason = '')",
}
OF_PARK = "space_id IS NULL AND taken_back_at IS NULL"
OF_SPACE = "taken_back_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "extended_hours",
        sa.Column("id", key(), nullable=False),
        of("park"),
        of("space", nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens_minute", key(), nullable=True),
        sa.Column("closes_minute", key(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        of("need", nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        of("member", "granted_by", nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        of("member", "taken_back_by", nullable=True),
        sa.Column("taken_back_reason", sa.String(200), nullable=False),
        *(sa.CheckConstraint(law, name=op.f(f"ck_extended_hours_{name}")) for name, law in LAWS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extended_hours")),
    )
    op.create_index("ix_extended_hours_need_id", "extended_hours", ["need_id"])
    op.create_index("ix_extended_hours_park_id_day", "extended_hours", ["park_id", "day"])
    one_a_day("uq_extended_hours_park_day", "park_id", OF_PARK)
    one_a_day("uq_extended_hours_space_day", "space_id", OF_SPACE)
    for name, event, when in TRIGGERS:
        refuse(name, event, when)


def downgrade() -> None:
    op.drop_table("extended_hours")


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(other, name=None, *, nullable=False) -> sa.Column:
    name = f"{name or other}_id"
    foreign = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_extended_hours_{name}"))
    return sa.Column(name, key(), foreign, nullable=nullable)


def one_a_day(name, whose, where) -> None:
    where = sa.text(where)
    op.create_index(
        name, "extended_hours", [whose, "day"], unique=True, sqlite_where=where, postgresql_where=where
    )


def refuse(name, event, when) -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    head = f"CREATE TRIGGER {name} BEFORE {event} ON extended_hours "
    head += "" if sqlite else "FOR EACH ROW "
    head += f"WHEN ({when.format(old='OLD' if sqlite else 'old')}) " if when else ""
    does = f"BEGIN SELECT RAISE(ABORT, '{name}'); END" if sqlite else "EXECUTE FUNCTION refuse_change()"
    op.execute(head + does)
