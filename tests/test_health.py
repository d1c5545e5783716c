"""Whoever watches the installation is told what is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from booking.audit.note_run import note_run
from booking.billing.models import WebhookEvent
from booking.post.write import write
from booking.post.writing import Writing


def ask(client):
    answer = client.get("/healthz")
    return answer.status_code, answer.json


def test_a_fresh_installation_is_well(client, now):
    status, told = ask(client)
    assert status == 200
    assert told["status"] == "ok"


def test_a_letter_that_waits_for_half_an_hour_is_late(client, world, session, now, standing_clock):
    write(session, world.park().id, "a", "a@x.example", Writing("a", "a"), now=now)
    session.commit()
    assert ask(client)[0] == 200
    standing_clock.set(now + timedelta(minutes=31))
    assert ask(client) == (
        503,
        {
            "status": "late",
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


def test_a_guard_that_is_gone_is_told(client, session, now):
    session.execute(text("DROP TRIGGER occupancy_no_overlap_insert"))
    session.commit()
    status, told = ask(client)
    assert status == 503
    assert told["guards_missing"] == ["occupancy_no_overlap_insert"]


def test_a_database_that_does_not_answer_is_told_and_nothing_else(client, session, monkeypatch, now):
    session.execute(text("DROP TABLE letter_enclosure"))
    session.execute(text("DROP TABLE letter"))
    session.commit()
    status, told = ask(client)
    assert status == 503
    assert told == {"status": "down", "database": "no answer"}


def test_asking_is_cheap(client, count_queries, now):
    assert count_queries(lambda: client.get("/healthz")) <= 6
