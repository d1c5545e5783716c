"""The fixtures that need the product: each loads what it is made of when a test asks for it, never before.

So the tests of rules and values run without Flask and without a database, and begin at once
(`test_pure_tests.py`). What the fixtures are made of stands in the files beside this one.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.harness.run import is_worker, run_folder
from tests.harness.times import TUESDAY, StandingClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from booking.people.models import Member
    from tests.harness.outbox import Outbox
    from tests.harness.postgres import PostgresServer
    from tests.harness.world import World


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """Give the run's PostgreSQL server."""
    from tests.harness.postgres import running_server

    return running_server()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Name a database with the schema in it and no rows, migrated once a run."""
    from tests.harness.postgres import template_on

    return template_on(postgres_server)


@pytest.fixture
def postgres_database(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Give the URL of a fresh database with the product's schema."""
    from tests.harness.postgres import new_database

    with new_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """Give the URL of a database with nothing in it, for migrations and restores."""
    from tests.harness.postgres import new_database

    with new_database(postgres_server) as url:
        yield url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop PostgreSQL, or remove what we made on a server that was given."""
    begun = ("postgres.pid", "template.done")
    if not is_worker(config) and any((run_folder() / name).exists() for name in begun):
        from tests.harness.postgres import clear_away

        clear_away()


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


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """Give the app; CSRF is off here and has tests of its own."""
    from tests.harness.app import shared_app

    with shared_app(database_url) as app:
        yield app


@pytest.fixture
def new_app(database_url: str) -> Iterator[Flask]:
    """Give an app of the test's own, which may get another route."""
    from tests.harness.app import close, make_app

    app = make_app(database_url)
    yield app
    close(app)


@pytest.fixture
def app_on() -> Iterator[Callable[..., Flask]]:
    """Give a lender of apps for a database URL; with further settings the app is the test's own."""
    from tests.harness.app import close, make_app, shared_app

    with ExitStack() as lent:

        def lend(url: str, **settings: object) -> Flask:
            if not settings:
                return lent.enter_context(shared_app(url))
            app = make_app(url, **settings)
            lent.callback(close, app)
            return app

        yield lend


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Give a session of the test's own; commit before a request should see what you wrote."""
    from tests.harness.app import open_session

    with open_session(app) as session:
        yield session


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """Give the maker of parks, enterprises, members, spaces and tariffs."""
    from tests.harness.world import World

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


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """Stop the app's clock at TUESDAY; set it with `standing_clock.set(...)`."""
    from booking import clock

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
    from tests.harness.app import statements_of

    return lambda act: statements_of(app, act)


@pytest.fixture
def outbox(app: Flask) -> Outbox:
    """Give the outbox of `app`."""
    from tests.harness.outbox import Outbox

    return Outbox(app)


@pytest.fixture
def outbox_of() -> Callable[[Flask], Outbox]:
    """Give a maker of outboxes, for apps of `app_on`."""
    from tests.harness.outbox import Outbox

    return Outbox


@pytest.fixture
def serve_here(sqlite_database: str) -> Iterator[Callable[..., tuple[Flask, str]]]:
    """Give a maker of (app, address) on a fresh database; `own_server` serves several tests from one."""
    from tests.harness.own_server import own_server

    with ExitStack() as running:
        yield lambda **settings: running.enter_context(own_server(sqlite_database, **settings))


@pytest.fixture(scope="session")
def demo_month() -> Path:
    """Give the SQLite file of a demo park of one month, made on TUESDAY at nine; copy it to write in it."""
    from tests.harness.demo import made_month

    return made_month()
