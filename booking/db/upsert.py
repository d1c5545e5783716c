"""Inserts that may meet a row that is there already, on both engines."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Insert = sqlite.Insert | postgresql.Insert

INSERTS: Mapping[str, Callable[[Any], Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By the engine's name, for statements that are made once; `insert_into` picks for the others."""


def insert_into(session: Session, table: Any) -> Insert:  # noqa: ANN401 - a table or its class
    """Begin an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return INSERTS[session.get_bind().dialect.name](table)
