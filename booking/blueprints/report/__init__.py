"""The Party branch's report: months, the chain over all enterprises, files, publishing."""

from booking.blueprints.report import files, index, publish, show
from booking.blueprints.report.loading import blueprint

__all__ = ["blueprint", "files", "index", "publish", "show"]
