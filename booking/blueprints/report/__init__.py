"""The Party branch's report: months, the chain over all that may be seen, files, signing."""

from booking.blueprints.report import months, show, why
from booking.blueprints.report.months import blueprint

__all__ = ["blueprint", "months", "show", "why"]
