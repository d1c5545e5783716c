"""The blueprint of the branch's report, and which report a page is about."""

from dataclasses import dataclass

from flask import Blueprint, abort

from booking import clock
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.savings.models import SavingsReport
from booking.savings.queries import report_of
from booking.savings.report import read_report
from booking.savings.report_data import Report, data_of
from booking.savings.rules import EARLIEST_YEAR
from booking.values.month import Month

blueprint = Blueprint("report", __name__, url_prefix="/report")


@dataclass(frozen=True, slots=True)
class Asked:
    """The report of a month: as it was frozen, or as it stands now where nothing is published."""

    report: Report
    published: SavingsReport | None


def month_or_404(text: str) -> Month:
    """Read a month that has begun; all else is not found."""
    zone = my_park().zone
    try:
        month = Month.parse(text, zone)
    except ValueError:
        abort(404)
    if month.year < EARLIEST_YEAR or month > running():
        abort(404)
    return month


def running() -> Month:
    """Give the month that it is in my park."""
    return Month.of(clock.now(), my_park().zone)


def asked_for(text: str) -> Asked:
    """Find the report of a month of my park."""
    month, park = month_or_404(text), my_park()
    published = report_of(db.session(), park.id, month)
    if published is not None:
        return Asked(data_of(published).report(park.zone), published)
    return Asked(read_report(db.session(), park, month), None)
