"""The product served from the test's own process, so that a browser lives by the test's clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from booking.app import create_app
from booking.config import Config
from tests.harness.app import close
from tests.harness.mail import free_port
from tests.harness.schema import TEST_SECRET


class Quiet(WSGIRequestHandler):
    """Says nothing of each request; the app's own log does."""

    def log_request(self, *_facts: object) -> None:
        """Keep quiet."""


@pytest.fixture
def serve_here(sqlite_database: str) -> Iterator[Callable[..., tuple[Flask, str]]]:
    """Give a maker of (app, address): threads of this process serve it, CSRF on, until the test ends."""
    running = []

    def serve(**settings: object) -> tuple[Flask, str]:
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        facts = {"database_url": sqlite_database, "secret_key": TEST_SECRET, "base_url": address}
        app = create_app(Config(**(facts | settings)))  # type: ignore[arg-type]
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((app, server, thread))
        return app, address

    yield serve
    for app, server, thread in running:
        server.shutdown()
        thread.join()
        close(app)
