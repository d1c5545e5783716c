"""The app in the test's own process, its database, a clock that stands still, and people who sign in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.http.wsgi import HEADER_VALUE_RE
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, make_url
from sqlalchemy.orm import Session

from booking import clock
from booking.app import create_app
from booking.config import Config
from booking.db import db
from booking.people.models import Member
from tests.harness.pages import FormBrowser
from tests.harness.run import run_folder
from tests.harness.schema import PATIENCE, TEST_SECRET
from tests.harness.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 3, 9, 0, tzinfo=SHANGHAI)
"""When tests happen unless they say otherwise: a working day, 3 November 2026, 09:00."""


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """Give the database of `app`: SQLite, unless a test asks for `on_both_engines`."""
    return sqlite_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def on_both_engines(request: pytest.FixtureRequest) -> str:
    """Give a fresh database of each engine in turn; use with `app_on(url)`."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    url: str = request.getfixturevalue(name)
    return url


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


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """Give the app; CSRF is off here and has tests of its own."""
    with shared_app(database_url) as app:
        yield app


@pytest.fixture
def new_app(database_url: str) -> Iterator[Flask]:
    """Give an app of the test's own, which may get another route."""
    app = make_app(database_url)
    yield app
    close(app)


@pytest.fixture
def app_on() -> Iterator[Callable[..., Flask]]:
    """Give a lender of apps for a database URL; with further settings the app is the test's own."""
    with ExitStack() as lent:

        def lend(url: str, **settings: object) -> Flask:
            if not settings:
                return lent.enter_context(shared_app(url))
            app = make_app(url, **settings)
            lent.callback(close, app)
            return app

        yield lend


def close(app: Flask) -> None:
    """Let go of the app's connections."""
    with app.app_context():
        db.engine.dispose()


def open_session(app: Flask) -> Session:
    """Open a session of the test's own on the app's database, outside any request."""
    with app.app_context():
        return Session(db.engine, autoflush=False, expire_on_commit=False)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Give a session of the test's own; commit before a request should see what you wrote."""
    with open_session(app) as session:
        yield session


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """Give the maker of parks, enterprises, members, spaces and tariffs."""
    return World(session, now)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser without a signed-in member."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Member], FlaskClient]:
    """Give a maker of browsers in which a member is signed in."""
    keys = map("browser-{}".format, count())

    def browser_of(member: Member) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as kept:
            kept["_user_id"] = f"{member.id}.{member.session_version}.{next(keys)}"
            kept["_fresh"] = True
        return browser

    return browser_of


class StandingClock:
    """A clock that stands still until it is set."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def set(self, instant: datetime) -> datetime:
        """Set it, and give the instant."""
        self.instant = instant.astimezone(UTC)
        return self.instant

    def now(self) -> datetime:
        """Tell what it shows."""
        return self.instant


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """Stop the app's clock at TUESDAY; set it with `standing_clock.set(...)`."""
    standing = StandingClock(TUESDAY)
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def now(standing_clock: StandingClock) -> datetime:
    """Give the instant at which the test happens (TUESDAY), with the app's clock stopped there."""
    return standing_clock.instant


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Callable[[], object]], int]:
    """Give a counter: `count_queries(lambda: browser.get("/x"))` tells how many statements that took."""

    def count(act: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    return count
