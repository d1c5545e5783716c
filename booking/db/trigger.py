"""A trigger of the database: how it is told, built and taken away on each engine."""

from dataclasses import dataclass


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
