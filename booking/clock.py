"""The only place that looks at the clock; everybody else is told what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Tell the present instant, aware, in UTC."""
    return datetime.now(UTC)
