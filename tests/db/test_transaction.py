"""A writing transaction judges what is there now, and outlives a server that was started again."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import DatabaseError, OperationalError, PendingRollbackError

from booking.db import db, transaction
from booking.parks.models import Park
from booking.people.models import Enterprise
from tests.harness.app import open_session
from tests.harness.world import World


@pytest.fixture
def park_on(on_both_engines, app_on, now):
    """Give the app and an enterprise in it, on each engine in turn."""
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        enterprise = world.enterprise(world.park())
        session.commit()
    return app, enterprise.id


def test_what_others_wrote_since_the_page_was_drawn_is_seen(park_on):
    app, enterprise_id = park_on
    with app.test_request_context():
        drawn = db.session.get_one(Enterprise, enterprise_id)
        assert drawn.name != "后来改的名字"
        with open_session(app) as other:
            other.execute(update(Enterprise).values(name="后来改的名字"))
            other.commit()
        with transaction() as session:
            assert session.get_one(Enterprise, enterprise_id).name == "后来改的名字"
            assert drawn.name == "后来改的名字", "what the page holds is read anew"


def test_what_a_page_wrote_outside_is_forgotten(park_on):
    app, enterprise_id = park_on
    with app.test_request_context():
        db.session.get_one(Enterprise, enterprise_id).name = "从未保存"
        with transaction():
            pass
        db.session.rollback()
        assert db.session.get_one(Enterprise, enterprise_id).name != "从未保存"


def test_a_trouble_within_takes_everything_back(park_on):
    app, enterprise_id = park_on
    with app.test_request_context():
        db.session.get_one(Enterprise, enterprise_id)
        with pytest.raises(ZeroDivisionError):
            write_half(enterprise_id)
        assert db.session.get_one(Enterprise, enterprise_id).name != "写了一半"


def test_the_connection_at_hand_is_that_of_the_transaction_that_runs(park_on):
    app, enterprise_id = park_on
    with app.test_request_context():
        session = db.session()
        first = session.connection()
        assert session.connection() is first
        session.rollback()
        again = session.connection()
        assert again is not first
        assert again.scalar(text("SELECT 1")) == 1
        session.add(Enterprise(id=enterprise_id))
        with pytest.raises(DatabaseError):
            session.flush()
        with pytest.raises(PendingRollbackError):
            session.connection()
        session.rollback()
        with transaction():
            assert session.connection().scalar(select(Enterprise.id)) == enterprise_id


def test_what_is_taken_back_to_a_savepoint_is_as_it_was_whoever_wrote_it(park_on):
    """The connection that is at hand is asked first within it, as statements that are ready do."""
    app, enterprise_id = park_on
    rename = update(Enterprise).where(Enterprise.id == enterprise_id)
    with app.test_request_context():
        with transaction() as session:
            session.connection().execute(rename.values(name="先写的"))
            for again in range(2):
                half = session.begin_nested()
                session.connection().execute(rename.values(name="半途而废"))
                with session.begin_nested():
                    session.connection().execute(rename.values(name=f"留不住的{again}"))
                session.connection().execute(rename.values(short_name="半途"))
                half.rollback()
                assert session.connection().scalar(select(Enterprise.name)) == "先写的"
            with session.begin_nested():
                session.connection().execute(rename.values(short_name="留下"))
        names = select(Enterprise.name, Enterprise.short_name)
        assert tuple(db.session.connection().execute(names).one()) == ("先写的", "留下")


def test_a_question_that_failed_before_does_not_spoil_what_is_written_then(park_on):
    app, enterprise_id = park_on
    with app.test_request_context():
        with pytest.raises(DatabaseError):
            db.session.execute(text("SELECT nonsense"))
        with transaction() as session:
            session.get_one(Enterprise, enterprise_id).name = "还是写下了"
        assert db.session.get_one(Enterprise, enterprise_id).name == "还是写下了"


def write_half(enterprise_id: int) -> None:
    with transaction() as session:
        session.get_one(Enterprise, enterprise_id).name = "写了一半"
        session.flush()
        raise ZeroDivisionError


PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


@pytest.mark.postgres
def test_reading_leaves_prepared_what_is_asked_again_and_again(postgres_database, app_on):
    app = app_on(postgres_database)
    with app.app_context(), db.engine.connect() as connection:
        for _ in range(7):
            connection.execute(text("SELECT name FROM enterprise")).all()
            connection.rollback()
        assert connection.scalar(PREPARED) > 0, "a page ends with a rollback; the driver forgets with each"


@pytest.mark.postgres
@pytest.mark.parametrize(
    "writes", ["UPDATE enterprise SET name = 'x'", "WITH a AS (DELETE FROM job_run) SELECT 1"]
)
def test_what_wrote_something_is_taken_back_all_the_same(postgres_database, app_on, now, writes):
    app = app_on(postgres_database)
    with open_session(app) as session:
        world = World(session, now)
        name = world.enterprise(world.park()).name
        session.commit()
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("SELECT 1")).all()
        connection.execute(text(writes))
        connection.execute(text("SELECT 2")).all()
        connection.rollback()
        connection.execute(text("SELECT 3")).all()
        connection.rollback()
        assert connection.scalar(text("SELECT name FROM enterprise")) == name
    with open_session(app) as session:
        assert session.scalar(text("SELECT name FROM enterprise")) == name


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_given_up_without_another_error(postgres_database, app_on):
    app = app_on(postgres_database)
    with app.app_context(), db.engine.connect() as admin:
        ours = db.session.scalar(text("SELECT pg_backend_pid()"))
        admin.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": ours})
        with pytest.raises(OperationalError):
            db.session.execute(text("SELECT 1"))
        db.session.rollback()
        assert db.session.scalar(text("SELECT 1")) == 1


@pytest.mark.postgres
def test_after_a_failed_statement_reading_is_rolled_back(postgres_database, app_on):
    app = app_on(postgres_database)
    with app.app_context(), db.engine.connect() as connection:
        with pytest.raises(DatabaseError):
            connection.execute(text("SELECT nonsense"))
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1


@pytest.mark.postgres
def test_connections_the_server_hung_up_on_are_made_anew(postgres_database, app_on):
    app = app_on(postgres_database)
    with app.app_context():
        with db.engine.connect() as first:
            ours = first.scalar(text("SELECT pg_backend_pid()"))
        with open_session(app_on(postgres_database)) as other:
            other.execute(text("SELECT pg_terminate_backend(:ours, 5000)"), {"ours": ours})
        with db.engine.connect() as second:
            assert second.scalar(text("SELECT pg_backend_pid()")) != ours


def test_what_sqlite_has_written_outlives_a_power_cut(session):
    assert session.scalar(text("PRAGMA synchronous")) == 2, "FULL: a commit waits for the disk"


class TooLateError(Exception):
    """What makes waiting for the writer useless."""


def too_late():
    raise TooLateError


def test_on_sqlite_what_was_read_stays_where_nobody_has_written_since(sqlite_database, app_on, now):
    app = app_on(sqlite_database)
    asked: list[str] = []
    with app.test_request_context():
        with transaction() as session:
            park_id = World(session, now).park().id
        db.session.remove()
        read = db.session.get_one(Park, park_id)
        event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        with transaction() as session:
            assert session.get_one(Park, park_id) is read
            assert not asked, "it is how things are, and the transaction that read it is the one that writes"
        with transaction() as session:
            assert session.get_one(Park, park_id) is read
            assert asked, "it was read by a transaction that is over; others may have written since"


def test_who_would_wait_for_sqlites_writer_looks_first_whether_it_is_worth_while(
    sqlite_database, app_on, now
):
    app = app_on(sqlite_database)
    with app.test_request_context(), transaction(before_waiting=too_late) as session:
        World(session, now).park()  # nobody writes: there is nothing to wait for
    with open_session(app) as other, app.test_request_context():
        db.session.scalars(select(Enterprise.id)).all()
        with transaction(before_waiting=too_late) as session:
            patience = session.scalar(text("PRAGMA busy_timeout"))
        other.connection(execution_options={"writes": True})
        db.session.scalars(select(Enterprise.id)).all()
        with pytest.raises(TooLateError):
            write_unless_late()
        assert db.session.scalar(text("PRAGMA busy_timeout")) == patience > 0
        other.rollback()
        write_unless_late()
        assert db.session.scalar(select(func.count()).select_from(Enterprise)) == 0


def write_unless_late() -> None:
    with transaction(before_waiting=too_late) as session:
        assert session.connection().in_transaction()
