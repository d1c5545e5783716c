"""The projector: a page reached from the month on the wall stays there, or leads back to it."""

import re
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for


def init(app: Flask) -> None:
    """Carry the month on the wall along."""
    app.url_defaults(stay_on_the_wall)


WITH_THE_LOOK = frozenset(
    f"{room}.{name}"
    for room, names in (
        (
            "month",
            "activities agenda chased decide evaluated idle index list_letter lists matter needs refused",
        ),
        ("month", "shifted show"),
        ("report", "enterprise_why opening_why period_why why"),
        ("utilisation", "hour parts"),
    )
    for name in names.split()
)
"""The pages that are drawn for the wall: the month, and what takes its figures apart."""


def stay_on_the_wall(endpoint: str, values: dict[str, Any]) -> None:
    """Name the month on the wall to each page with the look, and to the first one without it."""
    if not has_request_context() or "projector" not in request.args:
        return
    here = request.endpoint or ""
    if endpoint == "month.show":
        values.setdefault("projector", "")
    elif endpoint in WITH_THE_LOOK or endpoint == here or _goes_along(endpoint, here):
        values.setdefault("projector", on_the_wall())


def _goes_along(endpoint: str, here: str) -> bool:
    """Tell whether a page is one step from those with the look, or a form's round within its own room."""
    if here in WITH_THE_LOOK and _is_page(endpoint):
        return True
    same_room = endpoint.partition(".")[0] == here.partition(".")[0]
    return same_room and (request.method == "POST" or not _is_page(endpoint))


FILES = ("files.static", "month.paper")


def _is_page(endpoint: str) -> bool:
    """Tell whether it is one to look at: no file, and nothing that is only sent."""
    rules = current_app.url_map.iter_rules(endpoint)
    return endpoint not in FILES and any("GET" in (rule.methods or ()) for rule in rules)


MONTH = re.compile(r"\d{4}-\d{2}")


def on_the_wall() -> str:
    """Give the month on the wall as its address names it; "" where that is the last one, or none."""
    shown = request.view_args if request.endpoint == "month.show" else None
    month = str(shown["month"]) if shown else request.args.get("projector", "")
    return month if MONTH.fullmatch(month) else ""


ON_THE_WALL = ("month.show", "month.index", "month.decide")  # the month itself


def way_back() -> str:
    """Give the address of the month on the wall, for a page reached from it; "" for all others."""
    if "projector" not in request.args or request.endpoint in ON_THE_WALL:
        return ""
    month = on_the_wall()
    if not month:
        return url_for("month.index", projector="")
    return url_for("month.show", month=month, projector="")
