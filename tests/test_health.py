"""Whoever watches the installation is told what is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from booking import __version__
from booking.audit.job_runs import note_run
from booking.blueprints.kit.static_files import gather
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, write_letter
from booking.payments.models import WebhookEvent


def ask(client, path="/healthz"):
    answer = client.get(path)
    return answer.status_code, answer.json


def sent_from(session, park_id, key, when):
    write_letter(session, park_id, key, f"{key}@x.example", LetterText("a", "a"), now=when)
    session.commit()
    return session.scalar(select(Letter).where(Letter.key == key))


@pytest.mark.parametrize("path", ["/alive", "/ready", "/late", "/healthz"])
def test_a_fresh_installation_is_well(client, now, path):
    status, told = ask(client, path)
    assert status == 200
    assert told["status"] == "ok"


def test_alive_asks_no_database_even_for_somebody_signed_in(sign_in, world, count_queries, now):
    browser = sign_in(world.member(world.park()))
    assert count_queries(lambda: browser.get("/alive")) == 0
    assert count_queries(lambda: browser.get(f"/static/{gather().fingerprint}/css/site.css")) == 0
    assert browser.get("/more").status_code == 200, "and nobody was signed out by it"


def test_what_is_late_makes_nothing_unready(client, world, session, now):
    sent_from(session, world.park().id, "a", now - timedelta(days=1))
    assert ask(client, "/late")[0] == 503
    assert ask(client, "/ready") == (200, {"status": "ok", "database": "ok", "guards_missing": []})
    assert ask(client, "/alive") == (200, {"status": "ok"})


def test_a_letter_that_is_put_off_is_late_all_the_same(client, world, session, now):
    letter = sent_from(session, world.park().id, "a", now - timedelta(minutes=31))
    letter.attempts, letter.due_at = 5, now + timedelta(hours=4)
    session.commit()
    assert ask(client, "/late")[1]["letters_late"] == 1


def test_a_letter_for_another_day_is_not_late_before(client, world, session, now, standing_clock):
    letter = sent_from(session, world.park().id, "a", now - timedelta(days=3))
    letter.due_at = now
    session.commit()
    assert ask(client, "/late")[1]["letters_late"] == 0
    standing_clock.set(now + timedelta(minutes=31))
    assert ask(client, "/late")[1]["letters_late"] == 1


def test_a_job_is_late_by_how_often_it_runs(client, session, now):
    then = now - timedelta(hours=20)
    for name in ("forget-sessions", "letters", "a-job-of-an-earlier-version"):
        note_run(session, name, "x", well=True, started=then, finished=then)
    note_run(session, "close-months", "x", well=True, started=now, finished=now)
    session.commit()
    assert ask(client, "/late")[1]["jobs_late"] == ["letters"], "once a day is enough for the first"


def test_a_worker_that_died_before_the_clock_was_set_back_is_late(client, session, now):
    ahead = now + timedelta(days=1)
    note_run(session, "letters", "x", well=True, started=ahead, finished=ahead)
    session.commit()
    assert ask(client, "/late")[1]["jobs_late"] == ["worker"]


def test_a_letter_that_waits_for_half_an_hour_is_late(client, world, session, now, standing_clock):
    write_letter(session, world.park().id, "a", "a@x.example", LetterText("a", "a"), now=now)
    session.commit()
    assert ask(client)[0] == 200
    standing_clock.set(now + timedelta(minutes=31))
    assert ask(client) == (
        503,
        {
            "status": "late",
            "version": __version__,
            "database": "ok",
            "guards_missing": [],
            "jobs_late": [],
            "letters_late": 1,
            "webhooks_late": 0,
        },
    )


@pytest.mark.parametrize(
    ("minutes", "well", "late"), [(1, True, []), (11, True, ["worker"]), (1, False, ["letters"])]
)
def test_a_worker_that_sleeps_and_a_job_that_fails_are_told(client, session, now, minutes, well, late):
    then = now - timedelta(minutes=minutes)
    note_run(session, "letters", "x", well=well, started=then, finished=then)
    session.commit()
    status, told = ask(client)
    assert told["jobs_late"] == late
    assert status == (503 if late else 200)


def test_an_event_of_the_payment_provider_that_nobody_handles_is_late(client, session, now):
    then = now - timedelta(minutes=30)
    session.add(WebhookEvent(event_id="evt_1", event_type="invoice.paid", received_at=then, due_at=then))
    session.commit()
    assert ask(client)[1]["webhooks_late"] == 1


def test_a_trigger_that_is_gone_is_told(client, session, now):
    session.execute(text("DROP TRIGGER occupancy_no_overlap_insert"))
    session.commit()
    for path in ("/healthz", "/ready"):
        status, told = ask(client, path)
        assert status == 503
        assert told["guards_missing"] == ["occupancy_no_overlap_insert"]


def test_a_database_that_does_not_answer_is_told_and_nothing_else(client, session, monkeypatch, now):
    session.execute(text("DROP TABLE letter_enclosure"))
    session.execute(text("DROP TABLE letter"))
    session.commit()
    status, told = ask(client)
    assert status == 503
    assert told == {"version": __version__, "status": "down", "database": "no answer"}


def test_asking_is_cheap(client, count_queries, now):
    assert count_queries(lambda: client.get("/healthz")) <= 6


def test_the_version_is_said_in_one_place_and_shown_in_three(app, client, sign_in, world):
    assert client.get("/healthz").json["version"] == __version__
    assert __version__ in sign_in(world.member(world.park())).get("/more").text
    assert app.test_cli_runner().invoke(args=["version"]).output == f"{__version__}\n"
    assert __version__ not in client.get("/alive").text + client.get("/sign-in").text, (
        "strangers need not know"
    )
