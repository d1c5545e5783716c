"""Sessions in a signed cookie, which neither files nor what scripts fetch in the background ever set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask.sessions import SecureCookieSessionInterface

from booking.blueprints.kit.access import is_fetched

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.sessions import SessionMixin


class QuietSessions(SecureCookieSessionInterface):
    """Flask's own, but for answers that may arrive after those of a later page, and undo its session."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie, except where a script asked, or a page for one of its files."""
        endpoint = request.endpoint or ""
        a_file = request.blueprint == "files" or endpoint == "static" or endpoint.endswith(".static")
        if not (is_fetched() or a_file):
            super().save_session(app, session, response)
