"""Change a row by facts, and tell what was and what is, as the trail keeps it."""

from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from typing import Any

from booking.db import Base
from booking.values.money import Money


def change(row: Base, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the facts that differ; give them before and after, JSON-able. Two empty ones: nothing changed."""
    differing = {name: value for name, value in facts.items() if getattr(row, name) != value}
    before = {name: plain(getattr(row, name)) for name in differing}
    for name, value in differing.items():
        setattr(row, name, value)
    return before, {name: plain(value) for name, value in differing.items()}


def plain(value: object) -> object:
    """Write a fact as JSON can; money as its fen."""
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | time) else value
