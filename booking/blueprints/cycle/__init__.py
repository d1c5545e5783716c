"""The pages of the cycle 11530: an enterprise's list and month so far; the rhythm, calls, evaluation."""

from booking.blueprints.cycle import calls, evaluation, own_list, own_month_to_date, timeline
from booking.blueprints.cycle.timeline import blueprint

__all__ = ["blueprint", "calls", "evaluation", "own_list", "own_month_to_date", "timeline"]
