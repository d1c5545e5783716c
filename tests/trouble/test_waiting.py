"""Nobody waits for ever: what is locked or away is said within seconds, with when to come back."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from booking.blueprints.kit.access import anyone
from booking.blueprints.kit.static_files import gather
from booking.db import db, transaction
from booking.parks.models import Park
from tests.harness.app import open_session
from tests.harness.world import World

AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"
SHORT = 0.2  # seconds; PostgreSQL and SQLite do the waiting, and the test with them


@pytest.fixture
def parked(on_both_engines, app_on, now):
    """Give an app that waits shortly, and a browser of somebody signed in, on each engine in turn."""
    app = app_on(on_both_engines, lock_timeout=SHORT)
    app.testing = False
    with open_session(app) as session:
        world = World(session, now)
        member = world.member(world.park())
    return app, signed_in(app, f"{member.id}.{member.session_version}.a-browser")


def signed_in(app, kept_id):
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept.update({"_user_id": kept_id, "_fresh": True})
    return browser


def assert_asks_for_patience(answer):
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "请稍后再试" in answer.text


def lock(app, session):
    if db_name(app) == "postgresql":
        session.execute(text("LOCK TABLE member IN ACCESS EXCLUSIVE MODE"))
    else:
        session.connection(execution_options={"writes": True})


def db_name(app):
    with app.app_context():
        return db.engine.dialect.name


def test_a_table_that_somebody_locks_is_not_waited_for_for_ever(parked):
    app, browser = parked
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    changes = {"data": {"language": "zh", "csrf_token": signer.dumps("1.of-this-session")}}
    with open_session(app) as other:
        lock(app, other)
        answer = browser.post("/preferences/language", **changes)
        assert_asks_for_patience(answer)
        assert "继续提交" in answer.text, "what was typed can be sent again"
        somebody_else = {"data": {"language": "zh", "csrf_token": signer.dumps("2.of-another-session")}}
        assert "继续提交" not in browser.post("/preferences/language", **somebody_else).text
        other.rollback()
    assert browser.post("/preferences/language", **changes).status_code == 303


@pytest.mark.postgres
def test_even_reading_does_not_wait_for_a_locked_table(postgres_database, app_on, now):
    app = app_on(postgres_database, lock_timeout=SHORT)
    app.testing = False
    browser = signed_in(app, "1.1.a-browser")
    with open_session(app) as other:
        lock(app, other)
        answer = browser.get("/calendar?day=2026-11-03")
    assert_asks_for_patience(answer)
    assert 'href="/calendar?day=2026-11-03"' in answer.text


@pytest.mark.postgres
def test_a_statement_that_takes_too_long_is_given_up_unless_it_said_so(postgres_database, app_on):
    app = app_on(postgres_database, statement_timeout=SHORT)
    slow = text("SELECT pg_sleep(:seconds)"), {"seconds": 2 * SHORT}
    with app.app_context():
        with db.engine.connect() as connection, pytest.raises(DBAPIError, match="statement timeout"):
            connection.execute(*slow)
        with db.engine.connect().execution_options(long=True) as connection:
            connection.execute(*slow)
            assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"


@pytest.mark.postgres
def test_the_settings_reach_the_server_beside_those_of_the_address(postgres_database, app_on):
    both = {"connect_timeout": 7, "lock_timeout": 3, "statement_timeout": 0, "idle_timeout": 90}
    app = app_on(postgres_database + "&options=-c%20geqo%3Doff", **both)
    shown = {}
    with app.app_context(), db.engine.connect() as connection:
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "geqo"):
            shown[name] = connection.scalar(text(f"SHOW {name}"))
        assert connection.connection.dbapi_connection.info.get_parameters()["connect_timeout"] == "7"
    assert list(shown.values()) == ["3s", "0", "90s" if "90s" in shown.values() else "1min30s", "off"]


def test_a_pool_that_is_used_up_is_not_waited_for_for_ever(on_both_engines, app_on):
    app = app_on(on_both_engines, pool_size=1, pool_overflow=0, pool_timeout=SHORT)
    app.testing = False
    with app.app_context(), db.engine.connect():
        answer = signed_in(app, "1.1.a-browser").get("/calendar")
    assert_asks_for_patience(answer)


def test_with_the_database_away_from_the_start_every_request_asks_for_patience(app_on):
    app = app_on(AWAY, connect_timeout=2)
    app.testing = False
    browser = signed_in(app, "1.1.a-browser")
    for path in ("/", "/calendar", "/more", "/statement", "/nowhere", "/sign-in"):
        assert_asks_for_patience(browser.get(path))
        assert_asks_for_patience(app.test_client().get(path))
    stranger = {"email": "a@b.example", "password": "a-good-password"}
    assert_asks_for_patience(app.test_client().post("/sign-in", data=stranger))
    for path in ("/ready", "/late", "/healthz"):
        answer = browser.get(path)
        assert (answer.status_code, answer.json["status"]) == (503, "down")
        assert int(answer.headers["Retry-After"]) > 0
    assert browser.get("/alive").status_code == 200
    assert browser.get(f"/static/{gather().fingerprint}/css/site.css").status_code == 200


def test_an_sqlite_file_that_cannot_be_opened_asks_for_patience(app_on, tmp_path):
    app = app_on(f"sqlite:///{tmp_path}/not-there/park.sqlite3", lock_timeout=SHORT)
    app.testing = False
    assert_asks_for_patience(signed_in(app, "1.1.a-browser").get("/calendar"))


@pytest.mark.postgres
def test_a_database_that_goes_away_in_the_middle_asks_for_patience(postgres_database, app_on, now):
    app = app_on(postgres_database, lock_timeout=SHORT)
    app.testing = False
    with open_session(app) as session:
        world = World(session, now)
        member = world.member(world.park())
    browser = signed_in(app, f"{member.id}.{member.session_version}.a-browser")

    def hang_up():
        ours = db.session.scalar(text("SELECT pg_backend_pid()"))
        with open_session(app_on(postgres_database)) as other:
            other.execute(text("SELECT pg_terminate_backend(:ours, 5000)"), {"ours": ours})
        return str(db.session.scalar(text("SELECT 1")))

    app.add_url_rule("/hang-up", "hang_up", anyone(hang_up))
    assert_asks_for_patience(browser.get("/hang-up"))
    assert browser.get("/more").status_code == 200


def test_an_error_tells_nothing_of_what_was_written(on_both_engines, app_on, now):
    """Neither SQLAlchemy's parameters nor PostgreSQL's DETAIL, which repeats the key or the whole row."""
    app = app_on(on_both_engines, lock_timeout=SHORT)
    with app.app_context():
        with transaction() as session:
            session.add(Park(**a_park("very-secret", name="a")))
        with pytest.raises(IntegrityError) as refused, transaction() as session:
            session.add(Park(**a_park("very-secret", name="also-secret")))
        assert db.engine.hide_parameters
    told = str(refused.value) + str(refused.value.orig) + repr(refused.value.__cause__)
    assert "park" in told
    assert "secret" not in told


def a_park(code, name):
    return {"code": code[:12], "name": name}


def test_a_database_of_sqlite_is_its_owner_s_alone(sqlite_database, app_on, tmp_path):
    file = Path(sqlite_database.removeprefix("sqlite:///"))
    file.chmod(0o644)
    for url in (sqlite_database, f"sqlite:///{tmp_path}/new.sqlite3"):
        with (
            app_on(url, lock_timeout=SHORT).app_context(),
            db.engine.connect().execution_options(writes=True) as connection,
        ):
            connection.execute(text("CREATE TABLE something (id INTEGER)"))
            connection.commit()
            files = list(tmp_path.glob("*.sqlite3*"))
            assert any(one.name.endswith("-wal") for one in files)
            assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
