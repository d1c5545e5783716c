"""Sessions in a signed cookie, which neither files nor what scripts fetch in the background ever set."""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from booking.blueprints.kit.access import is_fetched


class QuietSessions(SecureCookieSessionInterface):
    """Flask's own, but for answers that may arrive after those of a later page, and undo its session."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie, except where a script asked, or a page for one of its files."""
        endpoint = request.endpoint or ""
        a_file = request.blueprint == "files" or endpoint == "static" or endpoint.endswith(".static")
        if not (is_fetched() or a_file):
            super().save_session(app, session, response)
