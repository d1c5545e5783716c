"""The app in the test's own process, lent from test to test, and its database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask
from gunicorn.http.wsgi import HEADER_VALUE_RE
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, make_url
from sqlalchemy.orm import Session

from booking.app import create_app
from booking.config import Config
from booking.db import db
from booking.parks import queries
from tests.harness.pages import FormBrowser
from tests.harness.passwords import spare_the_cost_of_passwords
from tests.harness.run import run_folder
from tests.harness.schema import PATIENCE, TEST_SECRET

spare_the_cost_of_passwords()


def make_app(url: str, **settings: object) -> Flask:
    """Make the app on a database, with the settings of a test."""
    facts: dict[str, object] = {"database_url": url, "secret_key": TEST_SECRET, "lock_timeout": PATIENCE}
    app = create_app(Config(**(facts | settings)))  # type: ignore[arg-type]
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = FormBrowser
    app.wsgi_app = as_strict_as_a_server(app.wsgi_app)  # type: ignore[method-assign]
    return keep_templates(app)


def keep_templates(app: Flask) -> Flask:
    """Compile each template once a run, not once an app; the folder is the run's, and goes with it."""
    folder = run_folder() / "templates"
    folder.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return app


def as_strict_as_a_server(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse headers as gunicorn does, where Flask's own client would take them."""

    def strict(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            for name, value in headers:
                assert HEADER_VALUE_RE.fullmatch(value), f"no server sends {name}: {value!r}"
                value.encode("latin-1")
            return start_response(status, headers, *rest)

        return inner(environ, start)

    return strict


class SharedApp:
    """An app that serves one test after another, each on a database and with settings of its own.

    To make an app, compile its templates and its statements takes longer than most tests; so a process
    keeps the ones it made, and each test sees one as if it were new. A test that adds a route makes its
    own (`new_app`).
    """

    def __init__(self, url: str) -> None:
        self.app = make_app(url)
        self.settings = dict(self.app.config)
        self.extensions = dict(self.app.extensions)
        with self.app.app_context():
            self.engine = db.engine
        self.url = make_url(url)
        event.listen(self.engine, "do_connect", self._connect)

    def _connect(
        self, _dialect: object, _record: object, arguments: list[Any], named: dict[str, Any]
    ) -> None:
        if self.engine.dialect.name == "sqlite":
            arguments[0] = self.url.database
        else:
            named.clear()
            named.update(self.engine.dialect.create_connect_args(self.url)[1])

    def aim_at(self, url: str) -> Flask:
        """Forget the test before; use this database, by an engine that knows the statements made before."""
        self.url = make_url(url)
        self.app.config.clear()
        self.app.config.update(self.settings, SQLALCHEMY_DATABASE_URI=url)
        config = replace(self.extensions["booking_config"], database_url=url)
        self.app.extensions.update(self.extensions, booking_config=config)
        with self.app.app_context():
            db.engines[None] = self.engine.execution_options()  # type: ignore[index] # it gives the dict it keeps
        return self.app


_FREE: defaultdict[str, list[SharedApp]] = defaultdict(list)


@contextmanager
def shared_app(url: str) -> Iterator[Flask]:
    """Lend an app on this database until the block ends."""
    free = _FREE[make_url(url).get_backend_name()]
    shared = free.pop() if free else SharedApp(url)
    app = shared.aim_at(url)
    yield app
    close(app)
    free.append(shared)


def close(app: Flask) -> None:
    """Let go of the app's connections."""
    with app.app_context():
        db.engine.dispose()


def open_session(app: Flask) -> Session:
    """Open a session of the test's own on the app's database, outside any request."""
    with app.app_context():
        return Session(db.engine, autoflush=False, expire_on_commit=False)


def statements_of(app: Flask, act: Callable[[], object]) -> int:
    """Count the statements that an act takes where nothing is kept in memory yet."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    queries._KEPT.pop(engine, None)
    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
