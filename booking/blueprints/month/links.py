"""Where the figures of the month page lead."""

from typing import Any

from flask import url_for

from booking.blueprints.report.parts import Figure
from booking.spaces.models import Kind
from booking.values.month import Month


def why_url(month: Month | None, figure: str) -> str:
    """Give the page that takes a figure of the savings apart; without a month, of all signed ones."""
    if month is None:
        return url_for("report.opening_why")
    if figure not in set(Figure):
        return url_for("report.show", month=month, _anchor=figure)
    return url_for("report.why", month=month, figure=figure)


def use_url(endpoint: str, month: Month, kind: Kind) -> str:
    """Give a page of the use of a kind in a month."""
    asked: dict[str, Any] = {"from": month, "to": month, "kind": kind.value}  # `from` is a word of Python
    return url_for(endpoint, **asked)
