"""When tests happen, and a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 3, 9, 0, tzinfo=SHANGHAI)
"""When tests happen unless they say otherwise: a working day, 3 November 2026, 09:00."""


class StandingClock:
    """A clock that stands still until it is set."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def set(self, instant: datetime) -> datetime:
        """Set it, and give the instant."""
        self.instant = instant.astimezone(UTC)
        return self.instant

    def now(self) -> datetime:
        """Tell what it shows."""
        return self.instant
