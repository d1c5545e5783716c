"""A stretch of time: half-open, aware, never empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FAR_FUTURE = datetime(2999, 1, 1, tzinfo=UTC)
"""Where a span with an open end ends."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`[start, end)` in UTC; refuses naive instants and an end not after its start."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Keep the promise of the type, whoever makes one."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            msg = "a span needs aware instants"
            raise ValueError(msg)
        # Into UTC before comparing: Python compares two instants of one zone by their wall clocks,
        # which run backwards in the night when summer time ends.
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            msg = f"a span ends after it starts, got {self.start} to {self.end}"
            raise ValueError(msg)

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """How many whole minutes it lasts; a begun minute does not count."""
        return int(self.length.total_seconds()) // 60

    def overlaps(self, other: Span) -> bool:
        """Tell whether they share an instant; touching spans do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, instant: datetime) -> bool:
        """Tell whether the instant lies in it; the end does not."""
        return self.start <= instant < self.end

    def widened(self, before: timedelta, after: timedelta) -> Span:
        """Make it longer at both ends, as a buffer does."""
        return Span(self.start - before, self.end + after)

    def clipped(self, to: Span) -> Span | None:
        """Keep what lies within `to`, or None where they do not overlap."""
        if not self.overlaps(to):
            return None
        return Span(max(self.start, to.start), min(self.end, to.end))
