"""When and how long a space may be had, as pure checks; each no is a refusal with its facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from booking.values.span import Span

MINUTE = timedelta(minutes=1)
MINUTES_OF_DAY = 24 * 60
LONGEST_PURPOSE = 120


@dataclass(frozen=True, slots=True)
class Opening:
    """When and how long a space may be had; minutes are after local midnight, `closes` up to 1440."""

    opens: int
    closes: int
    open_on_rest_days: bool
    step_minutes: int = 15
    minimum_minutes: int = 30
    maximum_minutes: int = 12 * 60
    lead_minutes: int = 0
    horizon_days: int = 60
    buffer_minutes: int = 0
    needs_approval: bool = False


@dataclass(frozen=True)
class Taken(Refusal):
    """Somebody was quicker, or the space is closed then."""

    space_id: int
    span: Span
    field: str | None = field(default="starts", kw_only=True)
