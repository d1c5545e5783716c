"""quotas: how many minutes of a kind an enterprise, or a person of it, may have in a period."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLE = "quota"
OF = ["kind", "per", "period", "from_minute", "until_minute"]
KINDS = "kind IN ('workstation', 'meeting_room', 'storage', 'hall')"
EVENTS = (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))
EDIT = """
CREATE TRIGGER quota_edits_park_{event} AFTER {EVENT} ON quota
BEGIN UPDATE park SET edition = random() WHERE id = {row}.park_id; END
"""


def upgrade() -> None:
    checks = {
        "kind": KINDS,
        "per": "per IN ('enterprise', 'person')",
        "period": "period IN ('day', 'week', 'month')",
        "not_below_nothing": "minutes >= 0",
        "within_a_day": "from_minute >= 0 AND until_minute <= 1440",
        "ends_after_it_starts": "until_minute > from_minute",
        "lifts_another": "minutes IS NOT NULL OR enterprise_id IS NOT NULL",
    }
    op.create_table(
        TABLE,
        sa.Column("id", number(), nullable=False),
        of("park", nullable=False),
        of("enterprise", nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("per", sa.String(24), nullable=False),
        sa.Column("period", sa.String(24), nullable=False),
        sa.Column("from_minute", number(), nullable=False),
        sa.Column("until_minute", number(), nullable=False),
        sa.Column("minutes", number(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in checks.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
    )
    for name, first, nobody in (("all", "park_id", "IS NULL"), ("one", "enterprise_id", "IS NOT NULL")):
        where = sa.text(f"enterprise_id {nobody}")
        op.create_index(
            f"uq_quota_{name}", TABLE, [first, *OF], unique=True, sqlite_where=where, postgresql_where=where
        )
    if op.get_context().dialect.name == "sqlite":
        for event, row in EVENTS:
            op.execute(EDIT.format(event=event, EVENT=event.upper(), row=row).strip())
        return
    op.execute(
        "CREATE CONSTRAINT TRIGGER quota_edits_park AFTER INSERT OR DELETE OR UPDATE ON quota"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION edit_park('park_id')"
    )


def downgrade() -> None:
    """Everybody may have as much as they like again."""
    op.drop_table(TABLE)


def number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(other: str, *, nullable: bool) -> sa.Column:
    name = op.f(f"fk_{TABLE}_{other}_id")
    return sa.Column(f"{other}_id", number(), sa.ForeignKey(f"{other}.id", name=name), nullable=nullable)
