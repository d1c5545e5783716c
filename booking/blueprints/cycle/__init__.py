"""The pages of the cycle 11530: an enterprise's list and month so far; the rhythm, calls, evaluation."""

from booking.blueprints.cycle import own, timeline
from booking.blueprints.cycle.timeline import blueprint

__all__ = ["blueprint", "own", "timeline"]
