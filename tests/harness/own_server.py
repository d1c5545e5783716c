"""The product served from the test's own process, so that a browser lives by the test's clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from booking.app import create_app
from booking.config import Config
from booking.people.models import Member
from tests.harness.app import close, keep_templates
from tests.harness.mail import free_port
from tests.harness.schema import TEST_SECRET


class Quiet(WSGIRequestHandler):
    """Says nothing of each request; the app's own log does."""

    def log_request(self, *_facts: object) -> None:
        """Keep quiet."""


@contextmanager
def own_server(database_url: str, **settings: object) -> Iterator[tuple[Flask, str]]:
    """Give (app, address): threads of this process serve it, CSRF on, until the block ends."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    facts = {"database_url": database_url, "secret_key": TEST_SECRET, "base_url": address}
    app = keep_templates(create_app(Config(**(facts | settings))))  # type: ignore[arg-type]
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield app, address
    finally:
        server.shutdown()
        thread.join()
        close(app)


def session_cookie(app: Flask, member: Member, browser: str = "browser") -> str:
    """Write the cookie of somebody who has signed in; signing in by its page has tests of its own."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    kept = {"_user_id": f"{member.id}.{member.session_version}.{browser}", "_fresh": True}
    return str(signer.dumps(kept))


def let_in(page: Page, app: Flask, address: str, member: Member) -> None:
    """Let a browser's page be signed in."""
    cookie = session_cookie(app, member)
    page.context.add_cookies([{"name": "session", "value": cookie, "url": address}])
