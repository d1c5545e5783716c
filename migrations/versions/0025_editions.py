"""editions: a park gets another number with every change of what hardly ever changes."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COLUMNS = {
    "area": "park_id",
    "calendar_day": "park_id",
    "calendar_year": "park_id",
    "enterprise": "park_id",
    "equipment": "space_id",
    "extended_hours": "park_id",
    "opening_rule": "park_id",
    "space": "park_id",
    "space_part": "whole_id",
    "tariff": "park_id",
}
"""The tables whose changes give a park another edition, and how each leads to its park."""

ONLY = {"enterprise": " OF left_on"}
EVENTS = (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))
OF_SPACE = "(SELECT park_id FROM space WHERE id = {row}.{column})"
EDIT = """
CREATE TRIGGER {name} AFTER {event} ON {table}
BEGIN UPDATE park SET edition = random() WHERE id = {park}; END
"""
FUNCTION = """
DECLARE told jsonb; edited bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN told := to_jsonb(OLD); ELSE told := to_jsonb(NEW); END IF;
    edited := COALESCE(
        told ->> 'park_id', (SELECT park_id::text FROM space WHERE id = (told ->> TG_ARGV[0])::bigint)
    )::bigint;
    IF current_setting('booking.edited_' || edited, true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        UPDATE park SET edition = hashtextextended(gen_random_uuid()::text, 0) WHERE id = edited;
        PERFORM set_config('booking.edited_' || edited, pg_current_xact_id()::text, true);
    END IF;
    RETURN NULL;
END
"""


def upgrade() -> None:
    op.add_column("park", sa.Column("edition", sa.BigInteger(), server_default="0", nullable=False))
    if op.get_context().dialect.name == "sqlite":
        op.execute("UPDATE park SET edition = random()")
        for name, table, event, park in sqlite_triggers():
            op.execute(EDIT.format(name=name, event=event, table=table, park=park))
        return
    op.execute("UPDATE park SET edition = hashtextextended(gen_random_uuid()::text, 0)")
    op.execute(
        f"CREATE OR REPLACE FUNCTION edit_park() RETURNS trigger LANGUAGE plpgsql AS $$\n{FUNCTION} $$"
    )
    for table, column in COLUMNS.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_edits_park"
            f" AFTER INSERT OR DELETE OR UPDATE{ONLY.get(table, '')} ON {table}"
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION edit_park('{column}')"
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for name, *_ in sqlite_triggers():
            op.execute(f"DROP TRIGGER {name}")
    else:
        for table in COLUMNS:
            op.execute(f"DROP TRIGGER {table}_edits_park ON {table}")
        op.execute("DROP FUNCTION edit_park()")
    op.drop_column("park", "edition")


def sqlite_triggers():
    for table, column in COLUMNS.items():
        for event, row in EVENTS:
            park = f"{row}.{column}" if column == "park_id" else OF_SPACE.format(row=row, column=column)
            only = ONLY.get(table, "") if event == "update" else ""
            yield f"{table}_edits_park_{event}", table, event.upper() + only, park
