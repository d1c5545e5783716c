"""The triggers that give a park another edition; and what a trigger is, on each engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Trigger:
    """One refusal: how the database tells it, how it is built, and how one that differs is taken away."""

    name: str
    told: str
    build: str
    drop: str


def sqlite_trigger(name: str, statement: str) -> Trigger:
    """Describe one by its statement, as SQLite keeps it."""
    return Trigger(name, statement, statement, f"DROP TRIGGER IF EXISTS {name}")


def postgresql_function(name: str, body: str) -> Trigger:
    """Describe the function that triggers of PostgreSQL call."""
    head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
    return Trigger(name, body, f"{head} $$\n{body} $$", drop="")


EDITED: Final = frozenset({
    "area", "calendar_day", "calendar_year", "enterprise", "equipment", "extended_hours", "opening_rule",
    "quota", "space", "space_part", "tariff",
})  # fmt: skip
"""The tables whose changes give a park another edition."""

# Another edition of the park with every change of what is kept in memory (parks/queries.py). On PostgreSQL at
# the commit and once a transaction, so that nobody waits for the park's row with other rows in hand.
_EDITION_OF = dict.fromkeys(EDITED, "park_id") | {"equipment": "space_id", "space_part": "whole_id"}
_EDITED_BY = {"enterprise": " OF left_on"}
_OF_SPACE = "(SELECT park_id FROM space WHERE id = {row}.{column})"
_SQLITE_EDITION = """
CREATE TRIGGER {name} AFTER {event} ON {table}
BEGIN UPDATE park SET edition = random() WHERE id = {park}; END
"""


def sqlite_editions() -> Iterator[Trigger]:
    """Describe them for SQLite, which has one writer."""
    for table, column in sorted(_EDITION_OF.items()):
        for event, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
            park = f"{row}.{column}" if column == "park_id" else _OF_SPACE.format(row=row, column=column)
            name = f"{table}_edits_park_{event}"
            what = event.upper() + (_EDITED_BY.get(table, "") if event == "update" else "")
            yield sqlite_trigger(
                name, _SQLITE_EDITION.format(name=name, event=what, table=table, park=park).strip()
            )


_POSTGRESQL_EDITION = """
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


def postgresql_editions() -> Iterator[Trigger]:
    """Describe them for PostgreSQL, with their function."""
    yield postgresql_function("edit_park", _POSTGRESQL_EDITION)
    for table, column in sorted(_EDITION_OF.items()):
        name = f"{table}_edits_park"
        statement = (
            f"CREATE CONSTRAINT TRIGGER {name} AFTER INSERT OR DELETE OR UPDATE{_EDITED_BY.get(table, '')}"
            f" ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION edit_park('{column}')"
        )
        yield Trigger(name, statement, statement, f"DROP TRIGGER IF EXISTS {name} ON {table}")
