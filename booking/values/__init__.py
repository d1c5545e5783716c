"""Values without identity: money, stretches of time, working days, refusals. They know nothing but numbers.

What every room speaks of is taken from here; what reads, writes or keeps it, from its module.
"""

from booking.values.money import FEN_PER_YUAN, Money, Share, round_half_up, tax_included
from booking.values.refusal import PrintFailed, ReasonMissing, Refusal, backoff
from booking.values.span import FAR_FUTURE, YEARS, Month, Span, day_span, local_day
from booking.values.work_calendar import (
    ONE_DAY,
    SATURDAY,
    Calendar,
    WorkCalendar,
    next_working_day,
    working_day_after,
    working_days_since,
    working_time_after,
)

__all__ = [
    "FAR_FUTURE", "FEN_PER_YUAN", "ONE_DAY", "SATURDAY", "YEARS", "Calendar", "Money", "Month",
    "PrintFailed", "ReasonMissing", "Refusal", "Share", "Span", "WorkCalendar", "backoff", "day_span",
    "local_day", "next_working_day", "round_half_up", "tax_included", "working_day_after",
    "working_days_since", "working_time_after",
]  # fmt: skip
