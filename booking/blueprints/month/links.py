"""Where the figures of the month page lead."""

from typing import Any

from flask import url_for

from booking.blueprints.kit.filters import month_text
from booking.blueprints.kit.why import Figure, way_from_the_wall
from booking.spaces.models import Kind
from booking.values.month import Month


def why_url(month: Month, figure: Figure) -> str:
    """Give the page that takes a figure of a month's savings apart."""
    return url_for("report.why", month=month, figure=figure.value)


def opening_url() -> str:
    """Give the page that takes the sum of all signed months apart."""
    return url_for("report.opening_why")


def use_url(endpoint: str, month: Month, kind: Kind, **more: int) -> str:
    """Give a page of the use of a kind in a month, or of one `space` of it."""
    asked: dict[str, Any] = {"from": month, "to": month, "kind": kind.value, **more}  # `from` is of Python
    return url_for(endpoint, **asked)


def back_to_month(month: Month) -> list[tuple[str, str]]:
    """Lead from a page behind a month's back to it."""
    return [*way_from_the_wall(month, [(month_text(month), url_for("month.show", month=month))])]
