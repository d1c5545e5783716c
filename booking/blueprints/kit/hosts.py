"""To which names we answer, and that no redirect repeats one: a Host header is whatever the caller says."""

import logging
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, abort, current_app, request
from werkzeug.routing import RequestRedirect

from booking.config import Config

log = logging.getLogger(__name__)


def init(app: Flask) -> None:
    """In production answer to the host of BASE_URL alone; register it before anything that answers."""
    config: Config = app.extensions["booking_config"]
    if config.production:
        app.before_request(_refuse_other_hosts)
    app.after_request(_stay_here)


BAD_REQUEST = 400
ASKED_BY_NUMBER = "health"  # who balances load asks each machine by its number


def _refuse_other_hosts() -> None:
    config: Config = current_app.extensions["booking_config"]
    if request.blueprint != ASKED_BY_NUMBER and _name_in(request.host) != config.host:
        log.warning("asked as %r, but BASE_URL is %s", request.host[:200], config.base_url)
        abort(BAD_REQUEST)


def _name_in(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # half a bracket
        return None


def _stay_here(response: Response) -> Response:
    """Let the router's own redirects (a slash too few) name a path only, as ours do."""
    if isinstance(request.routing_exception, RequestRedirect) and response.location:
        parts = urlsplit(response.location)
        path = "/" + parts.path.lstrip("/")
        response.location = urlunsplit(("", "", path, parts.query, parts.fragment))
    return response
