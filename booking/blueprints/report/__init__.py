"""The Party branch's report: months, the chain over all enterprises, files, publishing."""

from booking.blueprints.report import months, show
from booking.blueprints.report.months import blueprint

__all__ = ["blueprint", "months", "show"]
